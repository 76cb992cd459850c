using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;

namespace Verify.Algorithms.Families;

/// <summary>The settings of the families of multi-step MAML: N, j and alpha L.</summary>
internal static class MultiStepMamlSetting
{
    private const int MostSteps = 20;
    private const double LeastAlphaL = 1e-3,
        LargestAlphaL = 4;

    /// <summary>Draws a setting; half of them keep alpha L within what one of the hypotheses admits.</summary>
    public static Setting Draw(ref UniformStream stream, IRanges ranges)
    {
        var (leastN, mostN) = ranges.Range("N", 1, MostSteps);
        var n = stream.LogUniformInt(leastN, mostN);
        var isWhole = stream.Chance(0.5);
        var (leastJ, mostJ) = ranges.Range("j", 0, n);
        var drawnJ = leastJ + stream.Below(Math.Max(1, Math.Min(mostJ, n) - leastJ + 1));
        var counts = new Counts
        {
            [Count.N] = n,
            [Count.J] = Math.Min(n, isWhole && ranges.Fixed("j") is null ? n : drawnJ),
        };

        var limit = stream.Chance(0.5) ? ranges.LargestAlphaL(n, stream.Next()) : double.PositiveInfinity;
        var edge = stream.Next();
        if (ranges.Fixed("alphaL") is var (least, most))
            return new Setting(counts, u => LogUniform(least, most, u));
        if (double.IsInfinity(limit))
            return new Setting(counts, u => LogUniform(LeastAlphaL, LargestAlphaL, u));
        return new Setting(
            counts,
            edge < 0.125 ? _ => limit
                : edge < 0.25 ? u => limit * (1 - LogUniform(1e-12, 1e-1, u))
                : u => LogUniform(limit * LeastAlphaL, limit, u)
        );
    }

    /// <summary>The same on every machine: from the shared polynomials, not from the platform's exp and log.</summary>
    private static double LogUniform(double least, double most, double u)
    {
        if (least == most)
            return least;
        var (a, b) = (Real.Log(new Real(least)).Value, Real.Log(new Real(most)).Value);
        return Math.Clamp(Real.Exp(new Real(a + u * (b - a))).Value, least, most);
    }
}
