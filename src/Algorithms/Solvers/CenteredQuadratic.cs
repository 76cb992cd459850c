using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>F(x) = (x - t)'P(x - t)/2.</summary>
/// <param name="d">The dimension.</param>
/// <param name="p">P, packed (<see cref="SymmetricMatrix"/>).</param>
/// <param name="t">The stationary point, d elements.</param>
/// <param name="work">d elements of scratch, of this objective alone.</param>
public readonly ref struct CenteredQuadratic<T, TStore>(int d, TStore p, TStore t, TStore work) : IObjective<T, TStore>
    where T : struct, IReal<T>
    where TStore : struct, IStore<T, TStore>, allows ref struct
{
    private readonly TStore _p = p;
    private readonly TStore _t = t;
    private readonly TStore _work = work;

    public int D => d;

    /// <summary>F(x); g receives the gradient.</summary>
    public T Value(TStore x, TStore g)
    {
        Gradient(x, g);
        return T.From(0.5) * Vectors.Dot<T, TStore>(d, _work, g);
    }

    public void Gradient(TStore x, TStore g)
    {
        Vectors.Combine<T, TStore>(d, x, T.From(-1.0), _t, _work);
        Vectors.Fill<T, TStore>(d, T.From(0.0), g);
        SymmetricMatrix.MultiplyAdd<T, TStore>(d, _p, _work, g);
    }

    public void Step(TStore x, in T s, TStore g, TStore y)
    {
        Gradient(x, g);
        Vectors.Combine<T, TStore>(d, x, s, g, y);
    }
}
