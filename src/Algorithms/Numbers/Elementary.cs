using System.Runtime.CompilerServices;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// The functions of the machine types, one source for a double and for every register of them, so that all agree bit for
/// bit and with no platform's library.
/// </summary>
public static class Elementary
{
    /// <summary>The largest |x| whose sine and cosine are computed; beyond, both are NaN.</summary>
    public const double LargestAngle = 35184372088832; // 2^45

    // pi/2 to 159 bits in three doubles, and 2/pi.
    private const double HalfPi1 = 1.5707963267948966,
        HalfPi2 = 6.123233995736766E-17,
        HalfPi3 = -1.4973849048591833E-33,
        TwoOverPi = 0.6366197723675814;

    private const double Ln2High = 0.6931471805599453,
        Ln2Low = 2.3190468138462996E-17,
        OneOverLn2 = 1.4426950408889634;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T IsLess<T>(T a, T b)
        where T : unmanaged, IMachineReal<T>
    {
        // Neither a < b nor b <= a: one is NaN, and so is the sum.
        var isAtMost = T.SelectLess(b, a, T.From(0.0), a + b);
        isAtMost = T.SelectLess(T.Abs(a - b), T.From(double.PositiveInfinity), T.From(0.0), isAtMost);
        return T.SelectLess(a, b, T.From(1.0), isAtMost);
    }

    /// <summary>
    /// Sine and cosine, each within 2 units in the last place of 1. The argument is reduced by multiples of pi/2 held in three
    /// doubles (Cody and Waite): with fused multiply-adds each subtraction is rounded once, so the error is some 2^-53 of the
    /// reduced argument up to |x| = 2^45. Polynomials: fdlibm k_sin.c and k_cos.c.
    /// </summary>
    public static (T Sin, T Cos) SinCos<T>(T x)
        where T : unmanaged, IMachineReal<T>
    {
        var q = T.Round(x * T.From(TwoOverPi));
        var r = T.Fma(-q, T.From(HalfPi1), x);
        r = T.Fma(-q, T.From(HalfPi2), r);
        r = T.Fma(-q, T.From(HalfPi3), r);
        var z = r * r;

        var s = T.Fma(z, T.From(1.58969099521155010221e-10), T.From(-2.50507602534068634195e-08));
        s = T.Fma(z, s, T.From(2.75573137070700676789e-06));
        s = T.Fma(z, s, T.From(-1.98412698298579493134e-04));
        s = T.Fma(z, s, T.From(8.33333333332248946124e-03));
        s = T.Fma(z, s, T.From(-1.66666666666666324348e-01));
        var sin = T.Fma(z * r, s, r);

        var c = T.Fma(z, T.From(-1.13596475577881948265e-11), T.From(2.08757232129817482790e-09));
        c = T.Fma(z, c, T.From(-2.75573143513906633035e-07));
        c = T.Fma(z, c, T.From(2.48015872894767294178e-05));
        c = T.Fma(z, c, T.From(-1.38888888888741095749e-03));
        c = T.Fma(z, c, T.From(4.16666666666666019037e-02));
        var cos = T.Fma(z * z, c, T.Fma(z, T.From(-0.5), T.From(1.0)));

        // The quadrant, q mod 4 as one of -2..2: odd ones swap, 1 and 2 (and their negatives, suitably) change signs.
        var n = T.Fma(T.Round(q * T.From(0.25)), T.From(-4.0), q);
        var odd = T.Abs(n);
        var swap = T.Abs(odd - T.From(1.0));
        var half = T.From(0.5);
        var sine = T.SelectLess(swap, half, cos, sin);
        var cosine = T.SelectLess(swap, half, sin, cos);
        // sin(r + n pi/2): n = -1: -cos, 0: sin, 1: cos, +-2: -sin.  cos: -1: sin, 0: cos, 1: -sin, +-2: -cos.
        var isFar = T.SelectLess(T.From(1.5), odd, T.From(-1.0), T.From(1.0));
        var sineSign = isFar * T.SelectLess(swap, half, n, T.From(1.0));
        var cosineSign = isFar * T.SelectLess(swap, half, -n, T.From(1.0));
        var beyond = T.SelectLess(T.From(LargestAngle), T.Abs(x), T.From(double.NaN), T.From(1.0));
        return (sine * sineSign * beyond, cosine * cosineSign * beyond);
    }

    /// <summary>
    /// e^x within 2 ulp: x = n ln 2 + r with |r| at most ln(2)/2, and the Taylor series of e^r to r^13, whose remainder is
    /// below 1e-17. Below -708 the result is 0, above 709 infinite.
    /// </summary>
    public static T Exp<T>(T x)
        where T : unmanaged, IMachineReal<T>
    {
        var n = T.Round(T.Min(T.Max(x, T.From(-708.0)), T.From(709.0)) * T.From(OneOverLn2));
        var r = T.Fma(-n, T.From(Ln2Low), T.Fma(-n, T.From(Ln2High), x));
        var sum = T.From(1.0 / 6227020800);
        foreach (var factorial in s_factorials)
            sum = T.Fma(sum, r, T.From(1.0 / factorial));
        var value = T.Scale(sum, T.Round(n * T.From(0.5)));
        value = T.Scale(value, n - T.Round(n * T.From(0.5)));
        value = T.SelectLess(x, T.From(-708.0), T.From(0.0), value);
        value = T.SelectLess(T.From(709.0), x, T.From(double.PositiveInfinity), value);
        return T.SelectLess(T.Abs(x), T.From(double.PositiveInfinity), value, value + (x - x) * T.From(0.0));
    }

    // 12!, 11!, ..., 0!
    private static readonly double[] s_factorials =
    [
        479001600,
        39916800,
        3628800,
        362880,
        40320,
        5040,
        720,
        120,
        24,
        6,
        2,
        1,
        1,
    ];

    /// <summary>
    /// ln x within 2 ulp or 1e-16 for normal x: x = 2^e m with m in [1/sqrt 2, sqrt 2), ln m = 2 artanh((m-1)/(m+1)) by its series
    /// to the power 25, whose remainder is below 1e-20. NaN below 0, -infinity at 0 and for subnormal x.
    /// </summary>
    public static T Log<T>(T x)
        where T : unmanaged, IMachineReal<T>
    {
        var (m, e) = T.Split(x);
        var s = (m - T.From(1.0)) / (m + T.From(1.0));
        var z = s * s;
        var sum = T.From(1.0 / 25);
        for (var k = 23; k >= 3; k -= 2)
            sum = T.Fma(sum, z, T.From(1.0 / k));
        // 2s + 2s z sum + e ln 2, the small parts first.
        var twice = s + s;
        var value = T.Fma(e, T.From(Ln2High), T.Fma(e, T.From(Ln2Low), T.Fma(twice * z, sum, twice)));
        value = T.SelectLess(x, T.From(2.2250738585072014E-308), T.From(double.NegativeInfinity), value);
        value = T.SelectLess(x, T.From(0.0), T.From(double.NaN), value);
        return T.SelectLess(x, T.From(double.PositiveInfinity), value, x);
    }

    /// <summary>The cube root within 2 ulp for normal x: e^(ln|x|/3) and two Newton steps.</summary>
    public static T Cbrt<T>(T x)
        where T : unmanaged, IMachineReal<T>
    {
        var a = T.Abs(x);
        var y = T.Exp(T.Log(a) / T.From(3.0));
        for (var step = 0; step < 2; step++)
            y -= T.Fma(y * y, y, -a) / (T.From(3.0) * y * y);
        y = T.SelectLess(a, T.From(2.2250738585072014E-308), T.From(0.0), y);
        y = T.SelectLess(a, T.From(double.PositiveInfinity), y, a);
        return T.SelectLess(x, T.From(0.0), -y, y);
    }

    /// <summary>a^n by repeated squaring; 1/a^-n for a negative n.</summary>
    public static T PowInt<T>(T a, int n)
        where T : struct, IReal<T>
    {
        if (n < 0)
            return T.From(1.0) / PowInt(a, -n);
        if (n == 0)
            return T.From(1.0);
        var square = a;
        for (; (n & 1) == 0; n >>= 1)
            square *= square;
        var power = square;
        for (n >>= 1; n > 0; n >>= 1)
        {
            square *= square;
            if ((n & 1) != 0)
                power *= square;
        }
        return power;
    }
}
