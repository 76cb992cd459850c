using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.MultiStepMaml;

namespace Verify.Algorithms.Trials;

/// <summary>
/// The counts of an instance and where its record holds what a meta-gradient reads: plain numbers, which a device takes.
/// </summary>
/// <param name="D">The dimension.</param>
/// <param name="Tasks">n.</param>
/// <param name="Steps">N.</param>
/// <param name="J">j, 0..N.</param>
/// <param name="Alpha">The place of the step size.</param>
/// <param name="P">The place of the n probabilities.</param>
/// <param name="W">The place of w, d numbers.</param>
/// <param name="U">The place of u, d numbers.</param>
/// <param name="Gaps">The place of the n gaps b_i; -1 where one loss serves for train and test.</param>
public readonly record struct MetaGradientPlan(
    int D,
    int Tasks,
    int Steps,
    int J,
    int Alpha,
    int P,
    int W,
    int U,
    int Gaps
)
{
    /// <summary>The numbers of scratch that <see cref="MetaGradientTrial{TLearner}.Measure"/> needs.</summary>
    public int ScratchLength => Tasks + (2 * (Steps + 1) + 8) * D;
}

/// <summary>
/// Runs a meta-learner from w and, where the instance has it, from u: path distances, gradient norms along the path,
/// meta-gradients and their exact means over the tasks.
/// </summary>
public sealed class MetaGradientTrial<TLearner>(MultiStepMamlShape shape) : Trial
    where TLearner : IMetaLearner
{
    // The places of the slots in the output; from TestGradientN on, only pairs have them.
    private const int StartDistance = 0,
        PathDistanceJ = 1,
        PathDistanceN = 2,
        TrainGradient = 3,
        TrainGradientJ = 4,
        MetaGradient = 5,
        MetaGradientGap = 6,
        Gradients = 7,
        HessianVectors = 8,
        StoredVectors = 9,
        TestGradient = 10,
        TestMetaGap = 11,
        MeanTestGradient = 12,
        MeanTestGradientNorm = 13,
        TestGradientN = 14,
        Gap = 15,
        MeanGap = 16,
        MeanSquaredGap = 17,
        EstimateSquare = 18;

    private static readonly Slot[] s_shared =
    [
        Slots.StartDistance,
        Slots.PathDistanceJ,
        Slots.PathDistanceN,
        Slots.TrainGradient,
        Slots.TrainGradientJ,
        Slots.MetaGradient,
        Slots.MetaGradientGap,
        Slots.Gradients,
        Slots.HessianVectors,
        Slots.StoredVectors,
    ];

    private static readonly Slot[] s_fromBothPoints =
    [
        Slots.StartDistance,
        Slots.PathDistanceJ,
        Slots.PathDistanceN,
        Slots.MetaGradientGap,
    ];

    private static readonly Slot[] s_ofTasks =
    [
        Slots.TaskGradient,
        Slots.TaskMetaGap,
        Slots.MeanGradient,
        Slots.MeanTaskGradient,
    ];

    private static readonly Slot[] s_ofPairs =
    [
        Slots.TestGradient,
        Slots.TestMetaGap,
        Slots.MeanTestGradient,
        Slots.MeanTestGradientNorm,
        Slots.TestGradientN,
        Slots.Gap,
        Slots.MeanGap,
        Slots.MeanSquaredGap,
        Slots.EstimateSquare,
    ];

    public override string Name => $"meta-gradient of {shape.Name}";
    public override Shape Shape => shape;

    /// <summary>The slots, in the order of <see cref="Measure"/>'s output; each holds one number.</summary>
    public override IReadOnlyList<Slot> Fills { get; } = [.. s_shared, .. shape is PairShape ? s_ofPairs : s_ofTasks];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        s_fromBothPoints.Any(slots.Contains) ? [shape.U] : [];

    /// <summary>What <see cref="Measure"/> needs to know of instances of a layout.</summary>
    /// <param name="layout">A layout of the shape.</param>
    /// <param name="counts">N and j.</param>
    public MetaGradientPlan PlanOf(Layout layout, Counts counts) => PlanOf(layout, counts[Count.N], counts[Count.J]);

    /// <summary>The terms of each task's train and test loss.</summary>
    public (TermAt[][] Train, TermAt[][] Test) LossesOf(Layout layout) =>
        (layout.LossesOf(shape.Train), layout.LossesOf(shape.Test));

    private MetaGradientPlan PlanOf(Layout layout, int steps, int j) =>
        new(
            layout.D,
            layout.Tasks,
            steps,
            j,
            layout.OffsetOf(shape.Alpha),
            layout.OffsetOf(shape.P),
            layout.OffsetOf(shape.W),
            layout.OffsetOf(shape.U),
            shape is PairShape pairs ? layout.OffsetOf(pairs.Gaps) : -1
        );

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var plan = PlanOf(layout, o[Count.N], o[Count.J]);
        var (train, test) = LossesOf(layout);
        var output = scratch.Take(Fills.Count);
        var oracles = Measure<T, Ref<T>, TermSpan, LossArray>(
            plan,
            new LossArray(train),
            new LossArray(test),
            record,
            output,
            scratch.Take(plan.ScratchLength)
        );
        for (var k = 0; k < Fills.Count; k++)
            o[Fills[k]] = output[k];
        return oracles;
    }

    /// <summary>The trial itself, which runs wherever there are stores.</summary>
    /// <param name="plan">Counts and places.</param>
    /// <param name="train">The losses of the inner steps.</param>
    /// <param name="test">The losses of the outer gradient.</param>
    /// <param name="record">The numbers of the instance.</param>
    /// <param name="output">Receives the slots, one number each.</param>
    /// <param name="scratch"><see cref="MetaGradientPlan.ScratchLength"/> numbers.</param>
    /// <returns>What one instance cost.</returns>
    public static Oracles Measure<T, TStore, TTerms, TLosses>(
        MetaGradientPlan plan,
        TLosses train,
        TLosses test,
        TStore record,
        TStore output,
        TStore scratch
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
        where TLosses : struct, ILosses<TTerms>, allows ref struct
    {
        var (d, n, steps) = (plan.D, plan.Tasks, plan.Steps);
        var alpha = record[plan.Alpha];
        var w = record.At(plan.W);
        var u = record.At(plan.U);
        var p = scratch;
        Expectation.Weights<T, TStore>(n, record.At(plan.P), p);

        var path = p.At(n);
        var other = path.At((steps + 1) * d);
        var work = other.At((steps + 1) * d);
        var g = work.At(2 * d);
        var gu = g.At(d);
        var gradient = gu.At(d);
        var meta = gradient.At(d);
        var metaU = meta.At(d);
        var mean = metaU.At(d);
        Vectors.Fill<T, TStore>(d, T.From(0.0), meta);
        Vectors.Fill<T, TStore>(d, T.From(0.0), metaU);
        Vectors.Fill<T, TStore>(d, T.From(0.0), mean);
        var meanNorm = T.From(0.0);
        var meanSquare = T.From(0.0);
        var total = default(Oracles);

        for (var i = 0; i < n; i++)
        {
            Vectors.Copy<T, TStore>(d, w, path);
            var oracles = TLearner.Descend<T, TStore, TTerms>(train[i], record, d, steps, alpha, path, work);
            oracles += TLearner.MetaGradient<T, TStore, TTerms>(
                train[i],
                test[i],
                record,
                d,
                steps,
                alpha,
                path,
                g,
                work
            );
            total += oracles;
            Vectors.Copy<T, TStore>(d, u, other);
            total += TLearner.Descend<T, TStore, TTerms>(train[i], record, d, steps, alpha, other, work);
            total += TLearner.MetaGradient<T, TStore, TTerms>(
                train[i],
                test[i],
                record,
                d,
                steps,
                alpha,
                other,
                gu,
                work
            );
            Loss.Gradient<T, TStore, TTerms>(test[i], record, d, w, gradient);

            Vectors.Add<T, TStore>(d, p[i], g, meta);
            Vectors.Add<T, TStore>(d, p[i], gu, metaU);
            Vectors.Add<T, TStore>(d, p[i], gradient, mean);
            var norm = Vectors.Norm<T, TStore>(d, gradient);
            meanNorm = T.Fma(p[i], norm, meanNorm);
            meanSquare = T.Fma(p[i], Vectors.SquaredNorm<T, TStore>(d, g), meanSquare);
            if (i > 0)
                continue;

            // Task 0 is the task of the statements about one task.
            var j = plan.J;
            output[Gradients] = T.From((double)oracles.Gradients);
            output[HessianVectors] = T.From((double)oracles.HessianVectors);
            output[StoredVectors] = T.From((double)oracles.StoredVectors);
            output[PathDistanceJ] = Vectors.Distance<T, TStore>(d, path.At(j * d), other.At(j * d));
            output[PathDistanceN] = Vectors.Distance<T, TStore>(d, path.At(steps * d), other.At(steps * d));
            output[TestGradient] = norm;
            output[TestMetaGap] = Vectors.Distance<T, TStore>(d, gradient, g);
            output[TrainGradient] = GradientNorm<T, TStore, TTerms>(train[i], record, d, w, work);
            output[TrainGradientJ] = GradientNorm<T, TStore, TTerms>(train[i], record, d, path.At(j * d), work);
            if (plan.Gaps >= 0)
                output[TestGradientN] = GradientNorm<T, TStore, TTerms>(test[i], record, d, path.At(steps * d), work);
        }

        output[StartDistance] = Vectors.Distance<T, TStore>(d, w, u);
        output[MetaGradient] = Vectors.Norm<T, TStore>(d, meta);
        output[MetaGradientGap] = Vectors.Distance<T, TStore>(d, meta, metaU);
        output[MeanTestGradient] = Vectors.Norm<T, TStore>(d, mean);
        output[MeanTestGradientNorm] = meanNorm;
        if (plan.Gaps >= 0)
        {
            var gaps = record.At(plan.Gaps);
            var moments = Expectation.Moments<T, TStore>(n, p, gaps);
            output[Gap] = gaps[0];
            output[MeanGap] = moments.Mean;
            output[MeanSquaredGap] = moments.MeanSquare;
            output[EstimateSquare] = meanSquare;
        }
        return total;
    }

    private static T GradientNorm<T, TStore, TTerms>(TTerms terms, TStore record, int d, TStore x, TStore work)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
    {
        Loss.Gradient<T, TStore, TTerms>(terms, record, d, x, work);
        return Vectors.Norm<T, TStore>(d, work);
    }
}
