using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Trials;

/// <summary>
/// Bilevel problems with a proximal inner objective: per task a train loss with lambda and its constants, and a test loss with
/// its constants; points, accuracies and counts as the statements of Rajeswaran et al. (2019) name them.
/// </summary>
public class BilevelShape : Shape
{
    /// <summary>The most steps an instance may ask for.</summary>
    public const int MostSteps = 100_000;

    public static readonly Field Train = new("inner.loss", FieldKind.Losses);
    public static readonly Field Test = new("outer.loss", FieldKind.Losses, Optional: true);
    public static readonly Field Lambda = OfTask(Bilevel.Lambda, Domain.Positive) with { Optional = false };
    public static readonly Field Mu = OfTask(Bilevel.Mu, Domain.Real) with { IsLowerBound = true };
    public static readonly Field Beta = OfTask(Bilevel.Beta, Domain.NonNegative);
    public static readonly Field Rho = OfTask(Bilevel.Rho, Domain.NonNegative);
    public static readonly Field B = OfTask(Bilevel.B, Domain.NonNegative) with { IsExactWhenAbsent = true };
    public static readonly Field L = OfTask(Bilevel.L, Domain.NonNegative) with { IsExactWhenAbsent = true };
    public static readonly Field Theta = Point("theta");
    public static readonly Field PhiStar = Point("phi_star");
    public static readonly Field Phi = Point("phi");
    public static readonly Field Phi1 = Point("phi1");
    public static readonly Field Phi2 = Point("phi2");

    /// <summary>The error of the linear solve.</summary>
    public static readonly Field E = Point("e");

    /// <summary>An approximate solution of the linear system.</summary>
    public static readonly Field G = Point("g");

    /// <summary>Directions of derivatives.</summary>
    public static readonly Field U = Point("u"),
        W = Point("w");

    /// <summary>Two further points.</summary>
    public static readonly Field X = Point("x"),
        Y = Point("y");

    /// <summary>Where the inner solver starts: at 0, at theta, or at given numbers.</summary>
    public static readonly Field X0 = Point("x0") with
    {
        Slot = Bilevel.GivenStart,
        Single = "start",
        Words = ["zero", "theta"],
    };

    /// <summary>Where the linear solver starts: at 0, at v, or at given numbers.</summary>
    public static readonly Field W0 = Point("w0") with
    {
        Slot = Bilevel.GivenLinearStart,
        Single = "cg_start",
        Words = ["zero", "v"],
    };

    /// <summary>The solver of the linear system.</summary>
    public static readonly Field Solver = new("solver", FieldKind.Scalar, Optional: true, Words: ["cg", "agd"]);

    /// <summary>The step size of the inner solver.</summary>
    public static readonly Field Step = Number(Bilevel.GivenStep, Domain.Positive) with
    {
        Words = ["1/beta", "2/(mu+beta)"],
    };
    public static readonly Field Alpha = Number(Bilevel.Alpha, Domain.Positive) with { Name = "alpha" };
    public static readonly Field Delta = Number(Bilevel.Delta, Domain.Positive);
    public static readonly Field Epsilon = Number(Bilevel.Epsilon, Domain.Positive);
    public static readonly Field D = Number(Bilevel.D, Domain.NonNegative);
    public static readonly Field ProductCost = Number(Bilevel.ProductCost, Domain.NonNegative);
    public static readonly Field LocalConvexity = Number(Bilevel.LocalConvexity, Domain.Positive);
    public static readonly Field TrainConvexity = Number(Bilevel.TrainConvexity, Domain.Real) with
    {
        IsLowerBound = true,
    };
    public static readonly Field Increment = Number(Bilevel.Increment, Domain.Positive);

    // After the fields that it lists.
    public static readonly BilevelShape Instance = new();

    private protected BilevelShape() { }

    public override string Name => "bilevel";
    public override string TaskList => "tasks";

    public override IReadOnlyList<Field> Fields { get; } =
    [
        Lambda,
        Mu,
        Beta,
        Rho,
        B,
        L,
        Theta,
        PhiStar,
        Phi,
        Phi1,
        Phi2,
        E,
        G,
        U,
        W,
        X,
        Y,
        X0,
        W0,
        Solver,
        Step,
        Alpha,
        Delta,
        Epsilon,
        D,
        ProductCost,
        LocalConvexity,
        TrainConvexity,
        Increment,
        Train,
        Test,
    ];

    public override IReadOnlyList<CountField> Counts { get; } =
    [
        new(Count.T, 0, MostSteps, IsOptional: true),
        new(Count.K, 0, MostSteps, IsOptional: true),
        new(Count.Iterate, 0, MostSteps, IsOptional: true),
        new(Count.M, 0, MostSteps, IsOptional: true),
    ];

    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [
        SharedCoordinates.Dimension,
        SharedCoordinates.Tasks,
        SharedCoordinates.InnerCondition,
        SharedCoordinates.Regularization,
        SharedCoordinates.Of(Count.T),
        SharedCoordinates.Of(Count.K),
        SharedCoordinates.Of(Count.Iterate),
        SharedCoordinates.Of(Count.M),
    ];
    public override (Coordinate X, Coordinate Y)? Map =>
        (SharedCoordinates.InnerCondition, SharedCoordinates.Regularization);

    public override string? Fault(Instance instance)
    {
        if (instance.Counts.TryGetValue(Count.K, out var k) && instance.Counts.TryGetValue(Count.T, out var t) && k > t)
            return $"field 'K' is {k}, above T = {t}";
        if (instance.Has(Theta) && instance.Has(PhiStar))
            return "field 'theta' stands beside 'phi_star', which determines it";
        return null;
    }

    public override T[]? Establish<T>(Instance instance, Field field)
    {
        T[] OfTasks(Field losses, Func<LossTerms, int, T> constant) =>
            [.. LossConstants.Losses(instance, losses).Select(constant)];
        T LambdaOf(int i) => T.From(instance[Lambda][i]);

        return field == Mu ? OfTasks(Train, (l, i) => LambdaOf(i) + LossConstants.Curvature<T>(l).Least)
            : field == Beta ? OfTasks(Train, (l, i) => LambdaOf(i) + LossConstants.Curvature<T>(l).Most)
            : field == Rho ? OfTasks(Train, (l, _) => LossConstants.HessianLipschitz<T>([l]))
            : field == B ? OfTasks(Test, (l, _) => LossConstants.GradientBound<T>(l))
            : field == L ? OfTasks(Test, (l, _) => LossConstants.GradientLipschitz<T>([l]))
            : field == TrainConvexity ? [LossConstants.Curvature<T>(LossConstants.Losses(instance, Train)[0]).Least]
            : null;
    }

    private static Field OfTask(Slot slot, Domain domain) =>
        new(slot.Name, FieldKind.PerTask, slot, domain, Optional: true);

    private static Field Point(string name) => new(name, FieldKind.Vector, Optional: true);

    private static Field Number(Slot slot, Domain domain) =>
        new(slot.Name, FieldKind.Scalar, slot, domain, Optional: true);
}

/// <summary>
/// The same fields, apart so that only statements without any convexity are tried on the families of this shape.
/// </summary>
public sealed class NonconvexBilevelShape : BilevelShape
{
    public static new readonly NonconvexBilevelShape Instance = new();

    private NonconvexBilevelShape() { }

    public override string Name => "bilevel-nonconvex";
}
