using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// Two doubles in a 128-bit register (SSE2 and FMA, or NEON); each lane has the bits of <see cref="Real"/>.
/// </summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Lanes2(Vector128<double> value) : IMachineReal<Lanes2>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector128<double> Value = value;

    public static int Width => Vector128<double>.Count;

    public static int Registers => Vector512.IsHardwareAccelerated ? 32 : 16;

    [MethodImpl(Inline)]
    public static Lanes2 operator +(Lanes2 a, Lanes2 b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Lanes2 operator -(Lanes2 a, Lanes2 b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Lanes2 operator *(Lanes2 a, Lanes2 b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Lanes2 operator /(Lanes2 a, Lanes2 b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Lanes2 operator -(Lanes2 a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Lanes2 Fma(Lanes2 a, Lanes2 b, Lanes2 c) =>
        new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Lanes2 Sqrt(Lanes2 a) => new(Vector128.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Lanes2 Abs(Lanes2 a) => new(Vector128.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Lanes2 Min(Lanes2 a, Lanes2 b) => new(Vector128.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes2 Max(Lanes2 a, Lanes2 b) => new(Vector128.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes2 IsLess(Lanes2 a, Lanes2 b) => Elementary.IsLess(a, b);

    [MethodImpl(Inline)]
    public static Lanes2 Round(Lanes2 a) => new(Vector128.Round(a.Value));

    [MethodImpl(Inline)]
    public static Lanes2 SelectLess(Lanes2 a, Lanes2 b, Lanes2 x, Lanes2 y) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a.Value, b.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static Lanes2 Scale(Lanes2 a, Lanes2 n) =>
        new(a.Value * ((n.Value + Vector128.Create(Bits.ScaleMagic)).AsInt64() << 52).AsDouble());

    public static (Lanes2 Mantissa, Lanes2 Exponent) Split(Lanes2 a)
    {
        var offset = a.Value.AsInt64() - Vector128.Create(Bits.SplitOrigin);
        var exponent = ((offset >>> 52) | Vector128.Create(Bits.TwoTo52)).AsDouble() - Vector128.Create(Bits.SplitBias);
        var mantissa = (offset & Vector128.Create(Bits.Fraction)) + Vector128.Create(Bits.SplitLeast);
        return (new(mantissa.AsDouble()), new(exponent));
    }

    [MethodImpl(Inline)]
    public static (Lanes2 Sin, Lanes2 Cos) SinCos(Lanes2 a) => (Elementary.Sin(a), Elementary.Cos(a));

    [MethodImpl(Inline)]
    public static Lanes2 Sin(Lanes2 a) => Elementary.Sin(a);

    [MethodImpl(Inline)]
    public static Lanes2 Cos(Lanes2 a) => Elementary.Cos(a);

    [MethodImpl(Inline)]
    public static Lanes2 Exp(Lanes2 a) => Elementary.Exp(a);

    [MethodImpl(Inline)]
    public static Lanes2 Log(Lanes2 a) => Elementary.Log(a);

    [MethodImpl(Inline)]
    public static Lanes2 Cbrt(Lanes2 a) => Elementary.Cbrt(a);

    [MethodImpl(Inline)]
    public static Lanes2 Square(Lanes2 a) => a * a;

    public static Lanes2 Pow(Lanes2 a, int n) => Elementary.PowInt(a, n);

    [MethodImpl(Inline)]
    public static Lanes2 From(double value) => new(Vector128.Create(value));

    public static Lanes2 From(decimal value) => From(Elementary.Nearest(value));

    public static Lanes2 Ceiling(Lanes2 a) => Elementary.Ceiling(a);

    public static double Largest(Lanes2 a) => double.MaxNumber(a.Value[0], a.Value[1]);

    public static double Lane(Lanes2 a, int lane) => a.Value[lane];

    public override string ToString() => Value.ToString();
}
