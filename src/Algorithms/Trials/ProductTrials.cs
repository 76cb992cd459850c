using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.MultiStepMaml;

namespace Verify.Algorithms.Trials;

/// <summary>
/// V(m), the spectral distance of the products of the m first factors I - alpha H along the paths from w and from u
/// (proof of proposition 1), for task 0.
/// </summary>
public sealed class HessianProductTrial<TLearner>(MultiStepMamlShape shape) : Trial
    where TLearner : IMetaLearner
{
    public override string Name => "products of Hessian factors";
    public override Shape Shape => shape;
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.StartDistance, Slots.ProductGapJ, Slots.ProductGapBeforeJ, Slots.ProductGapN];
    public override bool IsCubic => true;

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [shape.U];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, steps, j) = (layout.D, o[Count.N], o[Count.J]);
        var train = layout.LossesOf(shape.Train)[0];
        var alpha = o[Observables.Constants.Alpha];
        var w = record.At(layout.OffsetOf(shape.W));
        var u = record.At(layout.OffsetOf(shape.U));
        var path = scratch.Take((steps + 1) * d);
        var other = scratch.Take((steps + 1) * d);
        var work = scratch.Take(2 * d);
        Vectors.Copy<T, Ref<T>>(d, w, path);
        Vectors.Copy<T, Ref<T>>(d, u, other);
        var oracles = TLearner.Descend<T, Ref<T>, TermSpan>(new(train), record, d, steps, alpha, path, work);
        oracles += TLearner.Descend<T, Ref<T>, TermSpan>(new(train), record, d, steps, alpha, other, work);

        var size = d * d;
        var left = scratch.Take(size);
        var right = scratch.Take(size);
        var gap = scratch.Take(size);
        var hessian = scratch.Take(size);
        var next = scratch.Take(size);
        Matrices.Identity<T, Ref<T>>(d, left);
        Matrices.Identity<T, Ref<T>>(d, right);
        o[Slots.StartDistance] = Vectors.Distance<T, Ref<T>>(d, w, u);
        o[Slots.ProductGapBeforeJ] = o[Slots.ProductGapJ] = T.From(0.0);
        for (var m = 1; m <= steps; m++)
        {
            Factor(train, record, d, path.At((m - 1) * d), alpha, left, hessian, next, work);
            Factor(train, record, d, other.At((m - 1) * d), alpha, right, hessian, next, work);
            if (m != j && m != j - 1 && m != steps)
                continue;
            Vectors.Combine<T, Ref<T>>(size, left, T.From(-1.0), right, gap);
            var norm = SpectralNorm.Of(d, gap, scratch);
            if (m == j)
                o[Slots.ProductGapJ] = norm;
            if (m == j - 1)
                o[Slots.ProductGapBeforeJ] = norm;
            if (m == steps)
                o[Slots.ProductGapN] = norm;
        }
        return oracles + new Oracles(0, 2 * steps * d, 0);
    }

    /// <summary>product := product (I - alpha H(x)).</summary>
    private static void Factor<T>(
        ReadOnlySpan<TermAt> terms,
        Ref<T> record,
        int d,
        Ref<T> x,
        T alpha,
        Ref<T> product,
        Ref<T> hessian,
        Ref<T> next,
        Ref<T> work
    )
        where T : struct, IReal<T>
    {
        // A Hessian is symmetric: its columns are its rows.
        Loss.Hessian<T, Ref<T>>(terms, record, d, x, hessian, work);
        Matrices.MultiplyByIdentityMinus<T, Ref<T>>(d, product, alpha, hessian, next);
        Vectors.Copy<T, Ref<T>>(d * d, next, product);
    }
}

/// <summary>The distance from the identity of a product of m+1 factors I - alpha V_j (lemma 13).</summary>
public sealed class NearIdentityTrial : Trial
{
    public override string Name => "products of near-identity matrices";
    public override Shape Shape => MatrixShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } = [Slots.NearIdentityProduct];
    public override bool IsCubic => true;

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, shape) = (layout.D, MatrixShape.Instance);
        var vs = record.At(layout.OffsetOf(shape.Vs));
        var size = d * d;
        var product = scratch.Take(size);
        var next = scratch.Take(size);
        Matrices.Identity<T, Ref<T>>(d, product);
        for (var k = 0; k < layout.Matrices; k++)
        {
            Matrices.MultiplyByIdentityMinus<T, Ref<T>>(
                d,
                product,
                o[Observables.Constants.Alpha],
                vs.At(k * size),
                next
            );
            Vectors.Copy<T, Ref<T>>(size, next, product);
        }
        for (var k = 0; k < d; k++)
            product[k * d + k] -= T.From(1.0);
        o[Slots.NearIdentityProduct] = SpectralNorm.Of(d, product, scratch);
        return default;
    }
}
