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
        var rows = (figure.Panels.Count + figure.Columns - 1) / figure.Columns;
        var layout = new JsonObject { ["title"] = Text(figure.Title), ["template"] = "plotly_white" };
        if (figure.Panels.Count > 1)
            layout["grid"] = new JsonObject
            {
                ["rows"] = rows,
                ["columns"] = figure.Columns,
                ["pattern"] = "independent",
            };
        var annotations = new JsonArray();
        for (var k = 0; k < figure.Panels.Count; k++)
        {
            var panel = figure.Panels[k];
            layout["xaxis" + Suffix(k)] = Of(panel.X);
            layout["yaxis" + Suffix(k)] = Of(panel.Y);
            if (panel.Title.Length > 0)
                annotations.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["text"] = panel.Title,
                            ["xref"] = $"x{Suffix(k)} domain",
                            ["yref"] = $"y{Suffix(k)} domain",
                            ["x"] = 0.5,
                            ["y"] = 1.08,
                            ["showarrow"] = false,
                        }
                );
        }
        if (annotations.Count > 0)
            layout["annotations"] = annotations;
        return new JsonObject { ["data"] = data, ["layout"] = layout };
    }

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
                ["mode"] = "lines+markers",
                ["x"] = Numbers(s.X),
                ["y"] = Numbers(s.Y, s.X.Count, s.Name),
                ["line"] = new JsonObject { ["color"] = colour },
                ["marker"] = new JsonObject { ["symbol"] = symbol },
            },
            Bar b => new JsonObject
            {
                ["type"] = "bar",
                ["x"] = Texts(b.Categories),
                ["y"] = Numbers(b.Values, b.Categories.Count, b.Name),
                ["marker"] = new JsonObject { ["color"] = colour },
            },
            Heatmap h => new JsonObject
            {
                ["type"] = "heatmap",
                ["x"] = Texts(h.Columns),
                ["y"] = Texts(h.Rows),
                ["z"] = new JsonArray([
                    .. h.Values.Count == h.Rows.Count
                        ? h.Values.Select(row => (JsonNode)Numbers(row, h.Columns.Count, h.Name))
                        : throw new ArgumentException($"trace '{h.Name}' has {h.Values.Count} rows", nameof(trace)),
                ]),
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

    private static JsonObject Of(Axis axis)
    {
        var json = new JsonObject { ["title"] = Text(axis.Title) };
        if (axis.IsLog)
        {
            json["type"] = "log";
            json["exponentformat"] = "power";
        }
        return json;
    }

    /// <summary>Plotly's first axis has no number.</summary>
    private static string Suffix(int panel) => panel == 0 ? "" : $"{panel + 1}";

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static JsonArray Numbers(IReadOnlyList<double> numbers, int? length = null, string name = "")
    {
        if (length is { } wanted && numbers.Count != wanted)
            throw new ArgumentException($"trace '{name}' has {numbers.Count} numbers, not {wanted}", nameof(numbers));
        return new JsonArray([.. numbers.Select(x => double.IsFinite(x) ? (JsonNode?)x : null)]);
    }
}
