using Verify.Algorithms.Families;
using Verify.Algorithms.MetaGradients;

namespace Verify.Algorithms.Trials;

/// <summary>What there is for multi-step MAML: found by reflection.</summary>
public static class MultiStepMamlCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } = Of<MultiStepMaml>();

    public static IReadOnlyList<Family> Families { get; } =
    [.. FamiliesOf(TaskShape.Instance), .. FamiliesOf(PairShape.Instance), new MatrixFamily()];

    /// <summary>The trials run with a learner of your own in the place of multi-step MAML.</summary>
    public static IReadOnlyList<Trial> Of<TLearner>()
        where TLearner : IMetaLearner =>
        [
            new MetaGradientTrial<TLearner>(TaskShape.Instance),
            new MetaGradientTrial<TLearner>(PairShape.Instance),
            new TwinTrial<TLearner>(TaskShape.Instance),
            new TwinTrial<TLearner>(PairShape.Instance),
            new AveragedHessianTrial<TLearner>(TaskShape.Instance),
            new HessianProductTrial<TLearner>(TaskShape.Instance),
            new NearIdentityTrial(),
        ];

    private static IEnumerable<Family> FamiliesOf(MultiStepMamlShape shape) =>
        [
            new QuadraticFamily(shape),
            new CosineFamily(shape, Directions.Axes),
            new CosineFamily(shape, Directions.Eigenvectors),
            new CosineFamily(shape, Directions.General),
            new LowFrequencyFamily(shape),
            new HighFrequencyFamily(shape),
        ];
}
