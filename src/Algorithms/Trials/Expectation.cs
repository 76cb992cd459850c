using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Trials;

/// <summary>Exact means over the tasks of an instance.</summary>
internal static class Expectation
{
    /// <summary>The probabilities of n tasks, divided by their sum: doubles such as 0.2 do not sum to 1 exactly.</summary>
    public static void Weights<T, TStore>(int n, TStore given, TStore p)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var sum = given[0];
        for (var i = 1; i < n; i++)
            sum += given[i];
        for (var i = 0; i < n; i++)
            p[i] = given[i] / sum;
    }

    /// <summary>The mean of n numbers and the mean of their squares.</summary>
    public static (T Mean, T MeanSquare) Moments<T, TStore>(int n, TStore p, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var (mean, square) = (T.From(0.0), T.From(0.0));
        for (var i = 0; i < n; i++)
        {
            mean = T.Fma(p[i], x[i], mean);
            square = T.Fma(p[i], T.Pow(x[i], 2), square);
        }
        return (mean, square);
    }
}
