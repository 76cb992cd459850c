namespace Verify.Report;

/// <summary>A figure as data: what Plotly draws, typed. Panels are numbered from 0, row by row.</summary>
/// <param name="Title">The title.</param>
/// <param name="Panels">The panels, at least one.</param>
/// <param name="Columns">How many panels stand side by side.</param>
/// <param name="Traces">What is drawn in them.</param>
/// <param name="Description">What it shows, for readers who do not see it.</param>
[TypeFormatterSource(typeof(FigureFormatters), PreferredMimeTypes = [FigureFormatters.MimeType])]
public sealed record Figure(
    string Title,
    IReadOnlyList<Panel> Panels,
    int Columns,
    IReadOnlyList<Trace> Traces,
    string Description = ""
)
{
    /// <summary>A figure of one panel.</summary>
    public static Figure Of(string title, Axis x, Axis y, params Trace[] traces) =>
        new(title, [new Panel("", x, y)], 1, traces);
}

/// <summary>One pair of axes.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
public sealed record Panel(string Title, Axis X, Axis Y);

/// <summary>An axis.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="IsLog">Whether it is logarithmic.</param>
/// <param name="Ticks">Where it is labelled; null for round numbers.</param>
public sealed record Axis(string Title, bool IsLog = false, IReadOnlyList<Tick>? Ticks = null);

/// <summary>A label of an axis.</summary>
/// <param name="At">Where.</param>
/// <param name="Label">The label.</param>
public sealed record Tick(double At, string Label);

/// <summary>Something drawn in a panel.</summary>
/// <param name="Name">Its name in the legend, which traces of the same name share.</param>
/// <param name="Panel">The panel, from 0.</param>
public abstract record Trace(string Name, int Panel);

/// <summary>How points are drawn.</summary>
public enum Stroke
{
    /// <summary>Markers joined by lines.</summary>
    MarkedLine,
    Dashed,
    Markers,
}

/// <summary>Points.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Panel">The panel.</param>
/// <param name="X">Where the points lie.</param>
/// <param name="Y">As many.</param>
/// <param name="Stroke">How they are drawn.</param>
public sealed record Scatter(
    string Name,
    int Panel,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    Stroke Stroke = Stroke.MarkedLine
) : Trace(Name, Panel);

/// <summary>Bars of width 1; those of several traces are stacked.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Panel">The panel.</param>
/// <param name="X">Where they stand; the axis has the labels.</param>
/// <param name="Values">As many.</param>
public sealed record Bar(string Name, int Panel, IReadOnlyList<double> X, IReadOnlyList<double> Values)
    : Trace(Name, Panel);

/// <summary>A matrix as colours from 0 to 1, in cells of width and height 1.</summary>
/// <param name="Name">What the colours say.</param>
/// <param name="Panel">The panel.</param>
/// <param name="X">Where the columns stand; the axis has the labels.</param>
/// <param name="Y">Where the rows stand.</param>
/// <param name="Values">Row by row; NaN where there is no number.</param>
public sealed record Heatmap(
    string Name,
    int Panel,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<IReadOnlyList<double>> Values
) : Trace(Name, Panel);
