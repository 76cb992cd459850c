using System.Runtime.CompilerServices;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>
/// G(phi, theta) = l(phi) + (lambda/2) |phi - theta|^2, the inner objective of Rajeswaran, Finn, Kakade, Levine (2019),
/// eq. (3), as a function of phi.
/// </summary>
/// <param name="terms">The terms of the train loss l.</param>
/// <param name="record">The record that they index.</param>
/// <param name="d">The dimension.</param>
/// <param name="lambda">The regularization, above 0.</param>
/// <param name="theta">The meta-parameters, d elements.</param>
public readonly ref struct ProximalObjective<T, TStore>(
    ReadOnlySpan<TermAt> terms,
    TStore record,
    int d,
    T lambda,
    TStore theta
) : IObjective<T, TStore>
    where T : struct, IReal<T>
    where TStore : struct, IStore<T, TStore>, allows ref struct
{
    private readonly ReadOnlySpan<TermAt> _terms = terms;
    private readonly TStore _record = record;
    private readonly TStore _theta = theta;
    private readonly T _lambda = lambda;

    public int D => d;

    /// <summary>G(x, theta).</summary>
    public T Value(TStore x)
    {
        var square = T.From(0.0);
        for (var i = 0; i < d; i++)
            square += T.Square(x[i] - _theta[i]);
        return T.Fma(_lambda * T.From(0.5), square, Loss.Value<T, TStore>(_terms, _record, d, x));
    }

    public void Gradient(TStore x, TStore g)
    {
        Loss.Gradient<T, TStore>(_terms, _record, d, x, g);
        for (var i = 0; i < d; i++)
            g[i] = T.Fma(_lambda, x[i] - _theta[i], g[i]);
    }

    public void Step(TStore x, in T s, TStore g, TStore y)
    {
        Loss.Gradient<T, TStore>(_terms, _record, d, x, g);
        Finish(d, x, _theta, _lambda, s, g, y);
    }

    /// <summary>y = (H(x) + lambda I) z, the Hessian of G; y overlaps neither.</summary>
    public void HessianVector(TStore x, TStore z, TStore y)
    {
        Loss.HessianVector<T, TStore>(_terms, _record, d, x, z, y);
        Vectors.Add<T, TStore>(d, _lambda, z, y);
    }

    /// <summary>y = x + s (g + lambda (x - theta)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(int d, TStore x, TStore theta, in T lambda, in T s, TStore g, TStore y)
    {
        T l = lambda,
            step = s;
        for (var i = 0; i < d; i++)
        {
            var xi = x[i];
            y[i] = T.Fma(step, T.Fma(l, xi - theta[i], g[i]), xi);
        }
    }
}
