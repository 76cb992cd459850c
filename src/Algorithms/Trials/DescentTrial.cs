using Verify.Algorithms.Enclosures;
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

    // Of a quadratic the enclosures take powers.
    public override double MostEnclosedSteps(Layout layout) =>
        IsQuadratic(layout) ? ManySteps : base.MostEnclosedSteps(layout);

    private const double ManySteps = 1e6;

    private static bool IsQuadratic(Layout layout) =>
        Array.TrueForAll(
            (TermAt[])layout.LossesOf(BilevelShape.Train)[0],
            term => term.Kind is TermKind.Quadratic or TermKind.Linear
        );

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var theta = At(o, Bilevel.Theta);
        var star = At(o, Bilevel.PhiStar);
        var x = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), x);
        o[Slots.StartError] = Vectors.Distance<T, Ref<T>>(d, x, star);
        // An infinite or unknown count leaves the loop below to say so.
        if (T.Encloses && IsQuadratic(layout) && T.Largest(o[Slots.Steps]) is > FewSteps and <= ManySteps and var steps)
        {
            var e = scratch.Take(d);
            Vectors.Combine<T, Ref<T>>(d, x, T.From(-1.0), star, e);
            Contract(train, record, d, o[Bilevel.Lambda], o[Slots.StepSize], (int)steps, e, scratch);
            o[Slots.Error] = Vectors.Norm<T, Ref<T>>(d, e);
            o[Cost.Gradients] = o[Slots.Steps];
            return default;
        }
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

    /// <summary>
    /// e := (I - alpha (lambda I + A))^n e, what n steps make of x - phi* where the train loss is a quadratic with the matrix A, in
    /// log n products of matrices.
    /// </summary>
    private static void Contract<T>(
        ReadOnlySpan<TermAt> train,
        Ref<T> record,
        int d,
        T lambda,
        T alpha,
        int n,
        Ref<T> e,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        var power = scratch.Take(d * d);
        var square = scratch.Take(d * d);
        var moved = scratch.Take(d);
        Loss.Hessian<T, Ref<T>>(train, record, d, e, power, moved);
        for (var k = 0; k < d * d; k++)
            power[k] = T.Fma(-alpha, power[k], k % (d + 1) == 0 ? T.From(1.0) - alpha * lambda : T.From(0.0));
        for (; n > 0; n >>= 1)
        {
            if (n % 2 == 1)
            {
                for (var i = 0; i < d; i++)
                    moved[i] = Vectors.Dot<T, Ref<T>>(d, power.At(i * d), e);
                Vectors.Copy<T, Ref<T>>(d, moved, e);
            }
            // The power is symmetric: its square is power'power.
            Matrices.Gram<T, Ref<T>>(d, power, square);
            Vectors.Copy<T, Ref<T>>(d * d, square, power);
        }
    }
}
