using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;

namespace Verify.Evidence;

/// <summary>What a run is asked to do.</summary>
public sealed record RunOptions
{
    /// <summary>Evaluations per claim by default: instances on which every hypothesis is met.</summary>
    public const long DefaultBudget = 240_000;

    /// <summary>Evaluations per claim of the deep budget.</summary>
    public const long DeepBudget = 3_000_000;

    public ulong Seed { get; init; } = 1;
    public long Budget { get; init; } = DefaultBudget;

    /// <summary>A wall-clock limit; with it, what is sampled depends on the machine.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The only family to sample, or null.</summary>
    public string? Family { get; init; }

    /// <summary>Counts and scalars held within given bounds, by name: N, j, d, n, m, alphaL.</summary>
    public IReadOnlyDictionary<string, (double Least, double Most)> Fixed { get; init; } =
        new Dictionary<string, (double, double)>();

    /// <summary>The evaluations of a claim with a trial: of the default and the deep budget, costly trials have a part.</summary>
    public long BudgetOf(Trial trial) =>
        Budget is DefaultBudget or DeepBudget && trial.Thinning > 1 ? Budget / (CostlyPart * trial.Thinning) : Budget;

    private const int CostlyPart = 8;

    /// <summary>The largest number of steps that a statement may prescribe; beyond it an instance is inconclusive.</summary>
    public int MostSteps => Budget >= DeepBudget ? 1_000_000 : 10_000;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Lanes: 1, 2, 4, 8 or 16.</summary>
    public int Width { get; init; } = LaneWidth.Best;

    /// <summary>The device that runs the trials that it can run; null for the CPU alone.</summary>
    public IBatchDevice? Device { get; init; }
}

/// <summary>What the options fix and what the hypotheses of the claims admit.</summary>
internal sealed class Ranges(RunOptions options, AlphaLRanges alphaL) : IRanges
{
    public (int Least, int Most) Range(string count, int least, int most) =>
        Fixed(count) is var (from, to) ? ((int)from, (int)to) : (least, most);

    public (double Least, double Most)? Fixed(string name) =>
        options.Fixed.TryGetValue(name, out var range) ? range : null;

    public double LargestAlphaL(int n, double u) => alphaL.Limit(n, u);
}
