using System.Runtime.CompilerServices;

namespace Verify.Algorithms.Numbers;

/// <summary>One double: the scalar reference of the lanes.</summary>
public readonly struct Real(double value) : IMachineReal<Real>
{
    public readonly double Value = value;

    public static int Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real operator +(Real a, Real b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real operator -(Real a, Real b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real operator *(Real a, Real b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real operator /(Real a, Real b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real operator -(Real a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real Fma(Real a, Real b, Real c) => new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real Sqrt(Real a) => new(Math.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real Abs(Real a) => new(Math.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real Min(Real a, Real b) => new(Math.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real Max(Real a, Real b) => new(Math.Max(a.Value, b.Value));

    public static Real IsLess(Real a, Real b) => Elementary.IsLess(a, b);

    public static Real Pow(Real a, int n) => Elementary.PowInt(a, n);

    public static (Real Sin, Real Cos) SinCos(Real a) => Elementary.SinCos(a);

    public static Real Exp(Real a) => Elementary.Exp(a);

    public static Real Log(Real a) => Elementary.Log(a);

    public static Real Cbrt(Real a) => Elementary.Cbrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real From(double value) => new(value);

    public static Real From(decimal value) => new((double)value);

    public static double Lane(Real a, int lane) => a.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real Round(Real a) => new(Math.Round(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real SelectLess(Real a, Real b, Real x, Real y) => a.Value < b.Value ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real Scale(Real a, Real n) =>
        new(
            a.Value
                * BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(n.Value + Bits.ScaleMagic) << 52)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Real Mantissa, Real Exponent) Split(Real a)
    {
        var bits = BitConverter.DoubleToInt64Bits(a.Value) - Bits.SplitOrigin;
        var mantissa = BitConverter.Int64BitsToDouble((bits & Bits.Fraction) + Bits.SplitLeast);
        var exponent = BitConverter.Int64BitsToDouble((bits >>> 52) | Bits.TwoTo52) - Bits.SplitBias;
        return (new(mantissa), new(exponent));
    }

    public override string ToString() => Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
