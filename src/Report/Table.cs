using System.Globalization;
using System.Text;

namespace Verify.Report;

/// <summary>The numbers behind a figure: named columns and rows of texts and numbers.</summary>
/// <param name="columns">The names of the columns.</param>
[TypeFormatterSource(typeof(TableFormatters), PreferredMimeTypes = ["text/html"])]
public sealed class Table(params string[] columns)
{
    private readonly List<object[]> _rows = [];

    public IReadOnlyList<string> Columns => columns;

    /// <summary>Each row has a text, an integer or a double for every column.</summary>
    public IReadOnlyList<IReadOnlyList<object>> Rows => _rows;

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">It has not as many cells as there are columns.</exception>
    public void Add(params object[] cells)
    {
        if (cells.Length != columns.Length)
            throw new ArgumentException($"{cells.Length} cells for {columns.Length} columns", nameof(cells));
        _rows.Add(cells);
    }

    /// <summary>CSV as of RFC 4180, but for lines that end in a line feed; numbers by the digits that read back the same.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        text.Append(Line(columns));
        foreach (var row in _rows)
            text.Append(Line(row.Select(Cell)));
        return text.ToString();
    }

    private static string Line(IEnumerable<string> cells) => string.Join(",", cells.Select(Quoted)) + "\n";

    internal static string Cell(object cell) =>
        cell switch
        {
            double x => x.ToString("R", CultureInfo.InvariantCulture),
            int n => n.ToString(CultureInfo.InvariantCulture),
            string s => s,
            _ => throw new ArgumentException($"a cell is a {cell.GetType().Name}", nameof(cell)),
        };

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;
}
