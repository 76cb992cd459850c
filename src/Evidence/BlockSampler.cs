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
    private readonly Dictionary<Trial, Places> _places = [];

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
        var tallies = claims.Select(c => new Tally(c, registry.TrialOf(c, family.Shape)!, registry)).ToList();
        for (var t = 0; t < TilesPerBlock; t++)
        {
            var number = block * TilesPerBlock + t;
            // Most tiles of a costly trial are not even drawn.
            var active = tallies.Where(x => number % x.Trial.Thinning == 0).ToList();
            if (active.Count == 0)
                continue;
            _tile.Draw(family, options.Seed, number, LimitsOf(family));
            active.RemoveAll(x => IsLeftOut(x.Trial, number));
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

    /// <summary>The places of a trial's instances, for one tile at a time.</summary>
    private protected Places PlacesOf(Trial trial) =>
        _places.TryGetValue(trial, out var places) ? places : _places[trial] = new Places(trial.Coordinates);

    private Limits LimitsOf(Family family)
    {
        var (d, n, m) = family.Limits;
        return new Limits(
            _ranges.Range("d", d.Least, d.Most),
            _ranges.Range("n", n.Least, n.Most),
            _ranges.Range("m", m.Least, m.Most)
        );
    }

    private bool IsLeftOut(Trial trial, long number) =>
        trial.IsCubic && _tile.Layout.D > CubicDimension && number / trial.Thinning % CubicShare != 0;
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
        {
            var places = PlacesOf(run.Key.Trial);
            for (var first = 0; first < Tile.Size; first += T.Width)
            {
                Runner.Load(tile, first, counts);
                Runner.Prepare(run.Key.Trial, tile.Layout);
                var isBeyond = Prescriptions.Fill(run.First().Claim, Runner.Observables, Options.MostSteps);
                places.Read(Runner.Observables, first);
                var cost = Runner.Run(run.Key.Trial, tile.Layout);
                foreach (var tally in run)
                    tally.Read(Runner.Observables, first, cost, isBeyond);
            }
            foreach (var tally in run)
                tally.Absorb(firstIndex, places);
        }
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
            var places = PlacesOf(trial);
            for (var first = 0; first < Tile.Size; first += T.Width)
            {
                Runner.Load(tile, trial, first);
                places.Read(Runner.Observables, first);
                foreach (var tally in tallies)
                    // A device runs what prescribes no count.
                    tally.Read(Runner.Observables, first, tile.Cost, T.From(0.0));
            }
            foreach (var tally in tallies)
                tally.Absorb(firstIndex, places);
        }
        _pending.Clear();
        _size = 0;
    }
}
