using System.Reflection;
using System.Text.RegularExpressions;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// What there is to check and to check it with, found by reflection: the public static lists of trials and families in
/// Algorithms, the claims in Bounds. Trials and families meet claims through the slots that a claim's formulas read.
/// </summary>
public sealed class Registry
{
    /// <summary>What a claim reads: slots by its sides alone and by all of it, and counts.</summary>
    private sealed record Traces(IReadOnlySet<Slot> Sides, IReadOnlySet<Slot> All, IReadOnlySet<Count> Counts);

    private readonly Dictionary<Claim, Traces> _reads = [];

    /// <summary>A registry of these parts; <see cref="Default"/> has all.</summary>
    public Registry(IReadOnlyList<Claim> claims, IReadOnlyList<Trial> trials, IReadOnlyList<Family> families) =>
        (Claims, Trials, Families) = (claims, trials, families);

    /// <summary>All claims, trials and families of the program.</summary>
    public static Registry Default { get; } = new([.. Catalogue.all], Lists<Trial>(), Lists<Family>());

    /// <summary>This registry with other claims.</summary>
    public Registry With(params IReadOnlyList<Claim> claims) => new(claims, Trials, Families);

    /// <summary>This registry with other trials, and the claims that they serve.</summary>
    public Registry With(IReadOnlyList<Trial> trials)
    {
        var all = new Registry(Claims, trials, Families);
        return all.With([.. Claims.Where(c => all.FamiliesOf(c).Any())]);
    }

    public IReadOnlyList<Claim> Claims { get; }
    public IReadOnlyList<Trial> Trials { get; }
    public IReadOnlyList<Family> Families { get; }

    /// <summary>What formulas can read: constants that instances carry, and what trials fill.</summary>
    public IEnumerable<Slot> Observables =>
        Trials.SelectMany(t => t.Shape.Fields.Select(f => f.Slot).OfType<Slot>().Concat(t.Fills)).Distinct();

    /// <summary>The slots that the sides and hypotheses of a claim read.</summary>
    public IReadOnlySet<Slot> Reads(Claim claim) => Traced(claim).All;

    /// <summary>The counts that a claim reads.</summary>
    public IReadOnlySet<Count> CountsOf(Claim claim) => Traced(claim).Counts;

    /// <summary>The slots that the sides of a claim read.</summary>
    public IReadOnlySet<Slot> ReadsOfSides(Claim claim) => Traced(claim).Sides;

    /// <summary>The trials that fill what a claim reads, at most one per shape.</summary>
    public IEnumerable<Trial> TrialsOf(Claim claim)
    {
        var (reads, counts) = (Reads(claim), CountsOf(claim));
        var prescribed = claim.Prescribes.Select(p => p.Slot).ToHashSet();
        return Trials.Where(t =>
            prescribed.SetEquals(t.Takes) && reads.All(s => IsFilled(t, s)) && counts.All(c => IsFilled(t, c))
        );
    }

    /// <summary>Whether the trial, or its shape, fills a slot.</summary>
    internal static bool IsFilled(Trial trial, Slot slot) =>
        trial.Fills.Contains(slot) || trial.Shape.FieldOf(slot) is not null;

    /// <summary>Whether instances of the trial's shape have a count.</summary>
    internal static bool IsFilled(Trial trial, Count count) =>
        count == Count.D
        || count == Count.Tasks
        || trial.Shape.Counts.Any(c => c.Count == count)
        || count == Count.M && trial.Shape.Fields.Any(f => f.Kind == FieldKind.Matrices);

    /// <summary>The trial for a claim on one shape, or null.</summary>
    public Trial? TrialOf(Claim claim, Shape shape) => TrialsOf(claim).FirstOrDefault(t => t.Shape == shape);

    /// <summary>The families on which a claim can be tried, with the trial to run.</summary>
    public IEnumerable<(Family Family, Trial Trial)> FamiliesOf(Claim claim) =>
        from family in Families
        let trial = TrialOf(claim, family.Shape)
        where trial is not null
        select (family, trial);

    /// <summary>
    /// The coordinates by which a claim's instances are described: those of the trial, without counts that an instance may be
    /// without and that neither the claim nor the trial asks for.
    /// </summary>
    public IReadOnlyList<Coordinate> CoordinatesOf(Claim claim, Trial trial)
    {
        var counts = CountsOf(claim).Union(trial.CountsFor(Reads(claim))).ToHashSet();
        bool IsOptional(Count count) => trial.Shape.Counts.Any(c => c.Count == count && c.IsOptional);
        return
        [
            .. trial.Coordinates.Where(c => c.Count is not { } count || counts.Contains(count) || !IsOptional(count)),
        ];
    }

    /// <summary>The two of them over which tightness is mapped, or null.</summary>
    public (Coordinate X, Coordinate Y)? MapOf(Claim claim, Trial trial)
    {
        var coordinates = CoordinatesOf(claim, trial);
        return trial.Map is var (x, y) && coordinates.Contains(x) && coordinates.Contains(y) ? (x, y) : null;
    }

    /// <summary>The coordinate of a name, or null: those of all trials that share a name share meaning and bins.</summary>
    public Coordinate? CoordinateOf(string name) =>
        Trials.SelectMany(t => t.Coordinates).FirstOrDefault(c => c.Name == name);

    /// <summary>The claims whose ids match one of some patterns, in which * stands for anything; all without patterns.</summary>
    /// <exception cref="InputException">A pattern matches none.</exception>
    public IReadOnlyList<Claim> Matching(params IReadOnlyList<string> patterns)
    {
        if (patterns.Count == 0)
            return Claims;
        var found = new HashSet<Claim>();
        foreach (var pattern in patterns)
        {
            var regex = new Regex("^" + Regex.Escape(pattern).Replace("\\*", ".*") + "$");
            var matches = Claims.Where(c => regex.IsMatch(c.Id)).ToList();
            if (matches.Count == 0)
                throw new InputException($"no claim matches '{pattern}' (see verify list)");
            found.UnionWith(matches);
        }
        return [.. Claims.Where(found.Contains)];
    }

    /// <summary>Claims, and those that they presuppose: without these there is no verdict on them.</summary>
    public IReadOnlyList<Claim> WithPresupposed(IReadOnlyList<Claim> claims)
    {
        var all = claims.Concat(claims.SelectMany(c => c.Presupposes)).ToHashSet();
        return [.. Claims.Where(all.Contains)];
    }

    /// <summary>The instance of a place.</summary>
    /// <param name="replay">The place.</param>
    /// <param name="options">What it was drawn with, but for the seed; by default what a run without options has.</param>
    /// <exception cref="InputException">There is no such family.</exception>
    public Instance Draw(Replay replay, RunOptions? options = null)
    {
        var family =
            Families.FirstOrDefault(f => f.Name == replay.Family)
            ?? throw new InputException($"replay token '{replay}': no family '{replay.Family}'");
        var seeded = (options ?? new RunOptions()) with { Seed = replay.Seed };
        return BlockSampler.Create(this, seeded, new AlphaLRanges(Claims)).Instance(family, replay.Index);
    }

    private Traces Traced(Claim claim)
    {
        lock (_reads)
            return _reads.TryGetValue(claim, out var known) ? known : _reads[claim] = Trace(claim);
    }

    private static Traces Trace(Claim claim)
    {
        var reads = new HashSet<Slot>();
        var o = new Observables<Real>();
        foreach (var count in Count.All)
            o[count] = 1;
        var counts = new HashSet<Count>();
        (o.Reads, o.CountReads) = (reads, counts);
        claim.Lhs.Evaluate(o, 0);
        claim.Rhs.Evaluate(o, 0);
        // Without what is prescribed from them there are no sides.
        foreach (var prescription in claim.Prescribes)
            prescription.Value.Evaluate(o, 0);
        var sides = reads.ToHashSet();
        if (claim.Highlight is { } highlight)
            highlight.Value.Share.Evaluate(o, 0);
        foreach (var hypothesis in claim.Hypotheses)
            if (hypothesis.Condition is Condition.Established constant)
                reads.Add(constant.Item);
            else
                hypothesis.Condition.Margin.Evaluate(o, 0);
        // What is prescribed is no one else's to fill.
        foreach (var prescription in claim.Prescribes)
        {
            reads.Remove(prescription.Slot);
            sides.Remove(prescription.Slot);
        }
        return new Traces(sides, reads, counts);
    }

    private static List<TItem> Lists<TItem>() =>
        [
            .. typeof(Trial)
                .Assembly.GetExportedTypes()
                .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Static))
                .Where(p => p.PropertyType == typeof(IReadOnlyList<TItem>))
                .OrderBy(p => p.DeclaringType!.FullName, StringComparer.Ordinal)
                .SelectMany(p => (IReadOnlyList<TItem>)p.GetValue(null)!),
        ];
}
