using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Algorithms.Trials;

/// <summary>
/// The system M(phi) w = grad L(phi) of the implicit gradient, M = I + H/lambda, at the phi of the instance or, where it has
/// none, at phi*: the size of its solution, by a direct solve.
/// </summary>
public class SolutionNormTrial : BilevelTrial
{
    public override string Name => "the system of the implicit gradient";
    public override IReadOnlyList<Slot> Fills { get; } = [.. Prepared, Slots.SolutionNorm, Slots.LinearStartError];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        base.Prepare(layout, record, o, scratch);
        var d = layout.D;
        var v = scratch.Take(d);
        var x = scratch.Take(d);
        var phi = PointOf(layout, record, o);
        Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Test)[0], record, d, phi, v);
        Solve(layout, record, o, phi, v, x, scratch);
        o[Slots.SolutionNorm] = Vectors.Norm<T, Ref<T>>(d, x);
        o[Slots.LinearStartError] = Vectors.Distance<T, Ref<T>>(d, v, x);
    }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) => default;

    /// <summary>phi of the instance, or phi*.</summary>
    protected static Ref<T> PointOf<T>(Layout layout, Ref<T> record, Observables<T> o)
        where T : struct, IReal<T>
    {
        var phi = At(layout, record, BilevelShape.Phi);
        return double.IsNaN(T.Largest(phi[0])) ? At(o, Bilevel.PhiStar) : phi;
    }

    /// <summary>x = M(phi)^-1 v; x may be v.</summary>
    internal static void Solve<T>(
        Layout layout,
        Ref<T> record,
        Observables<T> o,
        Ref<T> phi,
        Ref<T> v,
        Ref<T> x,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        var d = layout.D;
        var factors = scratch.Take(d * d);
        var (one, scale) = (T.From(1.0), T.From(1.0) / o[Bilevel.Lambda]);
        FactorShifted(layout.LossesOf(BilevelShape.Train)[0], record, d, phi, one, scale, factors, scratch.Take(d));
        Cholesky.Solve<T, Ref<T>>(d, factors, v, x);
    }
}

/// <summary>
/// Nesterov's method on w'M(phi)w/2 - w'v, which is mu/lambda-strongly convex and beta/lambda-smooth, from a multiple of v.
/// </summary>
public sealed class AcceleratedSystemTrial : SolutionNormTrial
{
    private static readonly Coordinate s_steps = SharedCoordinates.Steps(Slots.AcceleratedSteps);

    // Thousands of steps.
    public override int Thinning => 16;
    public override string Name => "accelerated descent on the system of the implicit gradient";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.SolutionNorm, Slots.LinearStartError, Slots.LinearError, Cost.HessianVectors];
    public override IReadOnlyList<Slot> Takes { get; } = [Slots.LinearStartShare, Slots.AcceleratedSteps];
    public override IReadOnlyList<Coordinate> Coordinates { get; } = [.. BilevelShape.Instance.Coordinates, s_steps];
    public override (Coordinate X, Coordinate Y)? Map => (SharedCoordinates.InnerCondition, s_steps);

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var lambda = o[Bilevel.Lambda];
        var v = scratch.Take(d);
        var w = scratch.Take(d);
        var phi = PointOf(layout, record, o);
        Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Test)[0], record, d, phi, v);
        for (var i = 0; i < d; i++)
            w[i] = o[Slots.LinearStartShare] * v[i];
        var products = AcceleratedGradient.Run<T, Ref<T>, LinearSystem<T, Ref<T>>>(
            new LinearSystem<T, Ref<T>>(
                layout.LossesOf(BilevelShape.Train)[0],
                record,
                d,
                phi,
                T.From(1.0),
                T.From(1.0) / lambda,
                v
            ),
            o[Bilevel.Mu] / lambda,
            o[Bilevel.Beta] / lambda,
            o[Slots.AcceleratedSteps],
            w,
            scratch.Take(AcceleratedGradient.WorkLength(d))
        );
        Solve(layout, record, o, phi, v, v, scratch);
        o[Slots.LinearError] = Vectors.Distance<T, Ref<T>>(d, w, v);
        o[Cost.HessianVectors] = T.Min(o[Slots.AcceleratedSteps], T.From((double)products));
        return default;
    }
}
