using System.Runtime.InteropServices;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Random;
using Twice = Verify.Algorithms.Numbers.Dual<Verify.Algorithms.Numbers.Dual<Verify.Algorithms.Numbers.BigInterval>>;

namespace Verify.Tests.Numerical;

/// <summary>
/// The machine types against each other, their functions against enclosures, and dual numbers against formulas.
/// </summary>
public class NumbersMachineTests
{
    private static readonly int s_budget =
        Environment.GetEnvironmentVariable("VERIFY_BUDGET") == "deep" ? 1_000_000 : 10_000;

    [Fact]
    public void Lanes2RepeatReal() => Repeats<Lanes2>();

    [Fact]
    public void Lanes4RepeatReal() => Repeats<Lanes4>();

    [Fact]
    public void Lanes8RepeatReal() => Repeats<Lanes8>();

    [Fact]
    public void Lanes16RepeatReal() => Repeats<Pair<Lanes8>>();

    [Fact]
    public void MinAndMaxPropagateNaNAndOrderZeros()
    {
        foreach (var (x, y) in ((double, double)[])[(double.NaN, 1), (1, double.NaN)])
            Assert.True(double.IsNaN(Real.Min(new(x), new(y)).Value) && double.IsNaN(Real.Max(new(x), new(y)).Value));
        Assert.True(
            double.IsNegative(Real.Min(new(0.0), new(-0.0)).Value)
                && double.IsPositive(Real.Max(new(-0.0), new(0.0)).Value)
        );
        Assert.True(
            double.IsNaN(Real.IsLess(new(double.NaN), new(1)).Value)
                && double.IsNaN(Real.IsLess(new(1), new(double.NaN)).Value)
        );
        Assert.Equal(0, Real.IsLess(new(double.PositiveInfinity), new(double.PositiveInfinity)).Value);
        Assert.Equal(1, Real.IsLess(new(double.NegativeInfinity), new(double.PositiveInfinity)).Value);
    }

    [Fact]
    public void TheLargestLaneIsFoundBesideNaN()
    {
        var lanes = MemoryMarshal.Cast<double, Lanes4>([double.NaN, -3, 7, double.NaN])[0];
        Assert.Equal(7, Lanes4.Largest(lanes));
        Assert.Equal(7, Pair<Lanes4>.Largest(new(Lanes4.From(double.NaN), lanes)));
        Assert.True(double.IsNaN(Lanes4.Largest(Lanes4.From(double.NaN))));
    }

    [Fact]
    public void SplitAndScaleAreExact()
    {
        for (var i = 0; i < s_budget; i++)
        {
            var stream = new UniformStream(11, 0, (ulong)i, 0);
            var x = Math.ScaleB(1 + stream.Next(), stream.Below(2046) - 1022);
            var (m, e) = Real.Split(new(x));
            Assert.True(m.Value is >= 0.7071067811865475 and < 1.4142135623730952 && e.Value == Math.Round(e.Value));
            Assert.Equal(x, Math.ScaleB(m.Value, (int)e.Value));
            Assert.Equal(Math.Ceiling(x), Real.Ceiling(new(x)).Value);
            Assert.Equal(Math.Ceiling(-x), Real.Ceiling(new(-x)).Value);
            var n = stream.Below(2001) - 1000;
            Assert.Equal(Math.ScaleB(x, n), Real.Scale(new(x), new(n)).Value);
        }
    }

    [Theory]
    [InlineData("SinCos", 2)]
    [InlineData("Exp", 1)]
    [InlineData("Log", 1)]
    [InlineData("Cbrt", 1)]
    public void ElementaryErrorIsAsStated(string name, double ulps)
    {
        using var _ = BigInterval.At(90);
        var worst = 0.0;
        for (var i = 0; i < s_budget; i++)
        {
            var stream = new UniformStream(12, 0, (ulong)i, 0);
            var sign = stream.Chance(0.5) ? 1 : -1;
            var x = (name, i % 3) switch
            {
                ("SinCos", 0) => sign * stream.LogUniform(1e-10, Elementary.LargestAngle),
                ("SinCos", 1) => Math.Round(stream.LogUniform(1, 1e13)) * Math.PI / 2,
                ("SinCos", _) => stream.Uniform(-10, 10),
                ("Exp", 0) => stream.Uniform(-746, 710),
                ("Exp", _) => sign * stream.LogUniform(1e-18, 100),
                ("Log", 0) => 1 + sign * stream.LogUniform(1e-16, 0.5),
                ("Cbrt", 0) => sign * Math.ScaleB(stream.Next(), -1030),
                ("Log", _) => Math.ScaleB(1 + stream.Next(), stream.Below(2090) - 1070),
                _ => sign * Math.ScaleB(1 + stream.Next(), stream.Below(2090) - 1070),
            };
            var at = BigInterval.From(x);
            (Real, BigInterval)[] pairs = name switch
            {
                "SinCos" => [(Sin(new(x)), BigInterval.SinCos(at).Sin), (Cos(new(x)), BigInterval.SinCos(at).Cos)],
                "Exp" => [(Real.Exp(new(x)), BigInterval.Exp(at))],
                "Log" => [(Real.Log(new(x)), BigInterval.Log(at))],
                _ => [(Real.Cbrt(new(x)), BigInterval.Cbrt(at))],
            };
            foreach (var (value, reference) in pairs)
            {
                if (double.IsInfinity(value.Value))
                {
                    Assert.Equal(reference.Upper.Sign * double.MaxValue, reference.Lower.ToDoubleDown());
                    continue;
                }
                var ulp = Math.BitIncrement(Math.Abs(value.Value)) - Math.Abs(value.Value);
                var error = BigInterval.Abs(BigInterval.From(value.Value) - reference).Upper.ToDoubleUp() / ulp;
                worst = Math.Max(worst, error);
                Assert.True(error <= ulps, $"{name} {x:R}: {value} is {error} ulp off");
            }
        }
        Assert.InRange(worst, 0.4, ulps);
    }

    [Fact]
    public void ElementaryKeepsToItsEdges()
    {
        Assert.True(double.IsNaN(Sin(new(Math.BitIncrement(Elementary.LargestAngle))).Value));
        Assert.True(double.IsNaN(Cos(new(double.PositiveInfinity)).Value) && double.IsNaN(Sin(new(double.NaN)).Value));
        Assert.Equal((0.0, 1.0), (Sin(new(0)).Value, Cos(new(0)).Value));
        Assert.Equal(
            (0.0, double.PositiveInfinity),
            (Real.Exp(new(double.NegativeInfinity)).Value, Real.Exp(new(double.PositiveInfinity)).Value)
        );
        Assert.Equal(1, Real.Exp(new(0)).Value);
        Assert.True(
            double.IsNaN(Real.Exp(new(double.NaN)).Value)
                && double.IsNaN(Real.Log(new(double.NaN)).Value)
                && double.IsNaN(Real.Log(new(-1)).Value)
        );
        Assert.Equal(
            (double.NegativeInfinity, 0, double.PositiveInfinity),
            (Real.Log(new(0)).Value, Real.Log(new(1)).Value, Real.Log(new(double.PositiveInfinity)).Value)
        );
        Assert.Equal(
            (0, -3.0, double.NegativeInfinity),
            (Real.Cbrt(new(0)).Value, Real.Cbrt(new(-27)).Value, Real.Cbrt(new(double.NegativeInfinity)).Value)
        );
        Assert.True(double.IsNaN(Real.Cbrt(new(double.NaN)).Value));
        for (var k = 1; k < 100_000; k++)
            Assert.Equal(k, Real.Cbrt(new((double)k * k * k)).Value);
        Assert.Equal(
            (1, 0.125, 1024, 1),
            (
                Real.Pow(new(double.NaN), 0).Value,
                Real.Pow(new(2), -3).Value,
                Real.Pow(new(-2), 10).Value,
                Real.Pow(new(-1), int.MinValue).Value
            )
        );
    }

    [Fact]
    public void DualNumbersAgreeWithFormulas()
    {
        for (var i = 0; i < 200; i++)
        {
            var stream = new UniformStream(13, 0, (ulong)i, 0);
            var x = BigInterval.From(stream.Uniform(0.2, 5));
            var one = BigInterval.From(1.0);
            var two = BigInterval.From(2.0);
            var (sin, cos) = BigInterval.SinCos(x);
            var root = BigInterval.Sqrt(x);
            var cbrt = BigInterval.Cbrt(x);
            Derivatives(x, a => Twice.SinCos(a).Sin, sin, cos, -sin);
            Derivatives(x, a => Twice.SinCos(a).Cos, cos, -sin, -cos);
            Derivatives(x, Twice.Exp, BigInterval.Exp(x), BigInterval.Exp(x), BigInterval.Exp(x));
            Derivatives(x, Twice.Log, BigInterval.Log(x), one / x, -(one / (x * x)));
            Derivatives(x, Twice.Sqrt, root, one / (two * root), -(one / (two * two * x * root)));
            Derivatives(
                x,
                Twice.Cbrt,
                cbrt,
                cbrt / (BigInterval.From(3.0) * x),
                -(two * cbrt / (BigInterval.From(9.0) * x * x))
            );
            Derivatives(
                x,
                a => Twice.Pow(a, 5),
                BigInterval.Pow(x, 5),
                BigInterval.From(5.0) * BigInterval.Pow(x, 4),
                BigInterval.From(20.0) * BigInterval.Pow(x, 3)
            );
            Derivatives(
                x,
                a => Twice.Pow(a, -2),
                BigInterval.Pow(x, -2),
                -(two / BigInterval.Pow(x, 3)),
                BigInterval.From(6.0) / BigInterval.Pow(x, 4)
            );
            Derivatives(x, a => Twice.Pow(a, 1) * Twice.Pow(a, 0), x, one, one - one);
            Derivatives(x, a => Twice.Fma(a, Twice.SinCos(a).Sin, a) - a, x * sin, sin + x * cos, two * cos - x * sin);
            Derivatives(
                x,
                a => Twice.From(1.0) / (a + Twice.From(1.0)),
                one / (x + one),
                -(one / BigInterval.Pow(x + one, 2)),
                two / BigInterval.Pow(x + one, 3)
            );
            Derivatives(x, a => Twice.Abs(-(a * a)), x * x, two * x, two);
            Derivatives(
                x,
                a => Twice.Min(a * a, Twice.From(30.0)) + Twice.Max(-a, Twice.From(-10.0)),
                x * x - x,
                two * x - one,
                two
            );
        }
    }

    [Fact]
    public void DualSlopesAtAKink()
    {
        Assert.True(double.IsNaN(Dual<Real>.Abs(Dual<Real>.Variable(new(0))).Slope.Value));
        var around = Dual<Interval>.Abs(Dual<Interval>.Variable(Interval.FromBounds(-1, 2))).Slope;
        Assert.True(around.Lower <= -1 && around.Upper >= 1);
        Assert.Equal(
            3,
            Dual<Real>.Min(Dual<Real>.Variable(new(3)) * Dual<Real>.From(3.0), Dual<Real>.From(100m)).Slope.Value
        );
    }

    private static void Derivatives(
        BigInterval x,
        Func<Twice, Twice> function,
        BigInterval value,
        BigInterval first,
        BigInterval second
    )
    {
        var result = function(new(new(x, BigInterval.From(1.0)), new(BigInterval.From(1.0), BigInterval.From(0.0))));
        foreach (
            var (computed, expected) in ((BigInterval, BigInterval)[])
                [
                    (result.Value.Value, value),
                    (result.Value.Slope, first),
                    (result.Slope.Value, first),
                    (result.Slope.Slope, second),
                ]
        )
        {
            Assert.True(
                computed.Lower <= expected.Upper && expected.Lower <= computed.Upper,
                $"{x}: {computed}, not {expected}"
            );
            Assert.True((computed.Upper - computed.Lower).ToDoubleUp() < 1e-30);
        }
    }

    private static void Repeats<T>()
        where T : unmanaged, IMachineReal<T>
    {
        var lanes = Operations<T>();
        var scalar = Operations<Real>();
        var numbers = new double[3][];
        for (var i = 0; i < s_budget / T.Width; i++)
        {
            var stream = new UniformStream(10, 0, (ulong)i, 0);
            for (var k = 0; k < 3; k++)
            {
                numbers[k] = new double[T.Width];
                for (var lane = 0; lane < T.Width; lane++)
                    numbers[k][lane] = Any(ref stream);
            }
            for (var o = 0; o < lanes.Length; o++)
            {
                var result = lanes[o]
                    .Function(Register<T>(numbers[0]), Register<T>(numbers[1]), Register<T>(numbers[2]));
                for (var lane = 0; lane < T.Width; lane++)
                {
                    var expected = scalar[o]
                        .Function(new(numbers[0][lane]), new(numbers[1][lane]), new(numbers[2][lane]))
                        .Value;
                    var actual = T.Lane(result, lane);
                    Assert.True(
                        BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual)
                            || double.IsNaN(expected) && double.IsNaN(actual),
                        $"case {i}, lane {lane}: {lanes[o].Name} of {numbers[0][lane]:R}, {numbers[1][lane]:R}, {numbers[2][lane]:R}: {actual:R}, not {expected:R}"
                    );
                }
            }
        }
    }

    private static Real Sin(Real a) => Real.SinCos(a).Sin;

    private static Real Cos(Real a) => Real.SinCos(a).Cos;

    private static T Register<T>(double[] numbers)
        where T : unmanaged => MemoryMarshal.Read<T>(MemoryMarshal.AsBytes<double>(numbers));

    private static (string Name, Func<T, T, T, T> Function)[] Operations<T>()
        where T : unmanaged, IMachineReal<T> =>
        [
            ("+", (a, b, _) => a + b),
            ("-", (a, b, _) => a - b),
            ("*", (a, b, _) => a * b),
            ("/", (a, b, _) => a / b),
            ("negation", (a, _, _) => -a),
            ("Fma", T.Fma),
            ("Sqrt", (a, _, _) => T.Sqrt(a)),
            ("Abs", (a, _, _) => T.Abs(a)),
            ("Min", (a, b, _) => T.Min(a, b)),
            ("Max", (a, b, _) => T.Max(a, b)),
            ("IsLess", (a, b, _) => T.IsLess(a, b)),
            ("Square", (a, _, _) => T.Square(a)),
            ("Pow 7", (a, _, _) => T.Pow(a, 7)),
            ("Pow -6", (a, _, _) => T.Pow(a, -6)),
            ("Sin", (a, _, _) => T.Sin(a)),
            ("Cos", (a, _, _) => T.Cos(a)),
            ("Exp", (a, _, _) => T.Exp(a)),
            ("Log", (a, _, _) => T.Log(a)),
            ("Cbrt", (a, _, _) => T.Cbrt(a)),
            ("From", (_, _, _) => T.From(0.1) + T.From(0.1m)),
            ("Round", (a, _, _) => T.Round(a)),
            ("Ceiling", (a, _, _) => T.Ceiling(a)),
            ("SelectLess", (a, b, c) => T.SelectLess(a, b, c, -c)),
            ("Scale", (a, b, _) => T.Scale(a, T.Round(T.Min(T.Max(b, T.From(-1000.0)), T.From(1000.0))))),
            ("mantissa", (a, _, _) => T.Split(a).Mantissa),
            ("exponent", (a, _, _) => T.Split(a).Exponent),
        ];

    private static double Any(ref UniformStream stream) =>
        stream.Below(4) switch
        {
            0 => BitConverter.UInt64BitsToDouble(stream.NextBits()),
            1 => stream.Uniform(-20, 20),
            2 => new[]
            {
                0,
                -0.0,
                double.NaN,
                double.PositiveInfinity,
                double.NegativeInfinity,
                double.Epsilon,
                1,
                0.5,
                -1.5,
                double.MaxValue,
            }[stream.Below(10)],
            _ => stream.LogUniform(1e-12, 1e15) * (stream.Chance(0.5) ? 1 : -1),
        };
}
