using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>How a candidate ended that double intervals left undecided.</summary>
/// <param name="Claim">The claim's id.</param>
/// <param name="Replay">The instance.</param>
/// <param name="Outcome">What rising precision found.</param>
public sealed record Escalated(string Claim, Replay Replay, Outcome Outcome);

/// <summary>What is known of a claim beyond its facts.</summary>
/// <param name="Witness">A certified counterexample, or null.</param>
/// <param name="Outcomes">The candidates that were certified with more than double precision.</param>
public sealed record Escalation(Witness? Witness, IReadOnlyList<Escalated> Outcomes);

/// <summary>Takes the candidates of facts further: rising precision, and the smallest form of a refuted one.</summary>
internal sealed class Escalator(Registry registry, RunOptions options, AlphaLRanges ranges)
{
    /// <summary>Candidates per claim that are certified with more than double precision.</summary>
    private const int MostEscalated = 32;

    /// <summary>Numbers times steps beyond which a candidate is not escalated: seconds of big-number arithmetic.</summary>
    private const long MostWork = 20_000;

    /// <summary>
    /// Certifies the undecided candidates of a claim with rising precision, the cheapest first and in key order among equals,
    /// and makes a refuted one smaller.
    /// </summary>
    public Escalation Escalate(Claim claim, IReadOnlyList<Fact> facts, CancellationToken cancellation)
    {
        var outcomes = new List<Escalated>();
        var sampler = BlockSampler.Create(registry, options, ranges);
        var candidates = facts.SelectMany(f => f.Candidates.Select(c => (Fact: f, Candidate: c))).ToList();
        // The smallest refuted instance makes the shortest witness; the largest excess decides among equals.
        var refuted = candidates
            .Where(x => x.Candidate.Outcome == Outcome.Refuted)
            .OrderBy(x => Work(InstanceOf(sampler, x.Fact, x.Candidate)))
            .ThenByDescending(x => x.Candidate.Excess)
            .ToList();
        Witness? witness = null;
        if (refuted.Count > 0)
            witness = Shrunk(claim, sampler, refuted[0].Fact, refuted[0].Candidate);

        var undecided = candidates
            .Where(x => x.Candidate.Outcome is Outcome.AtEquality or Outcome.Inconclusive)
            .Select(x => (x.Fact, x.Candidate, Instance: InstanceOf(sampler, x.Fact, x.Candidate)))
            .OrderBy(x => Work(x.Instance))
            .ToList();
        foreach (
            var (fact, candidate, instance) in undecided
                .Where(x => IsWorthwhile(claim, x.Candidate))
                .Take(MostEscalated)
        )
        {
            if (witness is not null || Work(instance) > MostWork || cancellation.IsCancellationRequested)
                break;
            var trial = registry.TrialOf(claim, instance.Shape)!;
            var certificate = Certifier.WithRisingPrecision(claim, trial, instance);
            outcomes.Add(
                new Escalated(claim.Id, new Replay(fact.Family, fact.Seed, candidate.Index), certificate.Outcome)
            );
            if (certificate.Outcome == Outcome.Refuted)
                witness = Shrunk(claim, sampler, fact, candidate);
        }
        return new Escalation(witness, outcomes);
    }

    /// <summary>An identity's overlapping enclosures never separate where its sides differ by rounding only.</summary>
    private static bool IsWorthwhile(Claim claim, Candidate candidate) =>
        !claim.Relation.IsEqual || candidate.Excess > Tally.RoundingFloor;

    private static long Work(Instance instance) =>
        (long)instance.Record.Length * instance.Counts.GetValueOrDefault(Count.N, 1);

    private Instance InstanceOf(BlockSampler sampler, Fact fact, Candidate candidate) =>
        sampler.Instance(registry.Families.First(f => f.Name == fact.Family), candidate.Index);

    private Witness Shrunk(Claim claim, BlockSampler sampler, Fact fact, Candidate candidate)
    {
        var instance = InstanceOf(sampler, fact, candidate);
        var trial = registry.TrialOf(claim, instance.Shape)!;
        return new Witness(
            Shrinker.Shrink(claim, trial, instance),
            new Replay(fact.Family, fact.Seed, candidate.Index)
        );
    }
}
