namespace Verify.Algorithms.Numbers;

/// <summary>
/// A real-number type: what algorithms and formulas are written over. Rounding types (<see cref="Real"/>, the lanes)
/// return the same bits for the same inputs on every machine; enclosing types (<see cref="Interval"/>,
/// <see cref="BigInterval"/>) return a set that contains the exact result of every choice of reals from the operands.
/// Invalid operations (0/0, the square root of a negative number) give NaN, never an exception.
/// </summary>
public interface IReal<T>
    where T : struct, IReal<T>
{
    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T operator -(T a);

    /// <summary>a*b + c, rounded once where the type rounds. Kernels never write a bare a*b + c.</summary>
    static abstract T Fma(T a, T b, T c);

    static abstract T Sqrt(T a);
    static abstract T Abs(T a);
    static abstract T Min(T a, T b);
    static abstract T Max(T a, T b);

    /// <summary>1 where a &lt; b, else 0 (both, as an enclosure, where that is open); NaN where one is NaN.</summary>
    static abstract T IsLess(T a, T b);

    /// <summary>
    /// a &lt; b ? x : y, lane by lane; y where a or b is NaN. As an enclosure the hull of both where a &lt; b is open, and NaN
    /// where a or b is.
    /// </summary>
    static abstract T SelectLess(T a, T b, T x, T y);

    /// <summary>
    /// The largest double of all lanes that hold a number; at or above the number where the type encloses. NaN where none is.
    /// </summary>
    static abstract double Largest(T a);

    /// <summary>The smallest integer at or above a; as an enclosure, from that of the lower end to that of the upper one.</summary>
    static abstract T Ceiling(T a);

    /// <summary>a itself where the type rounds, a single number out of it where it encloses.</summary>
    static virtual T Point(T a) => a;

    /// <summary>a^n for any integer n; a^0 is 1.</summary>
    static abstract T Pow(T a, int n);

    /// <summary>a^2; the range of it where the type encloses, never negative, which a*a is not.</summary>
    static virtual T Square(T a) => T.Pow(a, 2);

    static abstract (T Sin, T Cos) SinCos(T a);
    static abstract T Exp(T a);

    /// <summary>The natural logarithm.</summary>
    static abstract T Log(T a);

    /// <summary>The real cube root, odd in its argument.</summary>
    static abstract T Cbrt(T a);

    /// <summary>The double itself, exactly (every type represents every double).</summary>
    static abstract T From(double value);

    /// <summary>A decimal literal: the nearest number where the type rounds, an enclosure where it encloses.</summary>
    static abstract T From(decimal value);

    /// <summary>
    /// a, known up to an error of at most <paramref name="radius"/> (a truncated series, a quadrature): a itself where
    /// the type rounds, a + [-radius, radius] where it encloses.
    /// </summary>
    static virtual T Widen(T a, T radius) => a;

    /// <summary>Whether the type encloses: false where it rounds. A constant for the JIT.</summary>
    static virtual bool Encloses => false;

    /// <summary>
    /// How many numbers the registers of the machine hold, 0 for a type that is not kept in registers: kernels choose by
    /// it how much they unroll.
    /// </summary>
    static virtual int Registers => 0;

    static virtual T Sin(T a) => T.SinCos(a).Sin;
    static virtual T Cos(T a) => T.SinCos(a).Cos;
}

/// <summary>A type that encloses: each value is a closed interval, possibly unbounded, or NaN (nothing is known).</summary>
public interface IEnclosure<T> : IReal<T>
    where T : struct, IEnclosure<T>
{
    /// <summary>The smallest interval of this type that contains [lower, upper]; NaN unless lower &lt;= upper.</summary>
    static abstract T FromBounds(double lower, double upper);

    /// <summary>The smallest interval that contains both; NaN where one is NaN.</summary>
    static abstract T Hull(T a, T b);

    /// <summary>The points common to both, which must overlap because both contain the same exact number.</summary>
    /// <exception cref="ArithmeticException">The two are disjoint: one of them did not contain the number.</exception>
    static abstract T Intersect(T a, T b);

    /// <summary>Every point of a lies below every point of b. False where one is NaN.</summary>
    static abstract bool CertainlyLess(T a, T b);

    /// <summary>No point of a lies above a point of b. False where one is NaN.</summary>
    static abstract bool CertainlyAtMost(T a, T b);

    /// <summary>The largest double at or below the interval, possibly -infinity; NaN for NaN.</summary>
    static abstract double Lower(T a);

    /// <summary>The smallest double at or above the interval, possibly +infinity; NaN for NaN.</summary>
    static abstract double Upper(T a);

    /// <summary>The lower end itself, an interval of zero width.</summary>
    static abstract T LowerEnd(T a);

    /// <summary>The upper end itself, an interval of zero width.</summary>
    static abstract T UpperEnd(T a);

    /// <summary>Whether the interval is a single number, known exactly.</summary>
    static abstract bool IsExact(T a);
}

/// <summary>
/// A rounding type of the machine: one double, or a SIMD register of them. All its types give the same bits lane by
/// lane; sine and the rest come from the shared polynomials of <see cref="Elementary"/>.
/// </summary>
public interface IMachineReal<T> : IReal<T>
    where T : unmanaged, IMachineReal<T>
{
    /// <summary>The number of lanes, 1 for <see cref="Real"/>.</summary>
    static abstract int Width { get; }

    /// <summary>The double of one lane.</summary>
    /// <param name="a">The register.</param>
    /// <param name="lane">0..Width-1.</param>
    static abstract double Lane(T a, int lane);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract T Round(T a);

    /// <summary>2^n a for an integer-valued n with |n| at most 1000, exact unless it over- or underflows.</summary>
    static abstract T Scale(T a, T n);

    /// <summary>a = m 2^e with 1/sqrt(2) &lt;= m &lt; sqrt(2), e integer-valued, for normal positive a.</summary>
    static abstract (T Mantissa, T Exponent) Split(T a);
}
