using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.OuterLoop;

namespace Verify.Algorithms.Trials;

/// <summary>A meta-objective F = (x-t)'P(x-t)/2 with its constants, an accuracy, and the error of its gradients.</summary>
public sealed class OuterLoopShape : Shape
{
    /// <summary>The most steps an instance may ask for.</summary>
    public const int MostSteps = 100_000;

    public static readonly Field P = new("P", FieldKind.Symmetric);
    public static readonly Field Center = new("t", FieldKind.Vector);
    public static readonly Field LF = Number(Slots.LF, Domain.NonNegative);
    public static readonly Field LeastCurvature = Number(Slots.LeastCurvature, Domain.Real) with
    {
        Internal = true,
        IsLowerBound = true,
    };

    /// <summary>Where the loop starts.</summary>
    public static readonly Field Start = new(
        Slots.GivenStart.Name,
        FieldKind.Vector,
        Slots.GivenStart,
        Optional: true,
        Words: ["zero"]
    );

    /// <summary>The outer step size.</summary>
    public static readonly Field Step = Number(Slots.GivenStep, Domain.Positive) with { Words = ["1/LF"] };
    public static readonly Field Epsilon = Number(Bilevel.Epsilon, Domain.Positive);
    public static readonly Field Fraction = Number(Slots.Fraction, Domain.NonNegative);
    public static readonly Field Error = Number(Slots.GivenError, Domain.NonNegative);

    // After the fields that it lists.
    public static readonly OuterLoopShape Instance = new();

    private OuterLoopShape() { }

    public override string Name => "outer loop";
    public override IReadOnlyList<Field> Fields { get; } =
    [P, Center, LF, LeastCurvature, Start, Step, Epsilon, Fraction, Error];
    public override IReadOnlyList<CountField> Counts { get; } = [new(Count.N, 1, MostSteps, IsOptional: true)];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [
        SharedCoordinates.Dimension,
        SharedCoordinates.Of(Count.N),
        SharedCoordinates.Share("error/eps", Slots.Fraction.Meaning, Slots.Fraction),
    ];

    public override T[]? Establish<T>(Instance instance, Field field)
    {
        if (field != LF && field != LeastCurvature)
            return null;
        var d = instance.Layout.D;
        var dense = SymmetricMatrix.Unpack(d, instance[P]);
        var a = new T[d * d];
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
            a[i * d + j] = T.From(dense[i, j]);
        var (least, most) = SymmetricEigenvalues.Extremes(d, a);
        if (T.Lower(least) < 0 && T.Upper(least) >= 0 && ExactSemidefiniteness.IsPositiveSemidefinite(dense))
            least = T.Hull(T.From(0.0), T.UpperEnd(least));
        return [field == LF ? T.Max(most, -least) : least];
    }

    private static Field Number(Slot slot, Domain domain) =>
        new(slot.Name, FieldKind.Scalar, slot, domain, Optional: true);
}
