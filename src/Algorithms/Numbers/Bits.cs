namespace Verify.Algorithms.Numbers;

/// <summary>Bit patterns by which the machine types scale and split doubles with integer additions alone.</summary>
internal static class Bits
{
    /// <summary>
    /// Added to an integer n, leaves n + 1023 (the biased exponent of 2^n) in the low bits: 1.5 * 2^52 + 1023.
    /// </summary>
    public const double ScaleMagic = 6755399441055744.0 + 1023;

    /// <summary>The smallest double above 1/sqrt(2), where mantissas begin.</summary>
    public const long SplitLeast = 0x3FE6A09E667F3BCD;

    /// <summary>Moved down by 1024 exponents, so that the exponent field of the difference is never negative.</summary>
    public const long SplitOrigin = SplitLeast - 0x4000000000000000;

    public const long Fraction = 0x000FFFFFFFFFFFFF;

    /// <summary>An integer below 2^52 in these low bits is a double, 2^52 too large.</summary>
    public const long TwoTo52 = 0x4330000000000000;

    public const double SplitBias = 4503599627370496.0 + 1024;
}
