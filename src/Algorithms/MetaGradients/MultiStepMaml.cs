using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.MetaGradients;

/// <summary>
/// Multi-step MAML of Ji, Yang, Liang (JMLR 23, 2022): N gradient steps, eq. (1) and (9), and the exact gradient through
/// them, eq. (3) and (12). With one loss for both roles it is the resampling case without noise.
/// </summary>
public readonly struct MultiStepMaml : IMetaLearner
{
    /// <summary>w_{j+1} = w_j - alpha grad l(w_j), eq. (1).</summary>
    public static Oracles Descend<T, TStore, TTerms>(
        TTerms train,
        TStore record,
        int d,
        int N,
        T alpha,
        TStore path,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
    {
        var s = -alpha;
        for (var j = 0; j < N; j++)
            Loss.Step<T, TStore, TTerms>(train, record, d, path.At(j * d), s, path.At((j + 1) * d));
        return new Oracles(N, 0, N + 1);
    }

    /// <summary>
    /// prod_{j=0}^{N-1} (I - alpha H(w_j)) grad l_T(w_N), eq. (12): index 0 stands leftmost, so the last factor acts first.
    /// </summary>
    public static Oracles MetaGradient<T, TStore, TTerms>(
        TTerms train,
        TTerms test,
        TStore record,
        int d,
        int N,
        T alpha,
        TStore path,
        TStore g,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
    {
        // The vector goes to and fro between two places, so that the last factor leaves it in g.
        var from = N % 2 == 0 ? g : work;
        var to = N % 2 == 0 ? work : g;
        Loss.Gradient<T, TStore, TTerms>(test, record, d, path.At(N * d), from);
        var s = -alpha;
        for (var j = N - 1; j >= 0; j--)
        {
            Loss.HessianStep<T, TStore, TTerms>(train, record, d, path.At(j * d), from, s, to);
            var free = from;
            from = to;
            to = free;
        }
        return new Oracles(1, N, N + 1);
    }
}
