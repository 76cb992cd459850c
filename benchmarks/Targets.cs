using System.Text.Json.Nodes;
using static Verify.Benchmarks.Report;

namespace Verify.Benchmarks;

/// <summary>What the engine has to reach, judged from the run.</summary>
internal static class Targets
{
    public static Grid Grid(JsonObject report)
    {
        var grid = new Grid(
            "targets",
            report["isQuick"]!.GetValue<bool>() ? "Targets (a quick run: few of their cells):" : "Targets:",
            "target",
            "threads",
            "at least",
            "measured",
            "where",
            "met"
        );
        var cells = report["cells"]!.AsArray().Select(c => c!).ToList();
        var metaGradients = cells.Where(c => Is(c, "item", MetaGradient.Name)).ToList();
        foreach (var threads in new[] { 1, 2 })
        {
            double? OfPeak(JsonNode c) => 100 * Best(c, threads, "gflops") / Peak(report, threads);
            bool IsLong(JsonNode c) => Value(c, "N") >= 5;
            var (quadratics, cosines) = (
                metaGradients.Where(c => Is(c, "loss", "quadratic")).ToList(),
                metaGradients.Where(c => Is(c, "loss", "cosine")).ToList()
            );
            Worst(
                "% of peak, quadratic, d 10 and 20, N >= 5",
                threads,
                65,
                quadratics.Where(c => IsLong(c) && Value(c, "d") is 10 or 20),
                OfPeak
            );
            Worst(
                "% of peak, quadratic, d 50, N >= 5",
                threads,
                60,
                quadratics.Where(c => IsLong(c) && Value(c, "d") == 50),
                OfPeak
            );
            Worst("% of peak, cosine, d >= 20", threads, 45, cosines.Where(c => Value(c, "d") >= 20), OfPeak);
        }
        var lanes = report["lanes"]!.GetValue<int>();
        if (lanes == 8)
            Worst(
                "8 lanes / scalar, d 20",
                1,
                5,
                cells.Where(c => Value(c, "d") == 20),
                c => Value(c["single1"], "rate") / Value(c["real1"], "rate")
            );
        else
            grid.Add("8 lanes / scalar, d 20", "1", "5", "-", $"{lanes} lanes here", "not measured");
        foreach (var threads in new[] { 1, 2 })
        foreach (var (name, set) in new[] { ("meta-gradient", metaGradients), ("all items", cells) })
        {
            double? Slower(JsonNode c) => Ratio(c, threads, "numpy", "torch");
            var ratios = set.Select(Slower).OfType<double>().ToList();
            Judge(
                $"slower, best of NumPy and torch, geometric mean, {name}",
                threads,
                threads == 1 ? 8 : 12,
                ratios.Count == 0 ? null : Growth.GeometricMean(ratios),
                $"{ratios.Count} cells"
            );
            Worst($"slower, best of NumPy and torch, every cell, {name}", threads, 4.5, set, Slower);
        }
        return grid;

        void Worst(string target, int threads, double least, IEnumerable<JsonNode> set, Func<JsonNode, double?> value)
        {
            var worst = set.Where(c => value(c) is not null).MinBy(value);
            var where = worst is null
                ? "no such cell"
                : $"{worst["item"]}, {worst["loss"]}, d {worst["d"]}, N {worst["N"]}";
            Judge(target, threads, least, worst is null ? null : value(worst), where);
        }

        void Judge(string target, int threads, double least, double? measured, string where) =>
            grid.Add(
                target,
                threads.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Benchmarks.Grid.Digits(least),
                Benchmarks.Grid.Digits(measured),
                where,
                measured is null ? "not measured"
                    : measured >= least ? "yes"
                    : "NO"
            );

        static bool Is(JsonNode c, string field, string value) => c[field]!.ToString() == value;
    }
}
