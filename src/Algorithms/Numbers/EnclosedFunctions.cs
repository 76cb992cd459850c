namespace Verify.Algorithms.Numbers;

/// <summary>
/// The elementary functions of the enclosing types. Nothing is taken on trust: arguments are reduced by enclosures of
/// pi and ln 2 in the type's own arithmetic, and series are cut with their remainder as an interval. That the count n
/// of a reduction comes from rounded arithmetic changes the width, never the truth: the identities hold for every n.
/// </summary>
internal static class EnclosedFunctions<T>
    where T : struct, ISeries<T>
{
    /// <summary>e^x lies outside of the doubles beyond this.</summary>
    private const double LargestExponent = 1 << 20;

    private static readonly T One = T.From(1.0);
    private static readonly T SymmetricOne = T.FromBounds(-1, 1);
    private static readonly T NaN = T.From(double.NaN);

    public static T IsLess(T a, T b) =>
        double.IsNaN(T.Lower(a)) || double.IsNaN(T.Lower(b)) ? NaN
        : T.CertainlyLess(a, b) ? One
        : T.CertainlyAtMost(b, a) ? T.From(0.0)
        : T.FromBounds(0, 1);

    public static T SelectLess(T a, T b, T x, T y) =>
        T.CertainlyLess(a, b) ? x
        : T.CertainlyAtMost(b, a) ? y
        : double.IsNaN(T.Lower(a)) || double.IsNaN(T.Lower(b)) ? T.From(double.NaN)
        : T.Hull(x, y);

    /// <summary>
    /// Even powers through |a|, odd ones end by end: both monotone, where a product would forget that its factors are
    /// equal.
    /// </summary>
    public static T Pow(T a, int n)
    {
        if (double.IsNaN(T.Lower(a)))
            return NaN;
        if (n < 0)
            return One / (n == int.MinValue ? Pow(Pow(a, 1 << 30), 2) : Pow(a, -n));
        if (n == 1)
            return a;
        if ((n & 1) == 0)
            return Elementary.PowInt(T.Abs(a), n);
        return T.IsExact(a)
            ? Elementary.PowInt(a, n)
            : T.Hull(Elementary.PowInt(T.LowerEnd(a), n), Elementary.PowInt(T.UpperEnd(a), n));
    }

    public static T Sin(T a) => Turned(a, 0);

    public static T Cos(T a) => Turned(a, 1);

    /// <summary>
    /// sin(a + turns pi/2). It is monotone between the neighbouring multiples of pi/2 where it is 1 or -1, so its range is
    /// spanned by the two ends and by these; [-1, 1] beyond <see cref="Elementary.LargestAngle"/>.
    /// </summary>
    private static T Turned(T a, long turns)
    {
        if (double.IsNaN(T.Lower(a)))
            return NaN;
        if (!(T.Lower(a) >= -Elementary.LargestAngle && T.Upper(a) <= Elementary.LargestAngle))
            return SymmetricOne;

        var (n, r) = Reduce(T.LowerEnd(a));
        var sin = SinOf(r, n + turns);
        if (T.IsExact(a))
            return sin;

        // |r| < pi/2: the only multiple of pi/2 that could lie on the wrong side of an end is n itself.
        var (last, lastR) = Reduce(T.UpperEnd(a));
        sin = T.Hull(sin, SinOf(lastR, last + turns));
        var first = T.Lower(r) <= 0 ? n : n + 1;
        last = T.Upper(lastR) >= 0 ? last : last - 1;
        if (last - first >= 3)
            return SymmetricOne;
        for (var multiple = first + turns; multiple <= last + turns; multiple++)
            if ((multiple & 1) != 0)
                sin = T.Hull(sin, T.From((multiple & 2) == 0 ? 1.0 : -1.0));
        return sin;
    }

    public static T Exp(T a) => Increasing(a, ExpOf);

    /// <summary>The part of a below 0, which only rounding can have made unless all of it is, is left out.</summary>
    public static T Log(T a) => T.Upper(a) < 0 ? NaN : Increasing(T.Max(a, T.From(0.0)), LogOf);

    private static T Increasing(T a, Func<T, T> function) =>
        double.IsNaN(T.Lower(a)) ? NaN
        : T.IsExact(a) ? function(a)
        : T.Hull(function(T.LowerEnd(a)), function(T.UpperEnd(a)));

    /// <summary>
    /// x = n pi/2 + r with |r| &lt; 0.8: the double n pi/2 is within 2^45 2^-51 of x before it is rounded.
    /// </summary>
    private static (long Count, T Remainder) Reduce(T x)
    {
        var n = Math.Round(T.Lower(x) * Elementary.TwoOverPi);
        return ((long)n, T.MinusHalfPis(x, n));
    }

    /// <summary>sin(r + n pi/2).</summary>
    private static T SinOf(T r, long n)
    {
        var square = T.Pow(r, 2);
        var sin = (n & 1) == 0 ? r * Alternating(square, 1) : Alternating(square, 0);
        sin = T.Intersect(sin, SymmetricOne);
        return (n & 2) == 0 ? sin : -sin;
    }

    /// <summary>
    /// The sum of (-z)^k/(2k + parity)!, which is cos(r) or sin(r)/r at z = r^2. Derivatives of sine and cosine lie in
    /// [-1, 1], so by Lagrange the remainder is at most the first term that is left out: it takes [-1, 1] as
    /// coefficient.
    /// </summary>
    private static T Alternating(T z, int parity)
    {
        var coefficients = T.InverseFactorials;
        var k = coefficients.Length - 1;
        if ((k & 1) != parity)
            k--;
        var sum = coefficients[k] * SymmetricOne;
        for (k -= 2; k >= 0; k -= 2)
            sum = T.Fma(-z, sum, coefficients[k]);
        return sum;
    }

    /// <summary>
    /// e^(r + n ln 2); the remainder of the series is e^t r^K/K! with 0 &lt; e^t &lt; 2 since |r| &lt; 0.4.
    /// </summary>
    private static T ExpOf(T x)
    {
        var size = T.Lower(x);
        if (size < -LargestExponent)
            return double.IsInfinity(T.Upper(x)) ? T.From(0.0) : T.FromBounds(0, double.Epsilon);
        if (size >= LargestExponent)
            return double.IsInfinity(size) ? x : T.FromBounds(double.MaxValue, double.PositiveInfinity);
        var n = Math.Round(size * Elementary.OneOverLn2);
        var r = T.MinusLn2s(x, n);
        var coefficients = T.InverseFactorials;
        var sum = coefficients[^1] * T.FromBounds(0, 2);
        for (var k = coefficients.Length - 2; k >= 0; k--)
            sum = T.Fma(r, sum, coefficients[k]);
        return T.Scale(sum, (int)n);
    }

    /// <summary>
    /// log(m) + e ln 2, log(m) = 2 s (1 + z/3 + z^2/5 + ...) with s = (m - 1)/(m + 1) and z = s^2 &lt; 1/32 for m
    /// within sqrt 2 of 1. What follows K terms is z^K times at most 1/((2K + 1)(1 - z)), a number between 0 and 1.
    /// </summary>
    private static T LogOf(T x)
    {
        if (T.Upper(x) <= 0)
            return T.From(double.NegativeInfinity);
        if (double.IsPositiveInfinity(T.Lower(x)))
            return x;
        var (m, e) = T.Split(x);
        var s = (m - One) / (m + One);
        var z = T.Pow(s, 2);
        var sum = T.FromBounds(0, 1);
        var coefficients = T.OddReciprocals;
        for (var k = coefficients.Length - 1; k >= 0; k--)
            sum = T.Fma(z, sum, coefficients[k]);
        return T.MinusLn2s(T.From(2.0) * s * sum, -e);
    }
}
