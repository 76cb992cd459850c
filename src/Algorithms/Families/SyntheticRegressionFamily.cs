using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// The rows of figure 2(a) for one spectrum, at both step sizes: the problem is fixed, the number of GD steps is one of the
/// figure's or another one up to 100.
/// </summary>
public sealed class SyntheticRegressionFamily(SyntheticRegressionShape shape) : Family
{
    public override string Name => $"regression-{shape.Spectrum.ToString().ToLowerInvariant()}";
    public override string Description => "the synthetic regression of figure 2(a), GD steps 1 to 100, both step sizes";
    public override Shape Shape => shape;

    // Two hundred instances in all: a block has each of them.
    public override long? MostBlocks => 1;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) => new(shape, 1, 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry) { }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        var steps = stream.Chance(0.5)
            ? SyntheticRegression.GdSteps[stream.Below(SyntheticRegression.GdSteps.Count)]
            : stream.LogUniformInt(1, SyntheticRegression.GdSteps[^1]);
        var (least, most) = ranges.Range("T", 1, SyntheticRegression.GdSteps[^1]);
        return new Setting(new Counts { [Count.T] = Math.Clamp(steps, least, most) });
    }

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    ) =>
        record[layout.OffsetOf(SyntheticRegressionShape.Step)] = SyntheticRegression.StepSizes[
            stream.Below(SyntheticRegression.StepSizes.Count)
        ];
}

/// <summary>Numbers of GD and CG steps and costs of a product, for the counted costs of figure 2(b).</summary>
public sealed class MethodCostFamily : Family
{
    private const int MostSteps = 200;

    public override string Name => "method-costs";
    public override string Description => "1 to 200 GD steps, 0 to 200 CG steps, a product costing 1 to 5 gradients";
    public override Shape Shape => MethodCostShape.Instance;
    public override long? MostBlocks => 8;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(MethodCostShape.Instance, 1, 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry) { }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        // Often the last point of figure 2(a), with CG steps as there; counting is cheap whatever a run bounds.
        var isLastPoint = stream.Chance(0.3);
        var T = isLastPoint ? SyntheticRegression.GdSteps[^1] : stream.LogUniformInt(1, MostSteps);
        // As many CG steps as GD steps, the edge of the comparison, fewer of them, and more.
        var m = stream.Next() switch
        {
            < 0.7 when isLastPoint => stream.Below(11),
            < 0.2 => T,
            < 0.8 => stream.Below(T + 1),
            _ => stream.LogUniformInt(1, MostSteps + 1) - 1,
        };
        return new Setting(new Counts { [Count.T] = T, [Count.M] = m });
    }

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    ) =>
        // Assumption 1: typically 5.
        record[layout.OffsetOf(MethodCostShape.ProductCost)] = stream.Next() switch
        {
            < 0.5 => 5,
            < 0.7 => 1 + stream.Below(4),
            _ => stream.Uniform(1, 5),
        };
}
