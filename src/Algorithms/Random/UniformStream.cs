using System.Numerics;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Random;

/// <summary>
/// The random numbers of one instance: a stream that depends on (seed, family, index, stage) alone, so that an instance
/// is the same on any engine, width, thread or shard. Its logarithms and sines are those of <see cref="Elementary"/>:
/// the same bits on every machine. A mutable struct: pass it by reference.
/// </summary>
/// <remarks>
/// The key is the seed, the counter (block, low index, high index, family xor stage * 2^24 rotated): streams are
/// disjoint for families below 2^24 and stages below 256, each of 2^33 draws.
/// </remarks>
/// <param name="seed">The seed of the run.</param>
/// <param name="family">The number of the family.</param>
/// <param name="index">The index of the instance in its family.</param>
/// <param name="stage">What the numbers are for (tasks, setting, noise ...).</param>
public struct UniformStream(ulong seed, uint family, ulong index, uint stage)
{
    private readonly uint _stream = family ^ BitOperations.RotateLeft(stage, 24);
    private uint _block;
    private bool _hasSecond;
    private ulong _second;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        if (_hasSecond)
        {
            _hasSecond = false;
            return _second;
        }
        var (x0, x1, x2, x3) = Philox.Block(
            _block++,
            (uint)index,
            (uint)(index >> 32),
            _stream,
            (uint)seed,
            (uint)(seed >> 32)
        );
        _hasSecond = true;
        _second = ((ulong)x3 << 32) | x2;
        return ((ulong)x1 << 32) | x0;
    }

    /// <summary>Uniform on the 2^53 multiples of 2^-53 in [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in (0, 1), on the midpoints of 2^52 cells: 0 and 1 are not drawn.</summary>
    public double NextOpen() => ((NextBits() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform in [lo, hi].</summary>
    public double Uniform(double lo, double hi) => Math.Min(hi, Math.FusedMultiplyAdd(Next(), hi - lo, lo));

    /// <summary>In [lo, hi], 0 &lt; lo, with a uniform logarithm.</summary>
    public double LogUniform(double lo, double hi) =>
        Math.Clamp(Exp(Math.FusedMultiplyAdd(Next(), Log(hi / lo), Log(lo))), lo, hi);

    /// <summary>Uniform on 0..n-1 (n at least 1), with a bias below n 2^-64.</summary>
    public int Below(int n) => (int)Math.BigMul(NextBits(), (ulong)n, out _);

    /// <summary>On lo..hi, 1 &lt;= lo, where k has the weight log((k + 1)/k).</summary>
    public int LogUniformInt(int lo, int hi) => (int)Math.Min(hi, Math.Floor(LogUniform(lo, hi + 1.0)));

    /// <summary>Standard normal, by Box and Muller; two draws.</summary>
    public double Normal()
    {
        var radius = Math.Sqrt(-2 * Log(NextOpen()));
        return radius * Elementary.Cos(new Real(2 * Math.PI * Next())).Value;
    }

    /// <summary>True with probability p.</summary>
    public bool Chance(double p) => Next() < p;

    private static double Exp(double x) => Elementary.Exp(new Real(x)).Value;

    private static double Log(double x) => Elementary.Log(new Real(x)).Value;
}
