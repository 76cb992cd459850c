using System.Globalization;
using System.Runtime.CompilerServices;

namespace Verify.Algorithms.Numbers;

/// <summary>One double: the reference that every lane of every register repeats bit for bit.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Real(double value) : IMachineReal<Real>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly double Value = value;

    public static int Width => 1;

    public static int Registers => 32;

    [MethodImpl(Inline)]
    public static Real operator +(Real a, Real b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Real operator -(Real a, Real b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Real operator *(Real a, Real b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Real operator /(Real a, Real b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Real operator -(Real a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Real Fma(Real a, Real b, Real c) => new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Real Sqrt(Real a) => new(Math.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Real Abs(Real a) => new(Math.Abs(a.Value));

    /// <summary>The smaller, as IEEE 754-2019 minimum: NaN if one is NaN, and -0 lies below +0.</summary>
    [MethodImpl(Inline)]
    public static Real Min(Real a, Real b) => new(Math.Min(a.Value, b.Value));

    /// <summary>The larger, as IEEE 754-2019 maximum: NaN if one is NaN, and +0 lies above -0.</summary>
    [MethodImpl(Inline)]
    public static Real Max(Real a, Real b) => new(Math.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Real IsLess(Real a, Real b) => Elementary.IsLess(a, b);

    [MethodImpl(Inline)]
    public static Real Round(Real a) => new(Math.Round(a.Value));

    [MethodImpl(Inline)]
    public static Real Ceiling(Real a) => Elementary.Ceiling(a);

    public static double Largest(Real a) => a.Value;

    public static Real SelectLess(Real a, Real b, Real x, Real y) => a.Value < b.Value ? x : y;

    [MethodImpl(Inline)]
    public static Real Scale(Real a, Real n) =>
        a
        * new Real(
            BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits((n + new Real(Bits.ScaleMagic)).Value) << 52)
        );

    public static (Real Mantissa, Real Exponent) Split(Real a)
    {
        var offset = BitConverter.DoubleToInt64Bits(a.Value) - Bits.SplitOrigin;
        // By the type's own operators, which devices round as they stand.
        var exponent =
            new Real(BitConverter.Int64BitsToDouble((offset >>> 52) | Bits.TwoTo52)) - new Real(Bits.SplitBias);
        return (new(BitConverter.Int64BitsToDouble((offset & Bits.Fraction) + Bits.SplitLeast)), exponent);
    }

    [MethodImpl(Inline)]
    public static (Real Sin, Real Cos) SinCos(Real a) => (Elementary.Sin(a), Elementary.Cos(a));

    [MethodImpl(Inline)]
    public static Real Sin(Real a) => Elementary.Sin(a);

    [MethodImpl(Inline)]
    public static Real Cos(Real a) => Elementary.Cos(a);

    [MethodImpl(Inline)]
    public static Real Exp(Real a) => Elementary.Exp(a);

    [MethodImpl(Inline)]
    public static Real Log(Real a) => Elementary.Log(a);

    [MethodImpl(Inline)]
    public static Real Cbrt(Real a) => Elementary.Cbrt(a);

    [MethodImpl(Inline)]
    public static Real Square(Real a) => a * a;

    public static Real Pow(Real a, int n) => Elementary.PowInt(a, n);

    [MethodImpl(Inline)]
    public static Real From(double value) => new(value);

    public static Real From(decimal value) => new(Elementary.Nearest(value));

    public static double Lane(Real a, int lane) => a.Value;

    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
}
