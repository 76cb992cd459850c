using Spectre.Console;
using Verify.CommandLine;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>The results of a run as text, at the widths of a screen.</summary>
public sealed class RunTextTests
{
    private static readonly Registry s_registry = Registry.Default;

    /// <summary>A report of every claim, the refuted ones with the ledger's witnesses, with numbers as wide as they get.</summary>
    private static readonly Lazy<IReadOnlyList<ClaimReport>> s_reports = new(() =>
    {
        var refuted = Ledger
            .Read(Path.Combine(Repository.Root, "ledger"))
            .Where(e => e.Witness is not null && e.Claim.StartsWith("ji2022", StringComparison.Ordinal));
        var standing = Ledger.Standing(refuted, s_registry);
        var replay = new Replay("linear-system-chebyshev", ulong.MaxValue, 123_456_789);
        return
        [
            .. s_registry.Claims.Select(claim =>
                Judgement.Of(claim, [], new Escalation(standing.GetValueOrDefault(claim.Id), []), s_registry, 1) with
                {
                    Best = (1.2345678e-123, replay),
                    CertifiedRatio = 1.2345678e-123,
                    Highlight = (0.123456789, replay),
                    Inconclusive = 123_456,
                    Witness = standing.TryGetValue(claim.Id, out var witness) ? witness with { Replay = replay } : null,
                }
            ),
        ];
    });

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    public void No_line_is_longer_than_the_screen_is_wide(int width)
    {
        var lines = RunText.Lines(s_reports.Value, width).Select(Markup.Remove).ToList();
        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length}: {line}"));
        var table = lines.FindIndex(line => line.StartsWith("claim ", StringComparison.Ordinal));
        Assert.All(
            s_reports.Value.Where(r => r.Verdict == Verdict.Refuted),
            r =>
                Assert.InRange(lines.FindIndex(l => l.StartsWith(" " + r.Claim.Id, StringComparison.Ordinal)), 1, table)
        );
        // A row per claim and one per paper.
        var papers = s_reports.Value.Select(r => r.Claim.Id.Split('.')[0]).Distinct().Count();
        Assert.Equal(
            s_reports.Value.Count,
            lines.Skip(table + 1).TakeWhile(l => !l.StartsWith("instances", StringComparison.Ordinal)).Count() - papers
        );
        Assert.Contains("verdict", lines[table]);
        Assert.Contains("ratio", lines[table]);
    }

    [Fact]
    public void Columns_go_by_a_rule()
    {
        string Heading(int width, params string[] ids) =>
            RunText
                .Lines([.. s_reports.Value.Where(r => ids.Length == 0 || ids.Contains(r.Claim.Id))], width)
                .Select(Markup.Remove)
                .First(l => l.StartsWith("claim", StringComparison.Ordinal));
        string[] Words(string line) =>
            line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Contains("source", Heading(100));
        Assert.DoesNotContain("source", Heading(80));
        Assert.Contains("certified", Heading(80));
        Assert.DoesNotContain("in part", Heading(60));
        // Short names leave room for all.
        Assert.Contains("in part", Heading(80, "ji2022.prop1"));
        Assert.NotEmpty(Words(Heading(60)));
    }

    [Fact]
    public void Quiet_is_a_line_of_three_words_per_claim()
    {
        var lines = RunText.Quiet(s_reports.Value).ToList();
        Assert.Equal(s_reports.Value.Select(r => r.Claim.Id), lines.Select(l => l.Split(' ')[0]));
        Assert.All(lines, l => Assert.Equal(3, l.Split(' ').Length));
        Assert.Contains("ji2022.lemma15 refuted 1.235e-123", lines);
    }
}
