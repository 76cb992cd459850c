using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>
/// The minimizer of G(., theta) by Newton's method, damped so that |grad G| falls at every step, which it can wherever G is
/// strongly convex. For a quadratic it is a direct solve with refinement.
/// </summary>
public static class ProximalNewton
{
    private const int MostSteps = 60;

    /// <summary>A last undamped step of more than this part of |x| + (lambda/mu)|theta| is no convergence.</summary>
    private const double LargestLastStep = 1e-6;

    /// <summary>A step of less than this part of |x| + (lambda/mu)|theta| that brings nothing is the last one.</summary>
    private const double SmallStep = 1e-8;

    /// <summary>How many elements of scratch <see cref="Minimize"/> needs.</summary>
    public static int WorkLength(int d) => 2 * d * d + 4 * d;

    /// <summary>Minimizes. NaN in the lanes that do not converge.</summary>
    /// <param name="terms">The terms of the train loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="lambda">The regularization.</param>
    /// <param name="mu">
    /// At or below the strong convexity of G: where the type encloses, the error is at most |grad G(phi)|/mu (the certificate of
    /// Definition 1), and nothing is known where mu is not above 0.
    /// </param>
    /// <param name="theta">The meta-parameters, d elements.</param>
    /// <param name="phi">d elements: the start, then the minimizer.</param>
    /// <param name="work">Scratch.</param>
    public static void Minimize<T, TStore>(
        ReadOnlySpan<TermAt> terms,
        TStore record,
        int d,
        T lambda,
        T mu,
        TStore theta,
        TStore phi,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var objective = new ProximalObjective<T, TStore>(terms, record, d, lambda, theta);
        var hessian = work;
        var factors = work.At(d * d);
        var g = work.At(2 * d * d);
        var p = g.At(d);
        var y = g.At(2 * d);
        var unit = g.At(3 * d);
        var (zero, one, four) = (T.From(0.0), T.From(1.0), T.From(4.0));
        var resolution = T.From(Math.Pow(64 * Precision.Unit<T>(), 2));
        var small = T.From(Math.Pow(SmallStep, 2));
        var (alive, damping, full, size) = (one, one, zero, zero);
        // The rounding of theta moves the minimizer by lambda/mu times as much.
        var sensitivity = T.SelectLess(zero, T.Point(mu), lambda / mu, one);
        var weight = T.Point(T.Pow(sensitivity, 2) * Vectors.SquaredNorm<T, TStore>(d, theta));
        for (var i = 0; i < d; i++)
            phi[i] = T.Point(phi[i]);
        for (var k = 0; k < MostSteps && T.Largest(alive) > 0; k++)
        {
            objective.Gradient(phi, g);
            // Lanes that have converged keep their iterate: no merit is below -1.
            var merit = T.SelectLess(zero, alive, T.Point(Vectors.SquaredNorm<T, TStore>(d, g)), -one);
            Loss.Hessian<T, TStore>(terms, record, d, phi, hessian, unit);
            for (var i = 0; i < d; i++)
                hessian[i * d + i] += lambda;
            CertifiedSolve.Factor<T, TStore>(d, hessian, factors);
            CertifiedSolve.Approximate<T, TStore>(d, factors, g, p);
            for (var i = 0; i < d; i++)
                y[i] = T.Point(T.Fma(-damping, p[i], phi[i]));
            objective.Gradient(y, g);
            var next = T.Point(Vectors.SquaredNorm<T, TStore>(d, g));
            full = T.Point(Vectors.SquaredNorm<T, TStore>(d, p));
            var step = T.Point(T.Pow(damping, 2) * full);
            size = T.Point(Vectors.SquaredNorm<T, TStore>(d, phi)) + weight;
            for (var i = 0; i < d; i++)
                phi[i] = T.SelectLess(next, merit, y[i], phi[i]);
            damping = T.SelectLess(next, merit, T.Min(one, four * damping), damping / four);
            alive = T.SelectLess(T.Point(resolution * size), step, alive, zero);
            // A short step that does not lower the gradient: rounding is all that is left.
            alive = T.SelectLess(next, merit, alive, T.SelectLess(T.Point(small * size), full, alive, zero));
        }
        // Where the whole step is still long, it is not there.
        var limit = T.Point(T.From(Math.Pow(LargestLastStep, 2)) * size);
        for (var i = 0; i < d; i++)
            phi[i] = T.SelectLess(limit, full, T.From(double.NaN), phi[i]);
        objective.Gradient(phi, g);
        var radius = Vectors.Norm<T, TStore>(d, g) / T.Max(zero, mu);
        for (var i = 0; i < d; i++)
            phi[i] = T.Widen(phi[i], radius);
    }
}
