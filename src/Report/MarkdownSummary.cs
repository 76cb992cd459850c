using System.Text;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>A summary for pull requests: counts, changes against the ledger, findings.</summary>
public static class MarkdownSummary
{
    /// <summary>GitHub's Markdown.</summary>
    public static string Write(Dossier dossier)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line("# Verify");
        Line();
        var counts = Dossier
            .Verdicts.Select(v => (Verdict: v, Count: dossier.CountOf(v)))
            .Where(x => x.Count > 0)
            .Select(x => $"**{x.Count}** {Words.Of(x.Verdict)}");
        Line(
            $"{dossier.Reports.Count} claims, {Notation.Grouped(dossier.Reports.Sum(r => r.Evaluations))} evaluations: "
                + $"{string.Join(", ", counts)}. Not refuted means that no counterexample was found."
        );
        if (!dossier.Run.IsComplete)
            Line("\nThe run was interrupted: these are partial results.");
        Line();
        Line("## Changes against the ledger");
        Line();
        var changes = dossier.Changes.ToList();
        if (changes.Count == 0)
            Line("None.");
        else
            Rows(
                ["claim", "ledger", "this run", ""],
                changes.Select(c =>
                    new[]
                    {
                        Code(c.Report.Claim.Id),
                        Escaped(c.Known),
                        Words.Of(c.Report.Verdict),
                        dossier.IsNew(c.Report) ? "**new refutation**"
                        : dossier.IsLost(c.Report) ? "**no longer refuted**"
                        : "",
                    }
                )
            );
        Line();
        Line("## Findings");
        Line();
        if (dossier.Findings.Count == 0)
            Line("No claim is refuted.");
        else
            text.Append(Findings(dossier.Findings.Select(r => (r.Claim, r.Witness!)), dossier.Registry));
        return text.ToString();

        void Rows(string[] headings, IEnumerable<string[]> rows) => text.Append(Table(headings, rows));
    }

    /// <summary>The table of refuted claims with what their counterexamples show.</summary>
    public static string Findings(IEnumerable<(Claim Claim, Witness Witness)> refuted, Registry registry) =>
        Table(
            ["claim", "source", "how", "certified", "evidence", "SHA-256"],
            refuted.Select(r =>
            {
                var counterexample = new Counterexample(r.Claim, r.Witness, registry);
                return new[]
                {
                    Code(r.Claim.Id),
                    Escaped(r.Claim.Source),
                    Words.Failure(r.Claim),
                    counterexample.Summary,
                    Words.Strength(r.Witness),
                    Code(counterexample.Hash[..12]),
                };
            })
        );

    private static string Table(string[] headings, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        text.Append($"| {string.Join(" | ", headings)} |\n|{string.Concat(headings.Select(_ => "---|"))}\n");
        foreach (var row in rows)
            text.Append($"| {string.Join(" | ", row)} |\n");
        return text.ToString();
    }

    private static string Code(string text) => $"`{text.Replace("|", "\\|")}`";

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => "\\`*_{}[]<>#|".Contains(c) ? $"\\{c}" : c.ToString())).ReplaceLineEndings(" ");
}
