using Verify.Algorithms.Families;

namespace Verify.Algorithms.Trials;

/// <summary>The trials on implicit gradients and their own families: found by reflection.</summary>
public static class ImplicitGradientCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } =
    [
        new ImplicitGradientTrial(),
        new LinearResidualTrial(),
        new ImplicitSpectrumTrial(),
        new VariationalTrial(),
        new OneStepTrial(),
        new StrongConvexityTrial(),
        new MetaSmoothnessTrial(),
        new InnerRadiusTrial(),
        new ZeroStepTrial(),
        new ReptileTrial(),
        new ClosedFormTrial(),
        // The first of each is the one that reads instances from files.
        new MetaObjectiveTrial(BilevelShape.Instance),
        new MetaObjectiveTrial(NonconvexBilevelShape.Instance),
        new ImplicitJacobianTrial(BilevelShape.Instance),
        new ImplicitJacobianTrial(NonconvexBilevelShape.Instance),
        new NeumannTrial(),
        new RegressionTrial(),
    ];

    public static IReadOnlyList<Family> Families { get; } =
    [new NonconvexScalarFamily(), new NeumannFamily(), new RegressionFamily()];
}
