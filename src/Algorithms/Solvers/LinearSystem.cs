using System.Runtime.CompilerServices;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>
/// S w = v with S = shift I + scale H(x), H the Hessian of a loss, known by its products alone: (1, 1/lambda) is the matrix
/// M(phi) of the implicit gradient (Rajeswaran et al. 2019, eq. 6), (0, 1) the matrix of a quadratic. As an objective it is
/// w'Sw/2 - w'v.
/// </summary>
public readonly ref struct LinearSystem<T, TStore> : IObjective<T, TStore>
    where T : struct, IReal<T>
    where TStore : struct, IStore<T, TStore>, allows ref struct
{
    private readonly ReadOnlySpan<TermAt> _terms;
    private readonly TStore _record;
    private readonly TStore _x;
    private readonly TStore _v;
    private readonly T _shift;
    private readonly T _scale;
    private readonly FactorBuffer<T> _factors;

    /// <param name="terms">The terms of the loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="x">Where the Hessian is taken, d elements that must not change after this.</param>
    /// <param name="shift">The multiple of the identity.</param>
    /// <param name="scale">The factor of the Hessian.</param>
    /// <param name="v">The right side, d elements.</param>
    public LinearSystem(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x, T shift, T scale, TStore v)
    {
        _terms = terms;
        _record = record;
        D = d;
        _x = x;
        _v = v;
        _shift = shift;
        _scale = scale;
        Loss.Factors<T, TStore>(terms, record, d, x, _factors);
    }

    public int D { get; }

    /// <summary>The right side.</summary>
    public TStore V => _v;

    /// <summary>y = S z; y does not overlap z.</summary>
    /// <returns>z'S z.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Multiply(TStore z, TStore y) => Loss.HessianForm(_terms, _record, D, _x, _factors, _shift, _scale, z, y);

    /// <summary>g = S w - v.</summary>
    public void Gradient(TStore w, TStore g)
    {
        Multiply(w, g);
        for (var i = 0; i < D; i++)
            g[i] -= _v[i];
    }

    public void Step(TStore x, in T s, TStore g, TStore y)
    {
        Gradient(x, g);
        Vectors.Combine<T, TStore>(D, x, s, g, y);
    }
}
