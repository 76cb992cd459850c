using System.Runtime.CompilerServices;
using Verify.Algorithms.Numbers;

namespace Verify.Benchmarks;

/// <summary>Fused multiply-adds on registers alone: the roof that no kernel can exceed.</summary>
internal sealed class Peak<T> : IBody
    where T : unmanaged, IMachineReal<T>
{
    private const int Chains = 12;
    private const int Steps = 1000;

    private readonly double[] _sinks = new double[64 * 8];

    public double FlopsPerRound => 2.0 * Chains * Steps * T.Width;

    /// <summary>Twelve chains: two units times four cycles of latency need eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int worker, int rounds)
    {
        T m = T.From(0.9999),
            c = T.From(1e-4);
        T a0 = T.From(0.1),
            a1 = T.From(0.2),
            a2 = T.From(0.3),
            a3 = T.From(0.4),
            a4 = T.From(0.5),
            a5 = T.From(0.6),
            a6 = T.From(0.7),
            a7 = T.From(0.8),
            a8 = T.From(0.9),
            a9 = T.From(1.1),
            a10 = T.From(1.2),
            a11 = T.From(1.3);
        for (long k = (long)rounds * Steps; k > 0; k--)
        {
            a0 = T.Fma(a0, m, c);
            a1 = T.Fma(a1, m, c);
            a2 = T.Fma(a2, m, c);
            a3 = T.Fma(a3, m, c);
            a4 = T.Fma(a4, m, c);
            a5 = T.Fma(a5, m, c);
            a6 = T.Fma(a6, m, c);
            a7 = T.Fma(a7, m, c);
            a8 = T.Fma(a8, m, c);
            a9 = T.Fma(a9, m, c);
            a10 = T.Fma(a10, m, c);
            a11 = T.Fma(a11, m, c);
        }
        var sum = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11;
        _sinks[worker * 8] = T.Lane(sum, 0);
    }
}
