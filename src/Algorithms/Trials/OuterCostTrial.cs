using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.OuterLoop;

namespace Verify.Algorithms.Trials;

/// <summary>
/// The constants of corollary 1, which all tasks share, and the number of tasks: what algorithm 1 costs does not ask for more.
/// </summary>
public sealed class OuterCostShape : Shape
{
    private const int MostTasks = 1000;

    /// <summary>F(0) - min F.</summary>
    public static readonly Field Gap = new("gap", FieldKind.Scalar, Slots.GapAtZero, Domain.NonNegative);

    // After the field that it lists.
    public static readonly OuterCostShape Instance = new();

    private OuterCostShape() { }

    public override string Name => "outer cost";
    public override string TaskList => "tasks";
    public override IReadOnlyList<Field> Fields { get; } =
    [
        BilevelShape.Lambda,
        BilevelShape.Mu,
        BilevelShape.Beta,
        BilevelShape.Rho,
        BilevelShape.B,
        BilevelShape.L,
        BilevelShape.D,
        BilevelShape.Epsilon,
        BilevelShape.ProductCost,
        OuterLoopShape.LF,
        Gap,
    ];
    public override IReadOnlyList<CountField> Counts { get; } = [new(Count.Batch, 1, MostTasks)];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [SharedCoordinates.InnerCondition, SharedCoordinates.Regularization, SharedCoordinates.Of(Count.Batch)];
    public override (Coordinate X, Coordinate Y)? Map => (Coordinates[0], Coordinates[1]);

    public override T[]? Establish<T>(Instance instance, Field field) => null;

    public override string? Fault(Instance instance) =>
        instance.Layout.Tasks > 1 ? "field 'tasks' has more than one: all share their constants" : null;
}

/// <summary>
/// Algorithm 1 of Rajeswaran et al. (2019), every meta-gradient by T inner steps and m steps of conjugate gradients, counted as it
/// runs on phi^2/2 in one dimension: no method stops early, and none asks what the loss is.
/// </summary>
public sealed class OuterCostTrial : Trial
{
    private const int Held = 4;
    private static readonly Coordinate s_steps = SharedCoordinates.Steps(Slots.Steps);

    public override string Name => "cost of algorithm 1";
    public override Shape Shape => OuterCostShape.Instance;

    // Thousands of steps.
    public override int Thinning => 16;
    public override IReadOnlyList<Slot> Fills { get; } =
    [Cost.Gradients, Cost.HessianVectors, Slots.StoredVectors, InnerSolvers.GradientVectors];
    public override IReadOnlyList<Slot> Takes { get; } = [Slots.Steps, InnerSolvers.Steps, InnerSolvers.ConjugateSteps];
    public override IReadOnlyList<Coordinate> Coordinates { get; } = [.. OuterCostShape.Instance.Coordinates, s_steps];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        ReadOnlySpan<TermAt> loss = [new TermAt(TermKind.Quadratic, 0)];
        var (zero, half, one) = (T.From(0.0), T.From(0.5), T.From(1.0));
        var square = scratch.Take(2);
        (square[0], square[1]) = (one, zero);
        // All that it is handed: theta, the mean of the gradients, and what algorithm 2 is.
        var theta = scratch.Take(Held);
        var mean = theta.At(1);
        var phi = theta.At(2);
        var task = theta.At(3);
        var work = scratch.Take(ImplicitMaml.WorkLength(1));
        o[Slots.StoredVectors] = T.From((double)(Held + ImplicitMaml.WorkLength(1)));
        o[InnerSolvers.GradientVectors] = T.From(2.0);

        var (outer, inner, linear) = (o[Slots.Steps], o[InnerSolvers.Steps], o[InnerSolvers.ConjugateSteps]);
        var (tasks, share) = (o[Count.Batch], one / T.From((double)o[Count.Batch]));
        var (gradients, products) = (zero, zero);
        theta[0] = one;
        var most = T.Largest(outer);
        for (var k = 0; k < most; k++)
        {
            var at = T.From((double)k);
            mean[0] = zero;
            for (var i = 0; i < tasks; i++)
            {
                phi[0] = theta[0];
                var cost = ImplicitMaml.MetaGradient<T, Ref<T>>(
                    loss,
                    loss,
                    square,
                    1,
                    one,
                    theta,
                    half,
                    inner,
                    linear,
                    phi,
                    task,
                    work
                );
                mean[0] = T.Fma(share, task[0], mean[0]);
                // Counts are those of the lane that takes most steps: each has its own, and one gradient of the test loss.
                var taken = T.Min(inner, T.From(cost.Gradients - 1.0)) + one;
                gradients += T.SelectLess(at, outer, taken, zero);
                products += T.SelectLess(at, outer, T.Min(linear, T.From((double)cost.HessianVectors)), zero);
            }
            theta[0] = T.Fma(-half, mean[0], theta[0]);
        }
        // A count that is not a number leaves nothing measured.
        o[Cost.Gradients] = T.Fma(zero, outer, gradients);
        o[Cost.HessianVectors] = T.Fma(zero, outer, products);
        return default;
    }
}
