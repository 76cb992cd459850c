using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Algorithms.Trials;

/// <summary>A run of an inner solver, which knows the start that the instance names: its numbers, theta, or 0.</summary>
public abstract class InnerSolverTrial : BilevelTrial
{
    /// <summary>What <see cref="Prepare"/> fills.</summary>
    protected static new readonly IReadOnlyList<Slot> Prepared =
    [
        .. BilevelTrial.Prepared,
        Slots.NamedStart,
        Slots.NamedStartError,
    ];

    private static readonly Coordinate s_steps = SharedCoordinates.Steps(Slots.Steps);

    public override IReadOnlyList<Coordinate> Coordinates { get; } = [.. BilevelShape.Instance.Coordinates, s_steps];
    public override (Coordinate X, Coordinate Y)? Map => (SharedCoordinates.InnerCondition, s_steps);

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        base.Prepare(layout, record, o, scratch);
        var d = layout.D;
        var given = At(layout, record, BilevelShape.X0);
        var start = At(o, Slots.NamedStart);
        var first = T.Largest(given[0]);
        // NaN stands for the first word, zero, an infinity for the second, theta.
        if (double.IsNaN(first))
            Vectors.Fill<T, Ref<T>>(d, T.From(0.0), start);
        else
            Vectors.Copy<T, Ref<T>>(d, double.IsInfinity(first) ? At(o, Bilevel.Theta) : given, start);
        o[Slots.NamedStartError] = Vectors.Distance<T, Ref<T>>(d, start, At(o, Bilevel.PhiStar));
    }
}
