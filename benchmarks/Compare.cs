namespace Verify.Benchmarks;

/// <summary>When results agree.</summary>
internal static class Compare
{
    /// <summary>How far a peer may be from the engine, relative to the largest number.</summary>
    public const double Tolerance = 1e-10;

    /// <summary>Bit for bit, with one NaN for all.</summary>
    public static bool SameBits(double[] x, double[] y) => x.Select(Bits).SequenceEqual(y.Select(Bits));

    /// <summary>The largest difference over the largest number.</summary>
    public static double RelativeError(double[] x, double[] expected) =>
        x.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);

    private static long Bits(double x) => BitConverter.DoubleToInt64Bits(double.IsNaN(x) ? double.NaN : x);
}
