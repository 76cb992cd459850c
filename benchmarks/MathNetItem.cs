using MathNet.Numerics.LinearAlgebra;
using Verify.Algorithms.Losses;

namespace Verify.Benchmarks;

/// <summary>Math.NET Numerics, one instance at a time with its managed provider.</summary>
internal sealed class MathNetItem : IBody
{
    private readonly Func<Task, Vector<double>> _item;
    private readonly Task[] _tasks;
    private readonly Vector<double>[] _results;
    private readonly int _perThread;

    private sealed record Cosine(double Amplitude, double Phase, Vector<double> Direction);

    private sealed record Task(Matrix<double> A, Vector<double> B, Vector<double> W, double Alpha, Cosine[] Cosines)
    {
        public Vector<double> Gradient(Vector<double> x)
        {
            var sum = A * x + B;
            foreach (var t in Cosines)
                sum -= t.Amplitude * Math.Sin(t.Direction.DotProduct(x) + t.Phase) * t.Direction;
            return sum;
        }

        /// <summary>The weights of v v' in the Hessian at x.</summary>
        public double[] Curvatures(Vector<double> x) =>
            Array.ConvertAll(Cosines, t => -t.Amplitude * Math.Cos(t.Direction.DotProduct(x) + t.Phase));

        public Vector<double> Product(double[] curvatures, Vector<double> z)
        {
            var y = A * z;
            for (var k = 0; k < Cosines.Length; k++)
                y += curvatures[k] * Cosines[k].Direction.DotProduct(z) * Cosines[k].Direction;
            return y;
        }
    }

    /// <param name="problem">The instances.</param>
    /// <param name="item">The name of an <see cref="IItem"/>.</param>
    /// <param name="perThread">The instances of each thread.</param>
    public MathNetItem(Problem problem, string item, int perThread)
    {
        MathNet.Numerics.Control.UseManaged();
        MathNet.Numerics.Control.UseSingleThread();
        _item =
            item == MetaGradient.Name ? Differentiate
            : item == LinearSolve.Name ? task => Solve(task, task.W, task.B, Steps)
            : item == Implicit.Name ? Adapt
            : throw new ArgumentException($"no item {item}", nameof(item));
        _perThread = perThread;
        _results = new Vector<double>[problem.Count];
        _tasks =
        [
            .. problem.Records.Select(r => new Task(
                Matrix<double>.Build.DenseOfArray(SymmetricMatrix.Unpack(problem.D, r)),
                Part(r, problem.Linear),
                Part(r, problem.Start),
                r[problem.Alpha],
                [.. problem.Terms[1..].Select(t => new Cosine(r[t.Offset], r[t.Offset + 1], Part(r, t.Offset + 2)))]
            )),
        ];

        Vector<double> Part(double[] record, int offset) =>
            Vector<double>.Build.DenseOfArray(record[offset..(offset + problem.D)]);
    }

    /// <summary>The steps of the next run.</summary>
    public int Steps { get; set; } = 1;

    /// <summary>All results, instance after instance.</summary>
    public double[] Results() => [.. _results.SelectMany(v => v)];

    public void Run(int worker, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        for (var i = worker * _perThread; i < (worker + 1) * _perThread; i++)
            _results[i] = _item(_tasks[i]);
    }

    private Vector<double> Differentiate(Task task)
    {
        var path = new Vector<double>[Steps + 1];
        path[0] = task.W;
        for (var j = 0; j < Steps; j++)
            path[j + 1] = path[j] - task.Alpha * task.Gradient(path[j]);
        var g = task.Gradient(path[Steps]);
        for (var j = Steps - 1; j >= 0; j--)
            g -= task.Alpha * task.Product(task.Curvatures(path[j]), g);
        return g;
    }

    private Vector<double> Adapt(Task task)
    {
        var x = task.W;
        for (var t = 0; t < Steps; t++)
            x -= task.Alpha * (task.Gradient(x) + Problem.Lambda * (x - task.W));
        return Solve(task, x, task.Gradient(x), Problem.SolverSteps);
    }

    private static Vector<double> Solve(Task task, Vector<double> x, Vector<double> v, int steps)
    {
        var curvatures = task.Curvatures(x);
        var (y, r, p) = (Vector<double>.Build.Dense(v.Count), v, v);
        var square = r.DotProduct(r);
        for (var k = 0; k < steps; k++)
        {
            var q = p + task.Product(curvatures, p) / Problem.Lambda;
            // As the engine: a residual that is exactly 0 ends it.
            var a = square > 0 ? square / p.DotProduct(q) : 0;
            y += a * p;
            r -= a * q;
            var next = r.DotProduct(r);
            p = r + (square > 0 ? next / square : 0) * p;
            square = next;
        }
        return y;
    }
}
