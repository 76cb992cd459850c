using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>Nesterov's method for smooth strongly convex functions, with constant momentum.</summary>
public static class AcceleratedGradient
{
    /// <summary>How many elements of scratch <see cref="Run"/> needs.</summary>
    public static int WorkLength(int d) => 2 * d;

    /// <summary>
    /// y_{k+1} = x_k - grad f(x_k)/beta, x_{k+1} = y_{k+1} + m (y_{k+1} - y_k) with m = (sqrt kappa - 1)/(sqrt kappa + 1), kappa =
    /// beta/mu, from x_0 = y_0; a lane that has taken its steps keeps its iterate.
    /// </summary>
    /// <param name="f">The objective.</param>
    /// <param name="mu">Its strong convexity, above 0.</param>
    /// <param name="beta">Its smoothness, at least mu.</param>
    /// <param name="steps">The number of steps, an integer for each lane.</param>
    /// <param name="y">d elements: the start, then the last y_k, which is the answer.</param>
    /// <param name="work">2d elements of scratch.</param>
    /// <returns>The gradients that one instance took, the largest count of all lanes.</returns>
    public static int Run<T, TStore, TObjective>(in TObjective f, T mu, T beta, T steps, TStore y, TStore work)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TObjective : IObjective<T, TStore>, allows ref struct
    {
        var d = f.D;
        var x = work;
        var g = work.At(d);
        var (one, zero) = (T.From(1.0), T.From(0.0));
        var root = T.Sqrt(beta / mu);
        // 1 - 2/(sqrt kappa + 1): one occurrence of an enclosed kappa.
        var momentum = one - T.From(2.0) / (root + one);
        Vectors.Copy<T, TStore>(d, y, x);
        var (k, most) = (0, T.Largest(steps));
        for (; k < most; k++)
        {
            f.Gradient(x, g);
            var at = T.From((double)k);
            for (var i = 0; i < d; i++)
            {
                var next = x[i] - g[i] / beta;
                var move = next - y[i];
                y[i] = T.SelectLess(at, steps, next, y[i]);
                x[i] = T.Fma(momentum, move, next);
            }
        }
        Masks.Spread<T, TStore>(d, steps, y);
        return k;
    }
}
