using System.Globalization;
using Spectre.Console;

namespace Verify.CommandLine;

/// <summary>Where results go: a table for people, a line per claim or JSON lines, and a folder or none.</summary>
internal sealed record Output(bool IsJson, bool IsQuiet, string? Folder);

/// <summary>
/// Tables and numbers as people read them: as wide as the terminal, or as COLUMNS says where there is none, but 60 columns at
/// least and 100 at most; plain when piped or with NO_COLOR.
/// </summary>
internal static class Screen
{
    private const int LeastColumns = 60,
        MostColumns = 100;

    /// <summary>Standard output.</summary>
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Standard error, for messages and progress.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var isPlain = isRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
            }
        );
        var columns =
            !isRedirected ? console.Profile.Width
            : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var asked) ? asked
            : MostColumns;
        console.Profile.Width = Math.Clamp(columns, LeastColumns, MostColumns);
        return console;
    }

    /// <summary>A table without lines; its last column may wrap.</summary>
    public static Table Table(params (string Heading, bool IsNumber)[] columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var (heading, isNumber) in columns)
            table.AddColumn(
                new TableColumn(heading)
                {
                    Alignment = isNumber ? Justify.Right : Justify.Left,
                    NoWrap = heading != columns[^1].Heading,
                    Padding = new Padding(0, 0, 1, 0),
                }
            );
        return table;
    }

    /// <summary>A message on one line, whatever it quotes.</summary>
    public static string OneLine(string message) => string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>A ratio in at most nine characters.</summary>
    public static string Number(double? x)
    {
        if (x is not { } value)
            return "";
        // Rounded down just below 1, so that only what reaches 1 is shown as 1.
        if (value is > 0.9 and < 1)
            value = Math.Floor(value * 1e6) / 1e6;
        return Math.Abs(value) is 0 or (>= 1e-3 and < 1e4)
            ? value.ToString("0.######", CultureInfo.InvariantCulture)
            : value.ToString("0.###e+0", CultureInfo.InvariantCulture);
    }

    public static string Grouped(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
