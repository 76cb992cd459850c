using System.Globalization;
using Spectre.Console;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.CommandLine;

/// <summary>Where results go: a table for people or JSON lines, and a folder or none.</summary>
internal sealed record Output(bool IsJson, string? Folder);

/// <summary>Tables and numbers as people read them: 100 columns, plain when piped or with NO_COLOR.</summary>
internal static class Screen
{
    private const int Columns = 100;

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
        if (isRedirected)
            console.Profile.Width = Columns;
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

    /// <summary>The table of a run: for each paper its name, then its claims without that prefix.</summary>
    public static Table Of(IReadOnlyList<ClaimReport> reports)
    {
        var table = Table(
            ("claim", false),
            ("verdict", false),
            ("source", false),
            ("ratio", true),
            ("certified", true),
            ("in part", true)
        );
        string? last = null;
        foreach (var r in reports)
        {
            var (paper, name) = r.Claim.Id.Split('.', 2) is [var p, var n] ? (p, n) : ("", r.Claim.Id);
            if (paper != last)
                table.AddRow(new Markup($"[bold]{Markup.Escape(paper)}[/]"));
            last = paper;
            // That nothing was found by searching goes without saying.
            var evidence = r.Evidence == EvidenceKind.Search ? "" : $" {Names.Of(r.Evidence)}";
            table.AddRow(
                new Markup(" " + Markup.Escape(name)),
                new Markup($"[{Color(r.Verdict)}]{Names.Of(r.Verdict)}{evidence}[/]"),
                new Markup(r.Claim.Provenance.IsReconstructed ? "reconstr." : Names.Of(r.Claim.Provenance)),
                new Markup(Number(r.Best?.Ratio)),
                new Markup(Number(r.CertifiedRatio)),
                new Markup(Number(r.Highlight?.Ratio))
            );
        }
        return table;
    }

    /// <summary>A message on one line, whatever it quotes.</summary>
    public static string OneLine(string message) => string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>A ratio in at most nine characters.</summary>
    public static string Number(double? x) => x is { } value ? Report.Table.Short(value) : "";

    public static string Grouped(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Color(Verdict verdict) =>
        verdict switch
        {
            Verdict.Refuted => "red",
            Verdict.NotRefuted => "green",
            _ => "yellow",
        };
}
