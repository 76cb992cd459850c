using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Learner = Verify.Algorithms.MetaGradients.MultiStepMaml;
using Slots = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Algorithms.Trials;

/// <summary>
/// A run by its counts alone: T inner steps, m steps of the linear solver, the K that truncation keeps, the cost h of a product in
/// gradients.
/// </summary>
public sealed class RunShape : Shape
{
    public static readonly Field ProductCost = new("h", FieldKind.Scalar, Bilevel.ProductCost, Domain.NonNegative);

    // After the field that it lists.
    public static readonly RunShape Instance = new();

    private RunShape() { }

    public override string Name => "run";
    public override IReadOnlyList<Field> Fields { get; } = [ProductCost];
    public override IReadOnlyList<CountField> Counts { get; } =
    [
        new(Count.T, 0, BilevelShape.MostSteps),
        new(Count.M, 0, BilevelShape.MostSteps),
        new(Count.K, 0, BilevelShape.MostSteps, IsOptional: true),
    ];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [SharedCoordinates.Of(Count.T), SharedCoordinates.Of(Count.M)];
    public override (Coordinate X, Coordinate Y)? Map => (Coordinates[0], Coordinates[1]);

    public override T[]? Establish<T>(Instance instance, Field field) => null;
}

/// <summary>The widths of a chain of dense layers, input first.</summary>
public sealed class ChainShape : Shape
{
    public static readonly Field Widths = new("widths", FieldKind.Vector, Slots.Widths, Domain.Positive);

    // After the field that it lists.
    public static readonly ChainShape Instance = new();

    private ChainShape() { }

    public override string Name => "chain";
    public override IReadOnlyList<Field> Fields { get; } = [Widths];
    public override IReadOnlyList<CountField> Counts => [];
    public override IReadOnlyList<Coordinate> Coordinates { get; } = [SharedCoordinates.Dimension];

    public override string? Fault(Instance instance)
    {
        if (instance.Layout.D < 2)
            return "field 'widths' has one layer, not two or more";
        foreach (var width in instance[Widths])
            if (width != Math.Floor(width))
                return $"field 'widths' has {width:R}, not a whole number";
        return null;
    }

    public override T[]? Establish<T>(Instance instance, Field field) => null;
}

/// <summary>The iterates that truncated back-propagation through the last K of T steps holds, as it runs on phi^2/2.</summary>
public sealed class TruncatedCostTrial : Trial
{
    public override string Name => "cost of truncated back-propagation";
    public override Shape Shape => RunShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } = [Slots.TruncatedVectors];

    public override IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [Count.K];

    public override Oracles Run<TReal>(Layout layout, Ref<TReal> record, Observables<TReal> o, Scratch<TReal> scratch)
    {
        var (T, K) = (o[Count.T], o[Count.K]);
        ReadOnlySpan<TermAt> loss = [new TermAt(TermKind.Quadratic, 0)];
        var square = scratch.Take(2);
        var theta = scratch.Take(1);
        (square[0], square[1]) = (TReal.From(1.0), TReal.From(0.0));
        var one = theta[0] = TReal.From(1.0);
        var oracles = TruncatedMaml.Adapt(
            new ProximalObjective<TReal, Ref<TReal>>(loss, square, 1, one, theta),
            loss,
            square,
            one,
            theta,
            TReal.From(0.25),
            T,
            K,
            scratch.Take(TruncatedMaml.Iterates(T, K)),
            scratch.Take(1),
            scratch.Take(TruncatedMaml.WorkLength(1))
        );
        o[Slots.TruncatedVectors] = TReal.From((double)oracles.StoredVectors);
        return oracles;
    }
}

/// <summary>
/// What T inner steps and m steps of the linear solver cost implicit MAML, and T steps MAML, counted as both run on
/// phi^2/2 in one dimension: neither asks what the loss is.
/// </summary>
public sealed class RunCostTrial : Trial
{
    public override string Name => "cost of implicit MAML and of MAML";
    public override Shape Shape => RunShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        Slots.ImplicitGradients,
        Slots.ImplicitProducts,
        Slots.ImplicitVectors,
        Slots.UnrolledGradients,
        Slots.UnrolledProducts,
        Slots.UnrolledVectors,
        Slots.GradientVectors,
    ];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (steps, m) = (o[Count.T], o[Count.M]);
        // phi^2/2: the one number of its matrix, then that of its linear part.
        ReadOnlySpan<TermAt> loss = [new TermAt(TermKind.Quadratic, 0)];
        var square = scratch.Take(2);
        (square[0], square[1]) = (T.From(1.0), T.From(0.0));
        var (one, half) = (T.From(1.0), T.From(0.5));

        var theta = scratch.Take(1);
        theta[0] = one;
        var phi = scratch.Take(1);
        phi[0] = one;
        var implicitly = ImplicitMaml.MetaGradient<T, Ref<T>>(
            loss,
            loss,
            square,
            1,
            one,
            theta,
            half,
            T.From((double)steps),
            T.From((double)m),
            phi,
            scratch.Take(1),
            scratch.Take(ImplicitMaml.WorkLength(1))
        );
        o[Slots.ImplicitGradients] = T.From((double)implicitly.Gradients);
        o[Slots.ImplicitProducts] = T.From((double)implicitly.HessianVectors);
        // All that it is handed: its working memory, phi and the result.
        o[Slots.ImplicitVectors] = T.From((double)(ImplicitMaml.WorkLength(1) + 2));

        var path = scratch.Take(steps + 1);
        path[0] = one;
        var work = scratch.Take(2);
        var unrolled = Learner.Descend<T, Ref<T>, TermSpan>(new(loss), square, 1, steps, half, path, work);
        unrolled += Learner.MetaGradient<T, Ref<T>, TermSpan>(
            new(loss),
            new(loss),
            square,
            1,
            steps,
            half,
            path,
            scratch.Take(1),
            work
        );
        o[Slots.UnrolledGradients] = T.From((double)unrolled.Gradients);
        o[Slots.UnrolledProducts] = T.From((double)unrolled.HessianVectors);
        o[Slots.UnrolledVectors] = T.From((double)unrolled.StoredVectors);
        o[Slots.GradientVectors] = T.From(2.0);
        return implicitly + unrolled;
    }
}

/// <summary>
/// What derivatives of a chain of dense layers cost (<see cref="Networks.DenseChain"/>, which a test counts): operations on
/// weights, a multiply-add counted as 2, for a batch of one; what is done element by element is left out.
/// </summary>
public sealed class ChainCostTrial : Trial
{
    public override string Name => "cost of derivatives of a chain of layers";
    public override Shape Shape => ChainShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        Slots.FunctionOperations,
        Slots.GradientOperations,
        Slots.ProductOperations,
        Slots.GradientMemory,
        Slots.ProductMemory,
    ];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var widths = record.At(layout.OffsetOf(ChainShape.Widths));
        var (zero, two) = (T.From(0.0), T.From(2.0));
        var (forward, backward, gradient, stored) = (zero, zero, zero, widths[0]);
        for (var l = 1; l < layout.D; l++)
        {
            // W a on the way forth; W' times the adjoint, and the adjoint times a', on the way back.
            forward = T.Fma(widths[l], widths[l - 1], forward);
            backward = T.Fma(widths[l], widths[l - 1], backward);
            gradient = T.Fma(widths[l], widths[l - 1], gradient);
            stored += widths[l];
        }
        var multiplyAdds = forward + backward + gradient;
        o[Slots.FunctionOperations] = two * forward;
        o[Slots.GradientOperations] = two * multiplyAdds;
        // Of pairs (value, tangent) a multiply-add takes three: a b + c, and a' b + (a b' + c').
        o[Slots.ProductOperations] = two * T.From(3.0) * multiplyAdds;
        o[Slots.GradientMemory] = stored;
        o[Slots.ProductMemory] = stored + stored;
        return default;
    }
}
