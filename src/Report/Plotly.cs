using System.Text.Json;
using System.Text.Json.Nodes;

namespace Verify.Report;

/// <summary>
/// Figures in the JSON of Plotly (https://plotly.com/chart-studio-help/json-chart-schema): an object with data and layout. What
/// JSON has no number for, NaN and the infinities, is null: a gap.
/// </summary>
public static class Plotly
{
    // Okabe and Ito (2008): told apart by the colour-blind.
    private static readonly string[] s_colours =
    [
        "#0072B2",
        "#E69F00",
        "#009E73",
        "#CC79A7",
        "#D55E00",
        "#56B4E9",
        "#000000",
    ];

    private static readonly string[] s_symbols =
    [
        "circle",
        "square",
        "diamond",
        "triangle-up",
        "triangle-down",
        "x",
        "cross",
    ];

    // Pixels.
    private const int PanelHeight = 210,
        RowGap = 90,
        Top = 48,
        PanelTitle = 24,
        Bottom = 56,
        LegendRow = 30;

    /// <summary>Powers of ten on one axis.</summary>
    private const int MostPowers = 6;

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The figure as text.</summary>
    public static string Write(Figure figure) => Json(figure).ToJsonString(s_options) + "\n";

    /// <summary>The figure as JSON.</summary>
    /// <exception cref="ArgumentException">A trace is of no panel, or its lists differ in length.</exception>
    public static JsonObject Json(Figure figure)
    {
        var names = figure.Traces.Select(t => t.Name).Distinct().ToList();
        var data = new JsonArray();
        var seen = new HashSet<string>();
        foreach (var trace in figure.Traces)
            data.Add((JsonNode)Of(trace, figure, names.IndexOf(trace.Name), isFirst: seen.Add(trace.Name)));
        return new JsonObject { ["data"] = data, ["layout"] = Layout(figure) };
    }

    /// <summary>The layout alone; it can be made again for another number of columns.</summary>
    public static JsonObject Layout(Figure figure)
    {
        var rows = (figure.Panels.Count + figure.Columns - 1) / figure.Columns;
        var hasTitles = figure.Panels.Any(p => p.Title.Length > 0);
        var hasLegend = HasLegend(figure);
        var plot = rows * PanelHeight + (rows - 1) * RowGap;
        var (top, bottom) = (Top + (hasTitles ? PanelTitle : 0), Bottom + (hasLegend ? LegendRow : 0));
        var layout = new JsonObject
        {
            ["title"] = new JsonObject
            {
                ["text"] = figure.Title,
                ["x"] = 0,
                ["xref"] = "paper",
                ["font"] = new JsonObject { ["size"] = 15 },
                ["automargin"] = false,
                ["yref"] = "container",
                ["y"] = 1 - 18.0 / (top + plot + bottom),
            },
            ["template"] = "plotly_white",
            ["height"] = top + plot + bottom,
            ["margin"] = new JsonObject
            {
                ["l"] = 64,
                ["r"] = 16,
                ["t"] = top,
                ["b"] = bottom,
            },
            ["barmode"] = "stack",
            ["bargap"] = 0.08,
            ["showlegend"] = hasLegend,
            ["legend"] = new JsonObject
            {
                ["orientation"] = "h",
                ["x"] = 0,
                ["y"] = Math.Round(-50.0 / plot, 4),
                ["yanchor"] = "top",
            },
        };
        if (figure.Description.Length > 0)
            layout["meta"] = new JsonObject { ["description"] = figure.Description };
        if (figure.Panels.Count > 1)
            layout["grid"] = new JsonObject
            {
                ["rows"] = rows,
                ["columns"] = figure.Columns,
                ["pattern"] = "independent",
                ["xgap"] = 0.22,
                ["ygap"] = Math.Round((double)RowGap / (PanelHeight + RowGap), 4),
            };
        var annotations = new JsonArray();
        for (var k = 0; k < figure.Panels.Count; k++)
        {
            var panel = figure.Panels[k];
            var points = figure.Traces.Where(t => t.Panel == k).Select(Points).ToList();
            layout["xaxis" + Suffix(k)] = Of(panel.X, points.SelectMany(p => p.X));
            layout["yaxis" + Suffix(k)] = Of(panel.Y, points.SelectMany(p => p.Y));
            if (panel.Title.Length > 0)
                annotations.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["text"] = panel.Title,
                            ["xref"] = $"x{Suffix(k)} domain",
                            ["yref"] = $"y{Suffix(k)} domain",
                            ["x"] = 0.5,
                            ["y"] = 1,
                            ["yanchor"] = "bottom",
                            ["yshift"] = 4,
                            ["showarrow"] = false,
                        }
                );
        }
        if (annotations.Count > 0)
            layout["annotations"] = annotations;
        return layout;
    }

    /// <summary>One name needs none, and colours have their own scale.</summary>
    private static bool HasLegend(Figure figure) =>
        figure.Traces.Where(t => t is not Heatmap).Select(t => t.Name).Distinct().Count() > 1
        || figure.Traces.Any(t => t is Heatmap) && figure.Traces.Any(t => t is not Heatmap);

    private static JsonObject Of(Trace trace, Figure figure, int number, bool isFirst)
    {
        if (trace.Panel < 0 || trace.Panel >= figure.Panels.Count)
            throw new ArgumentException(
                $"trace '{trace.Name}' is of panel {trace.Panel}, which is none",
                nameof(trace)
            );
        var (colour, symbol) = (s_colours[number % s_colours.Length], s_symbols[number % s_symbols.Length]);
        var json = trace switch
        {
            Scatter s => new JsonObject
            {
                ["type"] = "scatter",
                ["mode"] = s.Stroke switch
                {
                    Stroke.Markers => "markers",
                    Stroke.Dashed => "lines",
                    _ => "lines+markers",
                },
                ["x"] = Numbers(s.X),
                ["y"] = Numbers(s.Y, s.X.Count, s.Name),
                ["line"] =
                    s.Stroke == Stroke.Dashed
                        ? new JsonObject { ["color"] = colour, ["dash"] = "dash" }
                        : new JsonObject { ["color"] = colour },
                ["marker"] = new JsonObject { ["color"] = colour, ["symbol"] = symbol },
            },
            Bar b => new JsonObject
            {
                ["type"] = "bar",
                ["x"] = Numbers(b.X),
                ["y"] = Numbers(b.Values, b.X.Count, b.Name),
                ["marker"] = new JsonObject { ["color"] = colour },
            },
            Heatmap h => new JsonObject
            {
                ["type"] = "heatmap",
                ["x"] = Numbers(h.X),
                ["y"] = Numbers(h.Y),
                ["z"] = new JsonArray([
                    .. h.Values.Count == h.Y.Count
                        ? h.Values.Select(row => (JsonNode)Numbers(row, h.X.Count, h.Name))
                        : throw new ArgumentException($"trace '{h.Name}' has {h.Values.Count} rows", nameof(trace)),
                ]),
                ["zmin"] = 0,
                ["zmax"] = 1,
                ["colorscale"] = "Cividis",
                ["xgap"] = 1,
                ["ygap"] = 1,
                ["colorbar"] = new JsonObject
                {
                    ["title"] = new JsonObject { ["text"] = h.Name, ["side"] = "right" },
                    ["thickness"] = 12,
                },
            },
            _ => throw new ArgumentException($"no code for {trace.GetType().Name}", nameof(trace)),
        };
        json["name"] = trace.Name;
        json["xaxis"] = "x" + Suffix(trace.Panel);
        json["yaxis"] = "y" + Suffix(trace.Panel);
        if (trace is not Heatmap)
        {
            json["legendgroup"] = trace.Name;
            json["showlegend"] = isFirst;
        }
        return json;
    }

    private static (IReadOnlyList<double> X, IReadOnlyList<double> Y) Points(Trace trace) =>
        trace switch
        {
            Scatter s => (s.X, s.Y),
            Bar b => (b.X, b.Values),
            Heatmap h => (h.X, h.Y),
            _ => ([], []),
        };

    /// <summary>An axis for these numbers: over two decades and more, a logarithmic one has powers of ten alone.</summary>
    private static JsonObject Of(Axis axis, IEnumerable<double> numbers)
    {
        var json = new JsonObject
        {
            ["title"] = new JsonObject { ["text"] = axis.Title, ["standoff"] = 8 },
            ["automargin"] = true,
        };
        if (axis.IsLog)
        {
            json["type"] = "log";
            json["exponentformat"] = "power";
            var positive = numbers.Where(x => x > 0 && double.IsFinite(x)).DefaultIfEmpty(1).ToList();
            // Apart: the quotient of the largest and the smallest double is infinite.
            var decades = Math.Log10(positive.Max()) - Math.Log10(positive.Min());
            if (decades >= 1)
                // D2: 1, 2 and 5 times a power of ten.
                json["dtick"] = decades >= 2 ? (JsonNode)Math.Ceiling(decades / MostPowers) : "D2";
        }
        if (axis.Ticks is { } ticks)
        {
            json["tickvals"] = Numbers([.. ticks.Select(t => t.At)]);
            json["ticktext"] = new JsonArray([.. ticks.Select(t => (JsonNode)t.Label)]);
        }
        return json;
    }

    /// <summary>Plotly's first axis has no number.</summary>
    private static string Suffix(int panel) => panel == 0 ? "" : $"{panel + 1}";

    private static JsonArray Numbers(IReadOnlyList<double> numbers, int? length = null, string name = "")
    {
        if (length is { } wanted && numbers.Count != wanted)
            throw new ArgumentException($"trace '{name}' has {numbers.Count} numbers, not {wanted}", nameof(numbers));
        return new JsonArray([.. numbers.Select(x => double.IsFinite(x) ? (JsonNode?)x : null)]);
    }
}
