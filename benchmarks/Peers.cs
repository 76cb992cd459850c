using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Verify.Algorithms.Losses;

namespace Verify.Benchmarks;

/// <summary>The variants of peers.py, a server in a process of its own.</summary>
internal sealed class PythonPeers : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("benchmarks-").FullName;
    private readonly Process? _process;

    public PythonPeers(string python)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "peers.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            _process = Process.Start(start)!;
            Hello = Read();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Hello = new JsonObject { ["missing"] = new JsonArray($"{python} (no such command)") };
        }
    }

    /// <summary>The versions found, and what is missing.</summary>
    public JsonObject Hello { get; }

    public IReadOnlyList<string> Variants =>
        [.. (Hello["variants"] as JsonArray ?? []).Select(v => v!.GetValue<string>())];

    /// <summary>Writes the data of a problem as raw doubles, with the engine's results, and has the server read it.</summary>
    public void Load(Problem problem, IReadOnlyDictionary<int, double[]> results)
    {
        if (Variants.Count == 0)
            return;
        var d = problem.D;
        var cosines = problem.Terms[1..];
        Write("A", r => SymmetricMatrix.Unpack(d, r).Cast<double>());
        Write("b", r => r.Skip(SymmetricMatrix.PackedLength(d)).Take(d));
        Write("w", r => r.Skip(problem.Start).Take(d));
        Write("alpha", r => [r[problem.Alpha]]);
        Write("a", r => cosines.Select(t => r[t.Offset]));
        Write("p", r => cosines.Select(t => r[t.Offset + 1]));
        Write("V", r => cosines.SelectMany(t => r.Skip(t.Offset + 2).Take(d)));
        foreach (var (steps, g) in results)
            Save($"g{steps}", g);
        Ask(
            new JsonObject
            {
                ["load"] = _folder,
                ["d"] = d,
                ["cosines"] = cosines.Length,
                ["count"] = problem.Count,
            }
        );

        void Write(string name, Func<double[], IEnumerable<double>> part) =>
            Save(name, [.. problem.Records.SelectMany(part)]);
    }

    /// <summary>One sample: the seconds for all instances, the chunk size and, the first time, the error.</summary>
    public JsonObject Run(string variant, int steps, int threads) =>
        Ask(
            new JsonObject
            {
                ["run"] = variant,
                ["N"] = steps,
                ["threads"] = threads,
            }
        );

    public void Dispose()
    {
        _process?.StandardInput.Close();
        _process?.WaitForExit();
        Directory.Delete(_folder, recursive: true);
    }

    private void Save(string name, double[] values) =>
        File.WriteAllBytes(Path.Combine(_folder, name), MemoryMarshal.AsBytes<double>(values).ToArray());

    private JsonObject Ask(JsonObject question)
    {
        _process!.StandardInput.WriteLine(question.ToJsonString());
        _process.StandardInput.Flush();
        return Read();
    }

    private JsonObject Read() =>
        JsonNode.Parse(_process!.StandardOutput.ReadLine() ?? throw new IOException("peers.py ended"))!.AsObject();
}

/// <summary>Math.NET Numerics, one task at a time with its managed provider.</summary>
internal sealed class MathNetItem : IBody
{
    private readonly Problem _problem;
    private readonly int _perThread;
    private readonly (Matrix<double> A, Vector<double> B, Vector<double> W, double Alpha, Cosine[] Terms)[] _tasks;
    private readonly Vector<double>[] _results;

    private sealed record Cosine(double Amplitude, double Phase, Vector<double> Direction);

    public MathNetItem(Problem problem, int perThread)
    {
        MathNet.Numerics.Control.UseManaged();
        MathNet.Numerics.Control.UseSingleThread();
        (_problem, _perThread) = (problem, perThread);
        _results = new Vector<double>[problem.Count];
        _tasks =
        [
            .. problem.Records.Select(r =>
                (
                    Matrix<double>.Build.DenseOfArray(SymmetricMatrix.Unpack(problem.D, r)),
                    Part(r, SymmetricMatrix.PackedLength(problem.D)),
                    Part(r, problem.Start),
                    r[problem.Alpha],
                    problem
                        .Terms[1..]
                        .Select(t => new Cosine(r[t.Offset], r[t.Offset + 1], Part(r, t.Offset + 2)))
                        .ToArray()
                )
            ),
        ];
    }

    public int Steps { get; set; } = 1;

    public double Result(int instance, int k) => _results[instance][k];

    public void Run(int worker, int rounds)
    {
        var path = new Vector<double>[Steps + 1];
        for (var round = 0; round < rounds; round++)
        for (var i = worker * _perThread; i < (worker + 1) * _perThread; i++)
        {
            var (a, b, w, alpha, terms) = _tasks[i];
            path[0] = w;
            for (var j = 0; j < Steps; j++)
                path[j + 1] = path[j] - alpha * Gradient(path[j]);
            var g = Gradient(path[Steps]);
            for (var j = Steps - 1; j >= 0; j--)
            {
                var y = a * g;
                foreach (var t in terms)
                {
                    var u = t.Direction.DotProduct(path[j]) + t.Phase;
                    y -= t.Amplitude * Math.Cos(u) * t.Direction.DotProduct(g) * t.Direction;
                }
                g -= alpha * y;
            }
            _results[i] = g;

            Vector<double> Gradient(Vector<double> x)
            {
                var sum = a * x + b;
                foreach (var t in terms)
                    sum -= t.Amplitude * Math.Sin(t.Direction.DotProduct(x) + t.Phase) * t.Direction;
                return sum;
            }
        }
    }

    private Vector<double> Part(double[] record, int offset) =>
        Vector<double>.Build.DenseOfArray(record[offset..(offset + _problem.D)]);
}
