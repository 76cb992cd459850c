using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// Runs by their counts: T and m log-uniform up to 1000, K up to T, a product as costly as 0.1 to 100 gradients.
/// </summary>
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
        var (leastK, mostK) = ranges.Range("K", 0, T);
        return new Setting(
            new Counts
            {
                [Count.T] = T,
                [Count.M] = m,
                [Count.K] = stream.LogUniformInt(leastK + 1, mostK + 1) - 1,
            }
        );
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

/// <summary>
/// Constants of corollary 1 for which algorithm 1 takes few steps: kappa up to 100, an accuracy at the edges of the count of outer
/// steps, up to three tasks.
/// </summary>
public sealed class OuterCostFamily : Family
{
    private const int MostOuterSteps = 5,
        MostTasks = 3;
    private const double MostCondition = 100,
        Edge = 1e-9;

    public override string Name => "outer-costs";
    public override string Description =>
        "constants of corollary 1, kappa to 100, up to 5 outer steps on up to 3 tasks";
    public override Shape Shape => OuterCostShape.Instance;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(OuterCostShape.Instance, 1, 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry) { }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        var (least, most) = ranges.Range("batch", 1, MostTasks);
        return new Setting(new Counts { [Count.Batch] = stream.LogUniformInt(least, most) });
    }

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var mu = stream.LogUniform(1e-2, 1e2);
        var kappa = stream.Chance(0.1) ? 1 : stream.LogUniform(1, MostCondition);
        var epsilon = stream.LogUniform(1e-4, 10);
        var LF = stream.LogUniform(1e-2, 1e2);
        // 4 L_F gap/eps^2 at an integer, just beyond it, or anywhere.
        var steps = stream.Chance(0.5) ? stream.Below(MostOuterSteps + 1) : stream.Uniform(0, MostOuterSteps);
        var near = stream.Chance(0.5) ? 1 : 1 + Edge * stream.Uniform(-1, 1);
        foreach (
            var (field, value) in new[]
            {
                (BilevelShape.Mu, mu),
                (BilevelShape.Beta, kappa * mu),
                (BilevelShape.Lambda, mu * stream.LogUniform(1e-2, 1e2)),
                (BilevelShape.Rho, stream.Chance(0.3) ? 0 : stream.LogUniform(1e-2, 1e2)),
                (BilevelShape.B, stream.LogUniform(1e-2, 1e2)),
                (BilevelShape.L, stream.Chance(0.3) ? 0 : stream.LogUniform(1e-2, 1e2)),
                (BilevelShape.D, stream.LogUniform(1e-2, 1e2)),
                (BilevelShape.Epsilon, epsilon),
                (BilevelShape.ProductCost, stream.Chance(0.5) ? 5 : stream.Uniform(1, 5)),
                (OuterLoopShape.LF, LF),
                (OuterCostShape.Gap, steps * near * epsilon * epsilon / (4 * LF)),
            }
        )
            record[layout.OffsetOf(field)] = value;
    }
}
