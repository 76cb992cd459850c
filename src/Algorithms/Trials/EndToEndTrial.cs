using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Algorithms.Trials;

/// <summary>
/// Algorithm 2 of Rajeswaran et al. (2019) with the solvers of theorem 2: Nesterov's method on G(., theta) gives phi, then
/// conjugate gradients or Nesterov's method on w'M(phi)w/2 - w'v, v = grad L(phi), give g. The reference, the gradient of
/// L(Alg*(theta)), is a direct solve at phi*.
/// </summary>
/// <param name="isAccelerated">Whether the linear solver is Nesterov's method.</param>
public sealed class EndToEndTrial(bool isAccelerated) : InnerSolverTrial
{
    private static readonly IReadOnlyList<Slot> s_ofConjugate =
    [
        Slots.Start,
        Slots.Steps,
        Slots.LinearStartShare,
        Slots.ConjugateSteps,
    ];
    private static readonly IReadOnlyList<Slot> s_ofAccelerated =
    [
        Slots.Start,
        Slots.Steps,
        Slots.LinearStartShare,
        Slots.AcceleratedSteps,
    ];

    // Thousands of steps.
    public override int Thinning => 64;
    public override string Name =>
        $"implicit gradient by accelerated descent and {(isAccelerated ? "accelerated descent" : "conjugate gradients")}";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.EndToEndError, Slots.StoredVectors, Slots.GradientVectors, Cost.Gradients, Cost.HessianVectors];
    public override IReadOnlyList<Slot> Takes => isAccelerated ? s_ofAccelerated : s_ofConjugate;

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var test = layout.LossesOf(BilevelShape.Test)[0];
        var (lambda, one) = (o[Bilevel.Lambda], T.From(1.0));
        var (mu, beta) = (o[Bilevel.Mu], o[Bilevel.Beta]);

        var phi = scratch.Take(d);
        var work = scratch.Take(AcceleratedGradient.WorkLength(d));
        Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), phi);
        var calls = AcceleratedGradient.Run<T, Ref<T>, ProximalObjective<T, Ref<T>>>(
            new ProximalObjective<T, Ref<T>>(train, record, d, lambda, At(o, Bilevel.Theta)),
            mu,
            beta,
            o[Slots.Steps],
            phi,
            work
        );

        var v = scratch.Take(d);
        var w = scratch.Take(d);
        Loss.Gradient<T, Ref<T>>(test, record, d, phi, v);
        var (share, steps) = (o[Slots.LinearStartShare], o[Takes[^1]]);
        for (var i = 0; i < d; i++)
            w[i] = share * v[i];
        var system = new LinearSystem<T, Ref<T>>(train, record, d, phi, one, one / lambda, v);
        var isFromZero = T.Largest(share) == 0;
        // The residual at a start other than 0 costs conjugate gradients a product.
        var extra = isAccelerated || isFromZero ? T.From(0.0) : one;
        int products,
            held;
        if (isAccelerated)
        {
            products = AcceleratedGradient.Run<T, Ref<T>, LinearSystem<T, Ref<T>>>(
                system,
                mu / lambda,
                beta / lambda,
                steps,
                w,
                work
            );
            held = AcceleratedGradient.WorkLength(d);
        }
        else
        {
            products = ConjugateGradients.Solve(
                system,
                isFromZero,
                steps,
                w,
                scratch.Take(ConjugateGradients.WorkLength(d))
            );
            held = ConjugateGradients.WorkLength(d);
            // Conjugate gradients are done after d steps; enclosures, which rounding error never is, then take a direct solve.
            if (T.Encloses)
            {
                var solution = scratch.Take(d);
                SolutionNormTrial.Solve(layout, record, o, phi, v, solution, scratch);
                for (var i = 0; i < d; i++)
                    w[i] = T.SelectLess(steps, T.From((double)d), w[i], solution[i]);
            }
        }

        // Without a phi there is no g, even where the second solver takes no step.
        Masks.Spread<T, Ref<T>>(d, o[Slots.Steps], w);
        var star = At(o, Bilevel.PhiStar);
        Loss.Gradient<T, Ref<T>>(test, record, d, star, v);
        SolutionNormTrial.Solve(layout, record, o, star, v, v, scratch);
        o[Slots.EndToEndError] = Vectors.Distance<T, Ref<T>>(d, w, v);
        o[Cost.Gradients] = T.Min(o[Slots.Steps], T.From((double)calls)) + one;
        o[Cost.HessianVectors] = T.Min(steps + extra, T.From((double)products));
        // phi beside the work of the first solver, then phi, v and w beside that of the second; theta is the caller's.
        o[Slots.StoredVectors] = T.From((double)(Math.Max(d + AcceleratedGradient.WorkLength(d), 3 * d + held) / d));
        o[Slots.GradientVectors] = T.From(2.0);
        return default;
    }
}
