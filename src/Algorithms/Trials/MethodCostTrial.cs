using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.MethodCosts;

namespace Verify.Algorithms.Trials;

/// <summary>Numbers of steps and the cost of a Hessian-vector product.</summary>
public sealed class MethodCostShape : Shape
{
    /// <summary>The most steps an instance may ask for.</summary>
    public const int MostSteps = 10_000;

    public static readonly Field ProductCost = new("h", FieldKind.Scalar, Slots.ProductCost, Domain.Positive);

    // After the field that it lists.
    public static readonly MethodCostShape Instance = new();

    private MethodCostShape() { }

    public override string Name => "method costs";
    public override IReadOnlyList<Field> Fields { get; } = [ProductCost];
    public override IReadOnlyList<CountField> Counts { get; } =
    [new(Count.T, 0, MostSteps), new(Count.M, 0, MostSteps)];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [SharedCoordinates.Of(Count.T), SharedCoordinates.Of(Count.M)];
    public override (Coordinate X, Coordinate Y)? Map => (Coordinates[0], Coordinates[1]);

    public override T[]? Establish<T>(Instance instance, Field field) => null;
}

/// <summary>
/// The oracle counters of one meta-gradient of each method, run on phi^2/2 in one dimension: what they count does not depend on
/// the problem, since no method stops early.
/// </summary>
public static class CountedCosts
{
    private static readonly TermAt[] s_loss = [new(TermKind.Quadratic, 0)];

    /// <summary>FOMAML with T steps.</summary>
    public static Oracles FirstOrder<TReal>(int T, Scratch<TReal> scratch)
        where TReal : struct, IReal<TReal>
    {
        var problem = new Problem<TReal>(scratch);
        var steps = GradientDescent.Run<TReal, Ref<TReal>, ProximalObjective<TReal, Ref<TReal>>>(
            problem.Objective,
            problem.Alpha,
            TReal.From((double)T),
            problem.Phi,
            problem.Work
        );
        var outer = FirstOrderMaml.MetaGradient<TReal, Ref<TReal>>(
            s_loss,
            problem.Record,
            1,
            problem.Phi,
            problem.Gradient
        );
        return new Oracles(steps, 0, 1) + outer;
    }

    /// <summary>iMAML with T steps and m steps of conjugate gradients.</summary>
    public static Oracles Implicit<TReal>(int T, int m, Scratch<TReal> scratch)
        where TReal : struct, IReal<TReal>
    {
        var problem = new Problem<TReal>(scratch);
        return ImplicitMaml.MetaGradient(
            s_loss,
            s_loss,
            problem.Record,
            1,
            TReal.From(1.0),
            problem.Theta,
            problem.Alpha,
            TReal.From((double)T),
            TReal.From((double)m),
            problem.Phi,
            problem.Gradient,
            problem.Work
        );
    }

    /// <summary>MAML with T steps.</summary>
    public static Oracles Unrolled<TReal>(int T, Scratch<TReal> scratch)
        where TReal : struct, IReal<TReal>
    {
        var problem = new Problem<TReal>(scratch);
        var path = scratch.Take(T + 1);
        var inner = ProximalMaml.Descend(problem.Objective, problem.Theta, problem.Alpha, T, path, problem.Work);
        return inner
            + ProximalMaml.MetaGradient(
                problem.Objective,
                s_loss,
                problem.Record,
                TReal.From(1.0),
                problem.Alpha,
                T,
                path,
                problem.Gradient,
                problem.Work
            );
    }

    private readonly ref struct Problem<T>
        where T : struct, IReal<T>
    {
        public Problem(Scratch<T> scratch)
        {
            var record = scratch.Take(2);
            var theta = scratch.Take(1);
            var phi = scratch.Take(1);
            record[0] = theta[0] = phi[0] = T.From(1.0);
            record[1] = T.From(0.0);
            Record = record;
            Theta = theta;
            Phi = phi;
            Gradient = scratch.Take(1);
            Work = scratch.Take(ImplicitMaml.WorkLength(1));
        }

        public Ref<T> Record { get; }
        public Ref<T> Theta { get; }
        public Ref<T> Phi { get; }
        public Ref<T> Gradient { get; }
        public Ref<T> Work { get; }
        public T Alpha => T.From(0.25);
        public ProximalObjective<T, Ref<T>> Objective => new(s_loss, Record, 1, T.From(1.0), Theta);
    }
}

/// <summary>Runs every method and reads its counters.</summary>
public sealed class MethodCostTrial : Trial
{
    public override string Name => "counted costs";
    public override Shape Shape => MethodCostShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        Slots.FirstOrderTime,
        Slots.ImplicitTime,
        Slots.ImplicitTimeWithoutCg,
        Slots.UnrolledTime,
        Slots.UnrolledTimeNext,
        Slots.FirstOrderMemory,
        Slots.ImplicitMemory,
        Slots.ImplicitMemoryAtOne,
        Slots.UnrolledMemory,
        Slots.ImplicitProducts,
        Slots.UnrolledProducts,
    ];

    public override Oracles Run<TReal>(Layout layout, Ref<TReal> record, Observables<TReal> o, Scratch<TReal> scratch)
    {
        var (T, m, h) = (o[Count.T], o[Count.M], o[Slots.ProductCost]);
        TReal Time(Oracles c) => TReal.Fma(h, TReal.From((double)c.HessianVectors), TReal.From((double)c.Gradients));
        var first = CountedCosts.FirstOrder(T, scratch);
        var implicitMaml = CountedCosts.Implicit(T, m, scratch);
        var unrolled = CountedCosts.Unrolled(T, scratch);
        o[Slots.FirstOrderTime] = Time(first);
        o[Slots.ImplicitTime] = Time(implicitMaml);
        o[Slots.ImplicitTimeWithoutCg] = Time(CountedCosts.Implicit(T, 0, scratch));
        o[Slots.UnrolledTime] = Time(unrolled);
        o[Slots.UnrolledTimeNext] = Time(CountedCosts.Unrolled(T + 1, scratch));
        o[Slots.FirstOrderMemory] = TReal.From((double)first.StoredVectors);
        o[Slots.ImplicitMemory] = TReal.From((double)implicitMaml.StoredVectors);
        o[Slots.ImplicitMemoryAtOne] = TReal.From((double)CountedCosts.Implicit(1, 0, scratch).StoredVectors);
        o[Slots.UnrolledMemory] = TReal.From((double)unrolled.StoredVectors);
        o[Slots.ImplicitProducts] = TReal.From((double)implicitMaml.HessianVectors);
        o[Slots.UnrolledProducts] = TReal.From((double)unrolled.HessianVectors);
        return first + implicitMaml + unrolled;
    }
}

/// <summary>The counted costs of figure 2(b): found by reflection.</summary>
public static class MethodCostCatalogue
{
    public static IReadOnlyList<Trial> Trials { get; } = [new MethodCostTrial()];
    public static IReadOnlyList<Family> Families { get; } = [new MethodCostFamily()];
}
