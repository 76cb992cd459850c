using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>Verdicts from facts: the last step of a run, and all of what reading a run back does.</summary>
public static class Judgement
{
    /// <summary>The verdict on one claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="facts">Its facts, in key order.</param>
    /// <param name="escalation">A counterexample, and the candidates that rising precision decided.</param>
    /// <param name="registry">What there is.</param>
    /// <param name="seconds">What the facts took.</param>
    public static ClaimReport Of(
        Claim claim,
        IEnumerable<Fact> facts,
        Escalation escalation,
        Registry registry,
        double seconds
    )
    {
        var mine = facts.ToList();
        var witness = escalation.Witness;
        var outcomes = Outcomes(mine, escalation.Outcomes);
        var evaluations = mine.Sum(f => f.Evaluations);
        var verdict =
            witness is not null ? Verdict.Refuted
            : evaluations == 0 ? Verdict.HypothesesNotMet
            : outcomes.GetValueOrDefault(Outcome.Inconclusive) > 0 ? Verdict.Inconclusive
            : Verdict.NotRefuted;
        return new ClaimReport
        {
            Claim = claim,
            Verdict = verdict,
            Evidence =
                witness is null ? EvidenceKind.Search
                : witness.Certificate.Sides!.IsExact ? EvidenceKind.Exact
                : EvidenceKind.Interval,
            Evaluations = evaluations,
            Inconclusive = mine.Sum(f => f.Inconclusive),
            StepLimit = StepLimit.Of(mine),
            ByFamily = mine.GroupBy(f => f.Family).ToDictionary(g => g.Key, g => g.Sum(f => f.Evaluations)),
            NotMet = claim.Hypotheses.ToDictionary(h => h.Name, h => mine.Sum(f => f.NotMet[h.Name])),
            Histogram =
            [
                .. Enumerable
                    .Range(0, Fact.Bins.Length + 1)
                    .Select(b => mine.Sum(f => f.Histogram.Length > b ? f.Histogram[b] : 0)),
            ],
            Best = Largest(mine, f => f.Best),
            CertifiedRatio = mine.Max(f => f.CertifiedRatio),
            Highlight = Largest(mine, f => f.Highlight),
            Gap = mine.SelectMany(f => f.Candidates).Select(c => (double?)c.Excess).Max(),
            Violations = mine.Sum(f => f.Violations),
            Outcomes = outcomes,
            Gradients = mine.Sum(f => f.Gradients),
            HessianVectors = mine.Sum(f => f.HessianVectors),
            Witness = witness,
            Coverage = Coverage.Of(mine, registry),
            Maps = TightnessMap.Of(mine, registry),
            Seconds = seconds,
        };
    }

    /// <summary>
    /// The same reports, those of claims vacuous that presuppose another of them which is refuted, with a certificate, and
    /// violated wherever it was evaluated.
    /// </summary>
    public static IReadOnlyList<ClaimReport> WithVacuous(IReadOnlyList<ClaimReport> reports)
    {
        var failing = reports
            .Where(r => r.Verdict == Verdict.Refuted && r.Violations == r.Evaluations)
            .ToDictionary(r => r.Claim);
        return
        [
            .. reports.Select(r =>
                r.Claim.Presupposes.FirstOrDefault(failing.ContainsKey) is { } presupposed
                    ? r with
                    {
                        Verdict = Verdict.Vacuous,
                        Evidence = failing[presupposed].Evidence,
                        Witness = null,
                    }
                    : r
            ),
        ];
    }

    /// <summary>How the candidates ended: in double intervals, or with rising precision.</summary>
    private static Dictionary<Outcome, int> Outcomes(List<Fact> facts, IReadOnlyList<Escalated> escalated)
    {
        var decided = escalated.ToDictionary(e => e.Replay, e => e.Outcome);
        return facts
            .SelectMany(f =>
                f.Candidates.Select(c =>
                    decided.TryGetValue(new Replay(f.Family, f.Seed, c.Index), out var outcome) ? outcome : c.Outcome
                )
            )
            .GroupBy(outcome => outcome)
            .ToDictionary(g => g.Key, g => g.Count());
    }

    private static (double, Replay)? Largest(List<Fact> facts, Func<Fact, Best?> which) =>
        facts
            .Where(f => which(f) is not null)
            .Select(f => ((double, Replay)?)(which(f)!.Ratio, new Replay(f.Family, f.Seed, which(f)!.Index)))
            .OrderByDescending(x => x!.Value.Item1)
            .FirstOrDefault();
}
