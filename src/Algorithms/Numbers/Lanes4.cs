using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verify.Algorithms.Numbers;

/// <summary>Four doubles in a 256-bit register (AVX2 and FMA); each lane has the bits of <see cref="Real"/>.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Lanes4(Vector256<double> value) : IMachineReal<Lanes4>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector256<double> Value = value;

    public static int Width => Vector256<double>.Count;

    public static int Registers => Vector512.IsHardwareAccelerated ? 32 : 16;

    [MethodImpl(Inline)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Lanes4 operator -(Lanes4 a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Lanes4 Fma(Lanes4 a, Lanes4 b, Lanes4 c) =>
        new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Lanes4 Sqrt(Lanes4 a) => new(Vector256.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Lanes4 Abs(Lanes4 a) => new(Vector256.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Lanes4 Min(Lanes4 a, Lanes4 b) => new(Vector256.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes4 Max(Lanes4 a, Lanes4 b) => new(Vector256.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes4 IsLess(Lanes4 a, Lanes4 b) => Elementary.IsLess(a, b);

    [MethodImpl(Inline)]
    public static Lanes4 Round(Lanes4 a) => new(Vector256.Round(a.Value));

    [MethodImpl(Inline)]
    public static Lanes4 SelectLess(Lanes4 a, Lanes4 b, Lanes4 x, Lanes4 y) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.Value, b.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static Lanes4 Scale(Lanes4 a, Lanes4 n) =>
        new(a.Value * ((n.Value + Vector256.Create(Bits.ScaleMagic)).AsInt64() << 52).AsDouble());

    public static (Lanes4 Mantissa, Lanes4 Exponent) Split(Lanes4 a)
    {
        var offset = a.Value.AsInt64() - Vector256.Create(Bits.SplitOrigin);
        var exponent = ((offset >>> 52) | Vector256.Create(Bits.TwoTo52)).AsDouble() - Vector256.Create(Bits.SplitBias);
        var mantissa = (offset & Vector256.Create(Bits.Fraction)) + Vector256.Create(Bits.SplitLeast);
        return (new(mantissa.AsDouble()), new(exponent));
    }

    [MethodImpl(Inline)]
    public static (Lanes4 Sin, Lanes4 Cos) SinCos(Lanes4 a) => (Elementary.Sin(a), Elementary.Cos(a));

    [MethodImpl(Inline)]
    public static Lanes4 Sin(Lanes4 a) => Elementary.Sin(a);

    [MethodImpl(Inline)]
    public static Lanes4 Cos(Lanes4 a) => Elementary.Cos(a);

    [MethodImpl(Inline)]
    public static Lanes4 Exp(Lanes4 a) => Elementary.Exp(a);

    [MethodImpl(Inline)]
    public static Lanes4 Log(Lanes4 a) => Elementary.Log(a);

    [MethodImpl(Inline)]
    public static Lanes4 Cbrt(Lanes4 a) => Elementary.Cbrt(a);

    [MethodImpl(Inline)]
    public static Lanes4 Square(Lanes4 a) => a * a;

    public static Lanes4 Pow(Lanes4 a, int n) => Elementary.PowInt(a, n);

    [MethodImpl(Inline)]
    public static Lanes4 From(double value) => new(Vector256.Create(value));

    public static Lanes4 From(decimal value) => From(Elementary.Nearest(value));

    public static Lanes4 Ceiling(Lanes4 a) => Elementary.Ceiling(a);

    public static double Largest(Lanes4 a) =>
        Lanes2.Largest(new(Vector128.MaxNumber(a.Value.GetLower(), a.Value.GetUpper())));

    public static double Lane(Lanes4 a, int lane) => a.Value[lane];

    public override string ToString() => Value.ToString();
}
