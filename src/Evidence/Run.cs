using System.Collections.Concurrent;
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
    /// <summary>Blocks of one family for one claim, as a multiple of those that would do if every draw counted.</summary>
    private const int Patience = 8;

    private readonly AlphaLRanges _ranges = new(registry.Claims);
    private readonly SortedDictionary<(string, string, long), Fact> _facts = [];
    private readonly Dictionary<string, double> _seconds = [];

    /// <summary>The facts so far, in key order.</summary>
    public IReadOnlyCollection<Fact> Facts => _facts.Values;

    /// <summary>What was asked for.</summary>
    public RunOptions Options => options;

    /// <summary>When the sampling began.</summary>
    public DateTimeOffset Started { get; private set; }

    /// <summary>Wall-clock time from there to the verdicts.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Whether it ended by itself, the time limit included.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How candidates ended that were certified with more than double precision.</summary>
    public IReadOnlyList<Escalated> Escalated { get; private set; } = [];

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
        Started = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        Sample(claims, progress, limit.Token);
        var facts = Facts.ToLookup(f => f.Claim);
        var escalations = new Escalation[claims.Count];
        var escalator = new Escalator(registry, options, _ranges);
        Parallel.For(
            0,
            claims.Count,
            Parallelism,
            i =>
                escalations[i] = standing?.GetValueOrDefault(claims[i].Id) is { } known
                    ? new Escalation(known, [])
                    : escalator.Escalate(claims[i], [.. facts[claims[i].Id]], cancellation)
        );
        Escalated = [.. escalations.SelectMany(e => e.Outcomes)];
        (IsComplete, Elapsed) = (!cancellation.IsCancellationRequested, watch.Elapsed);
        return Judgement.WithVacuous([
            .. claims.Zip(
                escalations,
                (claim, escalation) =>
                    Judgement.Of(claim, facts[claim.Id], escalation, registry, _seconds.GetValueOrDefault(claim.Id))
            ),
        ]);
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
            // The jobs with most claims first, one by one: the last ones are short.
            var order = jobs.OrderByDescending(job => job.Value.Count);
            Parallel.ForEach(
                Partitioner.Create(order, EnumerablePartitionerOptions.NoBuffering),
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
                            _seconds[claim.Id] =
                                _seconds.GetValueOrDefault(claim.Id) + watch.Elapsed.TotalSeconds / job.Value.Count;
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
}
