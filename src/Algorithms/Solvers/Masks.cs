using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>Counts of steps that differ from lane to lane.</summary>
internal static class Masks
{
    /// <summary>Turns x to NaN in the lanes whose count of steps is NaN (undecided, or beyond what may be run).</summary>
    public static void Spread<T, TStore>(int d, T steps, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
            x[i] = T.Fma(T.From(0.0), steps, x[i]);
    }
}
