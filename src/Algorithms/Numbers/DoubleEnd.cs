using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// A double with operations rounded down: by AVX-512's rounding of single instructions where the machine has it, elsewhere,
/// with the same bits, by arithmetic rounded to nearest whose error is computed: the neighbour below
/// is taken only where the error is negative. The error of a sum is a double (TwoSum, Knuth); that of a product, a
/// quotient or a root is the sign of one Fma, right unless it underflows, which scaling by powers of two prevents.
/// </summary>
internal readonly struct DoubleEnd(double value) : IEnd<DoubleEnd>
{
    public readonly double Value = value;

    /// <summary>
    /// Products from here on have an error, a multiple of about 2^-106 of them, that does not underflow.
    /// </summary>
    private const double Small = 1.0261342003245941E-289; // 2^-960

    private const double Big = 1.0715086071862673E+301; // 2^1000
    private const double TwoTo537 = 4.4989137945431964E+161;
    private const double TwoTo600 = 4.149515568880993E+180;
    private const double TwoToMinus200 = 6.223015277861142E-61;
    private const double TwoTo300 = 2.037035976334486E+90;

    public static DoubleEnd From(double value) => new(value);

    public static bool IsInfinite(DoubleEnd a) => double.IsInfinity(a.Value);

    public static bool operator <(DoubleEnd a, DoubleEnd b) => a.Value < b.Value;

    public static bool operator >(DoubleEnd a, DoubleEnd b) => a.Value > b.Value;

    public static bool operator <=(DoubleEnd a, DoubleEnd b) => a.Value <= b.Value;

    public static bool operator >=(DoubleEnd a, DoubleEnd b) => a.Value >= b.Value;

    public static DoubleEnd operator -(DoubleEnd a) => new(-a.Value);

    public static DoubleEnd AddDown(DoubleEnd a, DoubleEnd b) =>
        new(Avx512F.IsSupported ? Rounded.Sum(a.Value, b.Value) : Computed.Sum(a.Value, b.Value));

    public static DoubleEnd FmaDown(DoubleEnd x, DoubleEnd y, DoubleEnd z) =>
        new(Avx512F.IsSupported ? Rounded.Fma(x.Value, y.Value, z.Value) : Computed.Fma(x.Value, y.Value, z.Value));

    public static DoubleEnd DivDown(DoubleEnd x, DoubleEnd y) =>
        new(Avx512F.IsSupported ? Rounded.Quotient(x.Value, y.Value) : Computed.Quotient(x.Value, y.Value));

    public static DoubleEnd SqrtDown(DoubleEnd x)
    {
        var root = Math.Sqrt(x.Value);
        return new(SqrtError(x.Value, root) < 0 ? Math.BitDecrement(root) : root);
    }

    public static DoubleEnd SqrtUp(DoubleEnd x)
    {
        var root = Math.Sqrt(x.Value);
        return new(SqrtError(x.Value, root) > 0 ? Math.BitIncrement(root) : root);
    }

    /// <summary>
    /// The largest double near the root whose cube, rounded up, does not exceed x: the start may be wrong.
    /// </summary>
    public static DoubleEnd CbrtDown(DoubleEnd x)
    {
        if (x.Value == 0 || !double.IsFinite(x.Value))
            return x;
        if (Math.Abs(x.Value) < Small)
            return new(CbrtDown(new(x.Value * TwoTo600)).Value * TwoToMinus200);
        var root = Elementary.Cbrt(new Real(x.Value)).Value;
        while (CubeUp(root) > x.Value)
            root = Math.BitDecrement(root);
        return new(root);
    }

    private static double CubeUp(double y)
    {
        var square = y > 0 ? -Computed.Product(-y, y) : Computed.Product(y, y);
        return -Computed.Product(-square, y);
    }

    /// <summary>Whether the error of x*y + z, p = x*y, neither over- nor underflows: where not, each step is rounded.</summary>
    private static bool IsSafe(double p, double z) => Math.Abs(p) is >= Small and <= Big && Math.Abs(z) <= Big;

    /// <summary>By the machine.</summary>
    internal static class Rounded
    {
        private const FloatRoundingMode Down = FloatRoundingMode.ToNegativeInfinity;

        // Rounded down, a sum or an Fma that is exactly 0 is -0.
        public static double Sum(double a, double b)
        {
            var sum = Avx512F.AddScalar(In(a), In(b), Down).ToScalar();
            return sum == 0 ? a + b : sum;
        }

        public static double Fma(double x, double y, double z)
        {
            if (x == 0 || y == 0)
                return z;
            return z == 0 || IsSafe(x * y, z)
                ? Avx512F.FusedMultiplyAddScalar(In(x), In(y), In(z), Down).ToScalar() + 0.0
                : Sum(Avx512F.MultiplyScalar(In(x), In(y), Down).ToScalar(), z);
        }

        public static double Quotient(double x, double y) =>
            y == 0 ? double.NegativeInfinity : Avx512F.DivideScalar(In(x), In(y), Down).ToScalar();

        private static Vector128<double> In(double a) => Vector128.CreateScalarUnsafe(a);
    }

    /// <summary>By computed errors.</summary>
    internal static class Computed
    {
        public static double Sum(double a, double b)
        {
            var (sum, error) = TwoSum(a, b);
            if (error >= 0 || double.IsInfinity(a) || double.IsInfinity(b))
                return sum;
            // Also where the sum overflows and the error is NaN: the largest double lies below +infinity.
            return Math.BitDecrement(sum);
        }

        private static (double Sum, double Error) TwoSum(double a, double b)
        {
            var sum = a + b;
            var t = sum - a;
            return (sum, a - (sum - t) + (b - t));
        }

        public static double Product(double x, double y)
        {
            var p = x * y;
            var size = Math.Abs(p);
            if (size >= Small && size <= double.MaxValue)
                return Math.FusedMultiplyAdd(x, y, -p) < 0 ? Math.BitDecrement(p) : p;
            if (x == 0 || y == 0)
                return 0;
            if (p == 0)
                return x < 0 == y < 0 ? 0 : -double.Epsilon;
            if (double.IsInfinity(p))
                return double.IsInfinity(x) || double.IsInfinity(y) ? p : Math.BitDecrement(p);
            // A factor below 1 is scaled up, exactly, and p with it: the product is then at least 2^-538.
            var up = Math.Abs(x) < 1 ? TwoTo537 : 1;
            var vp = Math.Abs(y) < 1 ? TwoTo537 : 1;
            return Math.FusedMultiplyAdd(x * up, y * vp, -(p * up * vp)) < 0 ? Math.BitDecrement(p) : p;
        }

        public static double Fma(double x, double y, double z)
        {
            if (x == 0 || y == 0)
                return z;
            if (z == 0)
                return Product(x, y);
            var p = x * y;
            if (!IsSafe(p, z))
                return Sum(Product(x, y), z);
            // The error of an Fma is the sum of two doubles, the first of which has its sign: Boldo and Muller, "Exact and
            // approximated error of the FMA", IEEE Trans. Comput. 60 (2011), algorithm ErrFma.
            var nearest = Math.FusedMultiplyAdd(x, y, z);
            var (a, aError) = TwoSum(z, Math.FusedMultiplyAdd(x, y, -p));
            var (b, bError) = TwoSum(p, a);
            return b - nearest + bError + aError < 0 ? Math.BitDecrement(nearest) : nearest;
        }

        public static double Quotient(double x, double y)
        {
            if (y == 0)
                return double.NegativeInfinity;
            var q = x / y;
            if (x == 0 || double.IsInfinity(x) || double.IsInfinity(y))
                return q;
            if (q == 0)
                return x < 0 == y < 0 ? 0 : -double.Epsilon;
            if (double.IsInfinity(q))
                return Math.BitDecrement(q);
            var (factor, divisor) = (q, y);
            if (Math.Abs(x) < Small)
            {
                x *= TwoTo537;
                if (Math.Abs(q) < 1)
                    factor *= TwoTo537;
                else
                    divisor *= TwoTo537;
            }
            var residual = Math.FusedMultiplyAdd(-factor, divisor, x);
            return (y < 0 ? -residual : residual) < 0 ? Math.BitDecrement(q) : q;
        }
    }

    /// <summary>A number with the sign of sqrt(x) - root; NaN, which moves nothing, at infinity.</summary>
    private static double SqrtError(double x, double root) =>
        x < Small
            ? Math.FusedMultiplyAdd(-(root * TwoTo300), root * TwoTo300, x * TwoTo600)
            : Math.FusedMultiplyAdd(-root, root, x);
}
