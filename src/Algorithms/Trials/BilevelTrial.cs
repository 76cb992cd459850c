using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;

namespace Verify.Algorithms.Trials;

/// <summary>
/// A trial on one task of a bilevel problem. Beforehand it has theta and phi* = Alg*(theta): phi* chosen and theta = phi* +
/// grad l(phi*)/lambda (the exact inner solution for free), or theta given and phi* found by Newton's method, with an error
/// of at most |grad G(phi)|/mu (the certificate of definition 1) that enclosures carry.
/// </summary>
public abstract class BilevelTrial : Trial
{
    /// <summary>What <see cref="Prepare"/> fills; every trial of this kind lists them among its own.</summary>
    protected static readonly IReadOnlyList<Slot> Prepared = [Bilevel.Theta, Bilevel.PhiStar, Bilevel.PhiStarNorm];

    public override Shape Shape => BilevelShape.Instance;

    // The direct solves.
    public override bool IsCubic => true;
    public override int Thinning => 8;

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var train = layout.LossesOf(BilevelShape.Train)[0];
        var lambda = o[Bilevel.Lambda];
        var phi = At(layout, record, BilevelShape.PhiStar);
        if (double.IsNaN(T.Largest(phi[0])))
        {
            phi = scratch.Take(d);
            var theta = At(layout, record, BilevelShape.Theta);
            Store(d, theta, o.Vector(Bilevel.Theta));
            Vectors.Copy<T, Ref<T>>(d, theta, phi);
            Minimize(layout, record, o, 0, theta, phi, scratch);
        }
        else
        {
            var theta = scratch.Take(d);
            Loss.Gradient<T, Ref<T>>(train, record, d, phi, theta);
            for (var i = 0; i < d; i++)
                theta[i] = phi[i] + theta[i] / lambda;
            Store(d, theta, o.Vector(Bilevel.Theta));
        }
        Store(d, phi, o.Vector(Bilevel.PhiStar));
        o[Bilevel.PhiStarNorm] = Vectors.Norm<T, Ref<T>>(d, phi);
    }

    /// <summary>The numbers of a vector field; NaN where the instance does not have it.</summary>
    protected static Ref<T> At<T>(Layout layout, Ref<T> record, Field field)
        where T : struct, IReal<T> => record.At(layout.OffsetOf(field));

    /// <summary>A slot's vector as a place that kernels read and write.</summary>
    protected static Ref<T> At<T>(Observables<T> o, Slot slot)
        where T : struct, IReal<T> => new(ref o.Vector(slot)[0]);

    /// <summary>Copies d elements into a slot.</summary>
    protected static void Store<T>(int d, Ref<T> x, Span<T> slot)
        where T : struct, IReal<T>
    {
        for (var i = 0; i < d; i++)
            slot[i] = x[i];
    }

    /// <summary>Fills the factors of shift I + scale H(x), d x d elements.</summary>
    protected static void FactorShifted<T>(
        ReadOnlySpan<TermAt> terms,
        Ref<T> record,
        int d,
        Ref<T> x,
        T shift,
        T scale,
        Ref<T> factors,
        Ref<T> unit
    )
        where T : struct, IReal<T>
    {
        Loss.Hessian<T, Ref<T>>(terms, record, d, x, factors, unit);
        for (var k = 0; k < d * d; k++)
            factors[k] = k % (d + 1) == 0 ? T.Fma(scale, factors[k], shift) : scale * factors[k];
        Cholesky.Factor<T, Ref<T>>(d, factors);
    }

    /// <summary>
    /// phi = Alg*_i(theta) of one task, by Newton's method from what phi holds, with an error of at most |grad G(phi)|/mu that
    /// enclosures carry.
    /// </summary>
    protected static void Minimize<T>(
        Layout layout,
        Ref<T> record,
        Observables<T> o,
        int task,
        Ref<T> theta,
        Ref<T> phi,
        Scratch<T> scratch
    )
        where T : struct, IReal<T> =>
        ProximalNewton.Minimize(
            layout.LossesOf(BilevelShape.Train)[task],
            record,
            layout.D,
            o.Vector(Bilevel.Lambda)[task],
            o.Vector(Bilevel.Mu)[task],
            theta,
            phi,
            scratch.Take(ProximalNewton.WorkLength(layout.D))
        );
}
