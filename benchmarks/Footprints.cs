using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Numbers;

namespace Verify.Benchmarks;

/// <summary>
/// Quadratics at d = 20 on more and more instances, from tiles within the first cache to data that comes from memory, with
/// the speed at which the same amount of data can be read at all.
/// </summary>
internal sealed class Footprints(Team one, Team two, bool isQuick)
{
    public static readonly int[] Steps = [1, 5, 20];

    private const int D = 20;

    private readonly int _samples = isQuick ? 3 : 9;
    private readonly int[] _instances = isQuick ? [16, 1024, 65536] : [16, 64, 256, 1024, 4096, 16384, 65536];

    public JsonArray Run<T>()
        where T : unmanaged, IMachineReal<T>
    {
        var problem = new Problem(D, 0, 1024);
        var result = new JsonArray();
        foreach (var count in _instances)
        {
            var single = new WorkItem<T, MetaGradient>(problem, T.Width, 2, count);
            var pair = new WorkItem<Pair<T>, MetaGradient>(problem, 2 * T.Width, 2, count);
            var bytes = 8.0 * problem.Size * count;
            var read = new Read<T>(2, count / T.Width * problem.Size);
            var row = new JsonObject
            {
                ["d"] = D,
                ["instances"] = count,
                ["bytes"] = bytes,
                ["bytesPerInstance"] = 8.0 * problem.Size,
            };
            foreach (var n in Steps)
            {
                row[$"N{n}flops"] = MetaGradient.Flops(problem, n);
                (single.Steps, pair.Steps) = (n, n);
                foreach (var team in new[] { one, two })
                {
                    var seconds = Timed.Samples(_samples, [new(team, read), new(team, single), new(team, pair)]);
                    var threads = team.Threads;
                    var speed = threads * bytes / seconds[0][0] / 1e9;
                    row[$"read{threads}"] = Math.Max(speed, row[$"read{threads}"]?.GetValue<double>() ?? 0);
                    row[$"N{n}threads{threads}"] = threads * count / Math.Min(seconds[1][0], seconds[2][0]);
                }
            }
            result.Add((JsonNode)row);
        }
        return result;
    }
}

/// <summary>Reads memory of its own from one end to the other.</summary>
internal sealed class Read<T> : IBody
    where T : unmanaged, IMachineReal<T>
{
    private readonly Scratch<T>[] _data;
    private readonly int _count;
    private readonly double[] _sinks = new double[16 * 8];

    public Read(int threads, int count)
    {
        _count = count / 8 * 8;
        _data = [.. Enumerable.Range(0, threads).Select(_ => new Scratch<T>())];
        foreach (var scratch in _data)
        {
            // Pages that were never written are all one.
            var x = scratch.Take(_count);
            for (var i = 0; i < _count; i++)
                x[i] = T.From(1.0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int worker, int rounds)
    {
        _data[worker].Reset();
        var x = _data[worker].Take(_count);
        T a0 = T.From(0.0),
            a1 = a0,
            a2 = a0,
            a3 = a0,
            a4 = a0,
            a5 = a0,
            a6 = a0,
            a7 = a0;
        for (var round = 0; round < rounds; round++)
        for (var i = 0; i < _count; i += 8)
        {
            var p = x.At(i);
            a0 += p[0];
            a1 += p[1];
            a2 += p[2];
            a3 += p[3];
            a4 += p[4];
            a5 += p[5];
            a6 += p[6];
            a7 += p[7];
        }
        _sinks[worker * 8] = T.Lane(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7, 0);
    }
}
