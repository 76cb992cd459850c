using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verify.Algorithms.Numbers;

/// <summary>Eight doubles in a 512-bit register (AVX-512); each lane has the bits of <see cref="Real"/>.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Lanes8(Vector512<double> value) : IMachineReal<Lanes8>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector512<double> Value = value;

    public static int Width => Vector512<double>.Count;

    public static int Registers => 32;

    [MethodImpl(Inline)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Lanes8 operator -(Lanes8 a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Lanes8 Fma(Lanes8 a, Lanes8 b, Lanes8 c) =>
        new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Lanes8 Sqrt(Lanes8 a) => new(Vector512.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Lanes8 Abs(Lanes8 a) => new(Vector512.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Lanes8 Min(Lanes8 a, Lanes8 b) => new(Vector512.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new(Vector512.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes8 IsLess(Lanes8 a, Lanes8 b) => Elementary.IsLess(a, b);

    [MethodImpl(Inline)]
    public static Lanes8 Round(Lanes8 a) => new(Vector512.Round(a.Value));

    [MethodImpl(Inline)]
    public static Lanes8 SelectLess(Lanes8 a, Lanes8 b, Lanes8 x, Lanes8 y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.Value, b.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static Lanes8 Scale(Lanes8 a, Lanes8 n) =>
        new(a.Value * ((n.Value + Vector512.Create(Bits.ScaleMagic)).AsInt64() << 52).AsDouble());

    public static (Lanes8 Mantissa, Lanes8 Exponent) Split(Lanes8 a)
    {
        var offset = a.Value.AsInt64() - Vector512.Create(Bits.SplitOrigin);
        var exponent = ((offset >>> 52) | Vector512.Create(Bits.TwoTo52)).AsDouble() - Vector512.Create(Bits.SplitBias);
        var mantissa = (offset & Vector512.Create(Bits.Fraction)) + Vector512.Create(Bits.SplitLeast);
        return (new(mantissa.AsDouble()), new(exponent));
    }

    [MethodImpl(Inline)]
    public static (Lanes8 Sin, Lanes8 Cos) SinCos(Lanes8 a) => (Elementary.Sin(a), Elementary.Cos(a));

    [MethodImpl(Inline)]
    public static Lanes8 Sin(Lanes8 a) => Elementary.Sin(a);

    [MethodImpl(Inline)]
    public static Lanes8 Cos(Lanes8 a) => Elementary.Cos(a);

    [MethodImpl(Inline)]
    public static Lanes8 Exp(Lanes8 a) => Elementary.Exp(a);

    [MethodImpl(Inline)]
    public static Lanes8 Log(Lanes8 a) => Elementary.Log(a);

    [MethodImpl(Inline)]
    public static Lanes8 Cbrt(Lanes8 a) => Elementary.Cbrt(a);

    [MethodImpl(Inline)]
    public static Lanes8 Square(Lanes8 a) => a * a;

    public static Lanes8 Pow(Lanes8 a, int n) => Elementary.PowInt(a, n);

    [MethodImpl(Inline)]
    public static Lanes8 From(double value) => new(Vector512.Create(value));

    public static Lanes8 From(decimal value) => From(Elementary.Nearest(value));

    public static Lanes8 Ceiling(Lanes8 a) => Elementary.Ceiling(a);

    public static double Largest(Lanes8 a) =>
        Lanes4.Largest(new(Vector256.MaxNumber(a.Value.GetLower(), a.Value.GetUpper())));

    public static double Lane(Lanes8 a, int lane) => a.Value[lane];

    public override string ToString() => Value.ToString();
}
