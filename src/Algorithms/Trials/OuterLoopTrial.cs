using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.OuterLoop;

namespace Verify.Algorithms.Trials;

/// <summary>
/// Gradient descent on F with every gradient g off by a vector of given length that points against the step: the step is
/// taken along (1 - e/|g|) g. Measured are the exact gradients along the path.
/// </summary>
public sealed class OuterLoopTrial : Trial
{
    private static readonly Coordinate s_step = Coordinate.Product(
            "etaLF",
            @"\eta L_F",
            Bins.Log(-4, 1),
            Slots.StepSize,
            Slots.LF
        ),
        s_steps = SharedCoordinates.Steps(Slots.Steps);

    public override string Name => "inexact outer descent";
    public override Shape Shape => OuterLoopShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.GapAtZero, Slots.GapAtStart, Slots.LeastGradient, Slots.LeastSquareBefore, Cost.Gradients];
    public override IReadOnlyList<Slot> Takes { get; } = [Slots.Start, Slots.StepSize, Slots.Steps, Slots.Error];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [.. OuterLoopShape.Instance.Coordinates, s_step, s_steps];
    public override (Coordinate X, Coordinate Y)? Map => (s_step, s_steps);

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        slots.Contains(Slots.GapAtStart) ? [OuterLoopShape.Start] : [];

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var f = Objective(layout, record, scratch);
        var x = scratch.Take(d);
        var g = scratch.Take(d);
        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), x);
        o[Slots.GapAtZero] = f.Value(x, g);
        var start = o.Vector(Slots.GivenStart);
        for (var i = 0; i < d; i++)
        {
            // The reading of an absent start.
            if (double.IsNaN(T.Largest(start[i])))
                start[i] = T.From(0.0);
            x[i] = start[i];
        }
        o[Slots.GapAtStart] = f.Value(x, g);
    }

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var f = Objective(layout, record, scratch);
        var x = scratch.Take(d);
        var g = scratch.Take(d);
        var (eta, steps, error) = (o[Slots.StepSize], o[Slots.Steps], o[Slots.Error]);
        var (zero, half) = (T.From(0.0), T.From(0.5));
        for (var i = 0; i < d; i++)
            x[i] = o.Vector(Slots.Start)[i];
        var (least, leastBefore) = (zero, zero);
        var most = T.Largest(steps);
        for (var k = 0; k == 0 || k <= most; k++)
        {
            f.Gradient(x, g);
            var norm = Vectors.Norm<T, Ref<T>>(d, g);
            var square = Vectors.SquaredNorm<T, Ref<T>>(d, g);
            var at = T.From((double)k);
            least = k == 0 ? norm : T.SelectLess(at, steps + half, T.Min(least, norm), least);
            leastBefore = k == 0 ? square : T.SelectLess(at, steps, T.Min(leastBefore, square), leastBefore);
            // At a stationary point there is no step for the error to be against.
            var share = T.SelectLess(zero, norm, error / norm, zero);
            for (var i = 0; i < d; i++)
            {
                // No component of the error is longer than the error: enclosures of a small gradient do not know that.
                var off = T.Max(-error, T.Min(error, share * g[i]));
                x[i] = T.Fma(-eta, g[i] - off, x[i]);
            }
        }
        // A count that is not a number leaves nothing measured.
        o[Slots.LeastGradient] = T.Fma(zero, steps, least);
        o[Slots.LeastSquareBefore] = T.Fma(zero, steps, leastBefore);
        o[Cost.Gradients] = steps + T.From(1.0);
        return default;
    }

    private static CenteredQuadratic<T, Ref<T>> Objective<T>(Layout layout, Ref<T> record, Scratch<T> scratch)
        where T : struct, IReal<T> =>
        new(
            layout.D,
            record.At(layout.OffsetOf(OuterLoopShape.P)),
            record.At(layout.OffsetOf(OuterLoopShape.Center)),
            scratch.Take(layout.D)
        );
}
