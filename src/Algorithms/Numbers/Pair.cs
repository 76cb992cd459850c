global using Lanes16 = Verify.Algorithms.Numbers.Pair<Verify.Algorithms.Numbers.Lanes8>;
using System.Runtime.CompilerServices;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// Two registers as one number of twice the width: two independent chains hide the latency of Fma in small kernels.
/// <c>Pair&lt;Lanes8&gt;</c> is called Lanes16.
/// </summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Pair<T>(T low, T high) : IMachineReal<Pair<T>>
    where T : unmanaged, IMachineReal<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The lanes 0..Width/2-1.</summary>
    public readonly T Low = low;

    /// <summary>The lanes Width/2..Width-1.</summary>
    public readonly T High = high;

    public static int Width => 2 * T.Width;

    public static int Registers => T.Registers / 2;

    [MethodImpl(Inline)]
    public static Pair<T> operator +(Pair<T> a, Pair<T> b) => new(a.Low + b.Low, a.High + b.High);

    [MethodImpl(Inline)]
    public static Pair<T> operator -(Pair<T> a, Pair<T> b) => new(a.Low - b.Low, a.High - b.High);

    [MethodImpl(Inline)]
    public static Pair<T> operator *(Pair<T> a, Pair<T> b) => new(a.Low * b.Low, a.High * b.High);

    [MethodImpl(Inline)]
    public static Pair<T> operator /(Pair<T> a, Pair<T> b) => new(a.Low / b.Low, a.High / b.High);

    [MethodImpl(Inline)]
    public static Pair<T> operator -(Pair<T> a) => new(-a.Low, -a.High);

    [MethodImpl(Inline)]
    public static Pair<T> Fma(Pair<T> a, Pair<T> b, Pair<T> c) =>
        new(T.Fma(a.Low, b.Low, c.Low), T.Fma(a.High, b.High, c.High));

    [MethodImpl(Inline)]
    public static Pair<T> Sqrt(Pair<T> a) => new(T.Sqrt(a.Low), T.Sqrt(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> Abs(Pair<T> a) => new(T.Abs(a.Low), T.Abs(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> Min(Pair<T> a, Pair<T> b) => new(T.Min(a.Low, b.Low), T.Min(a.High, b.High));

    [MethodImpl(Inline)]
    public static Pair<T> Max(Pair<T> a, Pair<T> b) => new(T.Max(a.Low, b.Low), T.Max(a.High, b.High));

    public static Pair<T> IsLess(Pair<T> a, Pair<T> b) => new(T.IsLess(a.Low, b.Low), T.IsLess(a.High, b.High));

    [MethodImpl(Inline)]
    public static Pair<T> Round(Pair<T> a) => new(T.Round(a.Low), T.Round(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> SelectLess(Pair<T> a, Pair<T> b, Pair<T> x, Pair<T> y) =>
        new(T.SelectLess(a.Low, b.Low, x.Low, y.Low), T.SelectLess(a.High, b.High, x.High, y.High));

    [MethodImpl(Inline)]
    public static Pair<T> Scale(Pair<T> a, Pair<T> n) => new(T.Scale(a.Low, n.Low), T.Scale(a.High, n.High));

    [MethodImpl(Inline)]
    public static (Pair<T> Mantissa, Pair<T> Exponent) Split(Pair<T> a)
    {
        var low = T.Split(a.Low);
        var high = T.Split(a.High);
        return (new(low.Mantissa, high.Mantissa), new(low.Exponent, high.Exponent));
    }

    [MethodImpl(Inline)]
    public static (Pair<T> Sin, Pair<T> Cos) SinCos(Pair<T> a)
    {
        var low = T.SinCos(a.Low);
        var high = T.SinCos(a.High);
        return (new(low.Sin, high.Sin), new(low.Cos, high.Cos));
    }

    [MethodImpl(Inline)]
    public static Pair<T> Sin(Pair<T> a) => new(T.Sin(a.Low), T.Sin(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> Cos(Pair<T> a) => new(T.Cos(a.Low), T.Cos(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> Exp(Pair<T> a) => new(T.Exp(a.Low), T.Exp(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> Log(Pair<T> a) => new(T.Log(a.Low), T.Log(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> Cbrt(Pair<T> a) => new(T.Cbrt(a.Low), T.Cbrt(a.High));

    [MethodImpl(Inline)]
    public static Pair<T> Square(Pair<T> a) => a * a;

    public static Pair<T> Pow(Pair<T> a, int n) => Elementary.PowInt(a, n);

    [MethodImpl(Inline)]
    public static Pair<T> From(double value) => new(T.From(value), T.From(value));

    public static Pair<T> From(decimal value) => new(T.From(value), T.From(value));

    public static Pair<T> Ceiling(Pair<T> a) => new(T.Ceiling(a.Low), T.Ceiling(a.High));

    public static double Largest(Pair<T> a) => double.MaxNumber(T.Largest(a.Low), T.Largest(a.High));

    public static double Lane(Pair<T> a, int lane) =>
        lane < T.Width ? T.Lane(a.Low, lane) : T.Lane(a.High, lane - T.Width);

    public override string ToString() => $"{Low} {High}";
}
