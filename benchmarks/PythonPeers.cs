using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
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

    /// <summary>The variants that compute an item.</summary>
    public IReadOnlyList<string> Variants(string item) =>
        [.. (Hello["items"]?[item] as JsonArray ?? []).Select(v => v!.GetValue<string>())];

    /// <summary>Writes the data of a problem as raw doubles and has the server read it.</summary>
    public void Load(Problem problem)
    {
        if (Hello["items"] is null)
            return;
        var d = problem.D;
        var cosines = problem.Terms[1..];
        Write("A", r => SymmetricMatrix.Unpack(d, r).Cast<double>());
        Write("b", r => r.Skip(problem.Linear).Take(d));
        Write("w", r => r.Skip(problem.Start).Take(d));
        Write("alpha", r => [r[problem.Alpha]]);
        Write("a", r => cosines.Select(t => r[t.Offset]));
        Write("p", r => cosines.Select(t => r[t.Offset + 1]));
        Write("V", r => cosines.SelectMany(t => r.Skip(t.Offset + 2).Take(d)));
        Ask(
            new JsonObject
            {
                ["load"] = _folder,
                ["d"] = d,
                ["cosines"] = cosines.Length,
                ["count"] = problem.Count,
                ["lambda"] = Problem.Lambda,
                ["m"] = Problem.SolverSteps,
            }
        );

        void Write(string name, Func<double[], IEnumerable<double>> part) =>
            Save(name, [.. problem.Records.SelectMany(part)]);
    }

    /// <summary>Leaves the engine's results for the server to compare its own with.</summary>
    public void Expect(string item, int steps, double[] results) => Save($"{item}{steps}", results);

    /// <summary>One sample: the seconds for all instances, the chunk size and, the first time, the error.</summary>
    public JsonObject Run(string variant, string item, int steps, int threads) =>
        Ask(
            new JsonObject
            {
                ["run"] = variant,
                ["item"] = item,
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
