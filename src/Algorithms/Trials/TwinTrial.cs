using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Slots = Verify.Algorithms.Observables.MultiStepMaml;

namespace Verify.Algorithms.Trials;

/// <summary>
/// The meta-gradient of task 0 twice: by the learner, and by carrying the dual number of each coordinate of w through the
/// inner steps into the test loss, which uses values and gradients only and no Hessian.
/// </summary>
public sealed class TwinTrial<TLearner>(MultiStepMamlShape shape) : Trial
    where TLearner : IMetaLearner
{
    private readonly Slot _learned = shape is PairShape ? Slots.Estimate : Slots.TaskMetaGradient;
    private readonly Slot _twin = shape is PairShape ? Slots.EstimateTwin : Slots.TaskMetaGradientTwin;

    public override string Name => $"meta-gradient of {shape.Name} and its twin";
    public override Shape Shape => shape;
    public override IReadOnlyList<Slot> Fills => [_learned, _twin];
    public override bool IsCubic => true;

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, steps) = (layout.D, o[Count.N]);
        var (train, test) = (layout.LossesOf(shape.Train)[0], layout.LossesOf(shape.Test)[0]);
        var alpha = o[Observables.Constants.Alpha];
        var w = record.At(layout.OffsetOf(shape.W));

        var path = scratch.Take((steps + 1) * d);
        var work = scratch.Take(2 * d);
        var g = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, w, path);
        var oracles = TLearner.Descend<T, Ref<T>, TermSpan>(new(train), record, d, steps, alpha, path, work);
        oracles += TLearner.MetaGradient<T, Ref<T>, TermSpan>(
            new(train),
            new(test),
            record,
            d,
            steps,
            alpha,
            path,
            g,
            work
        );
        var learned = o.Vector(_learned);
        for (var k = 0; k < d; k++)
            learned[k] = g[k];

        // The twin descends by itself: MultiStepMaml's steps, whatever the learner does.
        var duals = Lifted.Scratch<T>();
        duals.Reset();
        var lifted = duals.Take(layout.Size);
        for (var i = 0; i < layout.Size; i++)
            lifted[i] = Dual<T>.Constant(record[i]);
        var dualPath = duals.Take((steps + 1) * d);
        var dualWork = duals.Take(2 * d);
        var twin = o.Vector(_twin);
        for (var k = 0; k < d; k++)
        {
            for (var i = 0; i < d; i++)
                dualPath[i] = i == k ? Dual<T>.Variable(w[i]) : Dual<T>.Constant(w[i]);
            oracles += MetaGradients.MultiStepMaml.Descend<Dual<T>, Ref<Dual<T>>, TermSpan>(
                new(train),
                lifted,
                d,
                steps,
                Dual<T>.Constant(alpha),
                dualPath,
                dualWork
            );
            twin[k] = Loss.Value<Dual<T>, Ref<Dual<T>>>(test, lifted, d, dualPath.At(steps * d)).Slope;
        }
        return oracles;
    }
}

/// <summary>Working memory in the dual numbers over a type, one per thread.</summary>
internal static class Lifted
{
    public static Scratch<Dual<T>> Scratch<T>()
        where T : struct, IReal<T> => Holder<T>.Value ??= new Scratch<Dual<T>>();

    private static class Holder<T>
        where T : struct, IReal<T>
    {
        [ThreadStatic]
        public static Scratch<Dual<T>>? Value;
    }
}
