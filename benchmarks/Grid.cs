using System.Globalization;
using System.Text;

namespace Verify.Benchmarks;

/// <summary>A table of text, for the terminal or a document.</summary>
/// <param name="Name">The name by which a document asks for it.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Header">The names of the columns.</param>
internal sealed record Grid(string Name, string Title, params string[] Header)
{
    private readonly List<string[]> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    public void Add(params string[] row) => _rows.Add(row);

    /// <summary>A number with so many decimals; a dash for none.</summary>
    public static string Number(double? x, int decimals) =>
        x is { } value && double.IsFinite(value) ? value.ToString("F" + decimals, CultureInfo.InvariantCulture) : "-";

    /// <summary>A number with three digits that count.</summary>
    public static string Digits(double? x) =>
        x is { } value ? Number(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6)) : "-";

    public string ToText()
    {
        var widths = Header.Select((h, k) => _rows.Max(r => Math.Max(r[k].Length, h.Length))).ToArray();
        var text = new StringBuilder().Append(Title).Append('\n');
        foreach (var row in _rows.Prepend(Header))
            text.AppendJoin("  ", row.Select((x, k) => IsNumeric(k) ? x.PadLeft(widths[k]) : x.PadRight(widths[k])))
                .Append('\n');
        return text.ToString();
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder().Append(Title).Append("\n\n");
        text.Append("| ").AppendJoin(" | ", Header).Append(" |\n|");
        for (var k = 0; k < Header.Length; k++)
            text.Append(IsNumeric(k) ? "---:|" : "---|");
        foreach (var row in _rows)
            text.Append("\n| ").AppendJoin(" | ", row).Append(" |");
        return text.Append('\n').ToString();
    }

    private bool IsNumeric(int column) =>
        _rows.All(r => r[column] == "-" || double.TryParse(r[column], CultureInfo.InvariantCulture, out _));
}
