using Verify.Algorithms.Numbers;

namespace Verify.Tests.Ilgpu;

/// <summary>A fused multiply-add that is none.</summary>
internal interface IWrongFma
{
    static abstract double Fma(double a, double b, double c);
}

/// <summary>Rounds the product, too.</summary>
internal readonly struct TwoRoundings : IWrongFma
{
    public static double Fma(double a, double b, double c) => a * b + c;
}

/// <summary>What ILGPU makes of an operation that it has no instruction for.</summary>
internal readonly struct Zero : IWrongFma
{
    public static double Fma(double a, double b, double c) => 0;
}

/// <summary><see cref="Real"/> but for its fused multiply-add.</summary>
internal readonly struct Planted<TFma>(Real value) : IReal<Planted<TFma>>
    where TFma : struct, IWrongFma
{
    private readonly Real _value = value;

    public static Planted<TFma> Fma(Planted<TFma> a, Planted<TFma> b, Planted<TFma> c) =>
        new(new Real(TFma.Fma(a._value.Value, b._value.Value, c._value.Value)));

    public static Planted<TFma> operator +(Planted<TFma> a, Planted<TFma> b) => new(a._value + b._value);

    public static Planted<TFma> operator -(Planted<TFma> a, Planted<TFma> b) => new(a._value - b._value);

    public static Planted<TFma> operator *(Planted<TFma> a, Planted<TFma> b) => new(a._value * b._value);

    public static Planted<TFma> operator /(Planted<TFma> a, Planted<TFma> b) => new(a._value / b._value);

    public static Planted<TFma> operator -(Planted<TFma> a) => new(-a._value);

    public static Planted<TFma> Sqrt(Planted<TFma> a) => new(Real.Sqrt(a._value));

    public static Planted<TFma> Abs(Planted<TFma> a) => new(Real.Abs(a._value));

    public static Planted<TFma> Min(Planted<TFma> a, Planted<TFma> b) => new(Real.Min(a._value, b._value));

    public static Planted<TFma> Max(Planted<TFma> a, Planted<TFma> b) => new(Real.Max(a._value, b._value));

    public static Planted<TFma> IsLess(Planted<TFma> a, Planted<TFma> b) => new(Real.IsLess(a._value, b._value));

    public static Planted<TFma> SelectLess(Planted<TFma> a, Planted<TFma> b, Planted<TFma> x, Planted<TFma> y) =>
        new(Real.SelectLess(a._value, b._value, x._value, y._value));

    public static double Largest(Planted<TFma> a) => Real.Largest(a._value);

    public static Planted<TFma> Ceiling(Planted<TFma> a) => new(Real.Ceiling(a._value));

    public static int Registers => Real.Registers;

    public static Planted<TFma> Pow(Planted<TFma> a, int n) => new(Real.Pow(a._value, n));

    public static (Planted<TFma> Sin, Planted<TFma> Cos) SinCos(Planted<TFma> a)
    {
        var (sin, cos) = Real.SinCos(a._value);
        return (new(sin), new(cos));
    }

    public static Planted<TFma> Exp(Planted<TFma> a) => new(Real.Exp(a._value));

    public static Planted<TFma> Log(Planted<TFma> a) => new(Real.Log(a._value));

    public static Planted<TFma> Cbrt(Planted<TFma> a) => new(Real.Cbrt(a._value));

    public static Planted<TFma> From(double value) => new(Real.From(value));

    public static Planted<TFma> From(decimal value) => new(Real.From(value));
}
