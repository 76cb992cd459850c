namespace Verify.Algorithms.Trials;

/// <summary>The runs of inner solvers: found by reflection.</summary>
public static class InnerSolverCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } = [new DescentTrial()];
}
