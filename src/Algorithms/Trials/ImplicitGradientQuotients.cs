using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.ImplicitGradient;

namespace Verify.Algorithms.Trials;

/// <summary>Trials that hold a derivative against a central difference.</summary>
/// <remarks>
/// In the types of the machine the quotient has the increment t of the instance. Enclosures take one that is shorter by the
/// root of the type's resolution, and widen it by a bound of what a quotient differs from the derivative, so that they contain
/// the derivative itself.
/// </remarks>
public abstract class QuotientTrial : ImplicitSystemTrial
{
    /// <summary>The increment in this number type.</summary>
    protected static T IncrementOf<T>(T t)
        where T : struct, IReal<T> => T.Encloses ? t * T.From(Math.ScaleB(1, Math.ILogB(Precision.Unit<T>()) / 2)) : t;

    /// <summary>theta of the instance, or that of the phi* which it gives: nothing is solved.</summary>
    protected static void StoreTheta<T>(Layout layout, Ref<T> record, T lambda, Ref<T> theta)
        where T : struct, IReal<T>
    {
        var d = layout.D;
        var given = At(layout, record, BilevelShape.PhiStar);
        if (!Has(given))
        {
            Vectors.Copy<T, Ref<T>>(d, At(layout, record, BilevelShape.Theta), theta);
            return;
        }
        Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Train)[0], record, d, given, theta);
        for (var i = 0; i < d; i++)
            theta[i] = given[i] + theta[i] / lambda;
    }

    /// <summary>
    /// Whether the inner solutions are to be enclosed without convexity: mu is not above 0 (or not a number), and there is one
    /// dimension. With more of them nothing is known then.
    /// </summary>
    protected static bool IsScalarNonconvex<T>(int d, T mu)
        where T : struct, IReal<T> => d == 1 && T.Encloses && !(T.Largest(-mu) < 0);

    /// <summary>Alg*_i(theta) of one task from a nearby start, or in one dimension from anywhere.</summary>
    protected static void Find<T>(
        Layout layout,
        Ref<T> record,
        Observables<T> o,
        int task,
        Ref<T> theta,
        Ref<T> phi,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        Minimize(layout, record, o, task, theta, phi, scratch);
        if (layout.D > 1 || T.Encloses)
            return;
        var train = layout.LossesOf(BilevelShape.Train)[task];
        var best = ScalarProximal.Search(train, record, o.Vector(Bilevel.Lambda)[task], theta, scratch);
        phi[0] = T.SelectLess(T.From(0.0), o.Vector(Bilevel.Mu)[task], phi[0], best);
    }

    /// <summary>The least |D_k| of M = LDL', from the factors of lambda M; in one dimension M itself.</summary>
    protected static T LeastPivot<T>(int d, T lambda, Ref<T> system, Ref<T> factors)
        where T : struct, IReal<T>
    {
        var pivot = T.Abs(d == 1 ? system[0] : factors[0]);
        for (var i = 1; i < d; i++)
            pivot = T.Min(pivot, T.Abs(factors[i * d + i]));
        return pivot / lambda;
    }

    /// <summary>x + s y.</summary>
    protected static Ref<T> Shifted<T>(int d, Ref<T> x, T s, Ref<T> y, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        var z = scratch.Take(d);
        Vectors.Combine<T, Ref<T>>(d, x, s, y, z);
        return z;
    }
}

/// <summary>
/// The meta-objective F = mean of L_i(Alg*_i) along u: its central difference and its slope by implicit gradients. Inner solutions
/// are found as those of <see cref="ImplicitJacobianTrial"/> are.
/// </summary>
/// <param name="shape">The shape.</param>
public sealed class MetaObjectiveTrial(BilevelShape shape) : QuotientTrial
{
    public override string Name => $"the meta-objective along a direction ({shape.Name})";
    public override Shape Shape => shape;
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.ObjectiveQuotient, Slots.ObjectiveSlope, Slots.FirstOrderSlope, Slots.LeastPivot];

    // L, for what the quotient may differ by.
    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        [BilevelShape.U, BilevelShape.Increment, BilevelShape.L];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) { }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, n) = (layout.D, layout.Tasks);
        var theta = scratch.Take(d);
        StoreTheta(layout, record, o[Bilevel.Lambda], theta);
        var u = At(layout, record, BilevelShape.U);
        var increment = record[layout.OffsetOf(BilevelShape.Increment)];
        var t = IncrementOf(increment);
        var ahead = Shifted(d, theta, t, u, scratch);
        var behind = Shifted(d, theta, -t, u, scratch);
        var given = At(layout, record, BilevelShape.PhiStar);
        var phi = scratch.Take(d);
        var near = scratch.Take(d);
        var v = scratch.Take(d);
        var g = scratch.Take(d);
        var system = scratch.Take(d * d);
        var factors = scratch.Take(d * d);
        var (zero, two) = (T.From(0.0), T.From(2.0));
        var (quotient, slope, firstOrder, remainder) = (zero, zero, zero, zero);
        var pivot = T.From(double.PositiveInfinity);
        for (var i = 0; i < n; i++)
        {
            var (train, test) = (layout.LossesOf(BilevelShape.Train)[i], layout.LossesOf(BilevelShape.Test)[i]);
            var (lambda, mu) = (o.Vector(Bilevel.Lambda)[i], o.Vector(Bilevel.Mu)[i]);
            if (IsScalarNonconvex(d, mu))
            {
                // The mean value theorem: a difference of L is its slope somewhere between the minimizers times theirs.
                var found = ScalarProximal.Derivative(layout, record, i, lambda, theta[0], u[0], increment);
                phi[0] = found.Minimizers;
                Loss.Gradient<T, Ref<T>>(test, record, d, phi, v);
                slope += v[0] * found.Stated;
                firstOrder += v[0] * u[0];
                quotient += v[0] * found.Derivative;
                pivot = T.Min(pivot, found.System);
                continue;
            }
            var isGiven = i == 0 && Has(given);
            Vectors.Copy<T, Ref<T>>(d, isGiven ? given : theta, phi);
            if (!isGiven)
                Find(layout, record, o, i, theta, phi, scratch);
            Loss.Gradient<T, Ref<T>>(test, record, d, phi, v);
            Assemble(train, record, d, lambda, phi, system, factors, scratch);
            Solve(d, system, factors, mu, lambda, v, g, scratch);
            slope += Vectors.Dot<T, Ref<T>>(d, u, g);
            firstOrder += Vectors.Dot<T, Ref<T>>(d, u, v);
            pivot = T.Min(pivot, LeastPivot(d, lambda, system, factors));

            Vectors.Copy<T, Ref<T>>(d, phi, near);
            Find(layout, record, o, i, ahead, near, scratch);
            var value = Loss.Value<T, Ref<T>>(test, record, d, near);
            Vectors.Copy<T, Ref<T>>(d, phi, near);
            Find(layout, record, o, i, behind, near, scratch);
            quotient += (value - Loss.Value<T, Ref<T>>(test, record, d, near)) / (two * t);

            // |grad F_i(theta') - grad F_i(theta)| <= (lambda^2 L/mu^2 + lambda^2 rho |v|/mu^3) |theta' - theta|.
            var curvature = T.Fma(
                o.Vector(Bilevel.Rho)[i] * Vectors.Norm<T, Ref<T>>(d, v),
                T.From(1.0) / mu,
                o.Vector(Bilevel.L)[i]
            );
            remainder = T.Fma(T.Pow(lambda / mu, 2), curvature, remainder);
        }
        var tasks = T.From((double)n);
        remainder *= t * Vectors.SquaredNorm<T, Ref<T>>(d, u) / (two * tasks);
        o[Slots.ObjectiveQuotient] = T.Widen(quotient / tasks, remainder);
        o[Slots.ObjectiveSlope] = slope / tasks;
        o[Slots.FirstOrderSlope] = firstOrder / tasks;
        o[Slots.LeastPivot] = pivot;
        return new Oracles(60 * n, 60 * n * d, 6);
    }
}

/// <summary>
/// A quadratic train loss x'Ax/2 + b'x with its closed forms, A and b read from the terms: the gradient of G at
/// (A + lambda I)^-1 (lambda theta - b), and the slope of L(Alg*) along u beside its central difference.
/// </summary>
public sealed class ClosedFormTrial : QuotientTrial
{
    public override string Name => "closed forms of a quadratic inner problem";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.ClosedFormGradient, Slots.ClosedFormQuotient, Slots.ClosedFormSlope];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        slots.Contains(Slots.ClosedFormSlope) ? [BilevelShape.U, BilevelShape.Increment, BilevelShape.L] : [];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var (train, test) = (layout.LossesOf(BilevelShape.Train)[0], layout.LossesOf(BilevelShape.Test)[0]);
        var (lambda, mu) = (o[Bilevel.Lambda], o[Bilevel.Mu]);
        var theta = At(o, Bilevel.Theta);
        var system = scratch.Take(d * d);
        var factors = scratch.Take(d * d);
        var right = scratch.Take(d);
        var x = scratch.Take(d);
        Read(train, record, d, lambda, theta, system, right);
        CertifiedSolve.Factor<T, Ref<T>>(d, system, factors);
        Solve(d, system, factors, mu, T.From(1.0), right, x, scratch);
        new ProximalObjective<T, Ref<T>>(train, record, d, lambda, theta).Gradient(x, At(o, Slots.ClosedFormGradient));

        var u = At(layout, record, BilevelShape.U);
        if (!Has(u))
            return new Oracles(1, 0, 2);
        var v = scratch.Take(d);
        var g = scratch.Take(d);
        Loss.Gradient<T, Ref<T>>(test, record, d, x, v);
        Solve(d, system, factors, mu, lambda, v, g, scratch);
        o[Slots.ClosedFormSlope] = Vectors.Dot<T, Ref<T>>(d, u, g);

        var t = IncrementOf(record[layout.OffsetOf(BilevelShape.Increment)]);
        var ahead = scratch.Take(d);
        var behind = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Bilevel.PhiStar), ahead);
        Vectors.Copy<T, Ref<T>>(d, ahead, behind);
        Minimize(layout, record, o, 0, Shifted(d, theta, t, u, scratch), ahead, scratch);
        Minimize(layout, record, o, 0, Shifted(d, theta, -t, u, scratch), behind, scratch);
        var quotient =
            (Loss.Value<T, Ref<T>>(test, record, d, ahead) - Loss.Value<T, Ref<T>>(test, record, d, behind))
            / (T.From(2.0) * t);
        // Alg* is affine: grad F = J'grad L(Alg*) is (lambda/mu)^2 L-Lipschitz.
        var remainder = t * Vectors.SquaredNorm<T, Ref<T>>(d, u) * T.Pow(lambda / mu, 2) * o[Bilevel.L] * T.From(0.5);
        o[Slots.ClosedFormQuotient] = T.Widen(quotient, remainder);
        return new Oracles(20, 20 * d, 4);
    }

    /// <summary>A + lambda I, row by row, and lambda theta - b, from the numbers of the quadratic and linear terms.</summary>
    private static void Read<T>(
        ReadOnlySpan<TermAt> train,
        Ref<T> record,
        int d,
        T lambda,
        Ref<T> theta,
        Ref<T> system,
        Ref<T> right
    )
        where T : struct, IReal<T>
    {
        for (var k = 0; k < d * d; k++)
            system[k] = k % (d + 1) == 0 ? lambda : T.From(0.0);
        for (var i = 0; i < d; i++)
            right[i] = lambda * theta[i];
        foreach (var term in train)
        {
            if (term.Kind is not (TermKind.Quadratic or TermKind.Linear))
                continue;
            var isQuadratic = term.Kind == TermKind.Quadratic;
            for (var i = 0; isQuadratic && i < d; i++)
            for (var j = 0; j < d; j++)
                system[i * d + j] += record[term.Offset + SymmetricMatrix.IndexOf(d, i, j)];
            var b = record.At(term.Offset + (isQuadratic ? SymmetricMatrix.PackedLength(d) : 0));
            for (var i = 0; i < d; i++)
                right[i] -= b[i];
        }
    }
}

/// <summary>
/// The derivative of Alg* along w beside M(phi*)^-1 w. Where G is strongly convex phi* is found by Newton's method; where it
/// is not, in one dimension, among all stationary points; else it is not known.
/// </summary>
/// <param name="shape">The shape.</param>
public sealed class ImplicitJacobianTrial(BilevelShape shape) : QuotientTrial
{
    public override string Name => $"the derivative of the inner solution ({shape.Name})";
    public override Shape Shape => shape;
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.Derivative, Slots.JacobianVector, Slots.JacobianVectorWithoutLambda, Slots.LeastPivot];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.W, BilevelShape.Increment];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) { }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var (lambda, mu) = (o[Bilevel.Lambda], o[Bilevel.Mu]);
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var w = At(layout, record, BilevelShape.W);
        var t = record[layout.OffsetOf(BilevelShape.Increment)];
        var given = At(layout, record, BilevelShape.PhiStar);
        var theta = scratch.Take(d);
        StoreTheta(layout, record, lambda, theta);
        if (IsScalarNonconvex(d, mu))
        {
            var found = ScalarProximal.Derivative(layout, record, 0, lambda, theta[0], w[0], t);
            o[Slots.Derivative] = found.Derivative;
            o[Slots.JacobianVector] = found.Stated;
            o[Slots.JacobianVectorWithoutLambda] = T.From(double.NaN);
            o[Slots.LeastPivot] = found.System;
            return new Oracles(1000, 10, 1);
        }

        t = IncrementOf(t);
        var phi = scratch.Take(d);
        var ahead = scratch.Take(d);
        var behind = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, Has(given) ? given : theta, phi);
        if (!Has(given))
            Find(layout, record, o, 0, theta, phi, scratch);
        Vectors.Copy<T, Ref<T>>(d, phi, ahead);
        Vectors.Copy<T, Ref<T>>(d, phi, behind);
        Find(layout, record, o, 0, Shifted(d, theta, t, w, scratch), ahead, scratch);
        Find(layout, record, o, 0, Shifted(d, theta, -t, w, scratch), behind, scratch);
        // J = lambda (lambda I + H(phi*))^-1 is lambda^2 rho/mu^3 Lipschitz in theta.
        var remainder =
            t * Vectors.SquaredNorm<T, Ref<T>>(d, w) * T.Pow(lambda, 2) * o[Bilevel.Rho] / (T.From(2.0) * T.Pow(mu, 3));
        var derivative = o.Vector(Slots.Derivative);
        for (var i = 0; i < d; i++)
            derivative[i] = T.Widen((ahead[i] - behind[i]) / (T.From(2.0) * t), remainder);

        var system = scratch.Take(d * d);
        var factors = scratch.Take(d * d);
        var x = scratch.Take(d);
        Assemble(train, record, d, lambda, phi, system, factors, scratch);
        Solve(d, system, factors, mu, lambda, w, x, scratch);
        Store(d, x, o.Vector(Slots.JacobianVector));
        o[Slots.LeastPivot] = LeastPivot(d, lambda, system, factors);
        for (var i = 0; i < d; i++)
            system[i * d + i] += T.From(1.0) - lambda;
        CertifiedSolve.Factor<T, Ref<T>>(d, system, factors);
        Solve(d, system, factors, mu - lambda + T.From(1.0), T.From(1.0), w, x, scratch);
        Store(d, x, o.Vector(Slots.JacobianVectorWithoutLambda));
        return new Oracles(60, 60 * d, 5);
    }
}
