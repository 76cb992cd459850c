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
    private readonly IReadOnlyList<Condition> _conditions;
    private readonly ConcurrentDictionary<(int Hypothesis, int N), double> _limits = [];

    /// <summary>The ranges of the hypotheses of these claims.</summary>
    public AlphaLRanges(IEnumerable<Claim> claims) =>
        _conditions = [
            .. claims
                .SelectMany(c => c.Hypotheses)
                .Where(h => h.Governs.IsAlphaL)
                .DistinctBy(h => h.Name)
                .OrderBy(h => h.Name, StringComparer.Ordinal)
                .Select(h => h.Condition),
        ];

    /// <summary>The largest admissible alpha L for N steps under one of the hypotheses; infinite where there are none.</summary>
    /// <param name="n">N.</param>
    /// <param name="u">A uniform number, which picks the hypothesis.</param>
    public double Limit(int n, double u)
    {
        if (_conditions.Count == 0)
            return double.PositiveInfinity;
        var which = Math.Min((int)(u * _conditions.Count), _conditions.Count - 1);
        return _limits.GetOrAdd((which, n), key => Bisect(_conditions[key.Hypothesis], key.N));
    }

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
