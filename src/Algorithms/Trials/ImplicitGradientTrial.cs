using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.ImplicitGradient;

namespace Verify.Algorithms.Trials;

/// <summary>Bilevel trials that solve with S(x) = lambda I + H(x) = lambda M(x), directly.</summary>
public abstract class ImplicitSystemTrial : BilevelTrial
{
    /// <summary>S(x) of one task and its approximate factors, d x d elements each.</summary>
    protected static void Assemble<T>(
        ReadOnlySpan<TermAt> train,
        Ref<T> record,
        int d,
        T lambda,
        Ref<T> x,
        Ref<T> system,
        Ref<T> factors,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        Loss.Hessian<T, Ref<T>>(train, record, d, x, system, scratch.Take(d));
        for (var i = 0; i < d; i++)
            system[i * d + i] += lambda;
        CertifiedSolve.Factor<T, Ref<T>>(d, system, factors);
    }

    /// <summary>y = scale S^-1 b; y overlaps nothing.</summary>
    protected static void Solve<T>(
        int d,
        Ref<T> system,
        Ref<T> factors,
        T mu,
        T scale,
        Ref<T> b,
        Ref<T> y,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        CertifiedSolve.Solve(d, system, factors, mu, b, y, scratch.Take(CertifiedSolve.WorkLength(d)));
        for (var i = 0; i < d; i++)
            y[i] *= scale;
    }

    /// <summary>S^-1 B for a symmetric B, column after column.</summary>
    protected static void Columns<T>(
        int d,
        Ref<T> system,
        Ref<T> factors,
        T mu,
        Ref<T> b,
        Ref<T> solved,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        var work = scratch.Take(CertifiedSolve.WorkLength(d));
        for (var k = 0; k < d; k++)
            CertifiedSolve.Solve(d, system, factors, mu, b.At(k * d), solved.At(k * d), work);
    }

    /// <summary>Whether the instance has a vector field: all lanes have it, or none.</summary>
    protected static bool Has<T>(Ref<T> field)
        where T : struct, IReal<T> => !double.IsNaN(T.Largest(field[0]));
}

/// <summary>
/// The implicit gradient of task 0 at phi* and at an approximate phi: inner objective, exact meta-gradient, first-order
/// approximation, and the errors of Lemma 3 with g = M(phi)^-1 grad L(phi) + e.
/// </summary>
public sealed class ImplicitGradientTrial : ImplicitSystemTrial
{
    private static readonly IReadOnlyList<Slot> s_atPhi =
    [
        Slots.Value,
        Slots.Distance,
        Slots.InnerGradient,
        Slots.LinearError,
        Slots.Error,
        Slots.OuterError,
    ];

    public override string Name => "implicit gradients at phi* and phi";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, .. s_atPhi, Slots.ValueAtStar, Slots.TestGradientAtStar, Slots.MetaGradient, Slots.FirstOrderError];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        slots.Overlaps(s_atPhi) ? [BilevelShape.Phi] : [];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var (train, test) = (layout.LossesOf(BilevelShape.Train)[0], layout.LossesOf(BilevelShape.Test)[0]);
        var (lambda, mu) = (o[Bilevel.Lambda], o[Bilevel.Mu]);
        var theta = At(o, Bilevel.Theta);
        var star = At(o, Bilevel.PhiStar);
        var phi = At(layout, record, BilevelShape.Phi);
        var e = At(layout, record, BilevelShape.E);
        var objective = new ProximalObjective<T, Ref<T>>(train, record, d, lambda, theta);
        var system = scratch.Take(d * d);
        var factors = scratch.Take(d * d);
        var v = scratch.Take(d);
        var exact = scratch.Take(d);

        o[Slots.ValueAtStar] = objective.Value(star);
        Loss.Gradient<T, Ref<T>>(test, record, d, star, v);
        Assemble(train, record, d, lambda, star, system, factors, scratch);
        Solve(d, system, factors, mu, lambda, v, exact, scratch);
        o[Slots.TestGradientAtStar] = Vectors.Norm<T, Ref<T>>(d, v);
        o[Slots.MetaGradient] = Vectors.Norm<T, Ref<T>>(d, exact);
        // v - lambda S^-1 v = S^-1 H v: nothing cancels where M is nearly I.
        var here = scratch.Take(d);
        var product = scratch.Take(d);
        Loss.HessianVector<T, Ref<T>>(train, record, d, star, v, product);
        Solve(d, system, factors, mu, T.From(1.0), product, here, scratch);
        o[Slots.FirstOrderError] = Vectors.Norm<T, Ref<T>>(d, here);

        var g = scratch.Take(d);
        var difference = scratch.Take(d);
        o[Slots.Value] = objective.Value(phi);
        o[Slots.Distance] = Vectors.Distance<T, Ref<T>>(d, phi, star);
        objective.Gradient(phi, here);
        // At phi* itself the gradient is 0, and not what rounding leaves of it.
        var zero = T.From(0.0);
        o[Slots.InnerGradient] = T.SelectLess(zero, o[Slots.Distance], Vectors.Norm<T, Ref<T>>(d, here), zero);
        Loss.Gradient<T, Ref<T>>(test, record, d, phi, here);
        Assemble(train, record, d, lambda, phi, system, factors, scratch);
        Solve(d, system, factors, mu, lambda, here, g, scratch);
        Vectors.Combine<T, Ref<T>>(d, g, T.From(-1.0), exact, difference);
        if (Has(e))
        {
            Vectors.Add<T, Ref<T>>(d, T.From(1.0), e, difference);
            o[Slots.LinearError] = Vectors.Norm<T, Ref<T>>(d, e);
        }
        else
            o[Slots.LinearError] = T.From(0.0);
        o[Slots.Error] = Vectors.Norm<T, Ref<T>>(d, difference);
        Vectors.Combine<T, Ref<T>>(d, v, T.From(-1.0), here, difference);
        Solve(d, system, factors, mu, lambda, difference, g, scratch);
        o[Slots.OuterError] = Vectors.Norm<T, Ref<T>>(d, g);
        return new Oracles(4, 2 * d, 6);
    }
}

/// <summary>How far a given g is from M(phi)^-1 grad L(phi), and its residual.</summary>
public sealed class LinearResidualTrial : ImplicitSystemTrial
{
    public override string Name => "a given solution of the linear system";
    public override IReadOnlyList<Slot> Fills { get; } = [Slots.GivenError, Slots.GivenResidual];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.Phi, BilevelShape.G];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) { }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var lambda = o[Bilevel.Lambda];
        var phi = At(layout, record, BilevelShape.Phi);
        var g = At(layout, record, BilevelShape.G);
        var system = scratch.Take(d * d);
        var factors = scratch.Take(d * d);
        var v = scratch.Take(d);
        var solution = scratch.Take(d);
        Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Test)[0], record, d, phi, v);
        Assemble(train, record, d, lambda, phi, system, factors, scratch);
        Solve(d, system, factors, o[Bilevel.Mu], lambda, v, solution, scratch);
        o[Slots.GivenError] = Vectors.Distance<T, Ref<T>>(d, g, solution);
        // The residual matrix-free, as the certificate is meant to be computed.
        var residual = scratch.Take(d);
        var one = T.From(1.0);
        new LinearSystem<T, Ref<T>>(train, record, d, phi, one, one / lambda, v).Gradient(g, residual);
        o[Slots.GivenResidual] = Vectors.Norm<T, Ref<T>>(d, residual);
        return new Oracles(1, d + 1, 3);
    }
}

/// <summary>Spectral norms around S = lambda I + H at phi* and phi (proof of Lemma 3).</summary>
public sealed class ImplicitSpectrumTrial : ImplicitSystemTrial
{
    public override string Name => "spectral norms of implicit Jacobians";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.Distance, Slots.JacobianNorm, Slots.InverseGap, Slots.RelativeGap];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        slots.Overlaps([Slots.Distance, Slots.InverseGap, Slots.RelativeGap]) ? [BilevelShape.Phi] : [];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var size = d * d;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var (lambda, mu) = (o[Bilevel.Lambda], o[Bilevel.Mu]);
        var star = At(o, Bilevel.PhiStar);
        var phi = At(layout, record, BilevelShape.Phi);
        var there = scratch.Take(size);
        var factorsThere = scratch.Take(size);
        var inverseThere = scratch.Take(size);
        Assemble(train, record, d, lambda, star, there, factorsThere, scratch);
        var unit = scratch.Take(size);
        Matrices.Identity<T, Ref<T>>(d, unit);
        Columns(d, there, factorsThere, mu, unit, inverseThere, scratch);
        o[Slots.JacobianNorm] = lambda * SpectralNorm.Of(d, inverseThere, scratch);
        o[Slots.Distance] = Vectors.Distance<T, Ref<T>>(d, phi, star);
        if (!Has(phi))
            return new Oracles(0, d, 2);

        var here = scratch.Take(size);
        var factors = scratch.Take(size);
        var other = scratch.Take(size);
        var minus = T.From(-1.0);
        Assemble(train, record, d, lambda, phi, here, factors, scratch);
        Columns(d, here, factors, mu, unit, other, scratch);
        Vectors.Combine<T, Ref<T>>(size, inverseThere, minus, other, other);
        o[Slots.InverseGap] = SpectralNorm.Of(d, other, scratch);
        Vectors.Combine<T, Ref<T>>(size, here, minus, there, here);
        Columns(d, there, factorsThere, mu, here, other, scratch);
        o[Slots.RelativeGap] = SpectralNorm.Of(d, other, scratch);
        return new Oracles(0, 2 * d, 2);
    }
}

/// <summary>The minimizers of w'Mw - w'v and of w'Mw/2 - w'v beside M^-1 v, at phi where there is one, else at phi*.</summary>
public sealed class VariationalTrial : ImplicitSystemTrial
{
    public override string Name => "the linear system as a minimization";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.PrintedMinimizer, Slots.HalvedMinimizer, Slots.Solution];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var size = d * d;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var (lambda, mu) = (o[Bilevel.Lambda], o[Bilevel.Mu]);
        var given = At(layout, record, BilevelShape.Phi);
        var phi = Has(given) ? given : At(o, Bilevel.PhiStar);
        var v = scratch.Take(d);
        var x = scratch.Take(d);
        var system = scratch.Take(size);
        var factors = scratch.Take(size);
        Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Test)[0], record, d, phi, v);
        Assemble(train, record, d, lambda, phi, system, factors, scratch);
        Solve(d, system, factors, mu, lambda, v, x, scratch);
        Store(d, x, o.Vector(Slots.Solution));

        // A stationary point of s w'Mw - w'v solves s(M + M')w = v.
        var curvature = scratch.Take(size);
        for (var form = 0; form < 2; form++)
        {
            var (s, one) = (T.From(form == 0 ? 1.0 : 0.5), T.From(1.0));
            Loss.Hessian<T, Ref<T>>(train, record, d, phi, system, scratch.Take(d));
            for (var k = 0; k < size; k++)
                system[k] = system[k] / lambda + (k % (d + 1) == 0 ? one : T.From(0.0));
            for (var i = 0; i < d; i++)
            for (var j = 0; j < d; j++)
                curvature[i * d + j] = s * (system[i * d + j] + system[j * d + i]);
            CertifiedSolve.Factor<T, Ref<T>>(d, curvature, factors);
            Solve(d, curvature, factors, (s + s) * mu / lambda, one, v, x, scratch);
            Store(d, x, o.Vector(form == 0 ? Slots.PrintedMinimizer : Slots.HalvedMinimizer));
        }
        return new Oracles(1, 3 * d, 3);
    }
}

/// <summary>
/// The derivative of the test loss behind one gradient step, along u: (I - alpha H)v by the Hessian, and with dual numbers
/// through the step, from gradients only.
/// </summary>
public sealed class OneStepTrial : BilevelTrial
{
    public override string Name => "one gradient step, reverse and forward";
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.OneStepReverse, Slots.OneStepForward, Slots.OneStepFirstOrder];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.U, BilevelShape.Alpha];

    public override bool IsCubic => false;

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) { }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var alpha = record[layout.OffsetOf(BilevelShape.Alpha)];
        var u = At(layout, record, BilevelShape.U);
        var theta = scratch.Take(d);
        var given = At(layout, record, BilevelShape.Theta);
        // No inner solution is needed: any theta will do, phi* where none is given.
        Vectors.Copy<T, Ref<T>>(
            d,
            double.IsNaN(T.Largest(given[0])) ? At(layout, record, BilevelShape.PhiStar) : given,
            theta
        );
        var g = scratch.Take(d);
        var phi = scratch.Take(d);
        var v = scratch.Take(d);
        Loss.Gradient<T, Ref<T>>(train, record, d, theta, g);
        Vectors.Combine<T, Ref<T>>(d, theta, -alpha, g, phi);
        Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Test)[0], record, d, phi, v);
        Loss.HessianVector<T, Ref<T>>(train, record, d, theta, v, g);
        Vectors.Combine<T, Ref<T>>(d, v, -alpha, g, g);
        o[Slots.OneStepReverse] = Vectors.Dot<T, Ref<T>>(d, u, g);
        o[Slots.OneStepFirstOrder] = Vectors.Dot<T, Ref<T>>(d, u, v);

        var duals = Lifted.Scratch<T>();
        duals.Reset();
        var lifted = duals.Take(layout.Size);
        for (var i = 0; i < layout.Size; i++)
            lifted[i] = Dual<T>.Constant(record[i]);
        var start = duals.Take(d);
        var gradient = duals.Take(d);
        for (var i = 0; i < d; i++)
            start[i] = new Dual<T>(theta[i], u[i]);
        Loss.Gradient<Dual<T>, Ref<Dual<T>>>(train, lifted, d, start, gradient);
        Vectors.Combine<Dual<T>, Ref<Dual<T>>>(d, start, Dual<T>.Constant(-alpha), gradient, gradient);
        for (var i = 0; i < d; i++)
            g[i] = gradient[i].Slope;
        o[Slots.OneStepForward] = Vectors.Dot<T, Ref<T>>(d, v, g);
        return new Oracles(3, 1, 4);
    }
}

/// <summary>
/// Two points of G(., theta) apart: the inequalities of strong convexity (Appendix B). theta does not matter. And a c with |grad
/// G(x) - grad G(x')| >= c|x - x'| for all x and x', by singular values, which know nothing of convexity: of G less its cosines the
/// smallest one, and a cosine a cos(v'x + p) takes at most |a||v|^2 away.
/// </summary>
public sealed class StrongConvexityTrial : ImplicitSystemTrial
{
    public override string Name => "gradients of G at two points";
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.PairDistance, Slots.PairGradientGap, Slots.PairProduct, Slots.Expansion];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.X, BilevelShape.Y];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) { }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var x = At(layout, record, BilevelShape.X);
        var y = At(layout, record, BilevelShape.Y);
        var gap = scratch.Take(d);
        var g = scratch.Take(d);
        var other = scratch.Take(d);
        Vectors.Combine<T, Ref<T>>(d, x, T.From(-1.0), y, gap);
        Loss.Gradient<T, Ref<T>>(train, record, d, x, g);
        Loss.Gradient<T, Ref<T>>(train, record, d, y, other);
        Vectors.Combine<T, Ref<T>>(d, g, T.From(-1.0), other, g);
        Vectors.Add<T, Ref<T>>(d, o[Bilevel.Lambda], gap, g);
        o[Slots.PairDistance] = Vectors.Norm<T, Ref<T>>(d, gap);
        o[Slots.PairGradientGap] = Vectors.Norm<T, Ref<T>>(d, g);
        o[Slots.PairProduct] = Vectors.Dot<T, Ref<T>>(d, g, gap);
        o[Slots.Expansion] = Expansion(train, record, d, o[Bilevel.Lambda], o[Bilevel.Mu], scratch);
        return new Oracles(2, 0, 3);
    }

    /// <summary>0 where there are terms of other kinds, for which nothing is known.</summary>
    private static T Expansion<T>(ReadOnlySpan<TermAt> train, Ref<T> record, int d, T lambda, T mu, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        var (zero, one) = (T.From(0.0), T.From(1.0));
        var system = scratch.Take(d * d);
        var factors = scratch.Take(d * d);
        var unit = scratch.Take(d * d);
        var inverse = scratch.Take(d * d);
        for (var k = 0; k < d * d; k++)
            system[k] = k % (d + 1) == 0 ? lambda : zero;
        var taken = zero;
        foreach (var term in train)
        {
            var p = record.At(term.Offset);
            switch (term.Kind)
            {
                case TermKind.Linear:
                    break;
                case TermKind.Quadratic:
                    for (var i = 0; i < d; i++)
                    for (var j = 0; j < d; j++)
                        system[i * d + j] += p[SymmetricMatrix.IndexOf(d, i, j)];
                    break;
                case TermKind.Cosine:
                    taken += T.Abs(p[0]) * Vectors.SquaredNorm<T, Ref<T>>(d, p.At(2));
                    break;
                default:
                    return zero;
            }
        }
        // mu bounds the eigenvalues of this part, too: over all phases the cosines' curvatures average to 0.
        CertifiedSolve.Factor<T, Ref<T>>(d, system, factors);
        Matrices.Identity<T, Ref<T>>(d, unit);
        Columns(d, system, factors, mu, unit, inverse, scratch);
        return T.Max(zero, one / SpectralNorm.Of(d, inverse, scratch) - taken);
    }
}

/// <summary>The meta-gradients of task 0 at two meta-parameters whose inner solutions phi1 and phi2 are given.</summary>
public sealed class MetaSmoothnessTrial : ImplicitSystemTrial
{
    public override string Name => "meta-gradients at two meta-parameters";
    public override IReadOnlyList<Slot> Fills { get; } = [Slots.ThetaGap, Slots.MetaGradientGap];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.Phi1, BilevelShape.Phi2];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) { }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var thetas = scratch.Take(2 * d);
        var gradients = scratch.Take(2 * d);
        var v = scratch.Take(d);
        var system = scratch.Take(d * d);
        var factors = scratch.Take(d * d);
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var lambda = o[Bilevel.Lambda];
        for (var k = 0; k < 2; k++)
        {
            var phi = At(layout, record, k == 0 ? BilevelShape.Phi1 : BilevelShape.Phi2);
            var theta = thetas.At(k * d);
            Loss.Gradient<T, Ref<T>>(train, record, d, phi, theta);
            for (var i = 0; i < d; i++)
                theta[i] = phi[i] + theta[i] / lambda;
            Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Test)[0], record, d, phi, v);
            Assemble(train, record, d, lambda, phi, system, factors, scratch);
            Solve(d, system, factors, o[Bilevel.Mu], lambda, v, gradients.At(k * d), scratch);
        }
        o[Slots.ThetaGap] = Vectors.Distance<T, Ref<T>>(d, thetas, thetas.At(d));
        o[Slots.MetaGradientGap] = Vectors.Distance<T, Ref<T>>(d, gradients, gradients.At(d));
        return new Oracles(4, 2 * d, 4);
    }
}

/// <summary>How long inner solutions are: at the theta of phi, at theta = 0, and at a theta that leaves the ball of radius D.</summary>
public sealed class InnerRadiusTrial : BilevelTrial
{
    // Few draws meet its hypotheses.
    public override int Thinning => 64;

    public override string Name => "lengths of inner solutions";
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.Radius, Slots.ThetaNorm, Slots.RadiusAtZero, Slots.RadiusBeyond];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        slots.Contains(Slots.RadiusBeyond) ? [BilevelShape.U] : [BilevelShape.Phi];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) { }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var lambda = o[Bilevel.Lambda];
        var theta = scratch.Take(d);
        var phi = scratch.Take(d);
        var given = At(layout, record, BilevelShape.Phi);
        Loss.Gradient<T, Ref<T>>(train, record, d, given, theta);
        for (var i = 0; i < d; i++)
            theta[i] = given[i] + theta[i] / lambda;
        o[Slots.Radius] = Vectors.Norm<T, Ref<T>>(d, given);
        o[Slots.ThetaNorm] = Vectors.Norm<T, Ref<T>>(d, theta);

        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), theta);
        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), phi);
        Minimize(layout, record, o, 0, theta, phi, scratch);
        o[Slots.RadiusAtZero] = Vectors.Norm<T, Ref<T>>(d, phi);

        // p outside of the ball; theta is where p is the inner solution, which is then solved for, from theta alone.
        var u = At(layout, record, BilevelShape.U);
        var p = scratch.Take(d);
        var length = T.From(2.0) * o[Bilevel.D] / Vectors.Norm<T, Ref<T>>(d, u);
        for (var i = 0; i < d; i++)
            p[i] = T.Point(length * u[i]);
        Loss.Gradient<T, Ref<T>>(train, record, d, p, theta);
        for (var i = 0; i < d; i++)
            theta[i] = p[i] + theta[i] / lambda;
        Vectors.Copy<T, Ref<T>>(d, theta, phi);
        Minimize(layout, record, o, 0, theta, phi, scratch);
        o[Slots.RadiusBeyond] = Vectors.Norm<T, Ref<T>>(d, phi);
        return new Oracles(20, 20 * d, 3);
    }
}

/// <summary>Conjugate gradients on M(phi) w = grad L(phi) that take no step, from a prescribed start.</summary>
public sealed class ZeroStepTrial : BilevelTrial
{
    public override string Name => "conjugate gradients without a step";
    public override IReadOnlyList<Slot> Fills { get; } = [Slots.ZeroSteps, Slots.TestGradient];
    public override IReadOnlyList<Slot> Takes { get; } = [Slots.ZeroStepStart];
    public override bool IsCubic => false;

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.Phi];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) =>
        Loss.Gradient<T, Ref<T>>(
            layout.LossesOf(BilevelShape.Test)[0],
            record,
            layout.D,
            At(layout, record, BilevelShape.Phi),
            At(o, Slots.TestGradient)
        );

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var w = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Slots.ZeroStepStart), w);
        var one = T.From(1.0);
        var products = ConjugateGradients.Solve(
            new LinearSystem<T, Ref<T>>(
                layout.LossesOf(BilevelShape.Train)[0],
                record,
                d,
                At(layout, record, BilevelShape.Phi),
                one,
                one / o[Bilevel.Lambda],
                At(o, Slots.TestGradient)
            ),
            isFromZero: false,
            T.From(0.0),
            w,
            scratch.Take(ConjugateGradients.WorkLength(d))
        );
        Store(d, w, o.Vector(Slots.ZeroSteps));
        return new Oracles(1, products, 5);
    }
}

/// <summary>
/// lambda(theta - phi), which Reptile moves by, with the gradients that it is compared with: at the phi* of the instance, and at
/// the inner solution found from theta alone.
/// </summary>
public sealed class ReptileTrial : BilevelTrial
{
    public override string Name => "the step of Reptile";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.ProximalStep, Slots.TestGradientOfStep, Slots.SolvedStep, Slots.TrainGradientOfSolved];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var theta = At(o, Bilevel.Theta);
        var star = At(o, Bilevel.PhiStar);
        Step(d, o[Bilevel.Lambda], theta, star, o.Vector(Slots.ProximalStep));
        Loss.Gradient<T, Ref<T>>(
            layout.LossesOf(BilevelShape.Test)[0],
            record,
            d,
            star,
            At(o, Slots.TestGradientOfStep)
        );
        var phi = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, theta, phi);
        Minimize(layout, record, o, 0, theta, phi, scratch);
        Step(d, o[Bilevel.Lambda], theta, phi, o.Vector(Slots.SolvedStep));
        Loss.Gradient<T, Ref<T>>(train, record, d, phi, At(o, Slots.TrainGradientOfSolved));
        return new Oracles(20, 20 * d, 3);
    }

    private static void Step<T>(int d, T lambda, Ref<T> theta, Ref<T> phi, Span<T> step)
        where T : struct, IReal<T>
    {
        for (var i = 0; i < d; i++)
            step[i] = lambda * (theta[i] - phi[i]);
    }
}
