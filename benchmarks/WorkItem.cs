using System.Runtime.CompilerServices;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;

namespace Verify.Benchmarks;

/// <summary>Something to time: one round of it, repeated, by each thread of a team on data of its own.</summary>
internal interface IBody
{
    void Run(int worker, int rounds);
}

/// <summary>
/// Instances of one work item: N gradient steps on x'Ax/2 + b'x, with A dense and symmetric, plus
/// a number of terms a cos(v'x + p), and the meta-gradient through them with the same loss as test loss.
/// </summary>
internal sealed class Problem
{
    public Problem(int d, int cosines, int count)
    {
        (D, Cosines, Count) = (d, cosines, count);
        var packed = SymmetricMatrix.PackedLength(d);
        Terms =
        [
            new TermAt(TermKind.Quadratic, 0),
            .. Enumerable.Range(0, cosines).Select(k => new TermAt(TermKind.Cosine, packed + d + k * (2 + d))),
        ];
        Start = packed + d + cosines * (2 + d);
        Alpha = Start + d;
        Result = Alpha + 1;
        Size = Result + d;
        var random = new Random(1);
        Records = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var record = Records[i] = new double[Size];
            for (var e = 0; e < Size; e++)
                record[e] = 2 * random.NextDouble() - 1;
            for (var e = 0; e < packed; e++)
                record[e] /= Math.Sqrt(d);
            foreach (var term in Terms[1..])
                for (var e = 0; e < d; e++)
                    record[term.Offset + 2 + e] /= Math.Sqrt(d);
            record[Alpha] = 0.05 + 0.05 * random.NextDouble();
        }
    }

    public int D { get; }
    public int Cosines { get; }
    public int Count { get; }
    public TermAt[] Terms { get; }

    /// <summary>Where the start, the step size and the result lie in a record, and its length.</summary>
    public int Start { get; }
    public int Alpha { get; }
    public int Result { get; }
    public int Size { get; }

    public double[][] Records { get; }

    /// <summary>
    /// Operations per instance, an Fma being two: a gradient takes 2d^2 + d + c (4d + 47), a Hessian-vector product
    /// 2d^2 + c (6d + 47), a step 2d; 46 of the 47 are one sine and cosine.
    /// </summary>
    public double Flops(int steps)
    {
        double d = D,
            c = Cosines;
        var gradient = 2 * d * d + d + c * (4 * d + 47);
        var product = 2 * d * d + c * (6 * d + 47);
        return (steps + 1) * gradient + steps * (product + 4 * d);
    }
}

/// <summary>The work item in one number type, on tiles that each thread keeps in memory of its own.</summary>
internal sealed class WorkItem<T> : IBody
    where T : struct, IReal<T>
{
    private readonly Problem _problem;
    private readonly int _width;
    private readonly int _perThread;
    private readonly Scratch<T>[] _data;
    private readonly Scratch<T>[] _scratch;

    /// <param name="problem">The instances.</param>
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

    /// <summary>The inner steps of the next run.</summary>
    public int Steps { get; set; } = 1;

    /// <summary>All instances of a thread, <paramref name="rounds"/> times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int worker, int rounds)
    {
        var p = _problem;
        var terms = new TermSpan(p.Terms);
        var data = Data(worker);
        var scratch = _scratch[worker];
        scratch.Reset();
        var path = scratch.Take((Steps + 1) * p.D);
        var work = scratch.Take(2 * p.D);
        for (var round = 0; round < rounds; round++)
        for (var group = 0; group < _perThread / _width; group++)
        {
            var record = data.At(group * p.Size);
            Vectors.Copy<T, Ref<T>>(p.D, record.At(p.Start), path);
            MultiStepMaml.Descend<T, Ref<T>, TermSpan>(terms, record, p.D, Steps, record[p.Alpha], path, work);
            MultiStepMaml.MetaGradient<T, Ref<T>, TermSpan>(
                terms,
                terms,
                record,
                p.D,
                Steps,
                record[p.Alpha],
                path,
                record.At(p.Result),
                work
            );
        }
    }

    /// <summary>Element k of the meta-gradient of one instance; the lower end of an interval.</summary>
    public double Result(int worker, int instance, int k) => Double(worker, instance, _problem.Result + k);

    private void Load(int worker, int instance)
    {
        var record = _problem.Records[worker * _perThread + instance];
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
