using System.Collections.Concurrent;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// For each hypothesis that governs alpha L and each N, the largest admissible double, found by bisecting the
/// hypothesis' own margin at L = 1.
/// </summary>
public sealed class AlphaLRanges
{
    private const double Largest = 1e6;
    private readonly IReadOnlyList<Hypothesis> _hypotheses;
    private readonly ConcurrentDictionary<(int Hypothesis, int N), double> _limits = [];

    /// <summary>The ranges of the hypotheses of these claims.</summary>
    public AlphaLRanges(IEnumerable<Claim> claims) =>
        _hypotheses = [
            .. claims
                .SelectMany(c => c.Hypotheses)
                .Where(h => h.Governs.IsAlphaL)
                .DistinctBy(h => h.Name)
                .OrderBy(h => h.Name, StringComparer.Ordinal),
        ];

    /// <summary>Each hypothesis that governs alpha L, with the largest admissible alpha L for N steps.</summary>
    public IEnumerable<(Hypothesis Hypothesis, double AlphaL)> Limits(int n) =>
        _hypotheses.Select((h, which) => (h, Limit(n, which)));

    /// <summary>The largest admissible alpha L for N steps under one of the hypotheses; infinite where there are none.</summary>
    /// <param name="n">N.</param>
    /// <param name="u">A uniform number, which picks the hypothesis.</param>
    public double Limit(int n, double u)
    {
        var count = _hypotheses.Count;
        return count == 0 ? double.PositiveInfinity : Limit(n, Math.Min((int)(u * count), count - 1));
    }

    private double Limit(int n, int which) =>
        _limits.GetOrAdd((which, n), key => Bisect(_hypotheses[key.Hypothesis].Condition, key.N));

    private static double Bisect(Condition condition, int n)
    {
        var o = new Observables<Real>();
        o[Count.N] = n;
        o[Constants.L] = new Real(1);
        var margin = condition.Margin;
        var (low, high) = (0.0, Largest);
        while (Math.BitIncrement(low) < high)
        {
            var middle = low + (high - low) / 2;
            o[Constants.Alpha] = new Real(middle);
            var value = margin.Evaluate(o, 0).Value;
            if (value > 0 || condition.IsNonNegative && value == 0)
                low = middle;
            else
                high = middle;
        }
        return low;
    }
}
