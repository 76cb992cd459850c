using Spectre.Console;
using Verify.Bounds;
using Verify.Evidence;
using Verify.Report;

namespace Verify.CommandLine;

/// <summary>
/// The results of a run as lines of markup, none longer than the screen is wide: findings, then the table, then what was
/// counted. Nothing is wrapped within an item; a table that is too wide loses columns, then the middle of long names.
/// </summary>
internal static class RunText
{
    /// <summary>Names keep this much before a column is dropped for them.</summary>
    private const int LeastName = 36;

    private sealed record Column(string Heading, bool IsNumber, Func<ClaimReport, string> Text);

    private static readonly Column s_verdict = new("verdict", false, r => Names.Of(r.Verdict)),
        // That nothing was found by searching goes without saying.
        s_verdictWithEvidence =
            new(
                "verdict",
                false,
                r => Names.Of(r.Verdict) + (r.Evidence == EvidenceKind.Search ? "" : $" {Names.Of(r.Evidence)}")
            ),
        s_source =
            new("source", false, r => r.Claim.Provenance.IsReconstructed ? "reconstr." : Names.Of(r.Claim.Provenance)),
        s_ratio = new("ratio", true, r => Screen.Number(r.Best?.Ratio)),
        s_certified = new("certified", true, r => Screen.Number(r.CertifiedRatio)),
        s_inPart = new("in part", true, r => Screen.Number(r.Highlight?.Ratio));

    /// <summary>The columns beside the name, from the widest table to the narrowest.</summary>
    private static readonly Column[][] s_columns =
    [
        [s_verdictWithEvidence, s_source, s_ratio, s_certified, s_inPart],
        [s_verdictWithEvidence, s_ratio, s_certified, s_inPart],
        [s_verdictWithEvidence, s_ratio, s_certified],
        [s_verdict, s_ratio, s_certified],
        [s_verdict, s_ratio],
    ];

    /// <summary>All of it.</summary>
    /// <param name="reports">In the order of the claims.</param>
    /// <param name="width">The columns of the screen, 60 or more.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<ClaimReport> reports, int width)
    {
        var refuted = reports.Where(r => r.Verdict == Verdict.Refuted).ToList();
        if (refuted.Count > 0)
            yield return $"[bold]findings[/]: {refuted.Count} of {reports.Count} claims are refuted (see verify show ID)";
        foreach (var line in refuted.SelectMany(r => Packed(Finding(r), " ", width)))
            yield return line;
        foreach (var line in Table(reports, width).Concat(Counts(reports).SelectMany(c => Packed(c, "", width))))
            yield return line;
    }

    /// <summary>One line per claim: id, verdict, best ratio; plain.</summary>
    public static IEnumerable<string> Quiet(IReadOnlyList<ClaimReport> reports) =>
        reports.Select(r => $"{r.Claim.Id} {Names.Of(r.Verdict)} {Screen.Number(r.Best?.Ratio)}".TrimEnd());

    /// <summary>What a refuted claim says and where.</summary>
    private static IEnumerable<string> Finding(ClaimReport r)
    {
        yield return r.Claim.Id;
        yield return $"{Words.Failure(r.Claim)}:";
        var sides = Counterexample.SummaryOf(r.Claim, r.Witness!);
        if (r.Witness!.Replay is not { } replay)
        {
            yield return sides;
            yield break;
        }
        yield return $"{sides};";
        yield return "found at";
        yield return $"{replay}";
    }

    private static IEnumerable<string> Table(IReadOnlyList<ClaimReport> reports, int width)
    {
        string NameOf(ClaimReport r) => " " + (r.Claim.Id.Split('.', 2) is [_, var name] ? name : r.Claim.Id);
        var longest = reports.Select(r => NameOf(r).Length).Append("claim".Length).Max();
        int WidthOf(Column c) => reports.Select(r => c.Text(r).Length).Append(c.Heading.Length).Max();
        int RoomFor(Column[] columns) => width - columns.Sum(c => WidthOf(c) + 1);
        var columns = s_columns.FirstOrDefault(c => RoomFor(c) >= Math.Min(longest, LeastName)) ?? s_columns[^1];
        var widths = columns.Select(WidthOf).ToArray();
        var room = Math.Min(longest, RoomFor(columns));

        string Row(string name, Func<Column, string> text, string? color)
        {
            var line = Shortened(name, room).PadRight(room);
            for (var k = 0; k < columns.Length; k++)
            {
                var cell = text(columns[k]);
                cell = columns[k].IsNumber ? cell.PadLeft(widths[k]) : cell.PadRight(widths[k]);
                line = k == 0 && color is not null ? $"{Markup.Escape(line)} [{color}]{cell}[/]" : $"{line} {cell}";
            }
            return line.TrimEnd();
        }

        yield return Row("claim", c => c.Heading, null);
        string? last = null;
        foreach (var r in reports)
        {
            var paper = r.Claim.Id.Split('.', 2)[0];
            if (paper != last)
                yield return $"[bold]{Markup.Escape(paper)}[/]";
            last = paper;
            yield return Row(NameOf(r), c => c.Text(r), Color(r.Verdict));
        }
    }

    private static IEnumerable<IEnumerable<string>> Counts(IReadOnlyList<ClaimReport> reports)
    {
        foreach (
            var (what, count, more) in new (string, Func<ClaimReport, long>, Func<ClaimReport, string>)[]
            {
                ("instances without a number:", r => r.Inconclusive, _ => ""),
                ("instances beyond the step limit:", r => r.StepLimit?.Instances ?? 0, Reach),
                ("candidates left open:", r => r.Outcomes.GetValueOrDefault(Outcome.Inconclusive), _ => ""),
            }
        )
        {
            var some = reports.Where(r => count(r) > 0).ToList();
            if (some.Count > 0)
                yield return
                [
                    what,
                    .. some.SelectMany(
                        (r, k) =>
                            new[]
                            {
                                r.Claim.Id,
                                $"{Screen.Grouped(count(r))}{more(r)}" + (k < some.Count - 1 ? "," : ""),
                            }
                    ),
                ];
        }
        foreach (
            var highlight in reports
                .Where(r => r.Claim.Highlight is not null)
                .Select(r => r.Claim.Highlight!.Value.Name)
                .Distinct()
        )
            yield return
            [
                .. $"in part: the best ratio where the {highlight} is at least half of the right side".Split(' '),
            ];
        yield return
        [
            $"{reports.Count} claims,",
            $"{Screen.Grouped(reports.Sum(r => r.Evaluations))} evaluations;",
            .. "not-refuted means that no counterexample was found".Split(' '),
        ];
    }

    /// <summary>How far the limit of steps let the other instances run.</summary>
    private static string Reach(ClaimReport r) =>
        r.StepLimit is { Coordinate: { } name, LargestRun: { } largest }
            ? $" ({name} up to {Screen.Number(largest)} ran)"
            : "";

    /// <summary>Items on as few lines as hold them, those after the first indented further.</summary>
    private static IEnumerable<string> Packed(IEnumerable<string> items, string indent, int width)
    {
        var line = indent;
        foreach (var item in items)
        {
            var separator = line.EndsWith(' ') || line.Length == 0 ? "" : " ";
            if (line.Trim().Length > 0 && line.Length + separator.Length + item.Length > width)
            {
                yield return Markup.Escape(line);
                (line, separator) = (indent + "  ", "");
            }
            line += separator + item;
        }
        yield return Markup.Escape(line);
    }

    /// <summary>A name without its middle where it is too long: its beginning and its end tell it from others.</summary>
    private static string Shortened(string name, int width)
    {
        if (name.Length <= width)
            return name;
        var kept = width - "..".Length;
        return name[..(kept / 2)] + ".." + name[^(kept - kept / 2)..];
    }

    private static string Color(Verdict verdict) =>
        verdict switch
        {
            Verdict.Refuted => "red",
            Verdict.NotRefuted => "green",
            _ => "yellow",
        };
}
