using System.Text.Json.Nodes;
using static Verify.Benchmarks.Report;

namespace Verify.Benchmarks;

/// <summary>How cost grows: exponents by least squares on logarithms.</summary>
internal static class Growth
{
    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));

    public static Grid Grid(JsonObject report)
    {
        var grid = new Grid(
            "growth",
            "Growth of cost on one thread: the exponent e of a fit c x^e to the time of an instance, beside the exponent of "
                + "its operations; below it, efficiency grows with x. Threads: how much faster two are than one.",
            "of",
            "with",
            "range",
            "exponent of time",
            "exponent of operations"
        );
        var cells = report["cells"]!.AsArray().Select(c => c!).ToList();
        foreach (var x in new[] { "d", "N" })
        foreach (var g in cells.GroupBy(c => (Item: Name(c, "item"), Loss: Name(c, "loss"), Other: Other(c, x))))
            if (g.Count() > 1)
                Row($"{g.Key.Item}, {g.Key.Loss}, {(x == "d" ? "N" : "d")} {g.Key.Other}", x, g, c => 1 / Best(c, 1));
        var claims = report["pathClaims"]!.AsArray().Select(c => c!).Where(c => Value(c, "d") == 20).ToList();
        foreach (var g in claims.GroupBy(c => Name(c, "family")))
        {
            Row($"path claims, {g.Key}, d 20: trial", "n", g, c => Value(c, "trial")!.Value);
            Row($"path claims, {g.Key}, d 20: drawing", "n", g, c => Value(c, "draw")!.Value, hasFlops: false);
        }
        foreach (var g in cells.GroupBy(c => (Item: Name(c, "item"), Loss: Name(c, "loss"))))
        {
            var ratios = g.Select(c => Best(c, 2) / Best(c, 1)).ToList();
            var peaks = g.Select(c => Value(c, "peak2")!.Value / Value(c, "peak1")!.Value).ToList();
            grid.Add(
                $"{g.Key.Item}, {g.Key.Loss}",
                "2 threads",
                $"{Number(ratios.Min())}..{Number(ratios.Max())} times",
                $"{Number(GeometricMean(ratios))} times",
                $"peak {Number(GeometricMean(peaks))} times"
            );
        }
        return grid;

        void Row(string of, string x, IEnumerable<JsonNode> rows, Func<JsonNode, double> time, bool hasFlops = true)
        {
            var points = rows.Select(c => (X: Value(c, x)!.Value, Time: time(c), Flops: Value(c, "flops")!.Value))
                .ToList();
            grid.Add(
                of,
                x == "n" ? "tasks" : x,
                $"{points.Min(p => p.X)}..{points.Max(p => p.X)}",
                Number(Exponent(points.Select(p => (p.X, p.Time)))),
                hasFlops ? Number(Exponent(points.Select(p => (p.X, p.Flops)))) : "-"
            );
        }

        static string Name(JsonNode c, string field) => c[field]!.ToString();
        static string Other(JsonNode c, string x) => c[x == "d" ? "N" : "d"]!.ToString();
        static string Number(double x) => Benchmarks.Grid.Number(x, 2);
    }

    private static double Exponent(IEnumerable<(double X, double Y)> points)
    {
        var logs = points.Select(p => (X: Math.Log(p.X), Y: Math.Log(p.Y))).ToList();
        var (x, y) = (logs.Average(p => p.X), logs.Average(p => p.Y));
        return logs.Sum(p => (p.X - x) * (p.Y - y)) / logs.Sum(p => (p.X - x) * (p.X - x));
    }
}
