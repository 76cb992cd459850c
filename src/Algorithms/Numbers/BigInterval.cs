using System.Collections.Concurrent;
using System.Numerics;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// A closed interval of <see cref="BigFloat"/>s, rounded outward to the ambient precision: 128 bits, or what the
/// innermost <c>using (BigInterval.At(bits))</c> of the thread says. Results that fit are exact. Ends may be infinite;
/// what is undefined for every choice of operands is NaN. Ends saturate beyond 2^(+-2^24), so memory stays bounded.
/// </summary>
public readonly struct BigInterval : ISeries<BigInterval>
{
    /// <summary>
    /// Added while an elementary function is computed: a few for each rounded step, 45 for the largest angle.
    /// </summary>
    private const int GuardBits = 64;

    [ThreadStatic]
    private static int s_precision;

    private readonly Ends<BigFloat> _ends;

    private BigInterval(Ends<BigFloat> ends) => _ends = ends;

    private BigInterval(BigFloat lower, BigFloat upper) => _ends = new(lower, upper);

    /// <summary>The bits that results are rounded to on this thread.</summary>
    public static int Precision => s_precision == 0 ? 128 : s_precision;

    /// <summary>The smallest number, possibly -infinity; NaN where nothing is known.</summary>
    public BigFloat Lower => _ends.Lower;

    /// <summary>The largest number, possibly +infinity; NaN where nothing is known.</summary>
    public BigFloat Upper => _ends.Upper;

    /// <summary>Sets the precision of this thread until the scope is disposed.</summary>
    /// <param name="bits">At least 2.</param>
    public static Scope At(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2);
        var scope = new Scope(s_precision);
        s_precision = bits;
        return scope;
    }

    /// <summary>Restores the precision that it replaced.</summary>
    public readonly ref struct Scope
    {
        private readonly int _outer;

        internal Scope(int outer) => _outer = outer;

        public void Dispose() => s_precision = _outer;
    }

    public static BigInterval operator +(BigInterval a, BigInterval b) => new(a._ends + b._ends);

    public static BigInterval operator -(BigInterval a, BigInterval b) => new(a._ends + -b._ends);

    public static BigInterval operator *(BigInterval a, BigInterval b) => Fma(a, b, default);

    /// <summary>
    /// The whole line where b has 0 inside, a half line at most where 0 is its end, NaN where b is 0.
    /// </summary>
    public static BigInterval operator /(BigInterval a, BigInterval b) => new(a._ends / b._ends);

    public static BigInterval operator -(BigInterval a) => new(-a._ends);

    public static BigInterval Fma(BigInterval a, BigInterval b, BigInterval c) =>
        new(Ends<BigFloat>.Fma(a._ends, b._ends, c._ends));

    /// <summary>Of the part at or above 0 (the rest is taken for rounding); NaN where there is none.</summary>
    public static BigInterval Sqrt(BigInterval a) => new(Ends<BigFloat>.Sqrt(a._ends));

    public static BigInterval Abs(BigInterval a) => new(Ends<BigFloat>.Abs(a._ends));

    public static BigInterval Min(BigInterval a, BigInterval b) => new(Ends<BigFloat>.Min(a._ends, b._ends));

    public static BigInterval Max(BigInterval a, BigInterval b) => new(Ends<BigFloat>.Max(a._ends, b._ends));

    public static BigInterval IsLess(BigInterval a, BigInterval b) => EnclosedFunctions<BigInterval>.IsLess(a, b);

    public static BigInterval SelectLess(BigInterval a, BigInterval b, BigInterval x, BigInterval y) =>
        EnclosedFunctions<BigInterval>.SelectLess(a, b, x, y);

    public static BigInterval Ceiling(BigInterval a) => new(a.Lower.Ceiling(), a.Upper.Ceiling());

    /// <summary>The middle, rounded; NaN where it is unbounded.</summary>
    public static BigInterval Point(BigInterval a) =>
        Exactly((LowerEnd(a) + (UpperEnd(a) - LowerEnd(a)) * From(0.5)).Lower);

    public static double Largest(BigInterval a) => a.Upper.ToDoubleUp();

    public static bool Encloses => true;

    public static BigInterval Widen(BigInterval a, BigInterval radius) => a + Hull(-radius, radius);

    /// <summary>Its range over a; an end may be |n| units of the last place off.</summary>
    public static BigInterval Pow(BigInterval a, int n) => EnclosedFunctions<BigInterval>.Pow(a, n);

    /// <summary>A function with more bits than its result is rounded to.</summary>
    private static BigInterval Guarded(Func<BigInterval, BigInterval> function, BigInterval a)
    {
        BigInterval value;
        using (At(Precision + GuardBits))
            value = function(a);
        return value.Rounded();
    }

    public static (BigInterval Sin, BigInterval Cos) SinCos(BigInterval a) => (Sin(a), Cos(a));

    public static BigInterval Sin(BigInterval a) => Guarded(EnclosedFunctions<BigInterval>.Sin, a);

    public static BigInterval Cos(BigInterval a) => Guarded(EnclosedFunctions<BigInterval>.Cos, a);

    public static BigInterval Exp(BigInterval a) => Guarded(EnclosedFunctions<BigInterval>.Exp, a);

    /// <summary>Of the part at or above 0 (the rest is taken for rounding); NaN where there is none.</summary>
    public static BigInterval Log(BigInterval a) => Guarded(EnclosedFunctions<BigInterval>.Log, a);

    public static BigInterval Cbrt(BigInterval a) => new(Ends<BigFloat>.Cbrt(a._ends));

    public static BigInterval From(double value) => new(BigFloat.From(value), BigFloat.From(value));

    /// <summary>The integer of 96 bits behind the decimal, over its power of ten.</summary>
    public static BigInterval From(decimal value)
    {
        Span<int> words = stackalloc int[4];
        decimal.GetBits(value, words);
        var digits = ((BigInteger)(uint)words[2] << 64) | ((BigInteger)(uint)words[1] << 32) | (uint)words[0];
        var power = BigInteger.Pow(10, (words[3] >> 16) & 0xFF);
        return Exactly(new(words[3] < 0 ? -digits : digits, 0)) / Exactly(new(power, 0));
    }

    /// <summary>All numbers between two given ones; NaN unless lower &lt;= upper.</summary>
    public static BigInterval FromBounds(BigFloat lower, BigFloat upper) => new(Ends<BigFloat>.Of(lower, upper));

    public static BigInterval FromBounds(double lower, double upper) =>
        FromBounds(BigFloat.From(lower), BigFloat.From(upper));

    public static BigInterval Hull(BigInterval a, BigInterval b) => new(Ends<BigFloat>.Hull(a._ends, b._ends));

    public static BigInterval Intersect(BigInterval a, BigInterval b) =>
        new(Ends<BigFloat>.Intersect(a._ends, b._ends));

    public static bool CertainlyLess(BigInterval a, BigInterval b) => a.Upper < b.Lower;

    public static bool CertainlyAtMost(BigInterval a, BigInterval b) => a.Upper <= b.Lower;

    public static BigInterval LowerEnd(BigInterval a) => Exactly(a.Lower);

    public static BigInterval UpperEnd(BigInterval a) => Exactly(a.Upper);

    public static bool IsExact(BigInterval a) => !a.Lower.IsNaN && a.Lower == a.Upper;

    public override string ToString() => $"[{Lower}, {Upper}]";

    /// <summary>pi/2, more precise than the ambient precision asks for.</summary>
    internal static BigInterval HalfPi => Constants.Current.HalfPi;

    /// <summary>ln 2, more precise than the ambient precision asks for.</summary>
    internal static BigInterval Ln2 => Constants.Current.Ln2;

    static double IEnclosure<BigInterval>.Lower(BigInterval a) => a.Lower.ToDoubleDown();

    static double IEnclosure<BigInterval>.Upper(BigInterval a) => a.Upper.ToDoubleUp();

    static BigInterval[] ISeries<BigInterval>.InverseFactorials => Constants.Current.InverseFactorials;

    static BigInterval[] ISeries<BigInterval>.OddReciprocals => Constants.Current.OddReciprocals;

    static BigInterval ISeries<BigInterval>.MinusHalfPis(BigInterval x, double n) => Fma(From(-n), HalfPi, x);

    static BigInterval ISeries<BigInterval>.MinusLn2s(BigInterval x, double n) => Fma(From(-n), Ln2, x);

    static (BigInterval Mantissa, int Exponent) ISeries<BigInterval>.Split(BigInterval x)
    {
        // The leading 53 bits decide the exponent; 1/sqrt(2) itself may go either way.
        var length = (int)x.Lower.Mantissa.GetBitLength();
        var leading = new BigFloat(x.Lower.Mantissa, -length).ToDoubleDown();
        var exponent = leading < 0.7071067811865476 ? length - 1 : length;
        return (Exactly(new(x.Lower.Mantissa, -exponent)), (int)x.Lower.Exponent + exponent);
    }

    static BigInterval ISeries<BigInterval>.Scale(BigInterval x, int n) => x * Exactly(new(1, n));

    private static BigInterval Exactly(BigFloat value) => new(value, value);

    private BigInterval Rounded() => new(Lower.RoundDown(Precision), Upper.RoundUp(Precision));

    /// <summary>The constants of one precision, from integer series whose truncation errors are counted.</summary>
    private sealed class Constants
    {
        /// <summary>More bits than the results have, for what cancels in a reduction.</summary>
        private const int ExtraBits = 128;

        private static readonly ConcurrentDictionary<int, Constants> s_known = new();

        private Constants(int bits)
        {
            // Machin: pi/4 = 4 atan(1/5) - atan(1/239).
            var unit = Exactly(new(2, 0));
            using (At(bits + ExtraBits))
            {
                HalfPi = unit * (Exactly(new(4, 0)) * Arc(5, -1, bits) - Arc(239, -1, bits));
                Ln2 = unit * Arc(3, 1, bits);
            }
            using (At(bits))
            {
                var factorial = BigInteger.One;
                List<BigInterval> inverses = [Exactly(new(1, 0))];
                while (factorial.GetBitLength() < bits + 8)
                {
                    factorial *= inverses.Count;
                    inverses.Add(Exactly(new(1, 0)) / Exactly(new(factorial, 0)));
                }
                InverseFactorials = [.. inverses];
                OddReciprocals =
                [
                    .. Enumerable.Range(0, bits / 5 + 3).Select(k => Exactly(new(1, 0)) / From(2.0 * k + 1)),
                ];
            }
        }

        public static Constants Current => s_known.GetOrAdd(Precision, bits => new Constants(bits));

        public BigInterval HalfPi { get; }

        public BigInterval Ln2 { get; }

        public BigInterval[] InverseFactorials { get; }

        public BigInterval[] OddReciprocals { get; }

        /// <summary>
        /// atan(1/q) for sign -1, atanh(1/q) for sign 1: the sum of sign^k / ((2k + 1) q^(2k + 1)). In units of the
        /// last place a power is off by less than 2 (each floor adds below 1, each division by q^2 shrinks what was
        /// there) and a term by less than 3; what follows the last power, which has vanished, is below 1.
        /// </summary>
        private static BigInterval Arc(int q, int sign, int bits)
        {
            bits += ExtraBits + 32;
            var power = (BigInteger.One << bits) / q;
            var sum = BigInteger.Zero;
            var k = 0;
            for (; !power.IsZero; power /= q * q, k++)
                sum += (sign < 0 && (k & 1) != 0 ? -power : power) / (2 * k + 1);
            var error = 3 * k + 3;
            return new(new BigFloat(sum - error, -bits), new BigFloat(sum + error, -bits));
        }
    }
}
