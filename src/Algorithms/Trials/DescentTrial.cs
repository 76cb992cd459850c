using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Algorithms.Trials;

/// <summary>Gradient descent on G(., theta): how far from phi* it starts and ends.</summary>
public sealed class DescentTrial : InnerSolverTrial
{
    public override string Name => "descent on G";
    public override IReadOnlyList<Slot> Fills { get; } = [.. Prepared, Slots.StartError, Slots.Error, Cost.Gradients];
    public override IReadOnlyList<Slot> Takes { get; } = [Slots.Start, Slots.StepSize, Slots.Steps];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var theta = At(o, Bilevel.Theta);
        var star = At(o, Bilevel.PhiStar);
        var x = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), x);
        o[Slots.StartError] = Vectors.Distance<T, Ref<T>>(d, x, star);
        var calls = GradientDescent.Run<T, Ref<T>, ProximalObjective<T, Ref<T>>>(
            new ProximalObjective<T, Ref<T>>(train, record, d, o[Bilevel.Lambda], theta),
            o[Slots.StepSize],
            o[Slots.Steps],
            x,
            scratch.Take(d)
        );
        o[Slots.Error] = Vectors.Distance<T, Ref<T>>(d, x, star);
        o[Cost.Gradients] = T.Min(o[Slots.Steps], T.From((double)calls));
        return default;
    }
}
