using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>In which bins of some coordinates the sixteen instances of a tile lie.</summary>
internal sealed class Places(IReadOnlyList<Coordinate> coordinates)
{
    private readonly short[] _bins = new short[coordinates.Count * Tile.Size];

    /// <summary>Places one group of lanes, its constants and prescribed numbers loaded.</summary>
    public void Read<T>(Observables<T> o, int first)
        where T : unmanaged, IMachineReal<T>
    {
        for (var c = 0; c < coordinates.Count; c++)
        {
            var bins = _bins.AsSpan(c * Tile.Size + first, T.Width);
            if (coordinates[c].Count is { } count)
            {
                // All lanes share it.
                bins.Fill((short)coordinates[c].Bins.Of(o[count]));
                continue;
            }
            var value = coordinates[c].Evaluate(o);
            for (var lane = 0; lane < bins.Length; lane++)
                bins[lane] = (short)coordinates[c].Bins.Of(T.Lane(value, lane));
        }
    }

    /// <summary>The bin of an instance along the coordinate of that number; -1 for none.</summary>
    public int this[int coordinate, int lane] => _bins[coordinate * Tile.Size + lane];
}

/// <summary>One claim's running sums over a block.</summary>
internal sealed class Tally
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
    private readonly Claim _claim;
    private readonly Trial _trial;
    private readonly IReadOnlyList<Hypothesis> _hypotheses;
    private readonly long[] _notMet;

    /// <summary>The coordinates of the claim: the number of each among its trial's, and the evaluations by bin.</summary>
    private readonly (Coordinate Coordinate, int Number, long[] Counts)[] _coverage;
    private readonly CellSums? _map;
    private readonly StepLimitSums? _stepLimit;
    private readonly long[] _histogram = new long[Fact.Bins.Length + 1];
    private readonly PriorityQueue<(long Index, double Ratio), (double Excess, long)> _worst = new();
    private long _evaluations,
        _inconclusive,
        _violations,
        _gradients,
        _hessianVectors;
    private Best? _best,
        _highlight;

    public Tally(Claim claim, Trial trial, Registry registry)
    {
        (_claim, _trial) = (claim, trial);
        _hypotheses = [.. claim.Hypotheses];
        _notMet = new long[_hypotheses.Count];
        var coordinates = registry.CoordinatesOf(claim, trial);
        var numbers = trial.Coordinates.Select((c, number) => (c, number)).ToDictionary(x => x.c, x => x.number);
        _coverage = [.. coordinates.Select(c => (c, numbers[c], new long[c.Bins.Count]))];
        if (registry.MapOf(claim, trial) is var (x, y))
            _map = new CellSums(x, y, numbers[x], numbers[y]);
        if (claim.Prescribes.Any(p => p.IsCount))
            _stepLimit = new StepLimitSums(registry.MapOf(claim, trial)?.X);
    }

    public Trial Trial => _trial;
    public Claim Claim => _claim;

    /// <summary>Evaluates hypotheses and sides for one group of lanes.</summary>
    /// <param name="o">What was measured.</param>
    /// <param name="first">The place of the first lane among the sixteen.</param>
    /// <param name="cost">What an instance cost, where the trial fills no slots with it.</param>
    /// <param name="isBeyond">1 where a prescribed count was beyond the limit, else 0.</param>
    public void Read<T>(Observables<T> o, int first, Oracles cost, T isBeyond)
        where T : unmanaged, IMachineReal<T>
    {
        _stepLimit?.Read(o, first, isBeyond);
        for (var lane = 0; lane < T.Width; lane++)
            (_unmet[first + lane], _isNumber[first + lane], _excess[first + lane]) = (0, true, double.NegativeInfinity);
        for (var h = 0; h < _hypotheses.Count; h++)
            ReadHypothesis(h, o, first);
        var components = _claim.Extent == Extent.Dimension ? o[Count.D] : 1;
        // An identity's components are compared at the scale of the whole vectors, in the maximum norm.
        var scale = new double[Tile.Size];
        for (var k = 0; k < components; k++)
        {
            var (lhs, rhs) = (_claim.Lhs.Evaluate(o, k), _claim.Rhs.Evaluate(o, k));
            for (var lane = 0; lane < T.Width; lane++)
            {
                var (l, r) = (T.Lane(lhs, lane), T.Lane(rhs, lane));
                var i = first + lane;
                _isNumber[i] &= double.IsFinite(l) && double.IsFinite(r);
                _ratio[i] = r > 0 ? l / r : double.NaN;
                var size = Math.Abs(l) + Math.Abs(r);
                if (_claim.Relation.IsEqual)
                {
                    scale[i] = Math.Max(scale[i], size);
                    _excess[i] = Math.Max(_excess[i], Math.Abs(l - r));
                }
                else
                    _excess[i] = size > 0 ? (l - r) / size : 0;
            }
        }
        if (_claim.Relation.IsEqual)
            for (var i = first; i < first + T.Width; i++)
                _excess[i] = scale[i] > 0 ? _excess[i] / scale[i] : 0;
        if (_claim.Highlight is { } highlight)
        {
            var part = highlight.Value.Share.Evaluate(o, 0);
            for (var lane = 0; lane < T.Width; lane++)
                _part[first + lane] = T.Lane(part, lane);
        }
        _gradients += _trial.Fills.Contains(Cost.Gradients) ? Total(o[Cost.Gradients]) : (long)cost.Gradients * T.Width;
        _hessianVectors += _trial.Fills.Contains(Cost.HessianVectors)
            ? Total(o[Cost.HessianVectors])
            : (long)cost.HessianVectors * T.Width;
    }

    /// <summary>Adds the sixteen instances that were read, in order.</summary>
    public void Absorb(long firstIndex, Places places)
    {
        for (var lane = 0; lane < Tile.Size; lane++)
        {
            _map?.Add(
                places,
                lane,
                _unmet[lane] == 0 && _isNumber[lane],
                _claim.Relation.IsEqual ? double.NaN : _ratio[lane]
            );
            for (var h = 0; h < _notMet.Length; h++)
                _notMet[h] += _unmet[lane] >> h & 1;
            if (_unmet[lane] != 0)
                continue;
            if (!_isNumber[lane])
            {
                if (_stepLimit?.IsBeyond(lane) == true)
                    _stepLimit.Stop(lane);
                else
                    _inconclusive++;
                continue;
            }
            _evaluations++;
            _stepLimit?.Run(lane);
            foreach (var (_, number, counts) in _coverage)
                if (places[number, lane] is >= 0 and var bin)
                    counts[bin]++;
            var index = firstIndex + lane;
            if (!_claim.Relation.IsEqual && !double.IsNaN(_ratio[lane]))
            {
                _histogram[Bin(_ratio[lane])]++;
                if (_ratio[lane] <= 1 && _ratio[lane] > (_best?.Ratio ?? double.NegativeInfinity))
                    _best = new Best(index, _ratio[lane]);
                if (_claim.Highlight is not null && _part[lane] >= 0.5)
                    if (_ratio[lane] <= 1 && _ratio[lane] > (_highlight?.Ratio ?? double.NegativeInfinity))
                        _highlight = new Best(index, _ratio[lane]);
            }
            if (
                _excess[lane]
                > (
                    _claim.Relation.IsEqual ? RoundingFloor
                    : _claim.Relation.IsLess ? -double.Epsilon
                    : 0
                )
            )
                _violations++;
            else if (!_claim.Relation.IsEqual)
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
                Certifier.WithIntervals(_claim, _trial, instance(x.Element.Index)).Outcome
            ))
            .ToArray();
        foreach (var candidate in candidates)
            if (candidate is { Outcome: Outcome.Refuted, Ratio: { } ratio } && !(ratio <= _best?.Ratio))
                _best = new Best(candidate.Index, ratio);
        return new Fact
        {
            Claim = _claim.Id,
            Version = _claim.Version,
            Family = family.Name,
            Seed = seed,
            Block = block,
            Evaluations = _evaluations,
            Inconclusive = _inconclusive,
            StepLimit = _stepLimit?.ToStepLimit(),
            NotMet = new SortedDictionary<string, long>(
                _hypotheses.Select((h, k) => (h.Name, _notMet[k])).ToDictionary(x => x.Name, x => x.Item2),
                StringComparer.Ordinal
            ),
            Histogram = _claim.Relation.IsEqual ? [] : _histogram,
            Best = _best,
            CertifiedRatio = _best is { } best ? CertifiedRatio(instance(best.Index)) : null,
            Highlight = _highlight,
            Violations = _violations,
            Candidates = candidates,
            Gradients = _gradients,
            HessianVectors = _hessianVectors,
            Coverage = new SortedDictionary<string, long[]>(
                _coverage.ToDictionary(c => c.Coordinate.Name, c => c.Counts),
                StringComparer.Ordinal
            ),
            Map = _map?.ToMap(),
        };
    }

    private double? CertifiedRatio(Instance instance) =>
        Certifier.WithIntervals(_claim, _trial, instance)
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

/// <summary>The running sums of a map.</summary>
internal sealed class CellSums(Coordinate x, Coordinate y, int numberOfX, int numberOfY)
{
    private readonly int[] _evaluations = new int[x.Bins.Count * y.Bins.Count];
    private readonly int[] _silent = new int[x.Bins.Count * y.Bins.Count];
    private readonly float[] _best = Filled(x.Bins.Count * y.Bins.Count);

    /// <summary>Adds one instance of a tile; one that lies nowhere is left out.</summary>
    public void Add(Places places, int lane, bool isEvaluated, double ratio)
    {
        var (i, j) = (places[numberOfX, lane], places[numberOfY, lane]);
        if (i < 0 || j < 0)
            return;
        var cell = i * y.Bins.Count + j;
        if (!isEvaluated)
        {
            _silent[cell]++;
            return;
        }
        _evaluations[cell]++;
        // A ratio beyond single precision stays a number.
        if ((float)Math.Clamp(ratio, float.MinValue, float.MaxValue) is var single && !(single <= _best[cell]))
            _best[cell] = float.IsNaN(single) ? _best[cell] : single;
    }

    public FactMap ToMap()
    {
        var cells = new List<MapCell>();
        for (var i = 0; i < x.Bins.Count; i++)
        for (var j = 0; j < y.Bins.Count; j++)
        {
            var cell = i * y.Bins.Count + j;
            if (_evaluations[cell] + _silent[cell] > 0)
                cells.Add(
                    new MapCell(
                        i,
                        j,
                        _evaluations[cell],
                        _silent[cell],
                        float.IsNaN(_best[cell]) ? null : MapCell.Rounded(_best[cell])
                    )
                );
        }
        return new FactMap(x.Name, y.Name, [.. cells]);
    }

    private static float[] Filled(int length)
    {
        var values = new float[length];
        Array.Fill(values, float.NaN);
        return values;
    }
}

/// <summary>The running sums of what a limit of steps stopped.</summary>
internal sealed class StepLimitSums(Coordinate? along)
{
    private readonly bool[] _isBeyond = new bool[Tile.Size];
    private readonly double[] _value = new double[Tile.Size];
    private long _instances;
    private double? _largestRun,
        _leastStopped;

    /// <summary>Reads one group of lanes.</summary>
    public void Read<T>(Observables<T> o, int first, T isBeyond)
        where T : unmanaged, IMachineReal<T>
    {
        var value = along is null ? T.From(double.NaN) : along.Evaluate(o);
        for (var lane = 0; lane < T.Width; lane++)
            (_isBeyond[first + lane], _value[first + lane]) = (T.Lane(isBeyond, lane) > 0, T.Lane(value, lane));
    }

    public bool IsBeyond(int lane) => _isBeyond[lane];

    /// <summary>Counts an instance that was evaluated.</summary>
    public void Run(int lane)
    {
        if (double.IsFinite(_value[lane]) && !(_value[lane] <= _largestRun))
            _largestRun = _value[lane];
    }

    /// <summary>Counts an instance that the limit stopped.</summary>
    public void Stop(int lane)
    {
        _instances++;
        if (double.IsFinite(_value[lane]) && !(_value[lane] >= _leastStopped))
            _leastStopped = _value[lane];
    }

    public StepLimit ToStepLimit() => new(_instances, along?.Name, _largestRun, _leastStopped);
}
