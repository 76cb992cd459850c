using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>Runs by their counts: T and m log-uniform up to 1000, a product as costly as 0.1 to 100 gradients.</summary>
public sealed class RunCostFamily : Family
{
    private const int MostSteps = 1000;

    public override string Name => "run-counts";
    public override string Description => "T inner steps, m steps of the linear solver, a product worth h gradients";
    public override Shape Shape => RunShape.Instance;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(RunShape.Instance, 1, 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry) { }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        var (leastT, mostT) = ranges.Range("T", 0, MostSteps);
        var (leastM, mostM) = ranges.Range("m", 0, MostSteps);
        var T = stream.LogUniformInt(leastT + 1, mostT + 1) - 1;
        var m = stream.LogUniformInt(leastM + 1, mostM + 1) - 1;
        // As many of the one as of the other, at the edge of m <= T.
        if (stream.Chance(0.2))
            m = Math.Clamp(T, leastM, mostM);
        return new Setting(new Counts { [Count.T] = T, [Count.M] = m });
    }

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    ) => record[layout.OffsetOf(RunShape.ProductCost)] = stream.Chance(0.5) ? 5 : stream.LogUniform(0.1, 100);
}

/// <summary>Chains of dense layers, widths log-uniform up to 1000.</summary>
public sealed class ChainFamily : Family
{
    private const int MostLayers = 20,
        MostUnits = 1000;

    public override string Name => "dense-chains";
    public override string Description => "chains of 2 to 20 dense layers of 1 to 1000 units";
    public override Shape Shape => ChainShape.Instance;
    public override Limits Limits => base.Limits with { D = (2, MostLayers) };

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        // A chain has an input and an output at least.
        new(ChainShape.Instance, Math.Max(2, stream.LogUniformInt(limits.D.Least, limits.D.Most)), 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        foreach (ref var width in record.Slice(layout.OffsetOf(ChainShape.Widths), layout.D))
            width = stream.LogUniformInt(1, MostUnits);
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges) => new([]);

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    ) { }
}
