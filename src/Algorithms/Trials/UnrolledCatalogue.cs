using Verify.Algorithms.Families;

namespace Verify.Algorithms.Trials;

/// <summary>Differentiation through the steps of an inner solver: found by reflection.</summary>
public static class UnrolledCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } =
    [
        new ChainTrial(),
        new OuterUpdateTrial(),
        new UnrolledDescentTrial(),
        new ImplicitDescentTrial(),
        new TruncationTrial(),
        new LocalTruncationTrial(BilevelShape.Instance),
        new LocalTruncationTrial(SmoothBilevelShape.Instance),
        new TrainDescentTrial(),
    ];

    public static IReadOnlyList<Family> Families { get; } =
    [.. Enum.GetValues<TestLoss>().Select(test => new GeneralBilevelFamily(test)), new SmoothBilevelFamily()];
}
