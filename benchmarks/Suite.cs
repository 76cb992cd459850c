using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Numbers;
using Verify.Evidence;

namespace Verify.Benchmarks;

/// <summary>All measurements, into one report; <see cref="Report"/> says how it reads.</summary>
internal sealed class Suite(bool isQuick, string python)
{
    /// <summary>The number of cosines of the loss that is called cosine.</summary>
    public const int Cosines = 4;

    private const string Claim = "ji2022.prop1";
    private const double PeerSeconds = 0.5;

    private readonly int _samples = isQuick ? 9 : 21;
    private readonly int _rounds = isQuick ? 3 : 9;
    private readonly int[] _dimensions = isQuick ? [4, 20] : [4, 10, 20, 50];
    private readonly int[] _steps = isQuick ? [1, 5] : [1, 5, 20];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Team _one = new(1);
    private readonly Team _two = new(2);
    private readonly JsonArray _cells = [];

    /// <summary>Whether all engines and peers agreed.</summary>
    public bool IsConsistent { get; private set; } = true;

    public JsonObject Run<T>()
        where T : unmanaged, IMachineReal<T>
    {
        using var peers = new PythonPeers(python);
        var report = new JsonObject
        {
            ["machine"] = Machine(),
            ["isQuick"] = isQuick,
            ["lanes"] = T.Width,
            ["peers"] = peers.Hello.DeepClone(),
        };
        report["peers"]!["versions"] ??= new JsonObject();
        report["peers"]!["versions"]!["MathNet"] = typeof(MathNet.Numerics.Control)
            .Assembly.GetName()
            .Version!.ToString(3);
        WarmUp<T>();
        foreach (var cosines in new[] { 0, Cosines })
        foreach (var d in _dimensions)
        {
            // What the peers get: more instances than one tile, since their calls have a cost.
            var large = new Problem(d, cosines, Math.Max(256, (d <= 4 ? 4096 : 20480 / d) / 64 * 64));
            peers.Load(large);
            Measure<T, MetaGradient>(large, _steps, peers);
            Measure<T, LinearSolve>(large, [Problem.SolverSteps], peers);
            Measure<T, Implicit>(large, _steps, peers);
        }
        report["cells"] = _cells;
        Progress("growth with the footprint");
        report["memory"] = new Footprints(_one, _two, isQuick).Run<T>();
        Progress("path claims");
        var claims = new PathClaims(_one, _two, isQuick);
        report["pathClaims"] = claims.Run<T>();
        if (!claims.IsConsistent)
            Disagree("path claims: the lanes differ from the scalar engine");
        Progress("end to end");
        report["endToEnd"] = EndToEnd<T>();
        report["machine"]!["load after"] = Load();
        report["seconds"] = Math.Round(_clock.Elapsed.TotalSeconds);
        return report;
    }

    public static JsonObject Machine() =>
        new()
        {
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm'Z'"),
            ["processor"] = Processor(),
            ["processors"] = Environment.ProcessorCount,
            ["system"] = RuntimeInformation.OSDescription,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["revision"] = typeof(Suite)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion,
            ["load"] = Load(),
        };

    private static string? Processor()
    {
        const string Info = "/proc/cpuinfo";
        if (!File.Exists(Info))
            return null;
        string Value(string name) =>
            File.ReadLines(Info)
                .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
            ?? "?";
        return $"{Value("model name")}, family {Value("cpu family")}, model {Value("model\t")}";
    }

    /// <summary>How many threads wanted to run during the last minute; this process is one or two of them.</summary>
    private static double? Load() =>
        File.Exists("/proc/loadavg")
            ? double.Parse(
                File.ReadAllText("/proc/loadavg").Split(' ')[0],
                System.Globalization.CultureInfo.InvariantCulture
            )
            : null;

    private void Progress(string what) => Console.Error.WriteLine($"{_clock.Elapsed.TotalSeconds, 4:0} s: {what}");

    private void Disagree(string message)
    {
        Console.Error.WriteLine($"DISAGREEMENT: {message}");
        IsConsistent = false;
    }

    /// <summary>Compiles each kernel in its last tier.</summary>
    private void WarmUp<T>()
        where T : unmanaged, IMachineReal<T>
    {
        for (var pass = 0; pass < 3; pass++)
        {
            foreach (var d in _dimensions)
            {
                var problem = new Problem(d, Cosines, Tile.Size);
                Repeat(new WorkItem<Interval, MetaGradient>(problem, 1, 1, Tile.Size));
                Item<MetaGradient>(problem);
                Item<LinearSolve>(problem);
                Item<Implicit>(problem);
            }
            Thread.Sleep(200);
        }

        void Item<TItem>(Problem problem)
            where TItem : IItem
        {
            Repeat(new WorkItem<T, TItem>(problem, T.Width, 1, Tile.Size));
            Repeat(new WorkItem<Pair<T>, TItem>(problem, 2 * T.Width, 1, Tile.Size));
            Repeat(new WorkItem<Real, TItem>(problem, 1, 1, Tile.Size));
            Repeat(new MathNetItem(problem, TItem.Name, Tile.Size));
        }

        void Repeat(IBody body)
        {
            for (var k = 0; k < 40; k++)
                body.Run(0, 1);
        }
    }

    /// <summary>The cells of one item, loss and dimension.</summary>
    private void Measure<T, TItem>(Problem large, int[] allSteps, PythonPeers peers)
        where T : unmanaged, IMachineReal<T>
        where TItem : IItem
    {
        var (d, cosines) = (large.D, large.Cosines);
        var small = new Problem(d, cosines, 2 * Tile.Size);
        var peak = new Peak<T>();
        var real = new WorkItem<Real, TItem>(small, 1, 2, Tile.Size);
        var single = new WorkItem<T, TItem>(small, T.Width, 2, Tile.Size);
        var pair = new WorkItem<Pair<T>, TItem>(small, 2 * T.Width, 2, Tile.Size);
        // The others divide by enclosures of residuals that become zero.
        var interval =
            typeof(TItem) == typeof(MetaGradient) ? new WorkItem<Interval, MetaGradient>(small, 1, 2, Tile.Size) : null;
        foreach (var n in allSteps)
        {
            var name = $"{TItem.Name}, {(cosines == 0 ? "quadratic" : "cosine")}, d {d}, N {n}";
            Progress(name);
            (real.Steps, single.Steps, pair.Steps) = (n, n, n);
            interval?.Steps = n;
            Timed[] engines =
            [
                new(_one, peak),
                new(_one, real),
                new(_one, single),
                new(_one, pair),
                new(_two, peak),
                new(_two, real),
                new(_two, single),
                new(_two, pair),
                .. interval is null ? [] : new[] { new Timed(_one, interval) },
            ];
            // Before and after the peers, seconds apart: a disturbance of the machine seldom lasts so long.
            var before = Timed.Samples((_samples + 1) / 2, engines);
            var peers1 = Peers<T, TItem>(large, n, 1, peers, name);
            var peers2 = Peers<T, TItem>(large, n, 2, peers, name);
            var after = Timed.Samples(_samples / 2, engines);
            double[][] seconds = [.. before.Zip(after, (x, y) => (double[])[.. x.Concat(y).Order()])];
            var results = real.Results();
            if (!Compare.SameBits(results, single.Results()) || !Compare.SameBits(results, pair.Results()))
                Disagree($"{name}: the lanes differ from the scalar engine");

            var flops = TItem.Flops(small, n);
            double[] peaks = [peak.FlopsPerRound / seconds[0][0] / 1e9, 2 * peak.FlopsPerRound / seconds[4][0] / 1e9];
            var cell = new JsonObject
            {
                ["item"] = TItem.Name,
                ["loss"] = cosines == 0 ? "quadratic" : "cosine",
                ["d"] = d,
                ["N"] = n,
                ["flops"] = flops,
                ["peak1"] = peak.FlopsPerRound / seconds[0][0] / 1e9,
                ["peak2"] = 2 * peak.FlopsPerRound / seconds[4][0] / 1e9,
                ["load"] = Load(),
                // The median time of the peak over its best: 1 on a machine that does nothing else.
                ["noise1"] = seconds[0][_samples / 2] / seconds[0][0],
                ["noise2"] = seconds[4][_samples / 2] / seconds[4][0],
            };
            string[] names = ["real", "single", "pair"];
            for (var k = 0; k < names.Length; k++)
            for (var threads = 1; threads <= 2; threads++)
                cell[names[k] + threads] = Rate(seconds[4 * (threads - 1) + 1 + k][0], threads);
            if (interval is not null)
                cell["interval1"] = Rate(seconds[^1][0], 1);
            cell["peers1"] = peers1;
            cell["peers2"] = peers2;
            _cells.Add((JsonNode)cell);

            JsonObject Rate(double time, int threads)
            {
                var rate = threads * Tile.Size / time;
                return new JsonObject { ["rate"] = rate, ["gflops"] = rate * flops / 1e9 };
            }
        }
    }

    /// <summary>
    /// How many times slower each peer is on the same instances: its best time over the engine's best, single registers or
    /// pairs. Samples go around all of them, so that a disturbance of the machine meets all alike.
    /// </summary>
    private JsonObject Peers<T, TItem>(Problem problem, int steps, int threads, PythonPeers python, string name)
        where T : unmanaged, IMachineReal<T>
        where TItem : IItem
    {
        var team = threads == 1 ? _one : _two;
        var share = problem.Count / threads;
        var single = new WorkItem<T, TItem>(problem, T.Width, threads, share) { Steps = steps };
        var pair = new WorkItem<Pair<T>, TItem>(problem, 2 * T.Width, threads, share) { Steps = steps };
        Timed[] ours = [new(team, single), new(team, pair)];
        var expected = single.Results();
        python.Expect(TItem.Name, steps, expected);

        var mathNet = new MathNetItem(problem, TItem.Name, share) { Steps = steps };
        var timed = new Timed(team, mathNet);
        var peers = new List<Peer> { new("MathNet", timed.Sample) };
        Agree("MathNet", Compare.RelativeError(mathNet.Results(), expected), peers[0].Result);
        foreach (var variant in python.Variants(TItem.Name))
        {
            var first = python.Run(variant, TItem.Name, steps, threads);
            var peer = new Peer(
                variant,
                () => python.Run(variant, TItem.Name, steps, threads)["seconds"]!.GetValue<double>()
            );
            Agree(variant, first["error"]?.GetValue<double>(), peer.Result);
            peer.Result["chunk"] = first["chunk"]!.DeepClone();
            peers.Add(peer);
        }

        var our = double.PositiveInfinity;
        var watch = Stopwatch.StartNew();
        for (
            var round = 0;
            round < 3 || (round < _rounds && watch.Elapsed.TotalSeconds < PeerSeconds * peers.Count);
            round++
        )
            foreach (var peer in peers)
            {
                // OpenMP's threads spin for a while after a call of torch: not on the engine's time.
                Thread.Sleep(2);
                var ourTime = ours.Min(o => o.Sample());
                peer.Add(peer.Sample(), ourTime);
                our = Math.Min(our, ourTime);
            }
        return new JsonObject(peers.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)p.Against(our))));

        void Agree(string peer, double? error, JsonObject result)
        {
            if (!(error <= Compare.Tolerance))
                Disagree($"{name}: {peer}, relative error {error:g2}");
            result["error"] = error;
        }
    }

    /// <summary>Another implementation, and its times so far beside the engine's next to them.</summary>
    private sealed record Peer(string Name, Func<double> Sample)
    {
        private readonly List<double> _ratios = [];
        private double _best = double.PositiveInfinity;

        public JsonObject Result { get; } = [];

        public void Add(double seconds, double ours)
        {
            _best = Math.Min(_best, seconds);
            _ratios.Add(seconds / ours);
        }

        public JsonObject Against(double ours)
        {
            _ratios.Sort();
            Result["ratio"] = _best / ours;
            Result["medianRatio"] = _ratios[_ratios.Count / 2];
            Result["seconds"] = _best;
            Result["ourSeconds"] = ours;
            return Result;
        }
    }

    /// <summary>Evaluations per second of one claim by the program itself: sampling, trials, claims, tallies, certificates.</summary>
    private JsonObject EndToEnd<T>()
        where T : unmanaged, IMachineReal<T>
    {
        var registry = Registry.Default;
        var claim = registry.Claims.First(c => c.Id == Claim);
        var rates = new SortedDictionary<(int Threads, int Width), double>();
        // The first round warms up.
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
                rates[(threads, width)] = round == 0 ? 0 : Math.Max(rates[(threads, width)], rate);
            }
        var rows = rates.Select(r =>
            (JsonNode)
                new JsonObject
                {
                    ["threads"] = r.Key.Threads,
                    ["width"] = r.Key.Width,
                    ["rate"] = r.Value,
                }
        );
        return new JsonObject { ["claim"] = Claim, ["rows"] = new JsonArray([.. rows]) };
    }
}
