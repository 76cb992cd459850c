using Verify.Algorithms.Instances;

namespace Verify.Algorithms.Families;

/// <summary>What the instances of a tile share in one setting.</summary>
/// <param name="Counts">N, j, T and the like.</param>
/// <param name="Placement">
/// A map from [0, 1) to the scalar that a hypothesis restricts (alpha L), for families that have one.
/// </param>
public sealed record Setting(Counts Counts, Func<double, double>? Placement = null);

/// <summary>What a run holds fixed, and what hypotheses admit.</summary>
public interface IRanges
{
    /// <summary>The range of a count: the one that the run fixes, else the given one.</summary>
    (int Least, int Most) Range(string count, int least, int most);

    /// <summary>The range to which the run fixes a scalar or a count, or null.</summary>
    (double Least, double Most)? Fixed(string name);

    /// <summary>The largest alpha L that a hypothesis admits for N steps; infinite where none restricts it.</summary>
    /// <param name="n">N.</param>
    /// <param name="u">A uniform number, which picks the hypothesis.</param>
    double LargestAlphaL(int n, double u);
}
