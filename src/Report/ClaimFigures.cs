using Verify.Algorithms.Instances;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>A figure beside a claim.</summary>
/// <param name="Id">What it shows, in a word that file names can have.</param>
/// <param name="Figure">The figure.</param>
public sealed record ClaimFigure(string Id, Figure Figure);

/// <summary>The figures that the facts of a claim give: the one place that makes them.</summary>
public static class ClaimFigures
{
    /// <summary>All of them, in the order in which they are read; those without data are left out.</summary>
    /// <param name="report">The claim's report.</param>
    /// <param name="curves">Both sides along its counts, at its best ratio.</param>
    public static IReadOnlyList<ClaimFigure> Of(ClaimReport report, IReadOnlyList<Curve> curves) =>
        [
            .. new[] { Ratios(report) }
                .Concat(report.Maps.Select(Map))
                .Append(Along(curves))
                .Append(Tested(report))
                .OfType<ClaimFigure>(),
        ];

    /// <summary>Beyond so many steps an axis is logarithmic.</summary>
    private const int FewSteps = 20;

    /// <summary>Both sides along the counts that move them; null where none does.</summary>
    private static ClaimFigure? Along(IReadOnlyList<Curve> curves)
    {
        var (panels, traces, texts) = (new List<Panel>(), new List<Trace>(), new List<string>());
        foreach (var curve in curves)
        {
            // A logarithmic axis has no zero, and what is not positive has no place on it.
            var isLog = curve.Points.Count > 0 && curve.Points.Max(p => p.Count) > FewSteps;
            var points = curve.Points.Where(p => p.Count > 0 || !isLog).ToList();
            if (
                points.Count < 2
                || !points.Any(p => p.Lhs > 0)
                || !points.Any(p => p.Rhs > 0 && double.IsFinite(p.Rhs))
            )
                continue;
            double[] x = [.. points.Select(p => (double)p.Count)];
            static double Placed(double y) => y > 0 ? y : double.NaN;
            traces.Add(new Scatter("left side, measured", panels.Count, x, [.. points.Select(p => Placed(p.Lhs))]));
            traces.Add(
                new Scatter(
                    "right side, the bound",
                    panels.Count,
                    x,
                    [.. points.Select(p => Placed(p.Rhs))],
                    Stroke.Dashed
                )
            );
            var name = Notation.Plain(curve.Count.Name);
            panels.Add(new Panel("", new Axis(name, isLog), new Axis("both sides", IsLog: true)));
            texts.Add(
                $"along {name} from {points[0].Count} to {points[^1].Count} ({curve.At} in the instance) the left side goes from "
                    + $"{Notation.Number(points[0].Lhs)} to {Notation.Number(points[^1].Lhs)}, the bound from "
                    + $"{Notation.Number(points[0].Rhs)} to {Notation.Number(points[^1].Rhs)}"
            );
        }
        return panels.Count == 0
            ? null
            : new ClaimFigure(
                "curves",
                new Figure(
                    "Against the bound, at the instance with the largest ratio",
                    panels,
                    Math.Min(panels.Count, 3),
                    traces,
                    $"In doubles, {string.Join("; ", texts)}."
                )
            );
    }

    /// <summary>Where over two coordinates the bound is tight, and where it says nothing.</summary>
    private static ClaimFigure? Map(TightnessMap map)
    {
        var cells = map.Cells.Where(c => c.Evaluations + c.Silent > 0).ToList();
        if (cells.Count == 0 || cells.All(c => c.Best is null))
            return null;
        var (x, y) = (new BinAxis(map.X, cells.Select(c => c.X)), new BinAxis(map.Y, cells.Select(c => c.Y)));
        var values = y.Positions.Select(_ => x.Positions.Select(_ => double.NaN).ToArray()).ToArray();
        foreach (var cell in cells)
            if (cell.Best is { } best)
                values[y.At(cell.Y)][x.At(cell.X)] = Math.Min(best, 1);
        var silent = cells.Where(c => c.Evaluations == 0).ToList();
        var traces = new List<Trace> { new Heatmap("largest ratio", 0, x.Positions, y.Positions, values) };
        if (silent.Count > 0)
            traces.Add(
                new Scatter(
                    "the bound says nothing",
                    0,
                    [.. silent.Select(c => (double)x.At(c.X))],
                    [.. silent.Select(c => (double)y.At(c.Y))],
                    Stroke.Markers
                )
            );
        var tightest = cells.Where(c => c.Best is not null).MaxBy(c => c.Best);
        var drawn = cells.Sum(c => c.Evaluations + c.Silent);
        return new ClaimFigure(
            $"tightness-{map.X.Name}-{map.Y.Name}".Replace('/', '-'),
            new Figure(
                "Where the bound is tight",
                [new Panel("", x.Axis, y.Axis)],
                1,
                traces,
                $"Map of the largest ratio over {x.Axis.Title} and {y.Axis.Title}. It is largest, "
                    + $"{Notation.Number(tightest.Best!.Value)}, at {x.Axis.Title} {x.Label(tightest.X)} and "
                    + $"{y.Axis.Title} {y.Label(tightest.Y)}. The bound speaks of {Share(cells.Sum(c => c.Evaluations), drawn)} of the "
                    + "draws: every hypothesis is met and both sides are numbers."
            )
        );
    }

    /// <summary>How the evaluations are spread; null where there are none.</summary>
    private static ClaimFigure? Tested(ClaimReport report)
    {
        var some = report.Coverage.Where(c => c.Counts.Any(n => n > 0)).ToList();
        if (some.Count == 0)
            return null;
        var (panels, traces, texts) = (new List<Panel>(), new List<Trace>(), new List<string>());
        foreach (var (coordinate, counts) in some)
        {
            var used = Enumerable.Range(0, counts.Count).Where(b => counts[b] > 0).ToList();
            var axis = new BinAxis(coordinate, used);
            traces.Add(
                new Bar(
                    "evaluations",
                    panels.Count,
                    [.. used.Select(b => (double)axis.At(b))],
                    [.. used.Select(b => (double)counts[b])]
                )
            );
            panels.Add(new Panel("", axis.Axis, new Axis("evaluations")));
            texts.Add($"{axis.Axis.Title} {axis.Label(used[0])} to {axis.Label(used[^1])}");
        }
        return new ClaimFigure(
            "tested",
            new Figure(
                "What was tested",
                panels,
                Math.Min(panels.Count, 3),
                traces,
                $"Histograms of {Notation.Grouped(report.Evaluations)} evaluations: {string.Join("; ", texts)}."
            )
        );
    }

    /// <summary>How often which ratio of the sides was seen; null for claims without ratios.</summary>
    private static ClaimFigure? Ratios(ClaimReport report)
    {
        var counts = report.Histogram;
        if (counts.All(n => n == 0))
            return null;
        // An edge stands between two bars.
        var ticks = Fact.Bins.Select((edge, i) => new Tick(i + 0.5, Notation.Number(edge)));
        var total = counts.Sum();
        var near = counts.Skip(Array.IndexOf(Fact.Bins, 0.9) + 1).Sum();
        return new ClaimFigure(
            "ratios",
            new Figure(
                "How close the sides come",
                [
                    new Panel(
                        "",
                        new Axis("left side / right side", Ticks: [.. ticks]),
                        new Axis("evaluations", IsLog: true)
                    ),
                ],
                1,
                [Bars("evaluations", counts)],
                $"Histogram of {Notation.Grouped(total)} ratios of the left to the right side; {Share(near, total)} are above 0.9."
            )
        );
    }

    private static Bar Bars(string name, IReadOnlyList<long> counts)
    {
        // A logarithmic axis has no zero.
        var some = Enumerable.Range(0, counts.Count).Where(i => counts[i] > 0).ToList();
        return new Bar(name, 0, [.. some.Select(i => (double)i)], [.. some.Select(i => (double)counts[i])]);
    }

    private static string Share(long part, long total) =>
        part == 0 ? "none"
        : part == total ? "all"
        : $"{Notation.Number(Math.Round(100.0 * part / total, 2))} %";
}

/// <summary>The bins of a coordinate that are used, one beside the other.</summary>
internal sealed class BinAxis
{
    /// <summary>More labels than this overlap.</summary>
    private const int MostLabels = 9;

    private readonly Bins _bins;
    private readonly int _first;

    /// <summary>From the first to the last of these bins.</summary>
    public BinAxis(Coordinate coordinate, IEnumerable<int> used)
    {
        var bins = used.ToList();
        (_bins, _first) = (coordinate.Bins, bins.Min());
        var count = bins.Max() - _first + 1;
        Positions = [.. Enumerable.Range(0, count).Select(i => (double)i)];
        Axis = new Axis(Notation.Plain(coordinate.Name), Ticks: [.. Ticks(count)]);
    }

    public Axis Axis { get; }

    /// <summary>0, 1, ..., one for each bin.</summary>
    public IReadOnlyList<double> Positions { get; }

    /// <summary>Where a bin stands.</summary>
    public int At(int bin) => bin - _first;

    /// <summary>The values of a bin.</summary>
    public string Label(int bin)
    {
        var edges = _bins.Edges;
        if (bin == 0)
            return _bins.IsWhole && edges[0] == 1 ? "0" : $"below {Notation.Number(edges[0])}";
        if (bin == edges.Count)
            return $"{Notation.Number(edges[^1])} and more";
        var (from, to) = (edges[bin - 1], edges[bin]);
        return !_bins.IsWhole ? $"{Notation.Number(from)}…{Notation.Number(to)}"
            : to == from + 1 ? Notation.Number(from)
            : $"{Notation.Number(from)}…{Notation.Number(to - 1)}";
    }

    private IEnumerable<Tick> Ticks(int count)
    {
        var step = (count + MostLabels - 1) / MostLabels;
        if (_bins.IsWhole)
            return Enumerable
                .Range(0, count)
                .Where(i => i % step == 0)
                .Select(i => new Tick(i, Label(i + _first).Split('…')[0]));
        // An edge stands between two bins.
        var powers = Enumerable
            .Range(0, count + 1)
            .Where(i => i + _first - 1 >= 0 && i + _first - 1 < _bins.Edges.Count)
            .Select(i => (At: i - 0.5, Edge: _bins.Edges[i + _first - 1]))
            .ToList();
        var decades = powers.Where(p => Math.Round(Math.Log10(p.Edge), 9) % 1 == 0).ToList();
        var shown = decades.Count > 1 ? decades : powers;
        var every = (shown.Count + MostLabels - 1) / MostLabels;
        return shown
            .Where((_, i) => i % every == 0)
            .Select(p => new Tick(
                p.At,
                decades.Contains(p) && Math.Log10(p.Edge) is < -1.5 or > 2.5
                    ? Notation.PowerOfTen((int)Math.Round(Math.Log10(p.Edge)))
                    : Notation.Number(p.Edge)
            ));
    }
}
