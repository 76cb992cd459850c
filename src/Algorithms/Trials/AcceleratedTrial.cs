using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Algorithms.Trials;

/// <summary>Nesterov's method on G(., theta): how far from phi* it starts and ends, and how far above G(phi*, theta).</summary>
public sealed class AcceleratedTrial : InnerSolverTrial
{
    // Thousands of steps.
    public override int Thinning => 16;
    public override string Name => "accelerated descent on G";
    public override IReadOnlyList<Slot> Fills { get; } =
    [.. Prepared, Slots.StartError, Slots.Error, Slots.ValueGap, Cost.Gradients];
    public override IReadOnlyList<Slot> Takes { get; } = [Slots.Start, Slots.Steps];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var star = At(o, Bilevel.PhiStar);
        var x = scratch.Take(d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), x);
        o[Slots.StartError] = Vectors.Distance<T, Ref<T>>(d, x, star);
        var calls = AcceleratedGradient.Run<T, Ref<T>, ProximalObjective<T, Ref<T>>>(
            new ProximalObjective<T, Ref<T>>(train, record, d, o[Bilevel.Lambda], At(o, Bilevel.Theta)),
            o[Bilevel.Mu],
            o[Bilevel.Beta],
            o[Slots.Steps],
            x,
            scratch.Take(AcceleratedGradient.WorkLength(d))
        );
        o[Slots.Error] = Vectors.Distance<T, Ref<T>>(d, x, star);
        o[Slots.ValueGap] = ValueGap(train, record, d, o[Bilevel.Lambda], star, x, scratch);
        o[Cost.Gradients] = T.Min(o[Slots.Steps], T.From((double)calls));
        return default;
    }

    /// <summary>
    /// G(x) - G(phi*), grad G(phi*) being 0, as the sum over the terms of what each lies above its tangent at phi*: a
    /// difference of two values of G would drown near phi*.
    /// </summary>
    private static T ValueGap<T>(
        ReadOnlySpan<TermAt> terms,
        Ref<T> record,
        int d,
        T lambda,
        Ref<T> star,
        Ref<T> x,
        Scratch<T> scratch
    )
        where T : struct, IReal<T>
    {
        var half = T.From(0.5);
        var e = scratch.Take(d);
        var g = scratch.Take(d);
        Vectors.Combine<T, Ref<T>>(d, x, T.From(-1.0), star, e);
        var gap = half * lambda * Vectors.SquaredNorm<T, Ref<T>>(d, e);
        foreach (var term in terms)
        {
            var p = record.At(term.Offset);
            switch (term.Kind)
            {
                case TermKind.Linear:
                    break;
                case TermKind.Quadratic:
                    SymmetricMatrix.Multiply<T, Ref<T>>(d, p, e, g);
                    gap = T.Fma(half, Vectors.Dot<T, Ref<T>>(d, e, g), gap);
                    break;
                case TermKind.Cosine:
                    // cos(u + s) - cos u + s sin u = -2 cos u sin^2(s/2) - sin u (sin s - s).
                    var s = Vectors.Dot<T, Ref<T>>(d, p.At(2), e);
                    var (sin, cos) = T.SinCos(Vectors.Dot<T, Ref<T>>(d, p.At(2), star) + p[1]);
                    var bend = T.Fma(T.From(2.0) * cos, T.Pow(T.Sin(half * s), 2), sin * (T.Sin(s) - s));
                    gap = T.Fma(-p[0], bend, gap);
                    break;
                default:
                    Vectors.Fill<T, Ref<T>>(d, T.From(0.0), g);
                    Terms.AddGradient<T, Ref<T>>(term.Kind, p, d, star, g);
                    gap +=
                        Terms.Value<T, Ref<T>>(term.Kind, p, d, x)
                        - Terms.Value<T, Ref<T>>(term.Kind, p, d, star)
                        - Vectors.Dot<T, Ref<T>>(d, g, e);
                    break;
            }
        }
        return gap;
    }
}
