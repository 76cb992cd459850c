using System.Numerics;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// mantissa * 2^exponent with integers of any size, or an infinity, or NaN. + - * are exact; a mantissa is odd or 0, so
/// equal numbers are equal values. As an end of <see cref="BigInterval"/> it rounds down to the ambient precision.
/// </summary>
public readonly record struct BigFloat : IEnd<BigFloat>
{
    /// <summary>
    /// Rounding saturates outside of 2^-Limit..2^Limit, towards 0 or to an infinity as its direction demands.
    /// </summary>
    private const long Limit = 1L << 24;

    /// <summary>Marks the numbers that are not finite: the sign of the mantissa tells the infinity, 0 is NaN.</summary>
    private const long NotFinite = long.MaxValue;

    public BigFloat(BigInteger mantissa, long exponent)
    {
        if (exponent == NotFinite || mantissa.IsZero)
        {
            (Mantissa, Exponent) = (mantissa, exponent == NotFinite ? exponent : 0);
            return;
        }
        var zeros = mantissa.IsEven ? (int)BigInteger.TrailingZeroCount(mantissa) : 0;
        (Mantissa, Exponent) = (mantissa >> zeros, exponent + zeros);
    }

    public BigInteger Mantissa { get; }

    public long Exponent { get; }

    public static BigFloat NaN => new(0, NotFinite);

    public bool IsFinite => Exponent != NotFinite;

    public bool IsNaN => !IsFinite && Mantissa.IsZero;

    public int Sign => Mantissa.Sign;

    /// <summary>The double itself.</summary>
    public static BigFloat From(double value)
    {
        if (!double.IsFinite(value))
            return new(double.IsNaN(value) ? 0 : Math.Sign(value), NotFinite);
        var bits = BitConverter.DoubleToInt64Bits(value);
        var field = (int)(bits >>> 52) & 0x7FF;
        var mantissa = bits & 0x000FFFFFFFFFFFFF;
        if (field > 0)
            mantissa |= 1L << 52;
        return new(bits < 0 ? -mantissa : mantissa, Math.Max(field, 1) - 1075);
    }

    public static BigFloat operator -(BigFloat a) => new(-a.Mantissa, a.Exponent);

    public static BigFloat operator +(BigFloat a, BigFloat b)
    {
        if (!a.IsFinite || !b.IsFinite)
            return From(a.Class + b.Class);
        var shift = checked((int)(a.Exponent - b.Exponent));
        return shift >= 0
            ? new((a.Mantissa << shift) + b.Mantissa, b.Exponent)
            : new(a.Mantissa + (b.Mantissa << -shift), a.Exponent);
    }

    public static BigFloat operator -(BigFloat a, BigFloat b) => a + -b;

    public static BigFloat operator *(BigFloat a, BigFloat b) =>
        a.IsFinite && b.IsFinite ? new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent) : From(a.Class * b.Class);

    public static bool operator <(BigFloat a, BigFloat b) => !a.IsNaN && !b.IsNaN && Compare(a, b) < 0;

    public static bool operator >(BigFloat a, BigFloat b) => b < a;

    public static bool operator <=(BigFloat a, BigFloat b) => !a.IsNaN && !b.IsNaN && Compare(a, b) <= 0;

    public static bool operator >=(BigFloat a, BigFloat b) => b <= a;

    /// <summary>The largest number at or below this one with a mantissa of that many bits.</summary>
    public BigFloat RoundDown(int bits)
    {
        if (!IsFinite || Sign == 0)
            return this;
        if (Top > Limit)
            return Sign > 0 ? new(1, Limit) : From(double.NegativeInfinity);
        if (Top < -Limit)
            return Sign > 0 ? default : new(-1, -Limit);
        var excess = (int)(Length(Mantissa) - bits);
        return excess <= 0 ? this : new(Floor(Mantissa, excess), Exponent + excess);
    }

    /// <summary>The smallest number at or above this one with a mantissa of that many bits.</summary>
    public BigFloat RoundUp(int bits) => -(-this).RoundDown(bits);

    /// <summary>The largest double at or below.</summary>
    public double ToDoubleDown()
    {
        if (!IsFinite || Sign == 0)
            return IsFinite ? 0 : Class;
        // 53 bits, or those from 2^-1074 up.
        var excess = Math.Max(Length(Mantissa) - 53, -1074 - Exponent);
        if (excess > Length(Mantissa))
            return Sign > 0 ? 0 : -double.Epsilon;
        var mantissa = excess > 0 ? Floor(Mantissa, (int)excess) : Mantissa;
        var exponent = Exponent + Math.Max(excess, 0);
        var value = Math.ScaleB((double)mantissa, (int)Math.Min(exponent, 4096));
        return double.IsPositiveInfinity(value) ? double.MaxValue : value;
    }

    /// <summary>The smallest double at or above.</summary>
    public double ToDoubleUp() => -(-this).ToDoubleDown();

    /// <summary>The smallest integer at or above it.</summary>
    public BigFloat Ceiling() =>
        !IsFinite || Exponent >= 0 ? this : new(-((-Mantissa) >> (int)Math.Min(-Exponent, int.MaxValue)), 0);

    public override string ToString() => IsFinite ? $"{Mantissa}*2^{Exponent}" : Class.ToString();

    /// <summary>The largest number of that many bits at or below a/b, for finite b other than 0.</summary>
    internal static BigFloat DivideDown(BigFloat a, BigFloat b, int bits)
    {
        var shift = (int)Math.Max(0, bits + 2 + Length(b.Mantissa) - Length(a.Mantissa));
        var quotient = BigInteger.DivRem(a.Mantissa << shift, b.Mantissa, out var rest);
        if (!rest.IsZero && rest.Sign != b.Sign)
            quotient--;
        return new BigFloat(quotient, a.Exponent - b.Exponent - shift).RoundDown(bits);
    }

    /// <summary>
    /// The k-th root, k = 2 or 3, as the largest of that many bits at or below it and the smallest above; a is positive
    /// and finite.
    /// </summary>
    internal static (BigFloat Down, BigFloat Up) Root(BigFloat a, int k, int bits)
    {
        // Enough bits under the root, and an exponent that k divides.
        var shift = Math.Max(0, k * (bits + 1L) - Length(a.Mantissa));
        shift += (((a.Exponent - shift) % k) + k) % k;
        var radicand = a.Mantissa << (int)shift;
        var root = FloorRoot(radicand, k);
        var exponent = (a.Exponent - shift) / k;
        var above = BigInteger.Pow(root, k) == radicand ? root : root + 1;
        return (new BigFloat(root, exponent).RoundDown(bits), new BigFloat(above, exponent).RoundUp(bits));
    }

    /// <summary>Newton's iteration from above: it decreases until it has reached the floor of the root.</summary>
    private static BigInteger FloorRoot(BigInteger a, int k)
    {
        var root = BigInteger.One << (int)((Length(a) + k - 1) / k);
        while (true)
        {
            var next = ((k - 1) * root + a / BigInteger.Pow(root, k - 1)) / k;
            if (next >= root)
                return root;
            root = next;
        }
    }

    /// <summary>|a| lies in [2^(Top-1), 2^Top).</summary>
    private long Top => Exponent + Length(Mantissa);

    /// <summary>The sign of a finite number; an infinity or NaN itself: these follow the rules of doubles.</summary>
    private double Class =>
        IsFinite ? Sign
        : IsNaN ? double.NaN
        : Sign * double.PositiveInfinity;

    private static long Length(BigInteger a) => (long)BigInteger.Abs(a).GetBitLength();

    /// <summary>The floor of a/2^shift. The shift of .NET rounds a negative number down as well.</summary>
    private static BigInteger Floor(BigInteger a, int shift) => a >> shift;

    private static int Compare(BigFloat a, BigFloat b)
    {
        if (!a.IsFinite || !b.IsFinite)
            return a.Class.CompareTo(b.Class);
        if (a.Sign != b.Sign || a.Sign == 0)
            return a.Sign.CompareTo(b.Sign);
        if (a.Top != b.Top)
            return a.Sign * a.Top.CompareTo(b.Top);
        var shift = (int)(a.Exponent - b.Exponent);
        return shift >= 0 ? (a.Mantissa << shift).CompareTo(b.Mantissa) : a.Mantissa.CompareTo(b.Mantissa << -shift);
    }

    static bool IEnd<BigFloat>.IsInfinite(BigFloat a) => !a.IsFinite && !a.IsNaN;

    static BigFloat IEnd<BigFloat>.AddDown(BigFloat a, BigFloat b) => SumDown(a, b);

    static BigFloat IEnd<BigFloat>.FmaDown(BigFloat x, BigFloat y, BigFloat z) =>
        x.Sign == 0 || y.Sign == 0 ? z.RoundDown(BigInterval.Precision) : SumDown(x * y, z);

    static BigFloat IEnd<BigFloat>.DivDown(BigFloat x, BigFloat y) =>
        y.Sign == 0 ? From(double.NegativeInfinity)
        : !x.IsFinite || !y.IsFinite ? From(x.Class / y.Class)
        : DivideDown(x, y, BigInterval.Precision);

    static BigFloat IEnd<BigFloat>.SqrtDown(BigFloat x) =>
        x.Sign == 0 || !x.IsFinite ? x : Root(x, 2, BigInterval.Precision).Down;

    static BigFloat IEnd<BigFloat>.SqrtUp(BigFloat x) =>
        x.Sign == 0 || !x.IsFinite ? x : Root(x, 2, BigInterval.Precision).Up;

    static BigFloat IEnd<BigFloat>.CbrtDown(BigFloat x) =>
        x.Sign == 0 || !x.IsFinite ? x
        : x.Sign > 0 ? Root(x, 3, BigInterval.Precision).Down
        : -Root(-x, 3, BigInterval.Precision).Up;

    private static BigFloat SumDown(BigFloat a, BigFloat b)
    {
        var bits = BigInterval.Precision;
        if (!a.IsFinite || !b.IsFinite || a.Sign == 0 || b.Sign == 0)
            return (a + b).RoundDown(bits);
        if (a.Top < b.Top)
            (a, b) = (b, a);
        // A summand far below the last bits of the other matters through its sign alone.
        var last = Math.Min(a.Exponent, a.Top - bits) - 2;
        return (a + (b.Top < last ? new BigFloat(b.Sign, last) : b)).RoundDown(bits);
    }
}
