using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Algorithms.MetaGradients;

/// <summary>
/// Truncated back-propagation (Shaban, Cheng, Hatch, Boots 2019) through T steps of descent on G(., theta) from theta: of the
/// T+1 summands of <see cref="ProximalMaml"/> the last K are kept, those of t = T-K+1..T.
/// </summary>
public static class TruncatedMaml
{
    /// <summary>How many elements of scratch <see cref="MetaGradient"/> needs.</summary>
    public static int WorkLength(int d) => 2 * d;

    /// <summary>
    /// h_{T-K}, and what it lacks of the full gradient: by its own summands, so that a small error keeps its relative accuracy.
    /// </summary>
    /// <param name="g">The inner objective.</param>
    /// <param name="test">The terms of the test loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="lambda">The regularization, above 0.</param>
    /// <param name="alpha">The step size.</param>
    /// <param name="T">The number of steps.</param>
    /// <param name="K">The number of kept summands, an integer for each lane; above T none is dropped.</param>
    /// <param name="path">The T+1 rows of the descent.</param>
    /// <param name="kept">Receives the d elements of the truncated gradient.</param>
    /// <param name="dropped">Receives the d elements of the sum of the others.</param>
    /// <param name="work">2d elements of scratch.</param>
    public static Oracles MetaGradient<TReal, TStore>(
        in ProximalObjective<TReal, TStore> g,
        ReadOnlySpan<TermAt> test,
        TStore record,
        TReal lambda,
        TReal alpha,
        int T,
        TReal K,
        TStore path,
        TStore kept,
        TStore dropped,
        TStore work
    )
        where TReal : struct, IReal<TReal>
        where TStore : struct, IStore<TReal, TStore>, allows ref struct
    {
        var d = g.D;
        var (zero, one) = (TReal.From(0.0), TReal.From(1.0));
        var adjoint = work;
        Loss.Gradient<TReal, TStore>(test, record, d, path.At(T * d), adjoint);
        Vectors.Fill<TReal, TStore>(d, zero, kept);
        Vectors.Fill<TReal, TStore>(d, zero, dropped);
        for (var t = T; t >= 0; t--)
        {
            var weight = t == 0 ? one : alpha * lambda;
            var isKept = TReal.SelectLess(TReal.From((double)(T - t)), K, weight, zero);
            Vectors.Add<TReal, TStore>(d, isKept, adjoint, kept);
            Vectors.Add<TReal, TStore>(d, weight - isKept, adjoint, dropped);
            if (t > 0)
                ProximalMaml.StepBack(g, alpha, path.At((t - 1) * d), adjoint, work.At(d));
        }
        Masks.Spread<TReal, TStore>(d, K, kept);
        Masks.Spread<TReal, TStore>(d, K, dropped);
        return new Oracles(1, T, T + 1);
    }

    /// <summary>How many iterates <see cref="Adapt"/> holds: A_t and B_t of the last K steps are taken at phi_{t-1}.</summary>
    public static int Iterates(int T, int K) => Math.Min(T, K) + 1;

    /// <summary>
    /// The T steps and h_{T-K} with the last iterates alone held, one row in turn for each: what truncation saves.
    /// </summary>
    /// <param name="g">The inner objective.</param>
    /// <param name="test">The terms of the test loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="lambda">The regularization, above 0.</param>
    /// <param name="theta">The meta-parameters, d elements.</param>
    /// <param name="alpha">The step size.</param>
    /// <param name="T">The number of steps.</param>
    /// <param name="K">The number of kept summands; above T none is dropped.</param>
    /// <param name="rows">As many rows of d elements as <see cref="Iterates"/>.</param>
    /// <param name="kept">Receives the d elements of the truncated gradient.</param>
    /// <param name="work">2d elements of scratch.</param>
    public static Oracles Adapt<TReal, TStore>(
        in ProximalObjective<TReal, TStore> g,
        ReadOnlySpan<TermAt> test,
        TStore record,
        TReal lambda,
        TStore theta,
        TReal alpha,
        int T,
        int K,
        TStore rows,
        TStore kept,
        TStore work
    )
        where TReal : struct, IReal<TReal>
        where TStore : struct, IStore<TReal, TStore>, allows ref struct
    {
        var (d, held) = (g.D, Iterates(T, K));
        Vectors.Copy<TReal, TStore>(d, theta, rows);
        for (var t = 0; t < T; t++)
            g.Step(rows.At(t % held * d), -alpha, work, rows.At((t + 1) % held * d));
        var adjoint = work;
        Loss.Gradient<TReal, TStore>(test, record, d, rows.At(T % held * d), adjoint);
        Vectors.Fill<TReal, TStore>(d, TReal.From(0.0), kept);
        var products = 0;
        for (var t = T; t > T - K && t >= 0; t--)
        {
            Vectors.Add<TReal, TStore>(d, t == 0 ? TReal.From(1.0) : alpha * lambda, adjoint, kept);
            if (t == 0)
                break;
            ProximalMaml.StepBack(g, alpha, rows.At((t - 1) % held * d), adjoint, work.At(d));
            products++;
        }
        return new Oracles(T + 1, products, held);
    }
}
