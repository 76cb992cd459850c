using System.Runtime.CompilerServices;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Numbers;

namespace Verify.Benchmarks;

/// <summary>Something to time: one round of it, repeated, by each thread of a team on data of its own.</summary>
internal interface IBody
{
    void Run(int worker, int rounds);
}

/// <summary>An item in one number type, on tiles that each thread keeps in memory of its own.</summary>
internal sealed class WorkItem<T, TItem> : IBody
    where T : struct, IReal<T>
    where TItem : IItem
{
    private readonly Problem _problem;
    private readonly int _width;
    private readonly int _perThread;
    private readonly Scratch<T>[] _data;
    private readonly Scratch<T>[] _scratch;

    /// <param name="problem">The instances, taken again from the first when there are fewer.</param>
    /// <param name="width">The lanes of T.</param>
    /// <param name="threads">The threads; each has <paramref name="perThread"/> instances.</param>
    /// <param name="perThread">A multiple of the width.</param>
    public WorkItem(Problem problem, int width, int threads, int perThread)
    {
        (_problem, _width, _perThread) = (problem, width, perThread);
        _data = [.. Enumerable.Range(0, threads).Select(_ => new Scratch<T>())];
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new Scratch<T>())];
        for (var worker = 0; worker < threads; worker++)
        for (var i = 0; i < perThread; i++)
            Load(worker, i);
    }

    /// <summary>The steps of the next run.</summary>
    public int Steps { get; set; } = 1;

    /// <summary>All instances of a thread, <paramref name="rounds"/> times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int worker, int rounds)
    {
        var data = Data(worker);
        var scratch = _scratch[worker];
        scratch.Reset();
        var work = scratch.Take(TItem.WorkLength(_problem.D, Steps));
        for (var round = 0; round < rounds; round++)
        for (var group = 0; group < _perThread / _width; group++)
            TItem.Run(_problem, data.At(group * _problem.Size), Steps, work);
    }

    /// <summary>All results in doubles, instance after instance, of a type that consists of them.</summary>
    public double[] Results() => Results((worker, i, k) => Double(worker, i, _problem.Result + k));

    /// <summary>All results in a type with one lane.</summary>
    public T[] Numbers() => Results((worker, i, k) => Data(worker)[i * _problem.Size + _problem.Result + k]);

    private TNumber[] Results<TNumber>(Func<int, int, int, TNumber> result) =>
        [
            .. from worker in Enumerable.Range(0, _data.Length)
            from i in Enumerable.Range(0, _perThread)
            from k in Enumerable.Range(0, _problem.D)
            select result(worker, i, k),
        ];

    private void Load(int worker, int instance)
    {
        var record = _problem.Records[(worker * _perThread + instance) % _problem.Count];
        for (var e = 0; e < _problem.Size; e++)
            if (_width == 1)
                Data(worker)[instance * _problem.Size + e] = T.From(record[e]);
            else
                Double(worker, instance, e) = record[e];
    }

    private ref double Double(int worker, int instance, int e)
    {
        var (group, lane) = Math.DivRem(instance, _width);
        ref var element = ref Data(worker).At(group * _problem.Size + e).Origin;
        return ref Unsafe.Add(ref Unsafe.As<T, double>(ref element), lane);
    }

    private Ref<T> Data(int worker)
    {
        _data[worker].Reset();
        return _data[worker].Take(_perThread / _width * _problem.Size);
    }
}
