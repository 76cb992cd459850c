using System.Net;
using System.Text;

namespace Verify.Report;

/// <summary>
/// Says who formats a type in a notebook. .NET Interactive finds the attribute, and what it names, by their names alone
/// (TypeFormatterSourceAttribute of Microsoft.DotNet.Interactive.Formatting), so that nothing of it is referenced.
/// </summary>
/// <param name="formatterSourceType">A type with a method CreateTypeFormatters.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType => formatterSourceType;

    /// <summary>What is shown of several.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}

/// <summary>How a notebook shows the values of one type in one media type.</summary>
/// <param name="mimeType">The media type.</param>
/// <param name="text">The text of a value.</param>
public sealed class Formatter<T>(string mimeType, Func<T, string> text)
{
    public string MimeType => mimeType;

    /// <summary>Writes a value; false where it is of another type.</summary>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not T value)
            return false;
        writer.Write(text(value));
        return true;
    }
}

/// <summary>Notebooks show a figure as Plotly draws it, and its title and description where nothing can be drawn.</summary>
public sealed class FigureFormatters
{
    /// <summary>The media type of Plotly's figures.</summary>
    public const string MimeType = "application/vnd.plotly.v1+json";

    public IEnumerable<object> CreateTypeFormatters() =>
        [new Formatter<Figure>(MimeType, Plotly.Write), new Formatter<Figure>("text/plain", Alternative)];

    private static string Alternative(Figure figure) =>
        figure.Description.Length == 0 ? figure.Title : $"{figure.Title}. {figure.Description}";
}

/// <summary>Notebooks show a table as HTML or as aligned text, its numbers to six digits.</summary>
public sealed class TableFormatters
{
    public IEnumerable<object> CreateTypeFormatters() =>
        [new Formatter<Table>("text/html", Html), new Formatter<Table>("text/plain", Plain)];

    private static string Html(Table table)
    {
        var html = new StringBuilder("<table>\n<thead><tr>");
        foreach (var column in table.Columns)
            html.Append($"<th scope=\"col\">{WebUtility.HtmlEncode(column)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
                html.Append(
                    $"<td style=\"text-align: {(cell is string ? "left" : "right")}\">{WebUtility.HtmlEncode(Cell(cell))}</td>"
                );
            html.Append("</tr>\n");
        }
        return html.Append("</tbody>\n</table>\n").ToString();
    }

    private static string Plain(Table table)
    {
        var rows = table.Rows.Select(row => row.Select(Cell).ToArray()).Prepend([.. table.Columns]).ToList();
        var widths = Enumerable.Range(0, table.Columns.Count).Select(k => rows.Max(row => row[k].Length)).ToArray();
        var isText = widths.Select((_, k) => table.Rows.All(row => row[k] is string)).ToArray();
        return string.Concat(
            rows.Select(row =>
                string.Join(
                        "  ",
                        row.Select((cell, k) => isText[k] ? cell.PadRight(widths[k]) : cell.PadLeft(widths[k]))
                    )
                    .TrimEnd() + "\n"
            )
        );
    }

    private static string Cell(object cell) => cell is double x ? Notation.Number(x) : Table.Cell(cell);
}
