namespace Verify.Algorithms.Numbers;

/// <summary>
/// The algebra of intervals, once for both kinds of ends. A value is a closed interval, whose ends may be infinite, or
/// NaN: every pair that is not lower &lt;= upper. An infinite end stands for reals of any size; only [inf, inf] and
/// [-inf, -inf] are infinity itself, and what the extended reals leave undefined there is NaN.
/// </summary>
internal readonly struct Ends<E>(E lower, E upper)
    where E : struct, IEnd<E>
{
    public readonly E Lower = lower;
    public readonly E Upper = upper;

    private static readonly E Zero = E.From(0.0);

    public static Ends<E> NaN => new(E.From(double.NaN), E.From(double.NaN));

    public static Ends<E> Line => new(E.From(double.NegativeInfinity), E.From(double.PositiveInfinity));

    public bool IsNaN => !(Lower <= Upper);

    private bool HasZero => Lower <= Zero && Upper >= Zero;

    private bool IsInfinity => Lower >= Upper && E.IsInfinite(Lower);

    public static Ends<E> Of(E lower, E upper) => lower <= upper ? new(lower, upper) : NaN;

    public static Ends<E> operator -(Ends<E> a) => new(-a.Upper, -a.Lower);

    public static Ends<E> operator +(Ends<E> a, Ends<E> b) =>
        Of(E.AddDown(a.Lower, b.Lower), -E.AddDown(-a.Upper, -b.Upper));

    public static Ends<E> Fma(Ends<E> a, Ends<E> b, Ends<E> c)
    {
        if (a.IsNaN || b.IsNaN || c.IsNaN || (a.IsInfinity && b.HasZero) || (b.IsInfinity && a.HasZero))
            return NaN;
        return Of(LeastFma(a, b, c.Lower), -LeastFma(-a, b, -c.Upper));
    }

    public static Ends<E> operator /(Ends<E> a, Ends<E> b)
    {
        if (a.IsNaN || b.IsNaN || !(b.Lower < Zero || b.Upper > Zero))
            return NaN;
        if (b.Lower < Zero && b.Upper > Zero)
            return Line;
        if (b.Lower < Zero)
            (a, b) = (-a, -b);
        // b >= 0. A zero end of b is met only under a nonzero end of a, and gives an infinite end.
        return Of(LeastQuotient(a.Lower, b), -LeastQuotient(-a.Upper, b));
    }

    public static Ends<E> Sqrt(Ends<E> a) =>
        a.IsNaN || a.Upper < Zero ? NaN : Of(E.SqrtDown(Greatest(a.Lower, Zero)), E.SqrtUp(a.Upper));

    public static Ends<E> Cbrt(Ends<E> a) => Of(E.CbrtDown(a.Lower), -E.CbrtDown(-a.Upper));

    public static Ends<E> Abs(Ends<E> a) =>
        a.Lower >= Zero ? a
        : a.Upper <= Zero ? -a
        : a.IsNaN ? NaN
        : new(Zero, Greatest(-a.Lower, a.Upper));

    public static Ends<E> Min(Ends<E> a, Ends<E> b) =>
        a.IsNaN || b.IsNaN ? NaN : new(Least(a.Lower, b.Lower), Least(a.Upper, b.Upper));

    public static Ends<E> Max(Ends<E> a, Ends<E> b) => -Min(-a, -b);

    public static Ends<E> Hull(Ends<E> a, Ends<E> b) =>
        a.IsNaN || b.IsNaN ? NaN : new(Least(a.Lower, b.Lower), Greatest(a.Upper, b.Upper));

    public static Ends<E> Intersect(Ends<E> a, Ends<E> b)
    {
        if (a.IsNaN || b.IsNaN)
            return NaN;
        var common = new Ends<E>(Greatest(a.Lower, b.Lower), Least(a.Upper, b.Upper));
        return common.IsNaN ? throw new ArithmeticException("Enclosures of the same number are disjoint.") : common;
    }

    /// <summary>
    /// The least of x*y + c over x in a and y in b: at a corner that the signs tell, or at one of two.
    /// </summary>
    private static E LeastFma(Ends<E> a, Ends<E> b, E c)
    {
        if (a.Lower >= Zero)
            return E.FmaDown(b.Lower >= Zero ? a.Lower : a.Upper, b.Lower, c);
        if (a.Upper <= Zero)
            return E.FmaDown(b.Upper >= Zero ? a.Lower : a.Upper, b.Upper, c);
        if (b.Lower >= Zero)
            return E.FmaDown(a.Lower, b.Upper, c);
        if (b.Upper <= Zero)
            return E.FmaDown(a.Upper, b.Lower, c);
        return Least(E.FmaDown(a.Lower, b.Upper, c), E.FmaDown(a.Upper, b.Lower, c));
    }

    private static E LeastQuotient(E least, Ends<E> b) => E.DivDown(least, least >= Zero ? b.Upper : b.Lower);

    private static E Least(E a, E b) => a < b ? a : b;

    private static E Greatest(E a, E b) => a > b ? a : b;
}
