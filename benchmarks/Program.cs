using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Numbers;
using Verify.Benchmarks;
using Verify.Evidence;

const string Help = """
    benchmarks/run [--out FILE] [--quick] [--python COMMAND] [--peer-threads N]
      --out FILE         where the JSON goes (default ./benchmarks.json)
      --quick            fewer samples, d = 4 and 20 only
      --python COMMAND   the Python that has numpy and torch (default /usr/bin/python3)
      --peer-threads N   threads for the engine and the peers in their comparison, 1 (default) or 2
    """;

var (output, isQuick, peerThreads, python) = (
    "benchmarks.json",
    false,
    1,
    File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3"
);
for (var i = 0; i < args.Length; i++)
    switch (args[i])
    {
        case "--out" when i + 1 < args.Length:
            output = args[++i];
            break;
        case "--python" when i + 1 < args.Length:
            python = args[++i];
            break;
        case "--peer-threads" when i + 1 < args.Length && args[i + 1] is "1" or "2":
            peerThreads = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--quick":
            isQuick = true;
            break;
        default:
            Console.Error.WriteLine(Help);
            return args[i] is "--help" or "-h" ? 0 : 2;
    }
var suite = new Suite(isQuick, python, peerThreads);
var report = LaneWidth.Best switch
{
    8 => suite.Run<Lanes8>(),
    4 => suite.Run<Lanes4>(),
    2 => suite.Run<Lanes2>(),
    _ => suite.Run<Real>(),
};
File.WriteAllText(output, report.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
Console.WriteLine($"written to {output}");
return suite.IsConsistent ? 0 : 1;

/// <summary>All measurements, in the order of the table.</summary>
internal sealed class Suite(bool isQuick, string python, int peerThreads)
{
    private const double SampleSeconds = 0.004;
    private const double Tolerance = 1e-10;
    private const string Claim = "ji2022.prop1";

    private readonly int _samples = isQuick ? 7 : 21;
    private readonly int _rounds = isQuick ? 3 : 5;
    private readonly int[] _dimensions = isQuick ? [4, 20] : [4, 10, 20, 50];
    private readonly int[] _steps = [1, 5, 20];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Team _one = new(1);
    private readonly Team _two = new(2);

    private Team ForPeers => peerThreads == 1 ? _one : _two;

    /// <summary>Whether all engines and peers agreed.</summary>
    public bool IsConsistent { get; private set; } = true;

    public JsonObject Run<T>()
        where T : unmanaged, IMachineReal<T>
    {
        using var peers = new PythonPeers(python);
        WarmUp<T>();
        var cells = new JsonArray();
        foreach (var cosines in new[] { 0, 4 })
        foreach (var d in _dimensions)
            Measure<T>(d, cosines, peers, cells);
        var report = new JsonObject
        {
            ["machine"] = RuntimeInformation.OSDescription + ", " + RuntimeInformation.FrameworkDescription,
            ["processors"] = Environment.ProcessorCount,
            ["lanes"] = T.Width,
            ["peers"] = peers.Hello.DeepClone(),
            ["peerThreads"] = peerThreads,
            ["load"] = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : null,
            ["peak1"] = Best(cells, "peak1"),
            ["peak2"] = Best(cells, "peak2"),
            ["cells"] = cells,
            ["endToEnd"] = EndToEnd<T>(),
        };
        Table.Print(report);
        return report;
    }

    private static double Best(JsonArray cells, string name) => cells.Max(c => c![name]!.GetValue<double>());

    /// <summary>Compiles each kernel in its last tier.</summary>
    private void WarmUp<T>()
        where T : unmanaged, IMachineReal<T>
    {
        for (var pass = 0; pass < 3; pass++)
        {
            foreach (var d in _dimensions)
            {
                var problem = new Problem(d, 4, 2 * Tile.Size);
                Repeat(new WorkItem<T>(problem, T.Width, 1, Tile.Size));
                Repeat(new WorkItem<Pair<T>>(problem, 2 * T.Width, 1, Tile.Size));
                Repeat(new WorkItem<Real>(problem, 1, 1, Tile.Size));
                Repeat(new WorkItem<Interval>(problem, 1, 1, Tile.Size));
                Repeat(new MathNetItem(problem, Tile.Size));
            }
            Thread.Sleep(200);
        }

        void Repeat(IBody body)
        {
            for (var k = 0; k < 40; k++)
                body.Run(0, 1);
        }
    }

    private void Measure<T>(int d, int cosines, PythonPeers peers, JsonArray cells)
        where T : unmanaged, IMachineReal<T>
    {
        var small = new Problem(d, cosines, 2 * Tile.Size);
        var peak = new Peak<T>();
        var real = new WorkItem<Real>(small, 1, 2, Tile.Size);
        var single = new WorkItem<T>(small, T.Width, 2, Tile.Size);
        var pair = new WorkItem<Pair<T>>(small, 2 * T.Width, 2, Tile.Size);
        var interval = new WorkItem<Interval>(small, 1, 2, Tile.Size);

        // What the peers get: more instances than one tile, since their calls have a cost.
        var count = Math.Max(256, (d <= 4 ? 4096 : 20480 / d) / 64 * 64);
        var large = new Problem(d, cosines, count);
        var (batch, mathNet) = (
            new WorkItem<T>(large, T.Width, peerThreads, count / peerThreads),
            new MathNetItem(large, count / peerThreads)
        );
        var pairBatch = new WorkItem<Pair<T>>(large, 2 * T.Width, peerThreads, count / peerThreads);
        var expected = new Dictionary<int, double[]>();
        foreach (var n in _steps)
        {
            batch.Steps = n;
            ForPeers.Time(worker => batch.Run(worker, 1));
            expected[n] =
            [
                .. from i in Enumerable.Range(0, count)
                from k in Enumerable.Range(0, d)
                select batch.Result(i / (count / peerThreads), i % (count / peerThreads), k),
            ];
        }
        peers.Load(large, expected);

        foreach (var n in _steps)
        {
            Console.Error.WriteLine($"{_clock.Elapsed.TotalSeconds, 4:0} s: d {d}, N {n}, {cosines} cosines");
            (real.Steps, single.Steps, pair.Steps, interval.Steps) = (n, n, n, n);
            (batch.Steps, pairBatch.Steps, mathNet.Steps) = (n, n, n);
            var flops = small.Flops(n);
            var seconds = Interleaved(
                _samples,
                (_one, peak),
                (_one, real),
                (_one, single),
                (_one, pair),
                (_one, interval),
                (_two, peak),
                (_two, real),
                (_two, single),
                (_two, pair)
            );
            foreach (
                var (worker, i, k) in from w in Enumerable.Range(0, 2)
                from i in Enumerable.Range(0, Tile.Size)
                from k in Enumerable.Range(0, d)
                select (w, i, k)
            )
            {
                var r = real.Result(worker, i, k);
                if (r != single.Result(worker, i, k) || r != pair.Result(worker, i, k))
                    Disagree($"d {d}, N {n}: the lanes differ from the scalar engine");
            }
            var (peak1, peak2) = (
                peak.FlopsPerRound / seconds[0].Min() / 1e9,
                2 * peak.FlopsPerRound / seconds[5].Min() / 1e9
            );
            var cell = new JsonObject
            {
                ["loss"] = cosines == 0 ? "quadratic" : $"quadratic + {cosines} cosines",
                ["d"] = d,
                ["N"] = n,
                ["flops"] = flops,
                ["peak1"] = peak1,
                ["peak2"] = peak2,
            };
            Engine("real", 1, 1);
            Engine("single", 2, 1);
            Engine("pair", 3, 1);
            Engine("interval", 4, 1);
            Engine("real", 6, 2);
            Engine("single", 7, 2);
            Engine("pair", 8, 2);
            cell["peers"] = Peers(
                cell["pair2"]!["rate"]!.GetValue<double>() > cell["single2"]!["rate"]!.GetValue<double>()
                    ? pairBatch
                    : batch,
                n
            );
            cells.Add((JsonNode)cell);

            void Engine(string name, int which, int threads)
            {
                var rate = threads * Tile.Size / seconds[which].Min();
                cell[name + threads] = new JsonObject
                {
                    ["rate"] = rate,
                    ["gflops"] = rate * flops / 1e9,
                    ["ofPeak"] = rate * flops / 1e9 / (threads == 1 ? peak1 : peak2),
                };
            }
        }

        JsonObject Peers(IBody ours, int n)
        {
            var result = new JsonObject();
            Sample("MathNet", () => Seconds(ForPeers, mathNet), () => MathNetError(n));
            foreach (var variant in peers.Variants)
            {
                var first = peers.Run(variant, n, peerThreads);
                Sample(
                    variant,
                    () => peers.Run(variant, n, peerThreads)["seconds"]!.GetValue<double>(),
                    () => first["error"]!.GetValue<double>()
                );
                result[variant]!["chunk"] = first["chunk"]!.DeepClone();
            }
            return result;

            void Sample(string name, Func<double> peer, Func<double> error)
            {
                Seconds(ForPeers, ours);
                var ratios = new List<double>();
                var watch = Stopwatch.StartNew();
                while (ratios.Count < 3 || (ratios.Count < _rounds && watch.Elapsed.TotalSeconds < 1))
                {
                    var our = Seconds(ForPeers, ours);
                    ratios.Add(peer() / our);
                }
                ratios.Sort();
                result[name] = new JsonObject { ["ratio"] = ratios[ratios.Count / 2], ["error"] = error() };
                if (!(error() <= Tolerance))
                    Disagree($"{name}, d {d}, N {n}: relative error {error():g2}");
            }
        }

        double MathNetError(int n) =>
            Enumerable.Range(0, count * d).Max(e => Math.Abs(mathNet.Result(e / d, e % d) - expected[n][e]))
            / expected[n].Max(Math.Abs);
    }

    private void Disagree(string message)
    {
        if (IsConsistent)
            Console.Error.WriteLine($"DISAGREEMENT: {message}");
        IsConsistent = false;
    }

    /// <summary>The seconds of one round of each body, in samples that take turns.</summary>
    private static double[][] Interleaved(int samples, params (Team Team, IBody Body)[] bodies)
    {
        var rounds = bodies.Select(b => Rounds(b.Team, b.Body)).ToArray();
        var seconds = bodies.Select(_ => new double[samples]).ToArray();
        for (var s = 0; s < samples; s++)
        for (var k = 0; k < bodies.Length; k++)
            seconds[k][s] = bodies[k].Team.Time(worker => bodies[k].Body.Run(worker, rounds[k])) / rounds[k];
        return seconds;
    }

    private static double Seconds(Team team, IBody body)
    {
        var rounds = Rounds(team, body);
        return team.Time(worker => body.Run(worker, rounds)) / rounds;
    }

    /// <summary>How many rounds fill a sample.</summary>
    private static int Rounds(Team team, IBody body)
    {
        var rounds = 1;
        while (true)
        {
            var time = team.Time(worker => body.Run(worker, rounds));
            if (time >= SampleSeconds / 2)
                return Math.Max(1, (int)(rounds * SampleSeconds / time));
            rounds *= 2;
        }
    }

    private JsonObject EndToEnd<T>()
        where T : unmanaged, IMachineReal<T>
    {
        var registry = Registry.Default;
        var claim = registry.Claims.First(c => c.Id == Claim);
        var result = new JsonObject { ["claim"] = Claim };
        var rates = new Dictionary<(int Width, int Threads), List<double>>();
        for (var round = 0; round < (isQuick ? 2 : 4); round++)
            foreach (var (width, threads) in new[] { (1, 1), (T.Width, 1), (1, 2), (T.Width, 2) })
            {
                var options = new RunOptions
                {
                    Width = width,
                    Threads = threads,
                    Budget = isQuick ? 30_000 : 100_000,
                };
                var watch = Stopwatch.StartNew();
                var report = new Run(registry, options).Execute([claim])[0];
                var rate = report.Evaluations / watch.Elapsed.TotalSeconds;
                if (round == 0)
                    rates[(width, threads)] = [];
                else
                    rates[(width, threads)].Add(rate);
            }
        foreach (var ((width, threads), values) in rates)
            result[$"width{width}threads{threads}"] = values.Max();
        return result;
    }
}

/// <summary>The report as one table.</summary>
internal static class Table
{
    public static void Print(JsonObject report)
    {
        var lanes = report["lanes"]!.GetValue<int>();
        string[] engine = ["real1", "single1", "pair1", "single2", "pair2"];
        Console.WriteLine(
            "          |   one thread: % of peak   | two: % peak |   M instances/s   |   ratios  | x slower on "
                + report["peerThreads"]
                + " thread"
        );
        Console.WriteLine(
            $"loss  d  N|  flop  real  x{lanes, -2}  x{2 * lanes, -2}    | x{lanes, -2}   x{2 * lanes, -2}   | real1 best1 best2 | l/r   i/r | numpy torch MathNet"
        );
        foreach (var cell in report["cells"]!.AsArray())
        {
            var c = cell!.AsObject();
            var p = engine.ToDictionary(e => e, e => 100 * c[e]!["ofPeak"]!.GetValue<double>());
            double Rate(string e) => c[e]!["rate"]!.GetValue<double>() / 1e6;
            var (best1, best2) = (Math.Max(Rate("single1"), Rate("pair1")), Math.Max(Rate("single2"), Rate("pair2")));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(c["loss"]!.GetValue<string>() == "quadratic" ? "quad" : "cos4")} {c["d"]!.GetValue<int>(), 2} {c["N"]!.GetValue<int>(), 2}|{c["flops"]!.GetValue<double>(), 6:0} {p["real1"], 5:0.0} {p["single1"], 4:0} {p["pair1"], 4:0}    | {p["single2"], 3:0}   {p["pair2"], 3:0}   | {Number(Rate("real1"))} {Number(best1)} {Number(best2)} | {best1 / Rate("real1"), 4:0.0} {Rate("interval1") / Rate("real1"), 5:0.000} | {Peer(c, "numpy")} {Peer(c, "torch")} {Peer(c, "MathNet")}"
                )
            );
        }
        var ends = report["endToEnd"]!.AsObject();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"peak GFLOP/s: {report["peak1"]!.GetValue<double>():0} on one thread, {report["peak2"]!.GetValue<double>():0} on two; end to end, {ends["claim"]}, evaluations/s:"
            )
        );
        Console.WriteLine(
            "  "
                + string.Join(
                    ", ",
                    ends.Where(e => e.Key != "claim")
                        .Select(e =>
                            string.Create(CultureInfo.InvariantCulture, $"{e.Key} {e.Value!.GetValue<double>():n0}")
                        )
                )
        );
        var missing = report["peers"]!["missing"]!.AsArray();
        if (missing.Count > 0)
            Console.WriteLine($"missing peers: {string.Join(", ", missing.Select(m => m!.GetValue<string>()))}");
    }

    private static string Number(double x) =>
        x.ToString(x < 10 ? "0.000" : "0.00", CultureInfo.InvariantCulture).PadLeft(5)[..5];

    /// <summary>The best variant of a peer.</summary>
    private static string Peer(JsonObject cell, string name)
    {
        var ratios = cell["peers"]!
            .AsObject()
            .Where(p => p.Key.StartsWith(name, StringComparison.Ordinal))
            .Select(p => p.Value!["ratio"]!.GetValue<double>())
            .ToList();
        return (ratios.Count == 0 ? "-" : ratios.Min().ToString("0.0", CultureInfo.InvariantCulture)).PadLeft(5);
    }
}
