using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verify.Algorithms.Numbers;

/// <summary>Four doubles in one 256-bit register.</summary>
public readonly struct Lanes4(Vector256<double> value) : IMachineReal<Lanes4>
{
    public readonly Vector256<double> Value = value;

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Fma(Lanes4 a, Lanes4 b, Lanes4 c) =>
        new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sqrt(Lanes4 a) => new(Vector256.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Abs(Lanes4 a) => new(Vector256.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Min(Lanes4 a, Lanes4 b) => new(Vector256.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Max(Lanes4 a, Lanes4 b) => new(Vector256.Max(a.Value, b.Value));

    public static Lanes4 IsLess(Lanes4 a, Lanes4 b) => Elementary.IsLess(a, b);

    public static Lanes4 Pow(Lanes4 a, int n) => Elementary.PowInt(a, n);

    public static (Lanes4 Sin, Lanes4 Cos) SinCos(Lanes4 a) => Elementary.SinCos(a);

    public static Lanes4 Exp(Lanes4 a) => Elementary.Exp(a);

    public static Lanes4 Log(Lanes4 a) => Elementary.Log(a);

    public static Lanes4 Cbrt(Lanes4 a) => Elementary.Cbrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 From(double value) => new(Vector256.Create(value));

    public static Lanes4 From(decimal value) => From((double)value);

    public static double Lane(Lanes4 a, int lane) => a.Value.GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Round(Lanes4 a) => new(Vector256.Round(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 SelectLess(Lanes4 a, Lanes4 b, Lanes4 x, Lanes4 y) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.Value, b.Value), x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Scale(Lanes4 a, Lanes4 n) =>
        new(a.Value * Vector256.ShiftLeft((n.Value + Vector256.Create(Bits.ScaleMagic)).AsInt64(), 52).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes4 Mantissa, Lanes4 Exponent) Split(Lanes4 a)
    {
        var bits = a.Value.AsInt64() - Vector256.Create(Bits.SplitOrigin);
        var mantissa = (bits & Vector256.Create(Bits.Fraction)) + Vector256.Create(Bits.SplitLeast);
        var exponent = Vector256.ShiftRightLogical(bits, 52) | Vector256.Create(Bits.TwoTo52);
        return (new(mantissa.AsDouble()), new(exponent.AsDouble() - Vector256.Create(Bits.SplitBias)));
    }
}
