using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.SyntheticProblem;

namespace Verify.Algorithms.Trials;

/// <summary>A row of figure 2(a) for one spectrum: an inner step size and a number of GD steps; the problem itself is fixed.</summary>
public sealed class SyntheticRegressionShape(RegressionSpectrum spectrum) : Shape
{
    /// <summary>The most GD steps an instance may ask for.</summary>
    public const int MostSteps = 10_000;

    public static readonly Field Step = new("step", FieldKind.Scalar, Slots.Step, Domain.Positive);

    private static readonly Coordinate s_step = Coordinate.Of(
        "step",
        @"\alpha, the inner step size",
        Bins.Log(-6, 2),
        Slots.Step
    );

    public RegressionSpectrum Spectrum => spectrum;

    /// <summary>The slot by which claims on this spectrum find its trials.</summary>
    public Slot Marker =>
        spectrum switch
        {
            RegressionSpectrum.Linear => Slots.IsLinear,
            RegressionSpectrum.Log => Slots.IsLog,
            _ => Slots.IsRank5,
        };

    public override string Name => $"regression, {spectrum.ToString().ToLowerInvariant()} spectrum";
    public override IReadOnlyList<Field> Fields { get; } = [Step];
    public override IReadOnlyList<CountField> Counts { get; } = [new(Count.T, 0, MostSteps, IsOptional: true)];
    public override IReadOnlyList<Coordinate> Coordinates { get; } = [s_step, SharedCoordinates.Of(Count.T)];
    public override (Coordinate X, Coordinate Y)? Map => (s_step, SharedCoordinates.Of(Count.T));

    public override T[]? Establish<T>(Instance instance, Field field) => null;
}

/// <summary>A trial on the problem of one spectrum.</summary>
public abstract class SyntheticRegressionTrial(SyntheticRegressionShape shape) : Trial
{
    protected RegressionSpectrum Spectrum => shape.Spectrum;
    protected Slot Marker => shape.Marker;
    public override Shape Shape => shape;
}

/// <summary>A row of figure 2(a): the errors of all methods after T GD steps.</summary>
public sealed class MetaGradientErrorTrial(SyntheticRegressionShape shape) : SyntheticRegressionTrial(shape)
{
    public override string Name => $"errors of meta-gradients, {Spectrum}";
    public override IReadOnlyList<Slot> Fills { get; } =
    [shape.Marker, Slots.Maml, Slots.TwoCg, Slots.FiveCg, Slots.Exact, Slots.FirstOrder];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.T];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var steps = o[Count.T];
        var errors = SyntheticRegression.Errors(Spectrum, o[Slots.Step], steps, scratch);
        o[Marker] = T.From(1.0);
        o[Slots.Maml] = errors.Maml;
        o[Slots.TwoCg] = errors.TwoCg;
        o[Slots.FiveCg] = errors.FiveCg;
        o[Slots.Exact] = errors.Exact;
        o[Slots.FirstOrder] = errors.FirstOrder;
        return new Oracles(steps + 1, steps + 2 + 5, steps + 1);
    }
}

/// <summary>The errors of iMAML that stay however many GD steps are taken.</summary>
public sealed class TerminalErrorTrial(SyntheticRegressionShape shape) : SyntheticRegressionTrial(shape)
{
    public override string Name => $"terminal errors, {Spectrum}";
    public override IReadOnlyList<Slot> Fills { get; } = [shape.Marker, Slots.TerminalTwoCg, Slots.TerminalFiveCg];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        o[Marker] = T.From(1.0);
        o[Slots.TerminalTwoCg] = SyntheticRegression.TerminalError(Spectrum, o[Slots.Step], 2, scratch);
        o[Slots.TerminalFiveCg] = SyntheticRegression.TerminalError(Spectrum, o[Slots.Step], 5, scratch);
        return new Oracles(1, 2 + 5, 1);
    }
}

/// <summary>The rows of figure 2(a): found by reflection.</summary>
public static class SyntheticRegressionCatalogue
{
    private static readonly SyntheticRegressionShape[] s_shapes =
    [
        .. Enum.GetValues<RegressionSpectrum>().Select(s => new SyntheticRegressionShape(s)),
    ];

    public static IReadOnlyList<Trial> Trials { get; } =
    [.. s_shapes.SelectMany(s => new Trial[] { new MetaGradientErrorTrial(s), new TerminalErrorTrial(s) })];
    public static IReadOnlyList<Family> Families { get; } = [.. s_shapes.Select(s => new SyntheticRegressionFamily(s))];
}
