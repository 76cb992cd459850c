using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Trials;

/// <summary>The coordinates that shapes and trials share.</summary>
internal static class SharedCoordinates
{
    private static readonly Bins s_condition = Bins.Log(0, 7);
    private static readonly Bins s_share = Bins.Log(-6, 1);
    private static readonly Dictionary<Count, Coordinate> s_counts = Count.All.ToDictionary(c => c, Coordinate.Of);

    public static readonly Coordinate Dimension = Of(Count.D),
        Tasks = Of(Count.Tasks);

    /// <summary>The step size of multi-step MAML at the scale of the losses.</summary>
    public static readonly Coordinate AlphaL = Coordinate.Product(
        "alphaL",
        @"\alpha L",
        Bins.Log(-6, 2),
        Constants.Alpha,
        Constants.L
    );

    /// <summary>The condition number of the inner objective; below 1 where it is not strongly convex.</summary>
    public static readonly Coordinate InnerCondition = Coordinate.Quotient(
        "kappa",
        ConditionMeaning,
        s_condition,
        Bilevel.Beta,
        Bilevel.Mu
    );

    /// <summary>How much of the inner objective's smoothness is the proximal term's.</summary>
    public static readonly Coordinate Regularization = Coordinate.Quotient(
        "lambda/beta",
        @"\lambda/\beta",
        s_share,
        Bilevel.Lambda,
        Bilevel.Beta
    );

    private const string ConditionMeaning = @"\kappa, the condition number";

    /// <summary>A count.</summary>
    public static Coordinate Of(Count count) => s_counts[count];

    /// <summary>A condition number that the instance holds.</summary>
    public static Coordinate Condition(Slot slot) => Coordinate.Of("kappa", ConditionMeaning, s_condition, slot);

    /// <summary>The number of steps that a claim prescribes.</summary>
    public static Coordinate Steps(Slot slot) =>
        Coordinate.Of("steps", "the number of steps of the solver", Bins.Whole, slot);

    /// <summary>A number that is a part of another one by itself.</summary>
    public static Coordinate Share(string name, string meaning, Slot part) =>
        Coordinate.Of(name, meaning, s_share, part);

    /// <summary>An error or an accuracy as a part of the scale at which it begins to matter.</summary>
    public static Coordinate Share(string name, string meaning, Slot part, Slot whole) =>
        Coordinate.Quotient(name, meaning, s_share, part, whole);
}
