using Verify.Algorithms.Random;

namespace Verify.Tests.Numerical;

/// <summary>Philox against the known answers of Random123, and the distributions built on it.</summary>
public class RandomTests
{
    private const int Draws = 100_000;

    [Theory]
    [InlineData(new uint[] { 0, 0, 0, 0, 0, 0 }, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(
        new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
        new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd }
    )]
    [InlineData(
        new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0 },
        new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 }
    )]
    public void PhiloxHasTheKnownAnswers(uint[] x, uint[] expected)
    {
        var (x0, x1, x2, x3) = Philox.Block(x[0], x[1], x[2], x[3], x[4], x[5]);
        Assert.Equal(expected, new[] { x0, x1, x2, x3 });
    }

    [Fact]
    public void AStreamIsThatOfItsFourNumbers()
    {
        var (x0, x1, x2, x3) = Philox.Block(0, 7, 1, 3 ^ (2 << 24), 5, 9);
        var stream = new UniformStream(9UL << 32 | 5, 3, 1UL << 32 | 7, 2);
        Assert.Equal((ulong)x1 << 32 | x0, stream.NextBits());
        Assert.Equal((ulong)x3 << 32 | x2, stream.NextBits());
        Assert.Equal(Philox.Block(1, 7, 1, 3 ^ (2 << 24), 5, 9).X0, (uint)stream.NextBits());
        ulong[] first =
        [
            First(new(1, 2, 3, 4)),
            First(new(1, 2, 3, 4)),
            First(new(0, 2, 3, 4)),
            First(new(1, 3, 3, 4)),
            First(new(1, 2, 4, 4)),
            First(new(1, 2, 3, 5)),
        ];
        Assert.Equal(first[0], first[1]);
        Assert.Equal(5, first.Distinct().Count());
    }

    [Fact]
    public void DistributionsKeepTheirBoundsAndMeans()
    {
        var stream = new UniformStream(1, 2, 3, 4);
        Assert.Equal(0.5, Mean(ref stream, (ref UniformStream s) => In(s.Next(), 0, 1)), 0.005);
        Assert.Equal(0.5, Mean(ref stream, (ref UniformStream s) => In(s.NextOpen(), double.Epsilon, 1)), 0.005);
        Assert.Equal(-1, Mean(ref stream, (ref UniformStream s) => In(s.Uniform(-3, 1), -3, 1)), 0.02);
        Assert.Equal(
            0,
            Mean(ref stream, (ref UniformStream s) => Math.Log10(In(s.LogUniform(1e-3, 1e3), 1e-3, 1e3))),
            0.03
        );
        Assert.Equal(4.5, Mean(ref stream, (ref UniformStream s) => In(s.Below(10), 0, 9)), 0.05);
        // P(1) = log 2 / log 101 on 1..100.
        Assert.Equal(
            Math.Log(2) / Math.Log(101),
            Mean(ref stream, (ref UniformStream s) => In(s.LogUniformInt(1, 100), 1, 100) == 1 ? 1 : 0),
            0.01
        );
        Assert.Equal(0.3, Mean(ref stream, (ref UniformStream s) => s.Chance(0.3) ? 1 : 0), 0.01);
        Assert.Equal(0, Mean(ref stream, (ref UniformStream s) => s.Normal()), 0.02);
        Assert.Equal(1, Mean(ref stream, (ref UniformStream s) => Math.Pow(s.Normal(), 2)), 0.03);
        Assert.Equal(3, Mean(ref stream, (ref UniformStream s) => Math.Pow(s.Normal(), 4)), 0.2);
        Assert.Equal(7, stream.LogUniformInt(7, 7));
        Assert.Equal(0, stream.Below(1));
    }

    /// <summary>Fails when a change to Philox, the elementary functions or a distribution moves any bit.</summary>
    [Fact]
    public void DrawsAreTheSameBitsEverywhere()
    {
        var stream = new UniformStream(42, 7, 123456789, 1);
        double[] draws =
        [
            stream.Next(),
            stream.NextOpen(),
            stream.LogUniform(1e-5, 1e5),
            stream.Normal(),
            stream.Normal(),
        ];
        double[] golden =
        [
            0.37001966484430071,
            0.81974422573139172,
            3.4569055346098594,
            0.45337172623387201,
            -0.61501885922844179,
        ];
        Assert.Equal(golden, draws);
    }

    private delegate double Draw(ref UniformStream stream);

    private static double Mean(ref UniformStream stream, Draw draw)
    {
        var sum = 0.0;
        for (var i = 0; i < Draws; i++)
            sum += draw(ref stream);
        return sum / Draws;
    }

    private static double In(double value, double lo, double hi)
    {
        Assert.InRange(value, lo, hi);
        return value;
    }

    private static ulong First(UniformStream stream) => stream.NextBits();
}
