using System.Text;
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
            Rows(
                ["claim", "source", "how", "certified", "evidence", "SHA-256"],
                dossier.Findings.Select(r =>
                {
                    var counterexample = new Counterexample(r, dossier.Registry);
                    return new[]
                    {
                        Code(r.Claim.Id),
                        Escaped(r.Claim.Source),
                        Words.Failure(r.Claim),
                        counterexample.Summary,
                        Words.Strength(r),
                        Code(counterexample.Hash[..12]),
                    };
                })
            );
        return text.ToString();

        void Rows(string[] headings, IEnumerable<string[]> rows)
        {
            Line($"| {string.Join(" | ", headings)} |");
            Line($"|{string.Concat(headings.Select(_ => "---|"))}");
            foreach (var row in rows)
                Line($"| {string.Join(" | ", row)} |");
        }
    }

    private static string Code(string text) => $"`{text.Replace("|", "\\|")}`";

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => "\\`*_{}[]<>#|".Contains(c) ? $"\\{c}" : c.ToString())).ReplaceLineEndings(" ");
}
