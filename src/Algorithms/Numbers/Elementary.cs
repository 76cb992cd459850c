using System.Globalization;
using System.Runtime.CompilerServices;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// The elementary functions of the machine types, from + - * / Fma and comparisons only, so that every width and every
/// machine returns the same bits. Coefficients are those of fdlibm (Sun Microsystems, 1993). The errors stated are
/// tested against <see cref="BigInterval"/>; where certainty is needed, use an enclosing type instead.
/// </summary>
public static class Elementary
{
    /// <summary>Sine and cosine are NaN for larger arguments (2^45).</summary>
    public const double LargestAngle = 35184372088832.0;

    // pi in three doubles, within 2e-49, and ln 2 in two, within 1e-33: each the nearest to what is left.
    private const double Pi1 = 3.141592653589793,
        Pi2 = 1.2246467991473532E-16,
        Pi3 = -2.9947698097183397E-33;

    internal const double HalfPi1 = Pi1 / 2,
        HalfPi2 = Pi2 / 2;

    internal const double Ln2High = 0.6931471805599453;
    private const double Ln2Low = 2.3190468138462996E-17;

    internal const double TwoOverPi = 0.6366197723675814;
    private const double OneOverPi = 0.3183098861837907;
    internal const double OneOverLn2 = 1.4426950408889634;

    private const double LeastNormal = 2.2250738585072014E-308;
    private const double TwoTo54 = 18014398509481984.0;

    /// <summary>The smallest integer at or above a.</summary>
    public static T Ceiling<T>(T a)
        where T : unmanaged, IMachineReal<T>
    {
        var nearest = T.Round(a);
        return T.SelectLess(nearest, a, nearest + T.From(1.0), nearest);
    }

    /// <summary>1 where a &lt; b, 0 where not, NaN where one is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T IsLess<T>(T a, T b)
        where T : unmanaged, IMachineReal<T> => T.SelectLess(a, b, T.From(1.0), ZeroUnlessNaN(a) + ZeroUnlessNaN(b));

    /// <summary>Sine to 2 ulp for |x| at most <see cref="LargestAngle"/>, NaN beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sin<T>(T x)
        where T : unmanaged, IMachineReal<T>
    {
        var n = T.Round(x * T.From(OneOverPi));
        return Turned(x, n, n);
    }

    /// <summary>Cosine to 2 ulp for |x| at most <see cref="LargestAngle"/>, NaN beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Cos<T>(T x)
        where T : unmanaged, IMachineReal<T>
    {
        // cos x = -sin(x - (n + 1/2) pi) for even n.
        var n = T.Round(T.Fma(x, T.From(OneOverPi), T.From(-0.5)));
        return Turned(x, n + T.From(0.5), n + T.From(1.0));
    }

    /// <summary>
    /// sin(x - turns pi), with the other sign for odd n. One polynomial on half a turn instead of two on a quarter: nothing is
    /// computed and then not selected. Its coefficients are a fit of (sin r / r - 1) / r^2 in r^2 by least squares at Chebyshev
    /// points, rounded one after the other (relative error 3e-19); the last sum may round to 1 + 2^-52.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Turned<T>(T x, T turns, T n)
        where T : unmanaged, IMachineReal<T>
    {
        // The first Fma is exact where that matters, near the zeros; the others round relative to what is left.
        var r = T.Fma(turns, T.From(-Pi1), x);
        r = T.Fma(turns, T.From(-Pi3), T.Fma(turns, T.From(-Pi2), r));
        r = T.SelectLess(T.From(LargestAngle), T.Abs(x), T.From(double.NaN), r);

        // Estrin's order but for the last step: a small kernel waits for the chain.
        var z = r * r;
        var z2 = z * z;
        var p = T.Fma(
            z2,
            T.From(2.7216780035058983e-15),
            T.Fma(z, T.From(-7.64304346538988e-13), T.From(1.605894190347732e-10))
        );
        var q = T.Fma(z, T.From(-2.5052106921615934e-08), T.From(2.7557319211744394e-06));
        q = T.Fma(z2, q, T.Fma(z, T.From(-1.9841269841213368e-04), T.From(8.333333333333208e-03)));
        p = T.Fma(z, T.Fma(z2 * z2, p, q), T.From(-1.6666666666666666e-01));

        // n - 2 round(n/2) is 0 for even n.
        var odd = T.Fma(T.Round(n * T.From(0.5)), T.From(-2.0), n);
        var signed = T.SelectLess(T.Abs(odd), T.From(0.5), r, -r);
        return T.Fma(z * signed, p, signed);
    }

    // Exp, Log and Cbrt are calls: by reference, since the JIT copies a register by value in pieces, which stalls its
    // reload.

    /// <summary>
    /// e^x to 1 ulp: the Taylor polynomial of degree 13 for |r| below ln(2)/2, of which the rest is below 2^-57.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Exp<T>(in T x)
        where T : unmanaged, IMachineReal<T>
    {
        // Beyond the clamp the result is 0 or infinity; inside it, n is small enough for two scalings.
        var a = T.Max(T.From(-746.0), T.Min(T.From(710.0), x));
        var n = T.Round(a * T.From(OneOverLn2));
        var r = T.Fma(n, T.From(-Ln2Low), T.Fma(n, T.From(-Ln2High), a));
        var p = T.From(1 / 6227020800.0);
        p = T.Fma(r, p, T.From(1 / 479001600.0));
        p = T.Fma(r, p, T.From(1 / 39916800.0));
        p = T.Fma(r, p, T.From(1 / 3628800.0));
        p = T.Fma(r, p, T.From(1 / 362880.0));
        p = T.Fma(r, p, T.From(1 / 40320.0));
        p = T.Fma(r, p, T.From(1 / 5040.0));
        p = T.Fma(r, p, T.From(1 / 720.0));
        p = T.Fma(r, p, T.From(1 / 120.0));
        p = T.Fma(r, p, T.From(1 / 24.0));
        p = T.Fma(r, p, T.From(1 / 6.0));
        p = T.Fma(r, p, T.From(0.5));
        p = T.From(1.0) + T.Fma(r * r, p, r);
        // The first scaling is exact, so a subnormal result is rounded once.
        var half = T.Round(n * T.From(0.5));
        return T.Scale(T.Scale(p, half), n - half);
    }

    /// <summary>The natural logarithm to 1 ulp: -infinity at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Log<T>(in T x)
        where T : unmanaged, IMachineReal<T>
    {
        var (m, e) = SplitAny(x);

        // log(1 + f) = 2 atanh(s) with s = f / (2 + f), as in fdlibm's e_log.c.
        var f = m - T.From(1.0);
        var s = f / (T.From(2.0) + f);
        var z = s * s;
        var p = T.Fma(z, T.From(1.479819860511658591e-01), T.From(1.531383769920937332e-01));
        p = T.Fma(z, p, T.From(1.818357216161805012e-01));
        p = T.Fma(z, p, T.From(2.222219843214978396e-01));
        p = T.Fma(z, p, T.From(2.857142874366239149e-01));
        p = T.Fma(z, p, T.From(3.999999999940941908e-01));
        p = T.Fma(z, p, T.From(6.666666666666735130e-01));
        var half = T.From(0.5) * f * f;
        var tail = T.Fma(s, T.Fma(z, p, half), e * T.From(1.90821492927058770002e-10));
        // The first part of ln 2 has 33 bits: its product with e is exact.
        var log = T.Fma(e, T.From(6.93147180369123816490e-01), -(half - tail - f));

        log = T.SelectLess(x, T.From(double.PositiveInfinity), log, x);
        var atMostZero = T.SelectLess(x, T.From(0.0), T.From(double.NaN), T.From(double.NegativeInfinity));
        return T.SelectLess(x, T.From(double.Epsilon), atMostZero, log);
    }

    /// <summary>The real cube root to 1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Cbrt<T>(in T x)
        where T : unmanaged, IMachineReal<T>
    {
        var a = T.Abs(x);
        var (m, e) = SplitAny(a);
        var k = T.Round(e * T.From(1 / 3.0));
        var t = T.Scale(m, T.Fma(k, T.From(-3.0), e));

        // A cubic through the root at four points (relative error 0.6 %), then two steps of Halley, which cube the
        // error: 1.5e-7, 1e-21. The last one takes y^3 - t from an error-free square.
        var y = T.Fma(t, T.From(0.03768619321482937), T.From(-0.2494066759270189));
        y = T.Fma(t, y, T.From(0.7374072956847482));
        y = T.Fma(t, y, T.From(0.4779782042556762));
        var cube = y * y * y;
        y -= y * ((cube - t) / T.Fma(cube, T.From(2.0), t));
        var square = y * y;
        var excess = T.Fma(T.Fma(y, y, -square), y, T.Fma(square, y, -t));
        y -= y * (excess / T.Fma(square * y, T.From(2.0), t));

        y = T.Scale(y, k);
        y = T.SelectLess(x, T.From(0.0), -y, y);
        y = T.SelectLess(T.From(0.0), a, y, x);
        return T.SelectLess(a, T.From(double.PositiveInfinity), y, x);
    }

    /// <summary>
    /// a^n by binary powering, 1/a^-n for negative n: fewer than 2 log2 |n| multiplications, whose error grows like
    /// |n|. In the enclosing types it is tight for a at or above zero only: they have their own Pow.
    /// </summary>
    public static T PowInt<T>(T a, int n)
        where T : struct, IReal<T>
    {
        var one = T.From(1.0);
        if (n == 0)
            return one;
        var left = (uint)Math.Abs((long)n);
        for (; (left & 1) == 0; left >>= 1)
            a *= a;
        var power = a;
        while ((left >>= 1) != 0)
        {
            a *= a;
            if ((left & 1) != 0)
                power *= a;
        }
        return n < 0 ? one / power : power;
    }

    /// <summary>The nearest double; the conversion of .NET rounds more than once.</summary>
    internal static double Nearest(decimal value) =>
        double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Split for subnormal numbers too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Mantissa, T Exponent) SplitAny<T>(T a)
        where T : unmanaged, IMachineReal<T>
    {
        var (m, e) = T.Split(T.SelectLess(a, T.From(LeastNormal), a * T.From(TwoTo54), a));
        return (m, e - T.SelectLess(a, T.From(LeastNormal), T.From(54.0), T.From(0.0)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ZeroUnlessNaN<T>(T a)
        where T : unmanaged, IMachineReal<T> =>
        T.SelectLess(a, T.From(1.0), T.From(0.0), T.SelectLess(T.From(0.0), a, T.From(0.0), a));
}
