using Verify.Algorithms.Families;

namespace Verify.Algorithms.Trials;

/// <summary>The runs of outer loops and their families: found by reflection.</summary>
public static class OuterLoopCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } = [new OuterLoopTrial(), new OuterCostTrial()];
    public static IReadOnlyList<Family> Families { get; } =
    [new OuterQuadraticFamily(isSingular: false), new OuterQuadraticFamily(isSingular: true), new OuterCostFamily()];
}
