using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verify.Algorithms.Numbers;

/// <summary>Two doubles in one 128-bit register.</summary>
public readonly struct Lanes2(Vector128<double> value) : IMachineReal<Lanes2>
{
    public readonly Vector128<double> Value = value;

    public static int Width => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator +(Lanes2 a, Lanes2 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator -(Lanes2 a, Lanes2 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator *(Lanes2 a, Lanes2 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator /(Lanes2 a, Lanes2 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator -(Lanes2 a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Fma(Lanes2 a, Lanes2 b, Lanes2 c) =>
        new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Sqrt(Lanes2 a) => new(Vector128.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Abs(Lanes2 a) => new(Vector128.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Min(Lanes2 a, Lanes2 b) => new(Vector128.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Max(Lanes2 a, Lanes2 b) => new(Vector128.Max(a.Value, b.Value));

    public static Lanes2 IsLess(Lanes2 a, Lanes2 b) => Elementary.IsLess(a, b);

    public static Lanes2 Pow(Lanes2 a, int n) => Elementary.PowInt(a, n);

    public static (Lanes2 Sin, Lanes2 Cos) SinCos(Lanes2 a) => Elementary.SinCos(a);

    public static Lanes2 Exp(Lanes2 a) => Elementary.Exp(a);

    public static Lanes2 Log(Lanes2 a) => Elementary.Log(a);

    public static Lanes2 Cbrt(Lanes2 a) => Elementary.Cbrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 From(double value) => new(Vector128.Create(value));

    public static Lanes2 From(decimal value) => From((double)value);

    public static double Lane(Lanes2 a, int lane) => a.Value.GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Round(Lanes2 a) => new(Vector128.Round(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 SelectLess(Lanes2 a, Lanes2 b, Lanes2 x, Lanes2 y) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a.Value, b.Value), x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Scale(Lanes2 a, Lanes2 n) =>
        new(a.Value * Vector128.ShiftLeft((n.Value + Vector128.Create(Bits.ScaleMagic)).AsInt64(), 52).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes2 Mantissa, Lanes2 Exponent) Split(Lanes2 a)
    {
        var bits = a.Value.AsInt64() - Vector128.Create(Bits.SplitOrigin);
        var mantissa = (bits & Vector128.Create(Bits.Fraction)) + Vector128.Create(Bits.SplitLeast);
        var exponent = Vector128.ShiftRightLogical(bits, 52) | Vector128.Create(Bits.TwoTo52);
        return (new(mantissa.AsDouble()), new(exponent.AsDouble() - Vector128.Create(Bits.SplitBias)));
    }
}
