using System.Diagnostics;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>How far a run has come.</summary>
/// <param name="Done">Blocks done.</param>
/// <param name="Planned">Blocks planned so far.</param>
public readonly record struct Progress(int Done, int Planned);

/// <summary>
/// Samples claims until each has its budget of evaluations, escalates candidates and gives verdicts. Deterministic but
/// for a time limit or a cancellation, which end it early with what was found.
/// </summary>
/// <param name="registry">What there is to run.</param>
/// <param name="options">What is asked for.</param>
/// <param name="standing">
/// By claim, witnesses that certify again: a known refutation stands at any budget, and no other one is looked for.
/// </param>
public sealed class Run(Registry registry, RunOptions options, IReadOnlyDictionary<string, Witness>? standing = null)
{
    /// <summary>Candidates per claim that are certified with more than double precision.</summary>
    private const int MostEscalated = 32;

    /// <summary>Numbers times steps beyond which a candidate is not escalated: seconds of big-number arithmetic.</summary>
    private const long MostWork = 20_000;

    /// <summary>Blocks of one family for one claim, as a multiple of those that would do if every draw counted.</summary>
    private const int Patience = 8;

    private readonly AlphaLRanges _ranges = new(registry.Claims);
    private readonly SortedDictionary<(string, string, long), Fact> _facts = [];
    private readonly Dictionary<Claim, double> _seconds = [];

    /// <summary>The facts so far, in key order.</summary>
    public IReadOnlyCollection<Fact> Facts => _facts.Values;

    /// <summary>Runs; the reports come in the order of the claims.</summary>
    /// <param name="claims">What to check.</param>
    /// <param name="progress">Told after each block, from any thread; or null.</param>
    /// <param name="cancellation">Ends the sampling; what was found is kept.</param>
    /// <exception cref="InputException">The options name a family that does not exist.</exception>
    public IReadOnlyList<ClaimReport> Execute(
        IReadOnlyList<Claim> claims,
        Action<Progress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (options.Family is { } name && registry.Families.All(f => f.Name != name))
            throw new InputException(
                $"--family '{name}' is none of {string.Join(", ", registry.Families.Select(f => f.Name))}"
            );
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.Time is { } time)
            limit.CancelAfter(time);
        Sample(claims, progress, limit.Token);
        var reports = new ClaimReport[claims.Count];
        Parallel.For(0, claims.Count, Parallelism, i => reports[i] = Report(claims[i], cancellation));
        return reports;
    }

    private ParallelOptions Parallelism => new() { MaxDegreeOfParallelism = options.Threads };

    private void Sample(IReadOnlyList<Claim> claims, Action<Progress>? progress, CancellationToken cancellation)
    {
        // For each claim and family, the next block; a family that never meets the hypotheses drops out.
        var plans = claims.ToDictionary(c => c, c => FamiliesOf(c).ToDictionary(f => f, _ => 0L));
        var (done, planned) = (0, 0);
        var samplers = new ThreadLocal<BlockSampler>(() => BlockSampler.Create(registry, options, _ranges));
        // Without a time limit the budget ends it, with one the budget is no limit.
        while (true)
        {
            var jobs = new SortedDictionary<(string Family, long Block), List<Claim>>();
            foreach (var claim in claims)
            foreach (var (family, count) in Plan(claim, plans[claim]))
                for (var k = 0; k < count; k++)
                {
                    var key = (family.Name, plans[claim][family]++);
                    if (!jobs.TryGetValue(key, out var list))
                        jobs[key] = list = [];
                    list.Add(claim);
                }
            if (jobs.Count == 0)
                return;
            planned += jobs.Count;
            Parallel.ForEach(
                jobs,
                Parallelism,
                (job, state) =>
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        state.Stop();
                        return;
                    }
                    var watch = Stopwatch.StartNew();
                    var family = registry.Families.First(f => f.Name == job.Key.Family);
                    var facts = samplers.Value!.Sample(family, job.Key.Block, job.Value);
                    lock (_facts)
                    {
                        foreach (var fact in facts)
                            _facts[fact.Key] = fact;
                        foreach (var claim in job.Value)
                            _seconds[claim] =
                                _seconds.GetValueOrDefault(claim) + watch.Elapsed.TotalSeconds / job.Value.Count;
                        progress?.Invoke(new Progress(++done, planned));
                    }
                }
            );
            if (cancellation.IsCancellationRequested)
                return;
        }
    }

    /// <summary>How many more blocks of each family a claim needs, judged by what its blocks have yielded.</summary>
    private IEnumerable<(Family, int)> Plan(Claim claim, IReadOnlyDictionary<Family, long> next)
    {
        var facts = FactsOf(claim);
        var yields = facts.GroupBy(f => f.Family).ToDictionary(g => g.Key, g => g.Average(f => f.Evaluations));
        var trials = FamiliesOf(claim).Select(f => registry.TrialOf(claim, f.Shape)!).Distinct().ToList();
        if (trials.Count == 0)
            yield break;
        var (budget, thinning) = (trials.Max(options.BudgetOf), trials.Max(t => t.Thinning));
        var missing = budget - facts.Sum(f => f.Evaluations);
        if (missing <= 0 && options.Time is null)
            yield break;
        var open = next.Where(x => x.Value == 0 || yields.GetValueOrDefault(x.Key.Name) > 0).ToList();
        var perRound = open.Sum(x => yields.GetValueOrDefault(x.Key.Name));
        var most = options.Time is null ? Patience * (1 + budget * thinning / BlockSampler.BlockSize) : long.MaxValue;
        foreach (var (family, block) in open)
        {
            var wanted =
                block == 0 || perRound == 0
                    ? 1
                    : (int)Math.Min(Math.Ceiling(Math.Max(missing, 1) / perRound), most - block);
            if (family.MostBlocks is { } all)
                wanted = (int)Math.Min(wanted, all - block);
            if (wanted > 0)
                yield return (family, wanted);
        }
    }

    private IEnumerable<Family> FamiliesOf(Claim claim) =>
        registry.FamiliesOf(claim).Select(x => x.Family).Where(f => options.Family is null || f.Name == options.Family);

    private List<Fact> FactsOf(Claim claim) => [.. _facts.Values.Where(f => f.Claim == claim.Id)];

    private ClaimReport Report(Claim claim, CancellationToken cancellation)
    {
        var facts = FactsOf(claim);
        var (outcomes, witness) = standing?.GetValueOrDefault(claim.Id) is { } known
            ? (Outcomes(facts), known)
            : Escalate(claim, facts, cancellation);
        var evaluations = facts.Sum(f => f.Evaluations);
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
            Inconclusive = facts.Sum(f => f.Inconclusive),
            ByFamily = facts.GroupBy(f => f.Family).ToDictionary(g => g.Key, g => g.Sum(f => f.Evaluations)),
            NotMet = claim.Hypotheses.ToDictionary(h => h.Name, h => facts.Sum(f => f.NotMet[h.Name])),
            Histogram =
            [
                .. Enumerable
                    .Range(0, Fact.Bins.Length + 1)
                    .Select(b => facts.Sum(f => f.Histogram.Length > b ? f.Histogram[b] : 0)),
            ],
            Best = Largest(facts, f => f.Best),
            CertifiedRatio = facts.Max(f => f.CertifiedRatio),
            Highlight = Largest(facts, f => f.Highlight),
            Gap = facts.SelectMany(f => f.Candidates).Select(c => (double?)c.Excess).Max(),
            Violations = facts.Sum(f => f.Violations),
            Outcomes = outcomes,
            Gradients = facts.Sum(f => f.Gradients),
            HessianVectors = facts.Sum(f => f.HessianVectors),
            Witness = witness,
            Seconds = _seconds.GetValueOrDefault(claim),
        };
    }

    private (double, Replay)? Largest(List<Fact> facts, Func<Fact, Best?> which) =>
        facts
            .Where(f => which(f) is not null)
            .Select(f => ((double, Replay)?)(which(f)!.Ratio, new Replay(f.Family, f.Seed, which(f)!.Index)))
            .OrderByDescending(x => x!.Value.Item1)
            .FirstOrDefault();

    /// <summary>
    /// How the candidates ended, the undecided ones after rising precision, and the smallest form of a refuted one. The
    /// cheapest are escalated first, in key order among equals.
    /// </summary>
    private (Dictionary<Outcome, int>, Witness?) Escalate(Claim claim, List<Fact> facts, CancellationToken cancellation)
    {
        var outcomes = Outcomes(facts);
        var sampler = BlockSampler.Create(registry, options, _ranges);
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
            outcomes[candidate.Outcome]--;
            outcomes[certificate.Outcome] = outcomes.GetValueOrDefault(certificate.Outcome) + 1;
            if (certificate.Outcome == Outcome.Refuted)
                witness = Shrunk(claim, sampler, fact, candidate);
        }
        return (outcomes, witness);
    }

    /// <summary>How the candidates ended in double intervals.</summary>
    private static Dictionary<Outcome, int> Outcomes(List<Fact> facts) =>
        facts.SelectMany(f => f.Candidates).GroupBy(c => c.Outcome).ToDictionary(g => g.Key, g => g.Count());

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
