using Verify.Algorithms.Families;

namespace Verify.Algorithms.Trials;

/// <summary>The runs of linear solvers and their systems: found by reflection.</summary>
public static class LinearSystemCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } =
    [new ConjugateGradientsTrial(), new ComputedConjugateGradientsTrial(), new StepCountTrial()];

    public static IReadOnlyList<Family> Families { get; } =
    [.. Enum.GetValues<LinearSystemKind>().Select(kind => new LinearSystemFamily(kind)), new StepCountFamily()];
}
