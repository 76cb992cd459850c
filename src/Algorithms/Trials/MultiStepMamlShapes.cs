using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Trials;

/// <summary>A collection of tasks with two points, a step size and the constants of Ji, Yang, Liang (2022).</summary>
public abstract class MultiStepMamlShape : Shape
{
    /// <summary>The most inner steps an instance may ask for.</summary>
    public const int MostSteps = 10_000;

    protected static readonly Field WField = new("w", FieldKind.Vector);
    protected static readonly Field UField = new("u", FieldKind.Vector, Optional: true);
    protected static readonly Field AlphaField = Constant(
        Observables.Constants.Alpha,
        Domain.Positive,
        optional: false
    );
    protected static readonly Field LField = Constant(Observables.Constants.L, Domain.NonNegative);
    protected static readonly Field RhoField = Constant(Observables.Constants.Rho, Domain.NonNegative);
    protected static readonly Field SigmaField = Constant(Observables.Constants.Sigma, Domain.NonNegative);
    protected static readonly Field BoundedBelowField = Constant(Observables.Constants.BoundedBelow, Domain.Real) with
    {
        Internal = true,
        // Of a sign the lower end is the safe one.
        IsLowerBound = true,
    };

    /// <summary>The probabilities of the tasks; they are divided by their sum, and absent they are equal.</summary>
    protected static readonly Field PField = new(
        "p",
        FieldKind.PerTask,
        null,
        Domain.NonNegative,
        Optional: true,
        IsProbability: true
    );

    public Field W => WField;
    public Field U => UField;
    public Field Alpha => AlphaField;
    public Field L => LField;
    public Field Rho => RhoField;
    public Field Sigma => SigmaField;
    public Field P => PField;
    public Field BoundedBelow => BoundedBelowField;

    /// <summary>The losses that the inner steps use.</summary>
    public abstract Field Train { get; }

    /// <summary>The losses that the outer gradient uses.</summary>
    public abstract Field Test { get; }

    public override IReadOnlyList<CountField> Counts { get; } =
    [new(Count.N, 1, MostSteps), new(Count.J, 0, MostSteps, Default: Count.N)];

    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [
        SharedCoordinates.Dimension,
        SharedCoordinates.Tasks,
        SharedCoordinates.AlphaL,
        SharedCoordinates.Of(Count.N),
        SharedCoordinates.Of(Count.J),
    ];
    public override (Coordinate X, Coordinate Y)? Map => (SharedCoordinates.AlphaL, SharedCoordinates.Of(Count.N));

    public override string? Fault(Instance instance)
    {
        var (j, n) = (instance.Counts[Count.J], instance.Counts[Count.N]);
        if (j > n)
            return $"field 'j' is {j}, above N = {n}";
        if (instance.Has(P))
        {
            var sum = 0.0;
            foreach (var p in instance[P])
                sum += p;
            if (!(Math.Abs(sum - 1) <= 1e-9))
                return $"field 'p' sums to {sum:R}, not to 1";
        }
        return null;
    }

    public override T[]? Establish<T>(Instance instance, Field field)
    {
        IReadOnlyList<LossTerms> All() =>
            Train == Test
                ? LossConstants.Losses(instance, Train)
                : [.. LossConstants.Losses(instance, Train), .. LossConstants.Losses(instance, Test)];
        return field == L ? [LossConstants.GradientLipschitz<T>(All())]
            : field == Rho ? [LossConstants.HessianLipschitz<T>(All())]
            : field == BoundedBelow ? [LossConstants.BoundedBelow<T>(All())]
            : field == Sigma
                ? [LossConstants.Spread<T>(LossConstants.Losses(instance, Test), LossConstants.Weights<T>(instance, P))]
            : null;
    }

    private static Field Constant(Slot slot, Domain domain, bool optional = true) =>
        new(slot.Name, FieldKind.Scalar, slot, domain, optional);
}

/// <summary>One loss per task: sections 3 and C of the paper, without data noise.</summary>
public sealed class TaskShape : MultiStepMamlShape
{
    private static readonly Field s_tasks = new("tasks", FieldKind.Losses, Single: "task");

    // After the fields that it lists.
    public static readonly TaskShape Instance = new();

    private TaskShape() { }

    public override string Name => "tasks";
    public override Field Train => s_tasks;
    public override Field Test => s_tasks;
    public override IReadOnlyList<Field> Fields { get; } =
    [AlphaField, LField, RhoField, SigmaField, BoundedBelowField, PField, WField, UField, s_tasks];
}

/// <summary>A train and a test loss per task: sections 4 and D of the paper.</summary>
public sealed class PairShape : MultiStepMamlShape
{
    private static readonly Field s_train = new("tasksS", FieldKind.Losses, Single: "taskS");
    private static readonly Field s_test = new("tasksT", FieldKind.Losses, Single: "taskT");
    private static readonly Field s_gaps = new(
        Observables.Constants.Gaps.Name,
        FieldKind.PerTask,
        Observables.Constants.Gaps,
        Domain.NonNegative,
        Optional: true
    );

    // After the fields that it lists.
    public static readonly PairShape Instance = new();

    private PairShape() { }

    public override string Name => "pairs";
    public override Field Train => s_train;
    public override Field Test => s_test;
    public Field Gaps => s_gaps;
    public override IReadOnlyList<Field> Fields { get; } =
    [AlphaField, LField, RhoField, SigmaField, BoundedBelowField, PField, s_gaps, WField, UField, s_train, s_test];

    public override T[]? Establish<T>(Instance instance, Field field) =>
        field == Gaps
            ? [.. LossConstants.Losses(instance, Train).Zip(LossConstants.Losses(instance, Test), LossConstants.Gap<T>)]
            : base.Establish<T>(instance, field);
}

/// <summary>The matrices V_0..V_m of lemma 13.</summary>
public sealed class MatrixShape : Shape
{
    private static readonly Field s_alpha = new(
        "alpha",
        FieldKind.Scalar,
        Observables.Constants.Alpha,
        Domain.Positive
    );
    private static readonly Field s_l = new(
        "L",
        FieldKind.Scalar,
        Observables.Constants.L,
        Domain.NonNegative,
        Optional: true
    );
    private static readonly Field s_vs = new("Vs", FieldKind.Matrices);

    // After the fields that it lists.
    public static readonly MatrixShape Instance = new();

    private MatrixShape() { }

    public override string Name => "matrices";
    public Field Alpha => s_alpha;
    public Field L => s_l;
    public Field Vs => s_vs;
    public override IReadOnlyList<Field> Fields { get; } = [s_alpha, s_l, s_vs];
    public override IReadOnlyList<CountField> Counts => [];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [SharedCoordinates.Dimension, SharedCoordinates.AlphaL, SharedCoordinates.Of(Count.M)];
    public override (Coordinate X, Coordinate Y)? Map => (SharedCoordinates.AlphaL, SharedCoordinates.Of(Count.M));

    public override T[]? Establish<T>(Instance instance, Field field)
    {
        if (field != L)
            return null;
        var (d, vs) = (instance.Layout.D, instance[s_vs].ToArray());
        var largest = T.From(0.0);
        for (var k = 0; k < instance.Layout.Matrices; k++)
            largest = T.Max(
                largest,
                SpectralNorm.Enclose<T>(d, Array.ConvertAll(vs[(k * d * d)..((k + 1) * d * d)], T.From))
            );
        return [largest];
    }
}
