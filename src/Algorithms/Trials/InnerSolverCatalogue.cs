using Verify.Algorithms.Families;

namespace Verify.Algorithms.Trials;

/// <summary>The runs of inner solvers and what they cost: found by reflection.</summary>
public static class InnerSolverCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } =
    [
        new DescentTrial(),
        new AcceleratedTrial(),
        new SolutionNormTrial(),
        new AcceleratedSystemTrial(),
        new EndToEndTrial(isAccelerated: false),
        new EndToEndTrial(isAccelerated: true),
        new RunCostTrial(),
        new TruncatedCostTrial(),
        new ChainCostTrial(),
    ];

    public static IReadOnlyList<Family> Families { get; } =
    [
        new ShortRunFamily(TestLoss.PseudoHuber, cosines: false),
        new ShortRunFamily(TestLoss.PseudoHuber, cosines: true),
        new RunCostFamily(),
        new ChainFamily(),
    ];
}
