namespace Verify.Algorithms.Numbers;

/// <summary>
/// A number with its derivative along one direction (forward mode), over any real type;
/// <c>Dual&lt;Dual&lt;T&gt;&gt;</c> gives second derivatives. Over an enclosing type both parts are enclosed. The
/// slopes of Abs, Min and Max come from d/|d|, without a branch: NaN where the two sides meet, unbounded for an
/// interval around that point.
/// </summary>
/// <param name="value">The number.</param>
/// <param name="slope">Its derivative.</param>
public readonly struct Dual<T>(T value, T slope) : IReal<Dual<T>>
    where T : struct, IReal<T>
{
    public readonly T Value = value;
    public readonly T Slope = slope;

    /// <summary>A number that does not move.</summary>
    public static Dual<T> Constant(T value) => new(value, T.From(0.0));

    /// <summary>The number along which the derivative is taken.</summary>
    public static Dual<T> Variable(T value) => new(value, T.From(1.0));

    public static Dual<T> operator +(Dual<T> a, Dual<T> b) => new(a.Value + b.Value, a.Slope + b.Slope);

    public static Dual<T> operator -(Dual<T> a, Dual<T> b) => new(a.Value - b.Value, a.Slope - b.Slope);

    public static Dual<T> operator -(Dual<T> a) => new(-a.Value, -a.Slope);

    public static Dual<T> operator *(Dual<T> a, Dual<T> b) =>
        new(a.Value * b.Value, T.Fma(a.Value, b.Slope, a.Slope * b.Value));

    public static Dual<T> operator /(Dual<T> a, Dual<T> b)
    {
        var quotient = a.Value / b.Value;
        return new(quotient, T.Fma(-quotient, b.Slope, a.Slope) / b.Value);
    }

    public static Dual<T> Fma(Dual<T> a, Dual<T> b, Dual<T> c) =>
        new(T.Fma(a.Value, b.Value, c.Value), T.Fma(a.Value, b.Slope, T.Fma(a.Slope, b.Value, c.Slope)));

    public static Dual<T> Sqrt(Dual<T> a)
    {
        var root = T.Sqrt(a.Value);
        return new(root, a.Slope / (root + root));
    }

    /// <summary>Its slope is 0: the jump has no derivative.</summary>
    public static Dual<T> IsLess(Dual<T> a, Dual<T> b) => Constant(T.IsLess(a.Value, b.Value));

    /// <summary>The jump has no derivative: the slope is that of the chosen number.</summary>
    public static Dual<T> SelectLess(Dual<T> a, Dual<T> b, Dual<T> x, Dual<T> y) =>
        new(T.SelectLess(a.Value, b.Value, x.Value, y.Value), T.SelectLess(a.Value, b.Value, x.Slope, y.Slope));

    /// <summary>Its slope is 0: the jumps have no derivative.</summary>
    public static Dual<T> Ceiling(Dual<T> a) => Constant(T.Ceiling(a.Value));

    public static double Largest(Dual<T> a) => T.Largest(a.Value);

    public static bool Encloses => T.Encloses;

    /// <summary>The slope of the radius bounds the error of the slope.</summary>
    public static Dual<T> Widen(Dual<T> a, Dual<T> radius) =>
        new(T.Widen(a.Value, radius.Value), T.Widen(a.Slope, radius.Slope));

    public static Dual<T> Abs(Dual<T> a) => new(T.Abs(a.Value), a.Slope * Sign(a.Value));

    /// <summary>(a + b - |a - b|)/2.</summary>
    public static Dual<T> Min(Dual<T> a, Dual<T> b) =>
        new(T.Min(a.Value, b.Value), Blend(a.Slope, b.Slope, Sign(b.Value - a.Value)));

    /// <summary>(a + b + |a - b|)/2.</summary>
    public static Dual<T> Max(Dual<T> a, Dual<T> b) =>
        new(T.Max(a.Value, b.Value), Blend(a.Slope, b.Slope, Sign(a.Value - b.Value)));

    public static Dual<T> Pow(Dual<T> a, int n) =>
        n == 0 ? Constant(T.From(1.0)) : new(T.Pow(a.Value, n), T.From((double)n) * T.Pow(a.Value, n - 1) * a.Slope);

    public static (Dual<T> Sin, Dual<T> Cos) SinCos(Dual<T> a)
    {
        var (sin, cos) = T.SinCos(a.Value);
        return (new(sin, cos * a.Slope), new(cos, -sin * a.Slope));
    }

    public static Dual<T> Exp(Dual<T> a)
    {
        var exp = T.Exp(a.Value);
        return new(exp, exp * a.Slope);
    }

    public static Dual<T> Log(Dual<T> a) => new(T.Log(a.Value), a.Slope / a.Value);

    public static Dual<T> Cbrt(Dual<T> a)
    {
        var root = T.Cbrt(a.Value);
        return new(root, a.Slope / (T.From(3.0) * T.Pow(root, 2)));
    }

    public static Dual<T> From(double value) => Constant(T.From(value));

    public static Dual<T> From(decimal value) => Constant(T.From(value));

    public override string ToString() => $"{Value} + {Slope} d";

    private static T Sign(T a) => a / T.Abs(a);

    /// <summary>a where sign is 1, b where it is -1.</summary>
    private static T Blend(T a, T b, T sign) => T.From(0.5) * T.Fma(T.From(1.0) + sign, a, (T.From(1.0) - sign) * b);
}
