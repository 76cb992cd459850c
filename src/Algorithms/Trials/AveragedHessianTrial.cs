using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.MultiStepMaml;

namespace Verify.Algorithms.Trials;

/// <summary>
/// Both sides of eq. (66): gradients along the inner path of task 0, and the Hessian averaged over the segment from w to
/// w_N, by quadrature of Hessian-vector products (not as the difference of gradients that the equation explains).
/// </summary>
public sealed class AveragedHessianTrial<TLearner>(MultiStepMamlShape shape) : Trial
    where TLearner : IMetaLearner
{
    private const int Panels = 16;
    private const int NodesPerPanel = 5;
    private const double Resolved = 1e-10;

    public override string Name => "averaged Hessian";
    public override Shape Shape => shape;
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.GradientAt0, Slots.GradientAtN, Slots.MeanHessianGradientAt0, Slots.MeanHessianPathSum];
    public override bool IsCubic => true;

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, steps) = (layout.D, o[Count.N]);
        var train = layout.LossesOf(shape.Train)[0];
        var path = scratch.Take((steps + 1) * d);
        var work = scratch.Take(2 * d);
        var g = scratch.Take(d);
        var sum = scratch.Take(d);
        var segment = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, record.At(layout.OffsetOf(shape.W)), path);
        var oracles = TLearner.Descend<T, Ref<T>, TermSpan>(
            new(train),
            record,
            d,
            steps,
            o[Observables.Constants.Alpha],
            path,
            work
        );

        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), sum);
        for (var j = 1; j < steps; j++)
        {
            Loss.Gradient<T, Ref<T>>(train, record, d, path.At(j * d), g);
            Vectors.Add<T, Ref<T>>(d, T.From(1.0), g, sum);
        }
        Vectors.Combine<T, Ref<T>>(d, path.At(steps * d), T.From(-1.0), path, segment);
        Loss.Gradient<T, Ref<T>>(train, record, d, path.At(steps * d), g);
        Store(g, o.Vector(Slots.GradientAtN));
        Loss.Gradient<T, Ref<T>>(train, record, d, path, g);
        Store(g, o.Vector(Slots.GradientAt0));

        var average = scratch.Take(d);
        Average(train, record, d, path, segment, g, average, scratch);
        Store(average, o.Vector(Slots.MeanHessianGradientAt0));
        Average(train, record, d, path, segment, sum, average, scratch);
        Store(average, o.Vector(Slots.MeanHessianPathSum));
        return oracles + new Oracles(steps + 1, 2 * Panels * NodesPerPanel, 0);
    }

    private static void Store<T>(Ref<T> from, Span<T> to)
        where T : struct, IReal<T>
    {
        for (var k = 0; k < to.Length; k++)
            to[k] = from[k];
    }

    /// <summary>
    /// y = integral over t in [0, 1] of H(x + t s) z, by the five-point Gauss rule on equal panels. The rule's remainder on a
    /// panel of length h is h^11 (5!)^4 / (11 (10!)^3) times a tenth derivative, here at most
    /// sum_k c_k |a_k v_k'z| (v_k's)^10 |v_k|, c_k = 1 of a cosine and 691/8 of a logistic term; it widens y. Where it exceeds
    /// 1e-10 of that sum without the powers and c_k, or the loss has terms of another kind than these two and polynomials, y
    /// is NaN: nothing is known.
    /// </summary>
    private static void Average<T>(
        ReadOnlySpan<TermAt> terms,
        Ref<T> record,
        int d,
        Ref<T> x,
        Ref<T> s,
        Ref<T> z,
        Ref<T> y,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        var point = scratch.Take(d);
        var product = scratch.Take(d);
        var nodes = scratch.Take(NodesPerPanel);
        var weights = scratch.Take(NodesPerPanel);
        GaussRule(nodes, weights);
        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), y);
        for (var panel = 0; panel < Panels; panel++)
        for (var k = 0; k < NodesPerPanel; k++)
        {
            var t = (T.From(2.0 * panel + 1) + nodes[k]) * T.From(0.5 / Panels);
            Vectors.Combine<T, Ref<T>>(d, x, t, s, point);
            Loss.HessianVector<T, Ref<T>>(terms, record, d, point, z, product);
            Vectors.Add<T, Ref<T>>(d, weights[k] * T.From(0.5 / Panels), product, y);
        }

        // 207360000 = (5!)^4, 47784725839872000000 = (10!)^3 = 2^24 14175^3, both doubles; ten powers of the panels' length,
        // after one for their number.
        var perPanel = T.From(207360000.0) / (T.From(11.0) * T.From(47784725839872000000.0));
        var (remainder, scale, known) = (T.From(0.0), T.From(0.0), T.From(1.0));
        foreach (var term in terms)
        {
            if (term.Kind is TermKind.Quadratic or TermKind.Linear)
                continue;
            if (term.Kind is not (TermKind.Cosine or TermKind.RidgeLogistic))
                known = T.From(0.0);
            var p = record.At(term.Offset);
            var v = p.At(2);
            var size = T.Abs(p[0] * Vectors.Dot<T, Ref<T>>(d, v, z)) * Vectors.Norm<T, Ref<T>>(d, v);
            var travel = Vectors.Dot<T, Ref<T>>(d, v, s) / T.From((double)Panels);
            var largest = T.From(term.Kind == TermKind.RidgeLogistic ? Logistic.TwelfthDerivative : 1.0);
            remainder += size * T.Pow(travel, 10) * perPanel * largest;
            scale += size;
        }
        // Division by 0 makes the NaN; with no cosines 0 <= 0 counts as resolved through the 1 beside it.
        var resolved = known * T.IsLess(remainder, scale * T.From(Resolved) + T.From(double.Epsilon));
        var check = T.From(0.0) / resolved;
        for (var k = 0; k < d; k++)
            y[k] = T.Widen(y[k] + check, remainder);
    }

    private static void GaussRule<T>(Ref<T> nodes, Ref<T> weights)
        where T : struct, IReal<T>
    {
        // x = +-(1/3) sqrt(5 -+ 2 sqrt(10/7)), w = (322 +- 13 sqrt 70)/900, and 0 with 128/225 (Abramowitz, Stegun 25.4.29).
        var root = T.From(2.0) * T.Sqrt(T.From(10.0) / T.From(7.0));
        var (inner, outer) = (T.Sqrt(T.From(5.0) - root) / T.From(3.0), T.Sqrt(T.From(5.0) + root) / T.From(3.0));
        var part = T.From(13.0) * T.Sqrt(T.From(70.0));
        var (heavy, light) = ((T.From(322.0) + part) / T.From(900.0), (T.From(322.0) - part) / T.From(900.0));
        (nodes[0], weights[0]) = (-outer, light);
        (nodes[1], weights[1]) = (-inner, heavy);
        (nodes[2], weights[2]) = (T.From(0.0), T.From(128.0) / T.From(225.0));
        (nodes[3], weights[3]) = (inner, heavy);
        (nodes[4], weights[4]) = (outer, light);
    }
}
