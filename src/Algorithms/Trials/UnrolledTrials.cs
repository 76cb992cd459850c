using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.Unrolled;

namespace Verify.Algorithms.Trials;

/// <summary>
/// The derivative of L(phi_T) in theta, T steps of a given size on G from theta: by reverse accumulation, and by dual numbers
/// carried through the steps, which use values and gradients only and no Hessian.
/// </summary>
public sealed class ChainTrial : BilevelTrial
{
    public override string Name => "chain rule of unrolled descent";
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        .. Prepared,
        Slots.ReverseAlong,
        Slots.ForwardAlong,
        Slots.Reverse,
        Slots.ReverseNorm,
        Slots.Forward,
        Slots.ChainGap,
        Slots.Transposed,
    ];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        slots.Contains(Slots.ReverseAlong)
            ? [BilevelShape.Alpha, BilevelShape.Test, BilevelShape.U]
            : [BilevelShape.Alpha, BilevelShape.Test];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.T];

    public override (Coordinate X, Coordinate Y)? Map =>
        (SharedCoordinates.InnerCondition, SharedCoordinates.Of(Count.T));

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, steps) = (layout.D, o[Count.T]);
        var (train, test) = (layout.LossesOf(BilevelShape.Train)[0], layout.LossesOf(BilevelShape.Test)[0]);
        var (lambda, alpha) = (o[Bilevel.Lambda], o[Bilevel.Alpha]);
        var theta = At(o, Bilevel.Theta);
        var objective = new ProximalObjective<T, Ref<T>>(train, record, d, lambda, theta);
        var path = scratch.Take((steps + 1) * d);
        var work = scratch.Take(2 * d);
        var g = scratch.Take(d);
        var oracles = ProximalMaml.Descend(objective, theta, alpha, steps, path, work);
        oracles += ProximalMaml.MetaGradient(objective, test, record, lambda, alpha, steps, path, g, work);
        Store(d, g, o.Vector(Slots.Reverse));
        o[Slots.ReverseNorm] = Vectors.Norm<T, Ref<T>>(d, g);
        var u = At(layout, record, BilevelShape.U);
        o[Slots.ReverseAlong] = Vectors.Dot<T, Ref<T>>(d, u, g);

        var v = scratch.Take(d);
        var column = scratch.Take(d);
        var product = scratch.Take(d);
        Loss.Gradient<T, Ref<T>>(test, record, d, path.At(steps * d), v);
        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), product);
        var forward = o.Vector(Slots.Forward);
        var transposed = o.Vector(Slots.Transposed);
        var lifted = new DualDescent<T>(layout, record, 0);
        for (var k = 0; k < d; k++)
        {
            // Column k of J.
            Vectors.Fill<T, Ref<T>>(d, T.From(0.0), column);
            column[k] = T.From(1.0);
            forward[k] = lifted.Slope(theta, column, lambda, alpha, steps, column);
            transposed[k] = Vectors.Dot<T, Ref<T>>(d, column, v);
            Vectors.Add<T, Ref<T>>(d, v[k], column, product);
        }
        o[Slots.ChainGap] = Vectors.Distance<T, Ref<T>>(d, product, g);
        lifted.Slope(theta, u, lambda, alpha, steps, column);
        o[Slots.ForwardAlong] = Vectors.Dot<T, Ref<T>>(d, v, column);
        return oracles + new Oracles((d + 1) * steps, 0, 2);
    }
}

/// <summary>
/// The outer updates over all tasks of an instance, (theta^k - theta^{k+1})/eta: of MAML by reverse accumulation and of
/// first-order MAML, each beside the derivative by dual numbers of the mean that it descends.
/// </summary>
public sealed class OuterUpdateTrial : BilevelTrial
{
    public override string Name => "outer updates of MAML";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.MeanReverse, Slots.MeanForward, Slots.MeanFirstOrder, Slots.MeanFirstOrderForward];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.Alpha, BilevelShape.Test];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.T];

    public override (Coordinate X, Coordinate Y)? Map =>
        (SharedCoordinates.InnerCondition, SharedCoordinates.Of(Count.T));

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, tasks, steps) = (layout.D, layout.Tasks, o[Count.T]);
        var alpha = o[Bilevel.Alpha];
        var theta = At(o, Bilevel.Theta);
        var path = scratch.Take((steps + 1) * d);
        var work = scratch.Take(2 * d);
        var g = scratch.Take(d);
        var unit = scratch.Take(d);
        var (zero, one) = (T.From(0.0), T.From(1.0));
        var share = one / T.From((double)tasks);
        Vectors.Fill<T, Ref<T>>(d, zero, At(o, Slots.MeanReverse));
        Vectors.Fill<T, Ref<T>>(d, zero, At(o, Slots.MeanForward));
        Vectors.Fill<T, Ref<T>>(d, zero, At(o, Slots.MeanFirstOrder));
        Vectors.Fill<T, Ref<T>>(d, zero, At(o, Slots.MeanFirstOrderForward));
        var oracles = default(Oracles);
        for (var i = 0; i < tasks; i++)
        {
            var (train, test) = (layout.LossesOf(BilevelShape.Train)[i], layout.LossesOf(BilevelShape.Test)[i]);
            var lambda = o.Vector(Bilevel.Lambda)[i];
            var objective = new ProximalObjective<T, Ref<T>>(train, record, d, lambda, theta);
            oracles += ProximalMaml.Descend(objective, theta, alpha, steps, path, work);
            var phi = path.At(steps * d);
            oracles += ProximalMaml.MetaGradient(objective, test, record, lambda, alpha, steps, path, g, work);
            Vectors.Add<T, Ref<T>>(d, share, g, At(o, Slots.MeanReverse));
            oracles += FirstOrderMaml.MetaGradient<T, Ref<T>>(test, record, d, phi, g);
            Vectors.Add<T, Ref<T>>(d, share, g, At(o, Slots.MeanFirstOrder));
            var lifted = new DualDescent<T>(layout, record, i);
            for (var k = 0; k < d; k++)
            {
                Vectors.Fill<T, Ref<T>>(d, zero, unit);
                unit[k] = one;
                g[k] = lifted.SlopeAt(phi, unit);
                var slope = lifted.Slope(theta, unit, lambda, alpha, steps, work);
                o.Vector(Slots.MeanForward)[k] = T.Fma(share, slope, o.Vector(Slots.MeanForward)[k]);
            }
            Vectors.Add<T, Ref<T>>(d, share, g, At(o, Slots.MeanFirstOrderForward));
        }
        return oracles;
    }
}

/// <summary>
/// T steps of a prescribed size on G from theta: how far the derivative of phi_T in theta, and the meta-gradient through it, are
/// from those of the exact inner solution.
/// </summary>
public sealed class UnrolledDescentTrial : BilevelTrial
{
    public override string Name => "unrolled descent against the exact solution";
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        .. Prepared,
        Slots.JacobianError,
        Slots.IdentityGap,
        InnerSolvers.StartError,
        Slots.MetaGradientError,
        Slots.TestGradient,
    ];
    public override IReadOnlyList<Slot> Takes { get; } = [InnerSolvers.StepSize];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        slots.Contains(Slots.MetaGradientError) ? [BilevelShape.Test] : [];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.T];

    public override (Coordinate X, Coordinate Y)? Map =>
        (SharedCoordinates.InnerCondition, SharedCoordinates.Of(Count.T));

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, steps) = (layout.D, o[Count.T]);
        var (train, test) = (layout.LossesOf(BilevelShape.Train)[0], layout.LossesOf(BilevelShape.Test)[0]);
        var (lambda, alpha) = (o[Bilevel.Lambda], o[InnerSolvers.StepSize]);
        var theta = At(o, Bilevel.Theta);
        var star = At(o, Bilevel.PhiStar);
        o[InnerSolvers.StartError] = Vectors.Distance<T, Ref<T>>(d, theta, star);
        var objective = new ProximalObjective<T, Ref<T>>(train, record, d, lambda, theta);
        var path = scratch.Take((steps + 1) * d);
        var work = scratch.Take(2 * d);
        var g = scratch.Take(d);
        var oracles = ProximalMaml.Descend(objective, theta, alpha, steps, path, work);
        oracles += ProximalMaml.MetaGradient(objective, test, record, lambda, alpha, steps, path, g, work);

        // J* = lambda (lambda I + H(phi*))^-1, symmetric; J forward, column by column.
        var factors = scratch.Take(d * d);
        var exact = scratch.Take(d * d);
        var jacobian = scratch.Take(d * d);
        FactorShifted(train, record, d, star, lambda, T.From(1.0), factors, work);
        Matrices.Identity<T, Ref<T>>(d, exact);
        for (var k = 0; k < d; k++)
        {
            var column = jacobian.At(k * d);
            var own = exact.At(k * d);
            Cholesky.Solve<T, Ref<T>>(d, factors, own, own);
            for (var i = 0; i < d; i++)
            {
                own[i] *= lambda;
                column[i] = T.From(i == k ? 1.0 : 0.0);
            }
            for (var t = 0; t < steps; t++)
            {
                objective.HessianVector(path.At(t * d), column, work);
                Vectors.Add<T, Ref<T>>(d, -alpha, work, column);
                column[k] = T.Fma(alpha, lambda, column[k]);
            }
            Vectors.Combine<T, Ref<T>>(d, column, T.From(-1.0), own, column);
            for (var i = 0; i < d; i++)
                own[i] = T.From(i == k ? 1.0 : 0.0) - own[i];
        }
        o[Slots.JacobianError] = SpectralNorm.Of(d, jacobian, scratch);
        o[Slots.IdentityGap] = SpectralNorm.Of(d, exact, scratch);

        Loss.Gradient<T, Ref<T>>(test, record, d, path.At(steps * d), work);
        o[Slots.TestGradient] = Vectors.Norm<T, Ref<T>>(d, work);
        ExactMetaGradient(test, record, d, lambda, star, factors, work);
        o[Slots.MetaGradientError] = Vectors.Distance<T, Ref<T>>(d, g, work);
        return oracles + new Oracles(2, (steps + 1) * d, 2);
    }

    /// <summary>g = lambda S^-1 grad L(phi), S from its factors.</summary>
    internal static void ExactMetaGradient<T>(
        ReadOnlySpan<TermAt> test,
        Ref<T> record,
        int d,
        T lambda,
        Ref<T> phi,
        Ref<T> factors,
        Ref<T> g
    )
        where T : struct, IReal<T>
    {
        Loss.Gradient<T, Ref<T>>(test, record, d, phi, g);
        Cholesky.Solve<T, Ref<T>>(d, factors, g, g);
        for (var i = 0; i < d; i++)
            g[i] *= lambda;
    }
}

/// <summary>Implicit MAML with T steps of descent from theta and m of conjugate gradients from 0, beside direct solves.</summary>
public sealed class ImplicitDescentTrial : BilevelTrial
{
    public override string Name => "iMAML with descent and conjugate gradients";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.ImplicitError, Slots.TestGradientAtSolution, Slots.LinearSolution, InnerSolvers.StartError];
    public override IReadOnlyList<Slot> Takes { get; } = [InnerSolvers.StepSize];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.Test];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.T, Count.M];

    public override (Coordinate X, Coordinate Y)? Map =>
        (SharedCoordinates.InnerCondition, SharedCoordinates.Of(Count.T));

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var (train, test) = (layout.LossesOf(BilevelShape.Train)[0], layout.LossesOf(BilevelShape.Test)[0]);
        var lambda = o[Bilevel.Lambda];
        var theta = At(o, Bilevel.Theta);
        var star = At(o, Bilevel.PhiStar);
        o[InnerSolvers.StartError] = Vectors.Distance<T, Ref<T>>(d, theta, star);
        var phi = scratch.Take(d);
        var g = scratch.Take(d);
        var other = scratch.Take(d);
        var factors = scratch.Take(d * d);
        Vectors.Copy<T, Ref<T>>(d, theta, phi);
        var oracles = ImplicitMaml.MetaGradient(
            train,
            test,
            record,
            d,
            lambda,
            theta,
            o[InnerSolvers.StepSize],
            T.From((double)o[Count.T]),
            T.From((double)o[Count.M]),
            phi,
            g,
            scratch.Take(ImplicitMaml.WorkLength(d))
        );
        if (T.Encloses && !IsFinite(d, g))
            EncloseIterate(train, test, record, d, lambda, o[Bilevel.Mu], phi, o[Count.M], g, scratch);
        FactorShifted(train, record, d, star, lambda, T.From(1.0), factors, other);
        UnrolledDescentTrial.ExactMetaGradient(test, record, d, lambda, star, factors, other);
        o[Slots.ImplicitError] = Vectors.Distance<T, Ref<T>>(d, g, other);
        Loss.Gradient<T, Ref<T>>(test, record, d, star, other);
        o[Slots.TestGradientAtSolution] = Vectors.Norm<T, Ref<T>>(d, other);
        FactorShifted(train, record, d, phi, lambda, T.From(1.0), factors, other);
        UnrolledDescentTrial.ExactMetaGradient(test, record, d, lambda, phi, factors, other);
        o[Slots.LinearSolution] = Vectors.Norm<T, Ref<T>>(d, other);
        return oracles;
    }

    /// <summary>
    /// x_m of conjugate gradients, where an enclosed residual around 0 leaves nothing known of it, from the last iterate x_k that
    /// is known: the error in the norm of M never grows, so |x_m - x_k| is at most 2 (lambda/mu) |v - M x_k|.
    /// </summary>
    private static void EncloseIterate<T>(
        ReadOnlySpan<TermAt> train,
        ReadOnlySpan<TermAt> test,
        Ref<T> record,
        int d,
        T lambda,
        T mu,
        Ref<T> phi,
        int m,
        Ref<T> g,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        var v = scratch.Take(d);
        var work = scratch.Take(ConjugateGradients.WorkLength(d));
        Loss.Gradient<T, Ref<T>>(test, record, d, phi, v);
        var one = T.From(1.0);
        var system = new LinearSystem<T, Ref<T>>(train, record, d, phi, one, one / lambda, v);
        for (var k = m - 1; k >= 0; k--)
        {
            ConjugateGradients.Solve(system, isFromZero: true, T.From((double)k), g, work);
            if (!IsFinite(d, g))
                continue;
            system.Gradient(g, work);
            var radius = T.From(2.0) * (lambda / mu) * Vectors.Norm<T, Ref<T>>(d, work);
            for (var i = 0; i < d; i++)
                g[i] = T.Widen(g[i], radius);
            return;
        }
    }

    private static bool IsFinite<T>(int d, Ref<T> x)
        where T : struct, IReal<T>
    {
        for (var i = 0; i < d; i++)
            if (!double.IsFinite(T.Largest(T.Abs(x[i]))))
                return false;
        return true;
    }
}

/// <summary>
/// Forward derivatives of descent on G and of the test loss behind it, one task, by dual numbers. Their memory is taken
/// anew by each.
/// </summary>
internal readonly ref struct DualDescent<T>
    where T : struct, IReal<T>
{
    private readonly ReadOnlySpan<TermAt> _train;
    private readonly ReadOnlySpan<TermAt> _test;
    private readonly Ref<Dual<T>> _record;
    private readonly Ref<Dual<T>> _theta;
    private readonly Ref<Dual<T>> _phi;
    private readonly Ref<Dual<T>> _work;
    private readonly int _d;

    public DualDescent(Layout layout, Ref<T> record, int task)
    {
        _d = layout.D;
        _train = layout.LossesOf(BilevelShape.Train)[task];
        _test = layout.LossesOf(BilevelShape.Test)[task];
        var scratch = Lifted.Scratch<T>();
        scratch.Reset();
        _record = scratch.Take(layout.Size);
        for (var i = 0; i < layout.Size; i++)
            _record[i] = Dual<T>.Constant(record[i]);
        _theta = scratch.Take(_d);
        _phi = scratch.Take(_d);
        _work = scratch.Take(_d);
    }

    /// <summary>v'(J u), and J u; T steps from theta on G(., theta), both moving along u.</summary>
    public T Slope(Ref<T> theta, Ref<T> u, T lambda, T alpha, int steps, Ref<T> product)
    {
        for (var i = 0; i < _d; i++)
            _theta[i] = new Dual<T>(theta[i], u[i]);
        Vectors.Copy<Dual<T>, Ref<Dual<T>>>(_d, _theta, _phi);
        GradientDescent.Run<Dual<T>, Ref<Dual<T>>, ProximalObjective<Dual<T>, Ref<Dual<T>>>>(
            new ProximalObjective<Dual<T>, Ref<Dual<T>>>(_train, _record, _d, Dual<T>.Constant(lambda), _theta),
            Dual<T>.Constant(alpha),
            Dual<T>.From((double)steps),
            _phi,
            _work
        );
        for (var i = 0; i < _d; i++)
            product[i] = _phi[i].Slope;
        return Loss.Value<Dual<T>, Ref<Dual<T>>>(_test, _record, _d, _phi).Slope;
    }

    /// <summary>The derivative of the test loss at phi along u.</summary>
    public T SlopeAt(Ref<T> phi, Ref<T> u)
    {
        for (var i = 0; i < _d; i++)
            _phi[i] = new Dual<T>(phi[i], u[i]);
        return Loss.Value<Dual<T>, Ref<Dual<T>>>(_test, _record, _d, _phi).Slope;
    }
}
