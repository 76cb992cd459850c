using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.MultiStepMaml;

namespace Verify.Algorithms.Trials;

/// <summary>
/// Runs a meta-learner from w and, where the instance has it, from u: path distances, gradient norms along the path,
/// meta-gradients and their exact means over the tasks.
/// </summary>
public sealed class MetaGradientTrial<TLearner>(MultiStepMamlShape shape) : Trial
    where TLearner : IMetaLearner
{
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
        Slots.Gap,
        Slots.MeanGap,
        Slots.MeanSquaredGap,
        Slots.TestGradient,
        Slots.TestGradientN,
        Slots.TestMetaGap,
        Slots.MeanTestGradient,
        Slots.MeanTestGradientNorm,
        Slots.EstimateSquare,
    ];

    public override string Name => $"meta-gradient of {shape.Name}";
    public override Shape Shape => shape;
    public override IReadOnlyList<Slot> Fills { get; } = [.. s_shared, .. shape is PairShape ? s_ofPairs : s_ofTasks];

    public override IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) =>
        s_fromBothPoints.Any(slots.Contains) ? [shape.U] : [];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, n, steps) = (layout.D, layout.Tasks, o[Count.N]);
        var (train, test) = (layout.LossesOf(shape.Train), layout.LossesOf(shape.Test));
        var alpha = o[Observables.Constants.Alpha];
        var w = record.At(layout.OffsetOf(shape.W));
        var u = record.At(layout.OffsetOf(shape.U));
        var p = scratch.Take(n);
        Expectation.Weights(n, record.At(layout.OffsetOf(shape.P)), p);

        var path = scratch.Take((steps + 1) * d);
        var other = scratch.Take((steps + 1) * d);
        var work = scratch.Take(2 * d);
        var g = scratch.Take(d);
        var gu = scratch.Take(d);
        var gradient = scratch.Take(d);
        var meta = scratch.Take(d);
        var metaU = scratch.Take(d);
        var mean = scratch.Take(d);
        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), meta);
        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), metaU);
        Vectors.Fill<T, Ref<T>>(d, T.From(0.0), mean);
        var meanNorm = T.From(0.0);
        var meanSquare = T.From(0.0);
        var total = default(Oracles);

        for (var i = 0; i < n; i++)
        {
            Vectors.Copy<T, Ref<T>>(d, w, path);
            var oracles = TLearner.Descend<T, Ref<T>>(train[i], record, d, steps, alpha, path, work);
            oracles += TLearner.MetaGradient<T, Ref<T>>(train[i], test[i], record, d, steps, alpha, path, g, work);
            total += oracles;
            Vectors.Copy<T, Ref<T>>(d, u, other);
            total += TLearner.Descend<T, Ref<T>>(train[i], record, d, steps, alpha, other, work);
            total += TLearner.MetaGradient<T, Ref<T>>(train[i], test[i], record, d, steps, alpha, other, gu, work);
            Loss.Gradient<T, Ref<T>>(test[i], record, d, w, gradient);

            Vectors.Add<T, Ref<T>>(d, p[i], g, meta);
            Vectors.Add<T, Ref<T>>(d, p[i], gu, metaU);
            Vectors.Add<T, Ref<T>>(d, p[i], gradient, mean);
            var norm = Vectors.Norm<T, Ref<T>>(d, gradient);
            meanNorm = T.Fma(p[i], norm, meanNorm);
            meanSquare = T.Fma(p[i], Vectors.SquaredNorm<T, Ref<T>>(d, g), meanSquare);
            if (i > 0)
                continue;

            // Task 0 is the task of the statements about one task.
            var j = o[Count.J];
            o[Slots.Gradients] = T.From((double)oracles.Gradients);
            o[Slots.HessianVectors] = T.From((double)oracles.HessianVectors);
            o[Slots.StoredVectors] = T.From((double)oracles.StoredVectors);
            o[Slots.PathDistanceJ] = Vectors.Distance<T, Ref<T>>(d, path.At(j * d), other.At(j * d));
            o[Slots.PathDistanceN] = Vectors.Distance<T, Ref<T>>(d, path.At(steps * d), other.At(steps * d));
            o[shape is PairShape ? Slots.TestGradient : Slots.TaskGradient] = norm;
            o[shape is PairShape ? Slots.TestMetaGap : Slots.TaskMetaGap] = Vectors.Distance<T, Ref<T>>(d, gradient, g);
            o[Slots.TrainGradient] = GradientNorm(train[i], record, d, w, work);
            o[Slots.TrainGradientJ] = GradientNorm(train[i], record, d, path.At(j * d), work);
            if (shape is PairShape)
                o[Slots.TestGradientN] = GradientNorm(test[i], record, d, path.At(steps * d), work);
        }

        o[Slots.StartDistance] = Vectors.Distance<T, Ref<T>>(d, w, u);
        o[Slots.MetaGradient] = Vectors.Norm<T, Ref<T>>(d, meta);
        o[Slots.MetaGradientGap] = Vectors.Distance<T, Ref<T>>(d, meta, metaU);
        if (shape is PairShape pairs)
        {
            var gaps = record.At(layout.OffsetOf(pairs.Gaps));
            o[Slots.Gap] = gaps[0];
            (o[Slots.MeanGap], o[Slots.MeanSquaredGap]) = Expectation.Moments(n, p, gaps);
            o[Slots.MeanTestGradient] = Vectors.Norm<T, Ref<T>>(d, mean);
            o[Slots.MeanTestGradientNorm] = meanNorm;
            o[Slots.EstimateSquare] = meanSquare;
        }
        else
        {
            o[Slots.MeanGradient] = Vectors.Norm<T, Ref<T>>(d, mean);
            o[Slots.MeanTaskGradient] = meanNorm;
        }
        return total;
    }

    private static T GradientNorm<T>(ReadOnlySpan<TermAt> terms, Ref<T> record, int d, Ref<T> x, Ref<T> work)
        where T : struct, IReal<T>
    {
        Loss.Gradient<T, Ref<T>>(terms, record, d, x, work);
        return Vectors.Norm<T, Ref<T>>(d, work);
    }
}
