namespace Verify.Report;

/// <summary>A figure as data: what Plotly draws, typed. Panels are numbered from 0, row by row.</summary>
/// <param name="Title">The title.</param>
/// <param name="Panels">The panels, at least one.</param>
/// <param name="Columns">How many panels stand side by side.</param>
/// <param name="Traces">What is drawn in them.</param>
[TypeFormatterSource(typeof(FigureFormatters), PreferredMimeTypes = [FigureFormatters.MimeType])]
public sealed record Figure(string Title, IReadOnlyList<Panel> Panels, int Columns, IReadOnlyList<Trace> Traces)
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
public sealed record Axis(string Title, bool IsLog = false);

/// <summary>Something drawn in a panel.</summary>
/// <param name="Name">Its name in the legend, which traces of the same name share.</param>
/// <param name="Panel">The panel, from 0.</param>
public abstract record Trace(string Name, int Panel);

/// <summary>Points joined by lines.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Panel">The panel.</param>
/// <param name="X">Where the points lie.</param>
/// <param name="Y">As many.</param>
public sealed record Scatter(string Name, int Panel, IReadOnlyList<double> X, IReadOnlyList<double> Y)
    : Trace(Name, Panel);

/// <summary>A bar for each category.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Panel">The panel.</param>
/// <param name="Categories">Below the bars.</param>
/// <param name="Values">As many.</param>
public sealed record Bar(string Name, int Panel, IReadOnlyList<string> Categories, IReadOnlyList<double> Values)
    : Trace(Name, Panel);

/// <summary>A matrix as colours.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Panel">The panel.</param>
/// <param name="Columns">Below the columns.</param>
/// <param name="Rows">Beside the rows.</param>
/// <param name="Values">Row by row.</param>
public sealed record Heatmap(
    string Name,
    int Panel,
    IReadOnlyList<string> Columns,
    IReadOnlyList<string> Rows,
    IReadOnlyList<IReadOnlyList<double>> Values
) : Trace(Name, Panel);
