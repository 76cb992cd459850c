using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Evidence;

/// <summary>What a run is asked to do.</summary>
public sealed record RunOptions
{
    /// <summary>Evaluations per claim by default: instances on which every hypothesis is met.</summary>
    public const long DefaultBudget = 440_000;

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

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Lanes: 1, 2, 4, 8 or 16.</summary>
    public int Width { get; init; } = LaneWidth.Best;

    /// <summary>The device that runs the trials that it can run; null for the CPU alone.</summary>
    public IBatchDevice? Device { get; init; }
}

/// <summary>The setting shared by a tile: its counts, and how alpha L follows from a uniform number.</summary>
/// <param name="Counts">N and j.</param>
/// <param name="AlphaL">A map from [0, 1).</param>
internal sealed record Setting(Counts Counts, Func<double, double> AlphaL)
{
    private const int MostSteps = 20;
    private const double LeastAlphaL = 1e-3,
        LargestAlphaL = 4;

    /// <summary>Draws a setting within what the options fix.</summary>
    /// <param name="tile">The tile, for its stream.</param>
    /// <param name="index">The number of the setting within the tile.</param>
    /// <param name="options">What is fixed.</param>
    /// <param name="ranges">Which hypotheses restrict alpha L; half of the settings keep within one of them.</param>
    public static Setting Draw(Tile tile, int index, RunOptions options, AlphaLRanges ranges)
    {
        var stream = tile.CountsStream(index);
        var (leastN, mostN) = Range(options, "N", 1, MostSteps);
        var n = stream.LogUniformInt(leastN, mostN);
        var isWhole = stream.Chance(0.5);
        var (leastJ, mostJ) = Range(options, "j", 0, n);
        var drawnJ = leastJ + stream.Below(Math.Max(1, Math.Min(mostJ, n) - leastJ + 1));
        var counts = new Counts
        {
            [Count.N] = n,
            [Count.J] = Math.Min(n, isWhole && !options.Fixed.ContainsKey("j") ? n : drawnJ),
        };

        var limit = stream.Chance(0.5) ? ranges.Limit(n, stream.Next()) : double.PositiveInfinity;
        var edge = stream.Next();
        if (options.Fixed.TryGetValue("alphaL", out var range))
            return new Setting(counts, u => LogUniform(range.Least, range.Most, u));
        if (double.IsInfinity(limit))
            return new Setting(counts, u => LogUniform(LeastAlphaL, LargestAlphaL, u));
        return new Setting(
            counts,
            edge < 0.125 ? _ => limit
                : edge < 0.25 ? u => limit * (1 - LogUniform(1e-12, 1e-1, u))
                : u => LogUniform(limit * LeastAlphaL, limit, u)
        );
    }

    private static (int, int) Range(RunOptions options, string name, int least, int most) =>
        options.Fixed.TryGetValue(name, out var range) ? ((int)range.Least, (int)range.Most) : (least, most);

    /// <summary>The same on every machine: from the shared polynomials, not from the platform's exp and log.</summary>
    private static double LogUniform(double least, double most, double u)
    {
        if (least == most)
            return least;
        var (a, b) = (Real.Log(new Real(least)).Value, Real.Log(new Real(most)).Value);
        return Math.Clamp(Real.Exp(new Real(a + u * (b - a))).Value, least, most);
    }
}
