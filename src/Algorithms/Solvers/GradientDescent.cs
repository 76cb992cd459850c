using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>Gradient descent with a constant step.</summary>
public static class GradientDescent
{
    /// <summary>x_{k+1} = x_k - alpha grad f(x_k); a lane that has taken its steps keeps its iterate.</summary>
    /// <param name="f">The objective.</param>
    /// <param name="alpha">The step size.</param>
    /// <param name="steps">The number of steps, an integer for each lane.</param>
    /// <param name="x">d elements: the start, then the last iterate.</param>
    /// <param name="work">d elements of scratch.</param>
    /// <returns>The gradients that one instance took, the largest count of all lanes.</returns>
    public static int Run<T, TStore, TObjective>(in TObjective f, T alpha, T steps, TStore x, TStore work)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TObjective : IObjective<T, TStore>, allows ref struct
    {
        var (k, most) = (0, T.Largest(steps));
        for (; k < most; k++)
        {
            var step = T.SelectLess(T.From((double)k), steps, -alpha, T.From(0.0));
            f.Step(x, step, work, x);
        }
        Masks.Spread<T, TStore>(f.D, steps, x);
        return k;
    }

    /// <summary>The same, every iterate kept.</summary>
    /// <param name="f">The objective.</param>
    /// <param name="alpha">The step size.</param>
    /// <param name="steps">T, the number of steps.</param>
    /// <param name="path">T+1 rows of d elements, the first one given.</param>
    /// <param name="work">d elements of scratch.</param>
    public static void Path<T, TStore, TObjective>(in TObjective f, T alpha, int steps, TStore path, TStore work)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TObjective : IObjective<T, TStore>, allows ref struct
    {
        var d = f.D;
        for (var t = 0; t < steps; t++)
            f.Step(path.At(t * d), -alpha, work, path.At((t + 1) * d));
    }
}
