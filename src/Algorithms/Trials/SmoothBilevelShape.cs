using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Trials;

/// <summary>
/// Bilevel problems of which nothing but smoothness is known: G(., theta) may have saddle points and several minima, and no inner
/// solution is singled out. The fields are those of <see cref="BilevelShape"/>; here beta bounds the curvature from both sides.
/// </summary>
public sealed class SmoothBilevelShape : Shape
{
    public static readonly SmoothBilevelShape Instance = new();

    private SmoothBilevelShape() { }

    public override string Name => "smooth bilevel";
    public override string TaskList => BilevelShape.Instance.TaskList;
    public override IReadOnlyList<Field> Fields { get; } =
    [
        BilevelShape.Lambda,
        BilevelShape.Beta,
        BilevelShape.Theta,
        BilevelShape.Step,
        BilevelShape.LocalConvexity,
        BilevelShape.Train,
        BilevelShape.Test,
    ];
    public override IReadOnlyList<CountField> Counts { get; } =
    [
        new(Count.T, 0, BilevelShape.MostSteps, IsOptional: true),
        new(Count.K, 0, BilevelShape.MostSteps, IsOptional: true),
    ];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [
        SharedCoordinates.Dimension,
        SharedCoordinates.Tasks,
        SharedCoordinates.Regularization,
        SharedCoordinates.Of(Count.T),
        SharedCoordinates.Of(Count.K),
    ];
    public override (Coordinate X, Coordinate Y)? Map =>
        (SharedCoordinates.Regularization, SharedCoordinates.Of(Count.T));

    public override string? Fault(Instance instance) =>
        instance.Counts.TryGetValue(Count.K, out var k) && instance.Counts.TryGetValue(Count.T, out var t) && k > t
            ? $"field 'K' is {k}, above T = {t}"
            : null;

    public override T[]? Establish<T>(Instance instance, Field field) =>
        field == BilevelShape.Beta
            ?
            [
                .. LossConstants
                    .Losses(instance, BilevelShape.Train)
                    .Select(
                        (loss, i) =>
                        {
                            var lambda = T.From(instance[BilevelShape.Lambda][i]);
                            var (least, most) = LossConstants.Curvature<T>(loss);
                            return T.Max(lambda + most, -(lambda + least));
                        }
                    ),
            ]
            : null;
}
