using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>What pages and summaries tell of: a run, its reports, and the verdicts known before.</summary>
/// <param name="Run">What was run, by what and where.</param>
/// <param name="Reports">The verdicts, in the order of the claims.</param>
/// <param name="Ledger">The known verdicts.</param>
/// <param name="Registry">What there is.</param>
public sealed record Dossier(
    RunRecord Run,
    IReadOnlyList<ClaimReport> Reports,
    IReadOnlyList<LedgerEntry> Ledger,
    Registry Registry
)
{
    /// <summary>The order in which verdicts are counted.</summary>
    public static IReadOnlyList<Verdict> Verdicts { get; } =
    [Verdict.Refuted, Verdict.Vacuous, Verdict.Inconclusive, Verdict.NotRefuted, Verdict.HypothesesNotMet];

    /// <summary>The reports by the first part of the claims' ids.</summary>
    public IEnumerable<IGrouping<string, ClaimReport>> Papers => Reports.GroupBy(r => PaperOf(r.Claim.Id));

    /// <summary>
    /// The refuted claims: new ones first, then those whose text is the paper's; each statement once before its other readings;
    /// exact evidence and small counterexamples first.
    /// </summary>
    public IReadOnlyList<ClaimReport> Findings =>
        [
            .. Reports
                .Where(r => r.Verdict == Verdict.Refuted)
                .OrderBy(r => r.Evidence)
                .ThenBy(r => r.Witness!.Certificate.Instance.Record.Length)
                .GroupBy(r => r.Claim.Statement)
                .SelectMany(g => g.Select((r, i) => (Report: r, IsRepeated: i > 0)))
                .OrderBy(x => IsNew(x.Report) ? 0 : 1)
                .ThenBy(x => IsInPaper(x.Report.Claim) ? 0 : 1)
                .ThenBy(x => x.IsRepeated)
                .Select(x => x.Report),
        ];

    /// <summary>The reports whose verdict is not the ledger's, with what the ledger says.</summary>
    public IEnumerable<(ClaimReport Report, string Known)> Changes =>
        from report in Reports
        let known = Entry(report)?.Verdict ?? "not in the ledger"
        where known != Names.Of(report.Verdict)
        select (report, known);

    public long CountOf(Verdict verdict) => Reports.Count(r => r.Verdict == verdict);

    /// <summary>Whether a refutation is not in the ledger.</summary>
    public bool IsNew(ClaimReport report) =>
        report.Verdict == Verdict.Refuted && Entry(report)?.Verdict != Names.Of(Verdict.Refuted);

    /// <summary>Whether the ledger has a refutation that the run has not.</summary>
    public bool IsLost(ClaimReport report) =>
        report.Verdict != Verdict.Refuted && Entry(report)?.Verdict == Names.Of(Verdict.Refuted);

    /// <summary>Only statements that are printed or quoted are said to fail in the paper.</summary>
    public static bool IsInPaper(Claim claim) => claim.Provenance.IsPrinted || claim.Provenance.IsQuoted;

    /// <summary>The first part of an id.</summary>
    public static string PaperOf(string id) => id.Split('.')[0];

    /// <summary>The published figures of the papers and those of each claim, by names that files can have.</summary>
    public IReadOnlyList<(string Name, Figure Figure)> AllFigures() =>
        [
            .. Papers.SelectMany(p =>
                Figures.All.Where(f => PaperOf(f.Id) == p.Key).Select(f => (f.Id, f.Make().Figure))
            ),
            .. Reports.SelectMany(r => FiguresOf(r).Select(f => ($"{r.Claim.Id}.{f.Id}", f.Figure))),
        ];

    /// <summary>The figures of a claim of the run.</summary>
    public IReadOnlyList<ClaimFigure> FiguresOf(ClaimReport report) =>
        ClaimFigures.Of(report, Curves.AtBest(report, Run.ToOptions(), Registry));

    private LedgerEntry? Entry(ClaimReport report) =>
        Ledger.FirstOrDefault(e => e.Claim == report.Claim.Id && e.Version == report.Claim.Version);
}

/// <summary>Verdicts as people read them.</summary>
public static class Words
{
    public static string Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.Refuted => "refuted",
            Verdict.NotRefuted => "not refuted",
            Verdict.Vacuous => "vacuous",
            Verdict.HypothesesNotMet => "hypotheses not met",
            _ => "inconclusive",
        };

    public static string Of(Kind kind) =>
        string.Concat(
            kind.ToString().Select((c, i) => (i > 0 && char.IsUpper(c) ? " " : "") + char.ToLowerInvariant(c))
        );

    /// <summary>What the verdict rests on.</summary>
    public static string Strength(ClaimReport report) =>
        report.Verdict == Verdict.Vacuous
            ? $"{string.Join(", ", report.Claim.Presupposes.Select(c => c.Id))} is refuted, which it presupposes"
        : report.Witness is { } witness ? Strength(witness)
        : $"search: {Notation.Grouped(report.Evaluations)} evaluations";

    /// <summary>What a refutation rests on.</summary>
    public static string Strength(Witness witness) =>
        witness.Certificate.Sides!.IsExact
            ? "exact arithmetic"
            : $"interval arithmetic, {witness.Certificate.Bits} bits";

    /// <summary>Where a refuted statement fails.</summary>
    public static string Failure(Claim claim) =>
        (Dossier.IsInPaper(claim) ? "fails in the paper as " : "fails, as ") + Names.Of(claim.Provenance);
}
