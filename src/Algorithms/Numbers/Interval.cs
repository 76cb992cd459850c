namespace Verify.Algorithms.Numbers;

/// <summary>
/// A closed interval of doubles, rounded outward: it contains the exact result for every choice of reals from the
/// operands. Ends may be infinite (overflow, division around zero); what is undefined for every choice is NaN, and so
/// is 0 * infinity where infinity is given as a number. Each end is rounded once, with the same bits on every machine,
/// and exact results stay exact: [2, 2] + [1, 1] is [3, 3]. Sine, cosine, exp and log are some ulp wide.
/// </summary>
public readonly struct Interval : ISeries<Interval>
{
    private readonly Ends<DoubleEnd> _ends;

    private Interval(Ends<DoubleEnd> ends) => _ends = ends;

    private Interval(double lower, double upper) => _ends = new(new(lower), new(upper));

    /// <summary>The smallest number, possibly -infinity; NaN where nothing is known.</summary>
    public double Lower => _ends.Lower.Value;

    /// <summary>The largest number, possibly +infinity; NaN where nothing is known.</summary>
    public double Upper => _ends.Upper.Value;

    public static Interval operator +(Interval a, Interval b) => new(a._ends + b._ends);

    public static Interval operator -(Interval a, Interval b) => new(a._ends + -b._ends);

    public static Interval operator *(Interval a, Interval b) => Fma(a, b, default);

    /// <summary>
    /// The whole line where b has 0 inside, a half line at most where 0 is its end, NaN where b is 0.
    /// </summary>
    public static Interval operator /(Interval a, Interval b) => new(a._ends / b._ends);

    public static Interval operator -(Interval a) => new(-a._ends);

    public static Interval Fma(Interval a, Interval b, Interval c) =>
        new(Ends<DoubleEnd>.Fma(a._ends, b._ends, c._ends));

    /// <summary>Of the part at or above 0 (the rest is taken for rounding); NaN where there is none.</summary>
    public static Interval Sqrt(Interval a) => new(Ends<DoubleEnd>.Sqrt(a._ends));

    public static Interval Abs(Interval a) => new(Ends<DoubleEnd>.Abs(a._ends));

    public static Interval Min(Interval a, Interval b) => new(Ends<DoubleEnd>.Min(a._ends, b._ends));

    public static Interval Max(Interval a, Interval b) => new(Ends<DoubleEnd>.Max(a._ends, b._ends));

    public static Interval IsLess(Interval a, Interval b) => EnclosedFunctions<Interval>.IsLess(a, b);

    public static Interval SelectLess(Interval a, Interval b, Interval x, Interval y) =>
        EnclosedFunctions<Interval>.SelectLess(a, b, x, y);

    public static double Largest(Interval a) => a.Upper;

    public static Interval Ceiling(Interval a) => new(Math.Ceiling(a.Lower), Math.Ceiling(a.Upper));

    /// <summary>The middle, rounded; NaN where it is unbounded.</summary>
    public static Interval Point(Interval a) => From(a.Lower + (a.Upper - a.Lower) / 2);

    public static bool Encloses => true;

    public static Interval Widen(Interval a, Interval radius) => a + Hull(-radius, radius);

    /// <summary>Its range over a; an end may be |n| ulp off.</summary>
    public static Interval Pow(Interval a, int n) => EnclosedFunctions<Interval>.Pow(a, n);

    public static (Interval Sin, Interval Cos) SinCos(Interval a) => (Sin(a), Cos(a));

    public static Interval Sin(Interval a) => EnclosedFunctions<Interval>.Sin(a);

    public static Interval Cos(Interval a) => EnclosedFunctions<Interval>.Cos(a);

    public static Interval Exp(Interval a) => EnclosedFunctions<Interval>.Exp(a);

    /// <summary>Of the part at or above 0 (the rest is taken for rounding); NaN where there is none.</summary>
    public static Interval Log(Interval a) => EnclosedFunctions<Interval>.Log(a);

    public static Interval Cbrt(Interval a) => new(Ends<DoubleEnd>.Cbrt(a._ends));

    public static Interval From(double value) => new(value, value);

    public static Interval From(decimal value)
    {
        using var _ = BigInterval.At(128);
        return Around(BigInterval.From(value));
    }

    public static Interval FromBounds(double lower, double upper) => new(Ends<DoubleEnd>.Of(new(lower), new(upper)));

    public static Interval Hull(Interval a, Interval b) => new(Ends<DoubleEnd>.Hull(a._ends, b._ends));

    public static Interval Intersect(Interval a, Interval b) => new(Ends<DoubleEnd>.Intersect(a._ends, b._ends));

    public static bool CertainlyLess(Interval a, Interval b) => a.Upper < b.Lower;

    public static bool CertainlyAtMost(Interval a, Interval b) => a.Upper <= b.Lower;

    public static Interval LowerEnd(Interval a) => From(a.Lower);

    public static Interval UpperEnd(Interval a) => From(a.Upper);

    public static bool IsExact(Interval a) => a.Lower == a.Upper;

    public override string ToString() => $"[{Lower:R}, {Upper:R}]";

    static double IEnclosure<Interval>.Lower(Interval a) => a.Lower;

    static double IEnclosure<Interval>.Upper(Interval a) => a.Upper;

    // k! is a double up to 22!.
    static Interval[] ISeries<Interval>.InverseFactorials { get; } =
    [.. Enumerable.Range(0, 21).Select(k => From(1.0) / From(Enumerable.Range(1, k).Aggregate(1.0, (p, i) => p * i)))];

    static Interval[] ISeries<Interval>.OddReciprocals { get; } =
    [.. Enumerable.Range(0, 13).Select(k => From(1.0) / From(2.0 * k + 1))];

    static Interval ISeries<Interval>.MinusHalfPis(Interval x, double n) =>
        Fma(From(-n), HalfPiRest, Fma(From(-n), From(Elementary.HalfPi2), Fma(From(-n), From(Elementary.HalfPi1), x)));

    static Interval ISeries<Interval>.MinusLn2s(Interval x, double n) =>
        Fma(From(-n), Ln2Rest, Fma(From(-n), From(Elementary.Ln2High), x));

    static (Interval Mantissa, int Exponent) ISeries<Interval>.Split(Interval x)
    {
        var subnormal = x.Lower < 2.2250738585072014E-308;
        var (m, e) = Real.Split(new(subnormal ? x.Lower * 18014398509481984.0 : x.Lower));
        return (From(m.Value), (int)e.Value - (subnormal ? 54 : 0));
    }

    // Beyond +-1600 the result is 0 or infinite already, between [0, 5e-324] and [1.8e308, infinity].
    static Interval ISeries<Interval>.Scale(Interval x, int n)
    {
        n = Math.Clamp(n, -1600, 1600);
        return x * From(Math.ScaleB(1, n / 2)) * From(Math.ScaleB(1, n - n / 2));
    }

    /// <summary>What is left of pi/2 and of ln 2 behind their leading doubles.</summary>
    private static readonly Interval HalfPiRest = Rest(
            () => BigInterval.HalfPi,
            Elementary.HalfPi1,
            Elementary.HalfPi2
        ),
        Ln2Rest = Rest(() => BigInterval.Ln2, Elementary.Ln2High);

    private static Interval Rest(Func<BigInterval> constant, params double[] parts)
    {
        using var _ = BigInterval.At(256);
        return Around(parts.Aggregate(constant(), (rest, part) => rest - BigInterval.From(part)));
    }

    /// <summary>The smallest interval of doubles around one of longer numbers.</summary>
    private static Interval Around(BigInterval a) => new(a.Lower.ToDoubleDown(), a.Upper.ToDoubleUp());
}
