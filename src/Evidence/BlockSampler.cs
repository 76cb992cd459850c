using System.Runtime.InteropServices;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// Evaluates claims on blocks of 4096 instances of a family, one worker's worth. A block's facts depend on (seed, family,
/// block) alone: not on the other claims asked for, the lane width or the thread.
/// </summary>
public abstract class BlockSampler(Registry registry, RunOptions options, AlphaLRanges ranges)
{
    /// <summary>The number of instances of a block.</summary>
    public const int BlockSize = 4096;
    private const int TilesPerBlock = BlockSize / (Tile.Size * Tile.Settings);

    /// <summary>Cubic trials run on every tile up to this dimension, and on one of <see cref="CubicShare"/> above.</summary>
    private const int CubicDimension = 16;
    private const int CubicShare = 4;

    private readonly Tile _tile = new();
    private readonly Ranges _ranges = new(options, ranges);

    protected Registry Registry => registry;
    protected RunOptions Options => options;

    /// <summary>A sampler of the width, and on the device, that the options ask for.</summary>
    public static BlockSampler Create(Registry registry, RunOptions options, AlphaLRanges ranges) =>
        options.Width switch
        {
            1 => Create<Real>(registry, options, ranges),
            2 => Create<Lanes2>(registry, options, ranges),
            4 => Create<Lanes4>(registry, options, ranges),
            8 => Create<Lanes8>(registry, options, ranges),
            16 => Create<Pair<Lanes8>>(registry, options, ranges),
            var width => throw new InputException($"--width {width} is none of 1, 2, 4, 8, 16"),
        };

    private static BlockSampler Create<T>(Registry registry, RunOptions options, AlphaLRanges ranges)
        where T : unmanaged, IMachineReal<T> =>
        options.Device is { } device
            ? new DeviceBlockSampler<T>(registry, options, ranges, device)
            : new BlockSampler<T>(registry, options, ranges);

    /// <summary>The facts of one block, in the order of the claims.</summary>
    /// <param name="family">The family.</param>
    /// <param name="block">The number of the block.</param>
    /// <param name="claims">Claims that the family can serve.</param>
    public IReadOnlyList<Fact> Sample(Family family, long block, IReadOnlyList<Claim> claims)
    {
        var tallies = claims.Select(c => new Tally(c, registry.TrialOf(c, family.Shape)!)).ToList();
        for (var t = 0; t < TilesPerBlock; t++)
        {
            var number = block * TilesPerBlock + t;
            _tile.Draw(family, options.Seed, number, LimitsOf(family));
            var active = tallies.Where(x => IsSampled(x.Trial, number)).ToList();
            if (active.Count == 0)
                continue;
            for (var s = 0; s < Tile.Settings; s++)
            {
                var setting = _tile.DrawSetting(s, _ranges);
                for (var lane = 0; lane < Tile.Size; lane++)
                    _tile.DrawPoints(s, setting, lane);
                Evaluate(_tile, setting.Counts, active, (number * Tile.Settings + s) * Tile.Size);
            }
        }
        Finish();
        return [.. tallies.Select(x => x.ToFact(family, options.Seed, block, i => Instance(family, i)))];
    }

    /// <summary>One instance by its index.</summary>
    public Instance Instance(Family family, long index)
    {
        var (place, lane) = Math.DivRem(index, Tile.Size);
        var (number, s) = Math.DivRem(place, Tile.Settings);
        var tile = new Tile();
        tile.Draw(family, options.Seed, number, LimitsOf(family));
        // Settings do not depend on one another: only this one is drawn.
        var setting = tile.DrawSetting((int)s, _ranges);
        tile.DrawPoints((int)s, setting, (int)lane);
        var counts = new Counts();
        foreach (var field in family.Shape.Counts)
            counts[field.Count] = setting.Counts[field.Count];
        return new Instance(tile.Layout, counts, tile.Record((int)lane).ToArray());
    }

    /// <summary>
    /// Adds the sixteen instances of a tile, of which the first has an index, to the tallies: now, or at the latest when it
    /// is told to finish.
    /// </summary>
    private protected abstract void Evaluate(Tile tile, Counts counts, IReadOnlyList<Tally> tallies, long firstIndex);

    /// <summary>Adds what is still to be added.</summary>
    private protected virtual void Finish() { }

    private Limits LimitsOf(Family family)
    {
        var (d, n, m) = family.Limits;
        return new Limits(
            _ranges.Range("d", d.Least, d.Most),
            _ranges.Range("n", n.Least, n.Most),
            _ranges.Range("m", m.Least, m.Most)
        );
    }

    private bool IsSampled(Trial trial, long number) =>
        number % trial.Thinning == 0
        && (!trial.IsCubic || _tile.Layout.D <= CubicDimension || number / trial.Thinning % CubicShare == 0);
}

/// <summary>The sampler of one lane type.</summary>
public class BlockSampler<T>(Registry registry, RunOptions options, AlphaLRanges ranges)
    : BlockSampler(registry, options, ranges)
    where T : unmanaged, IMachineReal<T>
{
    private protected TileRunner<T> Runner { get; } = new();

    private protected override void Evaluate(Tile tile, Counts counts, IReadOnlyList<Tally> tallies, long firstIndex)
    {
        // Claims that prescribe the same share a run.
        foreach (var run in tallies.GroupBy(t => (t.Trial, t.Claim.Prescribes)))
            for (var first = 0; first < Tile.Size; first += T.Width)
            {
                Runner.Load(tile, first, counts);
                Runner.Prepare(run.Key.Trial, tile.Layout);
                Prescriptions.Fill(run.First().Claim, Runner.Observables, Options.MostSteps);
                var cost = Runner.Run(run.Key.Trial, tile.Layout);
                foreach (var tally in run)
                    tally.Read(Runner.Observables, first, cost);
            }
        foreach (var tally in tallies)
            tally.Absorb(firstIndex);
    }
}

/// <summary>
/// The sampler that leaves to a device the trials that it runs, in batches; the lanes run the others, and evaluate the
/// claims. A tally sees its instances in the same order as without a device.
/// </summary>
internal sealed class DeviceBlockSampler<T>(
    Registry registry,
    RunOptions options,
    AlphaLRanges ranges,
    IBatchDevice device
) : BlockSampler<T>(registry, options, ranges)
    where T : unmanaged, IMachineReal<T>
{
    /// <summary>The numbers of a batch, more or less: 64 MB.</summary>
    private const long BatchSize = 1 << 23;

    private readonly List<(TileRecord Tile, Trial Trial, Tally[] Tallies, long FirstIndex)> _pending = [];
    private long _size;

    private protected override void Evaluate(Tile tile, Counts counts, IReadOnlyList<Tally> tallies, long firstIndex)
    {
        foreach (var byTrial in tallies.Where(t => device.Runs(t.Trial)).GroupBy(t => t.Trial))
        {
            _pending.Add((new TileRecord(tile, counts), byTrial.Key, [.. byTrial], firstIndex));
            _size += tile.Layout.Size * Tile.Size;
        }
        base.Evaluate(tile, counts, [.. tallies.Where(t => !device.Runs(t.Trial))], firstIndex);
        if (_size >= BatchSize)
            Finish();
    }

    private protected override void Finish()
    {
        foreach (var byTrial in _pending.GroupBy(p => p.Trial, p => p.Tile))
            device.Run(byTrial.Key, [.. byTrial]);
        foreach (var (tile, trial, tallies, firstIndex) in _pending)
        {
            for (var first = 0; first < Tile.Size; first += T.Width)
            {
                Runner.Load(tile, trial, first);
                foreach (var tally in tallies)
                    tally.Read(Runner.Observables, first, tile.Cost);
            }
            foreach (var tally in tallies)
                tally.Absorb(firstIndex);
        }
        _pending.Clear();
        _size = 0;
    }
}

/// <summary>One claim's running sums over a block.</summary>
internal sealed class Tally(Claim claim, Trial trial)
{
    private const int MostCandidates = 16;

    /// <summary>
    /// A relative excess up to this is what rounding makes where sides are equal. The largest of a block is certified all
    /// the same; the others, up to <see cref="MostCandidates"/>, only above it.
    /// </summary>
    public const double RoundingFloor = 1e-9;

    private readonly double[] _excess = new double[Tile.Size];
    private readonly double[] _ratio = new double[Tile.Size];
    private readonly double[] _part = new double[Tile.Size];
    private readonly int[] _unmet = new int[Tile.Size];
    private readonly bool[] _isNumber = new bool[Tile.Size];
    private readonly IReadOnlyList<Hypothesis> _hypotheses = [.. claim.Hypotheses];
    private readonly long[] _notMet = new long[claim.Hypotheses.Length];
    private readonly long[] _histogram = new long[Fact.Bins.Length + 1];
    private readonly PriorityQueue<(long Index, double Ratio), (double Excess, long)> _worst = new();
    private long _evaluations,
        _inconclusive,
        _violations,
        _gradients,
        _hessianVectors;
    private Best? _best,
        _highlight;

    public Trial Trial => trial;
    public Claim Claim => claim;

    /// <summary>Evaluates hypotheses and sides for one group of lanes.</summary>
    public void Read<T>(Observables<T> o, int first, Oracles cost)
        where T : unmanaged, IMachineReal<T>
    {
        for (var lane = 0; lane < T.Width; lane++)
            (_unmet[first + lane], _isNumber[first + lane], _excess[first + lane]) = (0, true, double.NegativeInfinity);
        for (var h = 0; h < _hypotheses.Count; h++)
            ReadHypothesis(h, o, first);
        var components = claim.Extent == Extent.Dimension ? o[Count.D] : 1;
        // An identity's components are compared at the scale of the whole vectors, in the maximum norm.
        var scale = new double[Tile.Size];
        for (var k = 0; k < components; k++)
        {
            var (lhs, rhs) = (claim.Lhs.Evaluate(o, k), claim.Rhs.Evaluate(o, k));
            for (var lane = 0; lane < T.Width; lane++)
            {
                var (l, r) = (T.Lane(lhs, lane), T.Lane(rhs, lane));
                var i = first + lane;
                _isNumber[i] &= double.IsFinite(l) && double.IsFinite(r);
                _ratio[i] = r > 0 ? l / r : double.NaN;
                var size = Math.Abs(l) + Math.Abs(r);
                if (claim.Relation.IsEqual)
                {
                    scale[i] = Math.Max(scale[i], size);
                    _excess[i] = Math.Max(_excess[i], Math.Abs(l - r));
                }
                else
                    _excess[i] = size > 0 ? (l - r) / size : 0;
            }
        }
        if (claim.Relation.IsEqual)
            for (var i = first; i < first + T.Width; i++)
                _excess[i] = scale[i] > 0 ? _excess[i] / scale[i] : 0;
        if (claim.Highlight is { } highlight)
        {
            var part = highlight.Value.Share.Evaluate(o, 0);
            for (var lane = 0; lane < T.Width; lane++)
                _part[first + lane] = T.Lane(part, lane);
        }
        _gradients += trial.Fills.Contains(Cost.Gradients) ? Total(o[Cost.Gradients]) : (long)cost.Gradients * T.Width;
        _hessianVectors += trial.Fills.Contains(Cost.HessianVectors)
            ? Total(o[Cost.HessianVectors])
            : (long)cost.HessianVectors * T.Width;
    }

    /// <summary>Adds the sixteen instances that were read, in order.</summary>
    public void Absorb(long firstIndex)
    {
        for (var lane = 0; lane < Tile.Size; lane++)
        {
            for (var h = 0; h < _notMet.Length; h++)
                _notMet[h] += _unmet[lane] >> h & 1;
            if (_unmet[lane] != 0)
                continue;
            if (!_isNumber[lane])
            {
                _inconclusive++;
                continue;
            }
            _evaluations++;
            var index = firstIndex + lane;
            if (!claim.Relation.IsEqual && !double.IsNaN(_ratio[lane]))
            {
                _histogram[Bin(_ratio[lane])]++;
                if (_ratio[lane] <= 1 && _ratio[lane] > (_best?.Ratio ?? double.NegativeInfinity))
                    _best = new Best(index, _ratio[lane]);
                if (claim.Highlight is not null && _part[lane] >= 0.5)
                    if (_ratio[lane] <= 1 && _ratio[lane] > (_highlight?.Ratio ?? double.NegativeInfinity))
                        _highlight = new Best(index, _ratio[lane]);
            }
            if (
                _excess[lane]
                > (
                    claim.Relation.IsEqual ? RoundingFloor
                    : claim.Relation.IsLess ? -double.Epsilon
                    : 0
                )
            )
                _violations++;
            else if (!claim.Relation.IsEqual)
                continue;
            // Of an identity the largest difference is certified even where it looks like rounding.
            _worst.Enqueue((index, _ratio[lane]), (_excess[lane], -index));
            if (_worst.Count > MostCandidates)
                _worst.Dequeue();
        }
    }

    public Fact ToFact(Family family, ulong seed, long block, Func<long, Instance> instance)
    {
        var candidates = _worst
            .UnorderedItems.OrderByDescending(x => x.Priority.Excess)
            .ThenBy(x => x.Element.Index)
            .Where((x, rank) => rank == 0 || x.Priority.Excess > RoundingFloor)
            .Select(x => new Candidate(
                x.Element.Index,
                x.Priority.Excess,
                double.IsFinite(x.Element.Ratio) ? x.Element.Ratio : null,
                Certifier.WithIntervals(claim, trial, instance(x.Element.Index)).Outcome
            ))
            .ToArray();
        foreach (var candidate in candidates)
            if (candidate is { Outcome: Outcome.Refuted, Ratio: { } ratio } && !(ratio <= _best?.Ratio))
                _best = new Best(candidate.Index, ratio);
        return new Fact
        {
            Claim = claim.Id,
            Version = claim.Version,
            Family = family.Name,
            Seed = seed,
            Block = block,
            Evaluations = _evaluations,
            Inconclusive = _inconclusive,
            NotMet = new SortedDictionary<string, long>(
                _hypotheses.Select((h, k) => (h.Name, _notMet[k])).ToDictionary(x => x.Name, x => x.Item2),
                StringComparer.Ordinal
            ),
            Histogram = claim.Relation.IsEqual ? [] : _histogram,
            Best = _best,
            CertifiedRatio = _best is { } best ? CertifiedRatio(instance(best.Index)) : null,
            Highlight = _highlight,
            Violations = _violations,
            Candidates = candidates,
            Gradients = _gradients,
            HessianVectors = _hessianVectors,
        };
    }

    private double? CertifiedRatio(Instance instance) =>
        Certifier.WithIntervals(claim, trial, instance)
            is { Outcome: Outcome.Satisfied or Outcome.AtEquality or Outcome.Refuted, Sides: { RhsUpper: > 0 } sides }
        && sides.LhsLower / sides.RhsUpper is var ratio
        && double.IsFinite(ratio)
            // The quotient is rounded: one step down keeps it a lower end.
            ? ratio == 0
                ? 0
                : Math.BitDecrement(ratio)
            : null;

    private void ReadHypothesis<T>(int h, Observables<T> o, int first)
        where T : unmanaged, IMachineReal<T>
    {
        if (_hypotheses[h].Condition is Condition.Established constant)
        {
            foreach (var value in o.Vector(constant.Item))
                for (var lane = 0; lane < T.Width; lane++)
                    if (!double.IsFinite(T.Lane(value, lane)))
                        _unmet[first + lane] |= 1 << h;
            return;
        }
        var condition = _hypotheses[h].Condition;
        var margin = condition.Margin.Evaluate(o, 0);
        for (var lane = 0; lane < T.Width; lane++)
            if (!(condition.IsPositive ? T.Lane(margin, lane) > 0 : T.Lane(margin, lane) >= 0))
                _unmet[first + lane] |= 1 << h;
    }

    /// <summary>The sum of the counts of all lanes; one that is not a number was not run.</summary>
    private static long Total<T>(T counts)
        where T : unmanaged, IMachineReal<T>
    {
        var sum = 0L;
        for (var lane = 0; lane < T.Width; lane++)
            if (double.IsFinite(T.Lane(counts, lane)))
                sum += (long)T.Lane(counts, lane);
        return sum;
    }

    private static int Bin(double ratio)
    {
        var bin = 0;
        while (bin < Fact.Bins.Length && ratio > Fact.Bins[bin])
            bin++;
        return bin;
    }
}
