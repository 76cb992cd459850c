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

/// <summary>T steps of a prescribed size on G from theta, and what back-propagation through the last K of them lacks.</summary>
public class TruncationTrial : BilevelTrial
{
    private static readonly Coordinate s_kept = SharedCoordinates.Steps(Slots.KeptSteps);

    public override string Name => "truncated back-propagation";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.TruncationError, Slots.TestGradient, Slots.TestGradientBefore];
    public override IReadOnlyList<Slot> Takes { get; } = [InnerSolvers.StepSize, Slots.KeptSteps];

    // With theta or phi* given there is no direct solve whose cost matters.
    public override bool IsCubic => false;

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.Test];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.T];

    public override IReadOnlyList<Coordinate> Coordinates => [.. Shape.Coordinates, s_kept];
    public override (Coordinate X, Coordinate Y)? Map => (Shape.Map!.Value.X, s_kept);

    /// <summary>Also |grad L(phi_T)| after T steps of size 1/beta, on which a prescribed K rests.</summary>
    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        PrepareTheta(layout, record, o, scratch);
        var (d, steps) = (layout.D, o[Count.T]);
        var path = scratch.Take((steps + 1) * d);
        var work = scratch.Take(d);
        var one = T.From(1.0);
        ProximalMaml.Descend(
            Objective(layout, record, o),
            At(o, Bilevel.Theta),
            one / o[Bilevel.Beta],
            steps,
            path,
            work
        );
        o[Slots.TestGradientBefore] = TestGradient(layout, record, path.At(steps * d), work);
    }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var path = scratch.Take((o[Count.T] + 1) * layout.D);
        return Truncate(layout, record, o, scratch, path);
    }

    /// <summary>Fills theta, and what else is known of the instance.</summary>
    protected virtual void PrepareTheta<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
        where T : struct, IReal<T> => base.Prepare(layout, record, o, scratch);

    /// <summary>The run, its iterates left in the path.</summary>
    protected static Oracles Truncate<T>(
        Layout layout,
        Ref<T> record,
        Observables<T> o,
        Scratch<T> scratch,
        Ref<T> path
    )
        where T : struct, IReal<T>
    {
        var (d, steps) = (layout.D, o[Count.T]);
        var step = o[InnerSolvers.StepSize];
        var work = scratch.Take(TruncatedMaml.WorkLength(d));
        var kept = scratch.Take(d);
        var dropped = scratch.Take(d);
        var objective = Objective(layout, record, o);
        var oracles = ProximalMaml.Descend(objective, At(o, Bilevel.Theta), step, steps, path, work);
        oracles += TruncatedMaml.MetaGradient(
            objective,
            layout.LossesOf(BilevelShape.Test)[0],
            record,
            o[Bilevel.Lambda],
            step,
            steps,
            o[Slots.KeptSteps],
            path,
            kept,
            dropped,
            work
        );
        o[Slots.TruncationError] = Vectors.Norm<T, Ref<T>>(d, dropped);
        o[Slots.TestGradient] = TestGradient(layout, record, path.At(steps * d), work);
        return oracles;
    }

    /// <summary>G(., theta) of task 0.</summary>
    protected static ProximalObjective<T, Ref<T>> Objective<T>(Layout layout, Ref<T> record, Observables<T> o)
        where T : struct, IReal<T> =>
        new(layout.LossesOf(BilevelShape.Train)[0], record, layout.D, o[Bilevel.Lambda], At(o, Bilevel.Theta));

    private static T TestGradient<T>(Layout layout, Ref<T> record, Ref<T> phi, Ref<T> work)
        where T : struct, IReal<T>
    {
        Loss.Gradient<T, Ref<T>>(layout.LossesOf(BilevelShape.Test)[0], record, layout.D, phi, work);
        return Vectors.Norm<T, Ref<T>>(layout.D, work);
    }
}

/// <summary>The same, and whether G is a-strongly convex along the last K iterates.</summary>
/// <param name="shape">Bilevel problems, or smooth ones: then theta is given and there is no inner solution.</param>
public sealed class LocalTruncationTrial(Shape shape) : TruncationTrial
{
    // Few draws meet its hypotheses.
    public override int Thinning => 16;

    public override string Name => $"truncated back-propagation near a minimum, {shape}";
    public override Shape Shape => shape;
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        .. shape == BilevelShape.Instance ? Prepared : [Bilevel.Theta],
        Slots.TruncationError,
        Slots.TestGradient,
        Slots.TestGradientBefore,
        Slots.LocalPivot,
    ];
    public override bool IsCubic => true;

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        [.. base.NeededFor(slots), BilevelShape.LocalConvexity];

    protected override void PrepareTheta<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        if (shape == BilevelShape.Instance)
            base.PrepareTheta(layout, record, o, scratch);
        else
            Store(layout.D, At(layout, record, BilevelShape.Theta), o.Vector(Bilevel.Theta));
    }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, steps) = (layout.D, o[Count.T]);
        var path = scratch.Take((steps + 1) * d);
        var oracles = Truncate(layout, record, o, scratch, path);
        var shift = o[Bilevel.Lambda] - o[Bilevel.LocalConvexity];
        var matrix = scratch.Take(d * d);
        var unit = scratch.Take(d);
        var least = T.From(double.PositiveInfinity);
        for (var t = steps - 1; t >= 0; t--)
        {
            Loss.Hessian<T, Ref<T>>(layout.LossesOf(BilevelShape.Train)[0], record, d, path.At(t * d), matrix, unit);
            for (var k = 0; k < d; k++)
                matrix[k * d + k] += shift;
            // phi_t is among the last K where T - t <= K.
            var pivot = LeastPivot(d, matrix);
            least = T.SelectLess(o[Slots.KeptSteps], T.From((double)(steps - t)), least, T.Min(least, pivot));
        }
        o[Slots.LocalPivot] = least;
        return oracles;
    }

    /// <summary>
    /// The least pivot of S = L D L', not negative where S is positive semidefinite, provided that below a pivot of 0 there are
    /// zeros only.
    /// </summary>
    private static T LeastPivot<T>(int d, Ref<T> a)
        where T : struct, IReal<T>
    {
        var zero = T.From(0.0);
        var least = a[0];
        for (var k = 0; k < d; k++)
        {
            var pivot = a[k * d + k];
            least = T.Min(least, pivot);
            for (var i = k + 1; i < d; i++)
            {
                var below = a[i * d + k];
                var l = T.SelectLess(zero, T.Abs(below), below / pivot, zero);
                for (var j = k + 1; j <= i; j++)
                    a[i * d + j] = T.Fma(-l, a[j * d + k], a[i * d + j]);
            }
        }
        return least;
    }
}

/// <summary>T steps of a given size on the train loss alone: the norm of the derivative of phi_T in theta.</summary>
public sealed class TrainDescentTrial : BilevelTrial
{
    // Few draws meet its hypotheses.
    public override int Thinning => 16;

    public override string Name => "descent on the train loss alone";
    public override IReadOnlyList<Slot> Fills { get; } = [.. Prepared, Slots.JacobianNorm];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [BilevelShape.Alpha];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.T];

    public override (Coordinate X, Coordinate Y)? Map =>
        (SharedCoordinates.InnerCondition, SharedCoordinates.Of(Count.T));

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, steps) = (layout.D, o[Count.T]);
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var alpha = o[Bilevel.Alpha];
        var phi = scratch.Take(d);
        var work = scratch.Take(d);
        var jacobian = scratch.Take(d * d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Bilevel.Theta), phi);
        Matrices.Identity<T, Ref<T>>(d, jacobian);
        for (var t = 0; t < steps; t++)
        {
            for (var k = 0; k < d; k++)
            {
                Loss.HessianVector<T, Ref<T>>(train, record, d, phi, jacobian.At(k * d), work);
                Vectors.Add<T, Ref<T>>(d, -alpha, work, jacobian.At(k * d));
            }
            Loss.Gradient<T, Ref<T>>(train, record, d, phi, work);
            Vectors.Add<T, Ref<T>>(d, -alpha, work, phi);
        }
        o[Slots.JacobianNorm] = SpectralNorm.Of(d, jacobian, scratch);
        return new Oracles(steps, steps * d, 1);
    }
}
