using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Verify.Benchmarks;

/// <summary>A report as tables: what the run prints and what the document shows.</summary>
internal static partial class Report
{
    /// <summary>The tables of the parts that a report has.</summary>
    public static IReadOnlyList<Grid> Grids(JsonObject report)
    {
        IEnumerable<Grid> grids = report["kernels"] is JsonObject kernels
            ? [Machine(report, "kernels-machine"), KernelTimes(kernels)]
            :
            [
                Machine(report, "machine"),
                Cells(report),
                Variants(report),
                Stages(report),
                Footprints(report),
                Growth.Grid(report),
                EndToEnd(report),
                Targets.Grid(report),
            ];
        return [.. grids.Where(g => !g.IsEmpty)];
    }

    /// <summary>The document with each table where its name is marked.</summary>
    public static string Insert(IReadOnlyList<Grid> grids, string document)
    {
        var known = grids.ToDictionary(g => g.Name);
        return Marked()
            .Replace(
                document,
                m =>
                    known.TryGetValue(m.Groups["name"].Value, out var grid)
                        ? $"{m.Groups["begin"]}\n\n{grid.ToMarkdown()}\n{m.Groups["end"]}"
                        : m.Value
            );
    }

    [GeneratedRegex(@"(?<begin><!-- begin (?<name>[\w-]+) -->)\n.*?(?<end><!-- end -->)", RegexOptions.Singleline)]
    private static partial Regex Marked();

    /// <summary>
    /// The FMA peak on so many threads, GFLOP/s: the best of the run, which was measured in every cell. A cell's own would flatter
    /// the cells in which it was disturbed.
    /// </summary>
    public static double Peak(JsonObject report, int threads) =>
        report["cells"]!.AsArray().Max(c => Value(c, $"peak{threads}")!.Value);

    /// <summary>The best rate of single registers and pairs on so many threads.</summary>
    public static double Best(JsonNode cell, int threads, string what = "rate") =>
        Math.Max(Value(cell["single" + threads], what)!.Value, Value(cell["pair" + threads], what)!.Value);

    /// <summary>The smallest ratio of the variants whose name begins so.</summary>
    public static double? Ratio(JsonNode cell, int threads, params string[] names)
    {
        var ratios = cell["peers" + threads]!
            .AsObject()
            .Where(p => names.Any(n => p.Key.StartsWith(n, StringComparison.Ordinal)))
            .Select(p => Value(p.Value, "ratio")!.Value)
            .ToList();
        return ratios.Count == 0 ? null : ratios.Min();
    }

    public static double? Value(JsonNode? node, string name) => node?[name]?.GetValue<double>();

    private static Grid Machine(JsonObject report, string name)
    {
        var grid = new Grid(name, "Measured on:", "what", "value");
        foreach (var (key, value) in report["machine"]!.AsObject())
            grid.Add(key, value?.ToString() ?? "-");
        if (report["cells"] is not JsonArray cells)
            return grid;
        foreach (var (key, value) in report["peers"]!["versions"]!.AsObject())
            grid.Add(key, value!.ToString());
        foreach (var missing in report["peers"]!["missing"]!.AsArray())
            grid.Add("missing", missing!.ToString());
        foreach (var threads in new[] { 1, 2 })
        {
            var peaks = cells.Select(c => Value(c, $"peak{threads}")!.Value).ToList();
            var noise = cells.Select(c => Value(c, $"noise{threads}")!.Value).Order().ToList();
            grid.Add(
                $"FMA peak, {threads} thread{(threads == 1 ? "" : "s")}",
                $"{Grid.Number(peaks.Max(), 0)} GFLOP/s (lowest of a cell {Grid.Number(peaks.Min(), 0)}; "
                    + $"median time / best time {Grid.Number(noise[noise.Count / 2], 2)})"
            );
        }
        grid.Add("seconds", report["seconds"]!.ToString());
        return grid;
    }

    private static Grid Cells(JsonObject report)
    {
        var lanes = report["lanes"]!.GetValue<int>();
        var grid = new Grid(
            "cells",
            $"Percent of the FMA peak (scalar, {lanes} lanes, {2 * lanes} lanes; 1: one thread, 2: two threads), GFLOP/s and "
                + "million instances per second of the better lane type; lanes / scalar with single registers, intervals / "
                + "scalar; how many times slower the best NumPy and torch variants and Math.NET are:",
            [
                .. "item|loss|d|N|flop".Split('|'),
                .. $"% scalar|% x{lanes}|% x{2 * lanes}|% x{lanes} 2|% x{2 * lanes} 2".Split('|'),
                .. "GF/s 1|GF/s 2|M/s 1|M/s 2|lanes/sc|ivl/sc".Split('|'),
                .. "numpy 1|torch 1|MathNet 1|numpy 2|torch 2|MathNet 2".Split('|'),
            ]
        );
        foreach (var c in report["cells"]!.AsArray())
        {
            string Percent(string engine, int threads, int decimals = 0) =>
                Grid.Number(100 * Value(c![engine + threads], "gflops") / Peak(report, threads), decimals);
            var scalar = Value(c!["real1"], "rate");
            grid.Add([
                c["item"]!.ToString(),
                c["loss"]!.ToString(),
                c["d"]!.ToString(),
                c["N"]!.ToString(),
                c["flops"]!.ToString(),
                Percent("real", 1, 1),
                Percent("single", 1),
                Percent("pair", 1),
                Percent("single", 2),
                Percent("pair", 2),
                Grid.Digits(Best(c, 1, "gflops")),
                Grid.Digits(Best(c, 2, "gflops")),
                Grid.Digits(Best(c, 1) / 1e6),
                Grid.Digits(Best(c, 2) / 1e6),
                Grid.Number(Value(c["single1"], "rate") / scalar, 1),
                Grid.Number(Value(c["interval1"], "rate") / scalar, 3),
                .. from threads in new[] { 1, 2 }
                from peer in new[] { "numpy", "torch", "MathNet" }
                select Grid.Number(Ratio(c, threads, peer), 1),
            ]);
        }
        return grid;
    }

    private static Grid Variants(JsonObject report)
    {
        var grid = new Grid(
            "peers",
            "How many times slower each variant is, over the cells of its items (best time / the engine's best time, in "
                + "interleaved samples; the engine with single registers or pairs, whichever is faster in the cell):",
            "variant|item|threads|cells|min|geometric mean|max|largest error".Split('|')
        );
        var all =
            from c in report["cells"]!.AsArray()
            from threads in new[] { 1, 2 }
            from p in c["peers" + threads]!.AsObject()
            group (
                Ratio: Value(p.Value, "ratio")!.Value,
                Error: Value(p.Value, "error") ?? double.PositiveInfinity
            ) by (p.Key, Item: c["item"]!.ToString(), Threads: threads);
        foreach (var g in all)
            grid.Add(
                g.Key.Key,
                g.Key.Item,
                g.Key.Threads.ToString(CultureInfo.InvariantCulture),
                g.Count().ToString(CultureInfo.InvariantCulture),
                Grid.Number(g.Min(x => x.Ratio), 1),
                Grid.Number(Growth.GeometricMean(g.Select(x => x.Ratio)), 1),
                Grid.Number(g.Max(x => x.Ratio), 1),
                g.Max(x => x.Error).ToString("0e0", CultureInfo.InvariantCulture)
            );
        return grid;
    }

    private static Grid Stages(JsonObject report)
    {
        var grid = new Grid(
            "path-claims",
            "Path claims, nanoseconds per instance on one thread: drawing an instance (its tasks serve several settings), "
                + "interleaving it, the trial from both points on all tasks, all claims and hypotheses from the buffer; the "
                + "trial as percent of the peak counts its oracles only:",
            "family|d|tasks|N|claims|draw|load|trial|evaluate|scalar trial|M trials/s 2|% peak 1|% peak 2".Split('|')
        );
        foreach (var c in report["pathClaims"]!.AsArray())
        {
            string Percent(int threads) =>
                Grid.Number(100 * Value(c, "flops") * Value(c, $"rate{threads}") / 1e9 / Peak(report, threads), 0);
            grid.Add(
                c!["family"]!.ToString(),
                c["d"]!.ToString(),
                c["n"]!.ToString(),
                c["N"]!.ToString(),
                c["claims"]!.ToString(),
                Grid.Digits(Value(c, "draw")),
                Grid.Digits(Value(c, "load")),
                Grid.Digits(Value(c, "trial")),
                Grid.Digits(Value(c, "evaluate")),
                Grid.Digits(Value(c, "trialReal")),
                Grid.Digits(Value(c, "rate2") / 1e6),
                Percent(1),
                Percent(2)
            );
        }
        return grid;
    }

    private static Grid Footprints(JsonObject report)
    {
        var grid = new Grid(
            "footprints",
            "Quadratics, d = 20, on more and more instances: data per thread, the speed at which as much can be read, percent "
                + "of the FMA peak, and the roof of N = 1 if every record is read once at that speed:",
            [
                .. "instances|KiB|GB/s 1|GB/s 2|% N=1|% N=5|% N=20|roof N=1".Split('|'),
                .. "% N=1, 2|% N=5, 2|% N=20, 2|roof N=1, 2".Split('|'),
            ]
        );
        foreach (var row in report["memory"]!.AsArray())
        {
            IEnumerable<string> Columns(int threads)
            {
                double? Percent(double? flops) => 100 * flops / 1e9 / Peak(report, threads);
                foreach (var n in Benchmarks.Footprints.Steps)
                    yield return Grid.Number(
                        Percent(Value(row, $"N{n}threads{threads}") * Value(row, $"N{n}flops")),
                        0
                    );
                var intensity = Value(row, "N1flops") / Value(row, "bytesPerInstance");
                var roof = Percent(intensity * Value(row, $"read{threads}") * 1e9);
                yield return Grid.Number(roof > 100 ? 100 : roof, 0);
            }
            grid.Add([
                row!["instances"]!.ToString(),
                Grid.Number(Value(row, "bytes") / 1024, 0),
                Grid.Number(Value(row, "read1"), 0),
                Grid.Number(Value(row, "read2"), 0),
                .. Columns(1),
                .. Columns(2),
            ]);
        }
        return grid;
    }

    private static Grid EndToEnd(JsonObject report)
    {
        var ends = report["endToEnd"]!;
        var grid = new Grid(
            "end-to-end",
            $"`verify run {ends["claim"]}`, evaluations per second with generation, trial, claim, tallies and certification:",
            "threads",
            "lanes",
            "evaluations/s"
        );
        foreach (var row in ends["rows"]!.AsArray())
            grid.Add(row!["threads"]!.ToString(), row["width"]!.ToString(), Grid.Number(Value(row, "rate"), 0));
        return grid;
    }

    private static Grid KernelTimes(JsonObject kernels)
    {
        var types = kernels["types"]!.AsArray().Select(t => t!.ToString()).ToArray();
        var grid = new Grid(
            "kernels",
            "Nanoseconds per instance (per lane) of each kernel by BenchmarkDotNet (median), and GFLOP/s of the "
                + "better lane type:",
            ["kernel", "d", .. types, "GFLOP/s"]
        );
        foreach (var row in kernels["rows"]!.AsArray())
            grid.Add([
                row!["kernel"]!.ToString(),
                row["d"]!.ToString(),
                .. types.Select(t => Grid.Digits(Value(row, t))),
                Grid.Digits(Value(row, "flops") / Math.Min(Value(row, types[1])!.Value, Value(row, types[2])!.Value)),
            ]);
        return grid;
    }
}
