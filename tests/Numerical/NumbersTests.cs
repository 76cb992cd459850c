using System.Globalization;
using System.Numerics;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Random;

namespace Verify.Tests.Numerical;

public class IntervalTests : EnclosureTests<Interval>;

public class BigIntervalTests : EnclosureTests<BigInterval>;

/// <summary>
/// An enclosing type against exact rational arithmetic, and its functions against <see cref="BigInterval"/> at a higher
/// precision, which <see cref="NumbersTests"/> anchors. VERIFY_BUDGET=deep: a million operations per operator.
/// </summary>
public abstract class EnclosureTests<T>
    where T : struct, IEnclosure<T>
{
    private const int Precision = 128;

    private static readonly int s_budget =
        Environment.GetEnvironmentVariable("VERIFY_BUDGET") == "deep" ? 1_000_000 : 10_000;

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("/")]
    [InlineData("Fma")]
    [InlineData("Abs")]
    [InlineData("Min")]
    [InlineData("Max")]
    [InlineData("Neg")]
    [InlineData("SelectLess")]
    [InlineData("Ceiling")]
    [InlineData("Square")]
    [InlineData("Pow")]
    public void EveryExactResultIsEnclosed(string name)
    {
        for (var i = 0; i < s_budget; i++)
        {
            var stream = new UniformStream(1, (uint)name.Sum(letter => letter), (ulong)i, 0);
            var operands = new Operand[3];
            for (var k = 0; k < 3; k++)
                operands[k] = Draw(ref stream);
            var n = stream.Below(18) - 8;
            var (a, b, c) = (operands[0].Value, operands[1].Value, operands[2].Value);
            var result = name switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                "Fma" => T.Fma(a, b, c),
                "Abs" => T.Abs(a),
                "Min" => T.Min(a, b),
                "Max" => T.Max(a, b),
                "Neg" => -a,
                "SelectLess" => T.SelectLess(a, b, c, -c),
                "Ceiling" => T.Ceiling(a),
                "Square" => T.Square(a),
                _ => T.Pow(a, n),
            };
            Fraction? Exact(Fraction x, Fraction y, Fraction z) =>
                name switch
                {
                    "+" => x + y,
                    "-" => x - y,
                    "*" => x * y,
                    "/" => y.Sign == 0 ? null : x / y,
                    "Fma" => x * y + z,
                    "Abs" => x.Sign < 0 ? -x : x,
                    "Min" => x.CompareTo(y) < 0 ? x : y,
                    "Max" => x.CompareTo(y) > 0 ? x : y,
                    "Neg" => -x,
                    "SelectLess" => x.CompareTo(y) < 0 ? z : -z,
                    "Ceiling" => x.Ceiling(),
                    "Square" => x * x,
                    _ => n < 0 && x.Sign == 0 ? null : x.Pow(n),
                };
            string Message() => $"case {i}: {name} {(name == "Pow" ? n : "")} of {a}, {b}, {c} gives {result}";

            var defined = false;
            for (var sample = 0; sample < 4; sample++)
            {
                var exact = Exact(
                    operands[0].Point(ref stream),
                    operands[1].Point(ref stream),
                    operands[2].Point(ref stream)
                );
                defined |= exact != null;
                Assert.True(exact == null || Encloses(result, exact.Value), Message());
            }
            if (!defined)
                continue;
            Assert.False(double.IsNaN(T.Lower(result)), Message());

            // Monotone in each operand: the range is spanned by the corners, and only the last rounding is allowed.
            if (name == "Pow" || (name == "Fma" && (typeof(T) == typeof(Interval) && IsExtreme(operands))))
                continue;
            if (name == "/" && T.Lower(b) <= 0 && T.Upper(b) >= 0)
                continue;
            if (name is "Abs" or "Square" && T.Lower(a) < 0 && T.Upper(a) > 0)
            {
                Assert.True(T.Lower(result) == 0, Message());
                continue;
            }
            Fraction? least = null;
            Fraction? greatest = null;
            for (var corner = 0; corner < 8; corner++)
            {
                var value = Exact(
                    operands[0].End(corner & 1),
                    operands[1].End(corner & 2),
                    operands[2].End(corner & 4)
                )!.Value;
                least = least == null || value.CompareTo(least.Value) < 0 ? value : least;
                greatest = greatest == null || value.CompareTo(greatest.Value) > 0 ? value : greatest;
            }
            Assert.True(IsTight(result, least!.Value, greatest!.Value), Message());
        }
    }

    [Fact]
    public void RootsSurroundTheExactRoot()
    {
        for (var i = 0; i < s_budget; i++)
        {
            var stream = new UniformStream(2, 2, (ulong)i, 0);
            var x = Draw(ref stream);
            var cbrt = T.Cbrt(x.Value);
            var (lower, upper) = Ends(cbrt);
            Assert.True(
                lower.Pow(3).CompareTo(x.End(0)) <= 0 && upper.Pow(3).CompareTo(x.End(1)) >= 0,
                $"cbrt {x.Value}: {cbrt}"
            );
            AssertNarrow(x, cbrt, 4);
            var sqrt = T.Sqrt(x.Value);
            Assert.Equal(x.End(1).Sign < 0, double.IsNaN(T.Lower(sqrt)));
            if (x.End(1).Sign < 0)
                continue;
            (lower, upper) = Ends(sqrt);
            Assert.True(upper.Pow(2).CompareTo(x.End(1)) >= 0, $"sqrt {x.Value}: {sqrt}");
            Assert.True(
                lower.Sign >= 0 && (lower.Sign == 0 || lower.Pow(2).CompareTo(x.End(0)) <= 0),
                $"sqrt {x.Value}: {sqrt}"
            );
            AssertNarrow(x, sqrt, 2);
        }
    }

    /// <summary>
    /// Against BigInterval at a higher precision; one number gives an interval of a few units of the last place.
    /// </summary>
    [Theory]
    [InlineData("SinCos")]
    [InlineData("Exp")]
    [InlineData("Log")]
    public void FunctionsEncloseHigherPrecisionAndAreNarrow(string name)
    {
        var width = typeof(T) == typeof(Interval) ? 8 * Math.Pow(2, -52) : 2 * Math.Pow(2, -Precision);
        for (var i = 0; i < s_budget; i++)
        {
            var stream = new UniformStream(3, 3, (ulong)i, 0);
            var center =
                i % 4 == 0 ? NumbersTests.Double(ref stream)
                : i % 4 == 1 ? stream.Uniform(-100, 100)
                : stream.LogUniform(1e-6, 1e6) * (stream.Chance(0.5) ? 1 : -1);
            if (name == "Log")
                center = Math.Abs(center);
            else if (name == "SinCos" && Math.Abs(center) > Elementary.LargestAngle)
                center = stream.Uniform(-1, 1) * Elementary.LargestAngle;
            var radius = stream.Chance(0.5)
                ? 0
                : stream.LogUniform(1e-18, 10) * (stream.Chance(0.5) ? 1 : Math.Abs(center));
            var (low, high) = (center - radius, center + radius);
            if (name == "Log")
                low = Math.Max(low, 0);
            if (!double.IsFinite(low) || !double.IsFinite(high))
                (low, high) = (center, center);
            var x = T.FromBounds(low, high);
            var (value, cosine) = name switch
            {
                "SinCos" => T.SinCos(x),
                "Exp" => (T.Exp(x), default),
                _ => (T.Log(x), default),
            };
            foreach (var point in (double[])[low, high, Math.Clamp(low + stream.Next() * (high - low), low, high)])
            {
                using var _ = BigInterval.At(typeof(T) == typeof(Interval) ? 90 : Precision + 80);
                var at = BigInterval.From(point);
                var (reference, referenceCosine) = name switch
                {
                    "SinCos" => BigInterval.SinCos(at),
                    "Exp" => (BigInterval.Exp(at), default),
                    _ => (BigInterval.Log(at), default),
                };
                Assert.True(Meets(value, reference), $"case {i}: {name} of {x}: {value}, at {point:R}: {reference}");
                Assert.True(
                    Meets(cosine, referenceCosine),
                    $"case {i}: cos of {x}: {cosine}, at {point:R}: {referenceCosine}"
                );
                if (low == high)
                    break;
            }
            if (low != high)
                continue;
            Assert.True(IsNarrow(value, width, name == "SinCos" ? 1e-10 : 0), $"case {i}: {name} of {x}: {value}");
            Assert.True(name != "SinCos" || IsNarrow(cosine, width, 1e-10), $"case {i}: cos of {x}: {cosine}");
        }
    }

    [Fact]
    public void WhatIsUndefinedIsNaNAndWhatIsUnboundedIsALine()
    {
        var zero = T.From(0.0);
        var one = T.From(1.0);
        var infinity = T.From(double.PositiveInfinity);
        foreach (
            var nan in (T[])
                [
                    zero / zero,
                    one / zero,
                    T.Sqrt(-one),
                    T.Log(-one),
                    infinity - infinity,
                    infinity * zero,
                    T.FromBounds(2, 1),
                    T.Pow(zero, -1),
                    T.From(double.NaN) * zero,
                ]
        )
        {
            Assert.True(double.IsNaN(T.Lower(nan)) && double.IsNaN(T.Upper(nan)));
            Assert.False(T.CertainlyAtMost(nan, nan) || T.CertainlyLess(nan, one) || T.IsExact(nan));
            Assert.True(
                double.IsNaN(T.Lower(T.Max(nan, one)))
                    && double.IsNaN(T.Lower(T.Exp(nan)))
                    && double.IsNaN(T.Lower(T.Sin(nan)))
            );
        }
        var line = one / T.FromBounds(-1, 1);
        Assert.True(double.IsNegativeInfinity(T.Lower(line)) && double.IsPositiveInfinity(T.Upper(line)));
        var half = one / T.FromBounds(0, 2);
        Assert.True(T.Lower(half) == 0.5 && double.IsPositiveInfinity(T.Upper(half)));
        Assert.True(T.CertainlyLess(T.FromBounds(1, double.MaxValue), infinity));
        Assert.True(T.Lower(T.Sqrt(T.FromBounds(-1, 4))) == 0 && T.Upper(T.Sqrt(T.FromBounds(-1, 4))) == 2);
        Assert.True(T.Lower(T.Sin(line)) == -1 && T.Upper(T.Sin(line)) == 1);
        Assert.True(T.Lower(T.Exp(line)) == 0 && double.IsPositiveInfinity(T.Upper(T.Exp(line))));
        Assert.Throws<ArithmeticException>(() => T.Intersect(one, zero));
        Assert.True(T.IsExact(T.SelectLess(zero, one, one, zero)) && T.Lower(T.SelectLess(zero, one, one, zero)) == 1);
        Assert.True(T.IsExact(T.SelectLess(one, one, one, zero)) && T.Upper(T.SelectLess(one, one, one, zero)) == 0);
        Assert.True(double.IsNaN(T.Lower(T.SelectLess(T.From(double.NaN), one, one, zero))));
        Assert.True(T.IsExact(T.Ceiling(T.From(-0.5m))) && T.Lower(T.Ceiling(T.From(2.25m))) == 3);
        Assert.True(T.IsExact(T.Point(T.FromBounds(0, 1))) && T.Lower(T.Point(T.FromBounds(0, 1))) == 0.5);
        Assert.True(T.Lower(T.IsLess(zero, one)) == 1 && T.Upper(T.IsLess(one, one)) == 0);
        Assert.True(T.Lower(T.IsLess(T.FromBounds(0, 1), one)) == 0 && T.Upper(T.IsLess(T.FromBounds(0, 1), one)) == 1);
        Assert.True(T.Lower(T.Widen(one, T.From(0.5))) == 0.5 && T.Upper(T.Widen(one, T.From(0.5))) == 1.5);
        foreach (
            var exact in (T[])
                [
                    T.Exp(zero),
                    T.Cos(zero),
                    T.Pow(zero, 0),
                    T.Cbrt(-T.From(27.0)) / T.From(-3.0),
                    T.Sqrt(T.From(81.0)) / T.From(9.0),
                    T.Fma(one, one, zero),
                    T.From(0.1m) - T.From(0.1m) + one,
                ]
        )
            Assert.True(T.Lower(exact) <= 1 && T.Upper(exact) >= 1 && T.Upper(exact) - T.Lower(exact) <= 1e-15);
        foreach (
            var exact in (T[])
                [
                    T.Exp(zero),
                    T.Cos(zero),
                    T.Cbrt(T.From(-27.0)),
                    T.Log(one),
                    T.Sqrt(T.From(81.0)),
                    T.Pow(one + one, -3),
                ]
        )
            Assert.True(T.IsExact(exact), $"{exact}");
    }

    /// <summary>Where an Fma may round twice, since its error terms could leave the range of doubles.</summary>
    private static bool IsExtreme(Operand[] operands) =>
        operands.Any(o =>
            new[] { T.Lower(o.Value), T.Upper(o.Value) }.Any(e => e != 0 && Math.Abs(Math.ILogB(e)) > 400)
        );

    /// <summary>The function of one number is that many units of the last place wide at most.</summary>
    private static void AssertNarrow(Operand x, T result, int units)
    {
        if (!T.IsExact(x.Value))
            return;
        var (lower, upper) = Ends(result);
        var bits = typeof(T) == typeof(Interval) ? 53 : BigInterval.Precision;
        var size = upper.Sign < 0 ? -lower : upper;
        Assert.True(
            (upper - lower).CompareTo(size * new Fraction(units, BigInteger.One << (bits - 1))) <= 0,
            $"{x.Value}: {result}"
        );
    }

    /// <summary>
    /// Narrow relative to its size, or absolutely where it is below the floor (next to a zero of sine or cosine) or
    /// leaves the doubles.
    /// </summary>
    private static bool IsNarrow(T a, double width, double floor)
    {
        var size = Math.Max(Math.Abs(T.Lower(a)), Math.Abs(T.Upper(a)));
        if (size is < 1e-250 or > 1e290)
            return true;
        var difference = T.UpperEnd(a) - T.LowerEnd(a);
        return T.Upper(difference) <= width * Math.Max(size, floor);
    }

    private static bool Meets(T value, BigInterval reference) =>
        value switch
        {
            Interval i => NumbersTests.Overlap(BigInterval.FromBounds(i.Lower, i.Upper), reference),
            BigInterval b => NumbersTests.Overlap(b, reference),
            _ => false,
        };

    private static bool Encloses(T value, Fraction exact)
    {
        if (value is Interval i)
            return (
                    double.IsNegativeInfinity(i.Lower)
                    || double.IsFinite(i.Lower) && Fraction.Of(i.Lower).CompareTo(exact) <= 0
                )
                && (
                    double.IsPositiveInfinity(i.Upper)
                    || double.IsFinite(i.Upper) && Fraction.Of(i.Upper).CompareTo(exact) >= 0
                );
        var b = (BigInterval)(object)value!;
        return (b.Lower.IsFinite ? Fraction.Of(b.Lower).CompareTo(exact) <= 0 : b.Lower.Sign < 0)
            && (b.Upper.IsFinite ? Fraction.Of(b.Upper).CompareTo(exact) >= 0 : b.Upper.Sign > 0);
    }

    /// <summary>The nearest representable interval around [least, greatest].</summary>
    private static bool IsTight(T value, Fraction least, Fraction greatest)
    {
        if (value is Interval i)
        {
            var above = Math.BitIncrement(i.Lower);
            var below = Math.BitDecrement(i.Upper);
            return (double.IsInfinity(above) || Fraction.Of(above).CompareTo(least) > 0)
                && (double.IsInfinity(below) || Fraction.Of(below).CompareTo(greatest) < 0);
        }
        var b = (BigInterval)(object)value!;
        var unit = new Fraction(1, BigInteger.One << (BigInterval.Precision - 1));
        return (least - Fraction.Of(b.Lower)).CompareTo(least.Abs * unit) <= 0
            && (Fraction.Of(b.Upper) - greatest).CompareTo(greatest.Abs * unit) <= 0;
    }

    private static (Fraction Lower, Fraction Upper) Ends(T value) =>
        value switch
        {
            Interval i => (Fraction.Of(i.Lower), Fraction.Of(i.Upper)),
            BigInterval b => (Fraction.Of(b.Lower), Fraction.Of(b.Upper)),
            _ => throw new NotSupportedException(),
        };

    /// <summary>An interval with its ends as fractions, and a number within.</summary>
    private readonly record struct Operand(T Value, Fraction Lower, Fraction Upper, Fraction Inner)
    {
        public Fraction End(int upper) => upper == 0 ? Lower : Upper;

        public Fraction Point(ref UniformStream stream) =>
            stream.Below(3) switch
            {
                0 => Lower,
                1 => Upper,
                _ => Inner,
            };
    }

    private static Operand Draw(ref UniformStream stream)
    {
        var x = NumbersTests.Double(ref stream);
        var y = stream.Below(4) switch
        {
            0 => x,
            1 => Math.BitIncrement(x),
            2 => x + Math.Abs(x) * stream.LogUniform(1e-16, 1),
            _ => NumbersTests.Double(ref stream),
        };
        if (!double.IsFinite(y))
            y = x;
        (x, y) = (Math.Min(x, y), Math.Max(x, y));
        var inner = x < 0 && y > 0 && stream.Chance(0.2) ? 0 : Math.Clamp(x * 0.5 + y * 0.5, x, y);
        if (typeof(T) == typeof(Interval))
            return new(T.FromBounds(x, y), Fraction.Of(x), Fraction.Of(y), Fraction.Of(inner));

        // Mantissas of up to the precision: ends are moved outward by fractions of their last place.
        var (lower, upper) = (BigFloat.From(x), BigFloat.From(y));
        if (stream.Chance(0.5) && x != y)
        {
            lower -= new BigFloat(stream.Below(1 << 30), -1130);
            upper += BigFloat.From(Math.Abs(y)) * new BigFloat(stream.Below(1 << 30), -80);
            (lower, upper) = (lower.RoundDown(Precision), upper.RoundUp(Precision));
        }
        return new(
            (T)(object)BigInterval.FromBounds(lower, upper),
            Fraction.Of(lower),
            Fraction.Of(upper),
            Fraction.Of(inner)
        );
    }
}

/// <summary>What anchors the enclosing types: published digits, identities, exact conversions.</summary>
public class NumbersTests
{
    [Theory]
    [InlineData("sin 1", "0.84147098480789650665250232163029899962256306079837")]
    [InlineData("cos 1", "0.54030230586813971740093660744297660373231042061792")]
    [InlineData("exp 1", "2.71828182845904523536028747135266249775724709369995")]
    [InlineData("log 2", "0.69314718055994530941723212145817656807550013436025")]
    [InlineData("cbrt 2", "1.25992104989487316476721060727822835057025146470150")]
    [InlineData("sqrt 2", "1.41421356237309504880168872420969807856967187537694")]
    [InlineData("log 10", "2.30258509299404568401799145468436420760110148862877")]
    [InlineData("sin 22", "-0.00885130929040387592169025681577233246328920395133")]
    public void BigIntervalAgreesWithPublishedDigits(string what, string digits)
    {
        using var _ = BigInterval.At(200);
        var x = BigInterval.From(double.Parse(what.Split(' ')[1]));
        var y = what.Split(' ')[0] switch
        {
            "sin" => BigInterval.SinCos(x).Sin,
            "cos" => BigInterval.SinCos(x).Cos,
            "exp" => BigInterval.Exp(x),
            "log" => BigInterval.Log(x),
            "cbrt" => BigInterval.Cbrt(x),
            _ => BigInterval.Sqrt(x),
        };
        // The digits are rounded or cut: the number is within one of the last place, the enclosure far narrower.
        var published = new Fraction(BigInteger.Parse(digits.Replace(".", "")), BigInteger.Pow(10, 50));
        var unit = new Fraction(1, BigInteger.Pow(10, 50));
        Assert.True((published - unit).CompareTo(Fraction.Of(y.Lower)) <= 0, $"{what}: {y}");
        Assert.True((published + unit).CompareTo(Fraction.Of(y.Upper)) >= 0, $"{what}: {y}");
        Assert.True((Fraction.Of(y.Upper) - Fraction.Of(y.Lower)).CompareTo(new(1, BigInteger.Pow(10, 58))) < 0);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(300)]
    [InlineData(1000)]
    public void BigIntervalKeepsIdentities(int bits)
    {
        using var _ = BigInterval.At(bits);
        var one = BigInterval.From(1.0);
        for (var i = 0; i < 20; i++)
        {
            var stream = new UniformStream(5, 5, (ulong)i, 0);
            var x = BigInterval.From(stream.Uniform(0.1, 30)) / BigInterval.From(7.0);
            var (sin, cos) = BigInterval.SinCos(x);
            var (sin2, cos2) = BigInterval.SinCos(x + x);
            Assert.True(Overlap(BigInterval.Pow(sin, 2) + BigInterval.Pow(cos, 2), one));
            Assert.True(Overlap((sin + sin) * cos, sin2));
            Assert.True(Overlap(BigInterval.Pow(cos, 2) - BigInterval.Pow(sin, 2), cos2));
            Assert.True(Overlap(BigInterval.Log(BigInterval.Exp(x)), x));
            Assert.True(Overlap(BigInterval.Exp(x) * BigInterval.Exp(-x), one));
            Assert.True(Overlap(BigInterval.Pow(BigInterval.Cbrt(x), 3), x));
        }
    }

    [Fact]
    public void ConversionsAreTight()
    {
        foreach (
            var literal in (decimal[])
                [0.1m, -2.5m, 1e-28m, 79228162514264337593543950335m, 0m, 0.3333333333333333333333333333m, 100m]
        )
        {
            var i = Interval.From(literal);
            var b = BigInterval.From(literal);
            var digits = BigInteger.Parse(literal.ToString(CultureInfo.InvariantCulture).Replace(".", ""));
            var exact = new Fraction(digits, BigInteger.Pow(10, literal.Scale));
            Assert.True(Fraction.Of(i.Lower).CompareTo(exact) <= 0 && Fraction.Of(i.Upper).CompareTo(exact) >= 0);
            Assert.True(Fraction.Of(b.Lower).CompareTo(exact) <= 0 && Fraction.Of(b.Upper).CompareTo(exact) >= 0);
            Assert.True(i.Upper == i.Lower || i.Upper == Math.BitIncrement(i.Lower));
            Assert.True(i.Lower <= Real.From(literal).Value && Real.From(literal).Value <= i.Upper);
        }
        for (var k = 0; k < 10_000; k++)
        {
            var stream = new UniformStream(6, 6, (ulong)k, 0);
            var x = Double(ref stream);
            var big = BigFloat.From(x);
            Assert.True(Fraction.Of(x).CompareTo(Fraction.Of(big)) == 0);
            Assert.True(big.ToDoubleDown() == x && big.ToDoubleUp() == x);
            var near = big + new BigFloat(stream.Chance(0.5) ? 1 : -1, -1200);
            var (down, up) = (near.ToDoubleDown(), near.ToDoubleUp());
            Assert.True(Math.BitIncrement(down) == up && (down == x || up == x), $"{x:R} {near}");
        }
    }

    internal static bool Overlap(BigInterval a, BigInterval b) => a.Lower <= b.Upper && b.Lower <= a.Upper;

    /// <summary>Of every kind: any bits, moderate, subnormal, tiny, huge, a small integer, zero.</summary>
    internal static double Double(ref UniformStream stream)
    {
        var sign = stream.Chance(0.5) ? 1 : -1;
        switch (stream.Below(8))
        {
            case 0:
                var any = BitConverter.UInt64BitsToDouble(stream.NextBits());
                return double.IsFinite(any) ? any : 0;
            case 1:
                return sign * stream.Below(1 << 20) * double.Epsilon;
            case 2:
                return sign * Math.ScaleB(1 + stream.Next(), -1074 + stream.Below(120));
            case 3:
                return sign * Math.ScaleB(1 + stream.Next(), 1023 - stream.Below(10));
            case 4:
                return sign * stream.Below(10);
            default:
                return sign * Math.ScaleB(1 + stream.Next(), stream.Below(60) - 30);
        }
    }
}

/// <summary>A quotient of integers that is not reduced; the denominator is positive.</summary>
internal readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator)
{
    public int Sign => Numerator.Sign;

    public Fraction Abs => Sign < 0 ? -this : this;

    public static Fraction Of(double value)
    {
        Assert.True(double.IsFinite(value));
        var bits = BitConverter.DoubleToInt64Bits(value);
        var field = (int)(bits >>> 52) & 0x7FF;
        var mantissa = (bits & 0x000FFFFFFFFFFFFF) | (field > 0 ? 1L << 52 : 0);
        return Scaled(bits < 0 ? -mantissa : mantissa, Math.Max(field, 1) - 1075);
    }

    public static Fraction Of(BigFloat value)
    {
        Assert.True(value.IsFinite);
        return Scaled(value.Mantissa, (int)value.Exponent);
    }

    private static Fraction Scaled(BigInteger mantissa, int exponent) =>
        mantissa.IsZero ? new(0, 1)
        : exponent >= 0 ? new(mantissa << exponent, 1)
        : new(mantissa, BigInteger.One << -exponent);

    public Fraction Ceiling()
    {
        var quotient = BigInteger.DivRem(Numerator, Denominator, out var rest);
        return new(rest.Sign * Denominator.Sign > 0 ? quotient + 1 : quotient, 1);
    }

    public static Fraction operator -(Fraction a) => new(-a.Numerator, a.Denominator);

    public static Fraction operator +(Fraction a, Fraction b) =>
        new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Fraction operator -(Fraction a, Fraction b) => a + -b;

    public static Fraction operator *(Fraction a, Fraction b) =>
        new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Fraction operator /(Fraction a, Fraction b) =>
        new(a.Numerator * b.Denominator * b.Sign, a.Denominator * BigInteger.Abs(b.Numerator));

    public Fraction Pow(int n) =>
        n < 0 ? new Fraction(1, 1) / Pow(-n) : new(BigInteger.Pow(Numerator, n), BigInteger.Pow(Denominator, n));

    public int CompareTo(Fraction other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);
}
