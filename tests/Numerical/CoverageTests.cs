using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>What was tested, and where a bound is tight, counted another way: instance by instance.</summary>
public sealed class CoverageTests
{
    private static readonly Registry s_registry = Registry.Default;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(9, 9)]
    [InlineData(10, 10)]
    [InlineData(15, 10)]
    [InlineData(16, 11)]
    [InlineData(99, 14)]
    [InlineData(100, 15)]
    [InlineData(9999, 24)]
    [InlineData(10_000, 25)]
    [InlineData(double.PositiveInfinity, 25)]
    [InlineData(double.NaN, -1)]
    public void Whole_numbers_have_their_bins(double value, int bin)
    {
        Assert.Equal(bin, Bins.Whole.Of(value));
        Assert.Equal(26, Bins.Whole.Count);
    }

    [Fact]
    public void Log_bins_have_four_edges_to_a_decade()
    {
        Assert.Equal([0.1, 0.18, 0.32, 0.56, 1, 1.8, 3.2, 5.6, 10], Bins.Log(-1, 1).Edges);
        Assert.Equal([0, 1, 1, 9, 9], new[] { 0.0999, 0.1, 0.1799, 10, 1e300 }.Select(Bins.Log(-1, 1).Of));
    }

    [Fact]
    public void Coordinates_of_one_name_have_one_meaning_and_one_scale()
    {
        foreach (var named in s_registry.Trials.SelectMany(t => t.Coordinates).GroupBy(c => c.Name))
            Assert.Single(
                named.Select(c => (c.Meaning, string.Join(' ', c.Bins.Edges), c.Bins.IsWhole, c.Count)).Distinct()
            );
        foreach (var trial in s_registry.Trials)
        {
            Assert.Distinct(trial.Coordinates.Select(c => c.Name));
            if (trial.Map is var (x, y))
                Assert.Subset(trial.Coordinates.ToHashSet(), new HashSet<Coordinate> { x, y });
        }
    }

    /// <summary>Multi-step MAML over (alpha L, N), descent over (kappa, steps), a step count over (kappa, delta/R).</summary>
    [Theory]
    [InlineData("ji2022.lemma15.with-step-size", "alphaL", "N")]
    [InlineData("ji2022.lemma13", "alphaL", "m")]
    [InlineData("imaml2019.std.gd_contraction.step-inverse-beta", "kappa", "steps")]
    [InlineData("imaml2019.std.cg_chebyshev", "kappa", "steps")]
    public void Counts_are_those_of_the_instances_one_by_one(string id, string x, string y)
    {
        var claim = s_registry.Claims.First(c => c.Id == id);
        var (family, trial) = s_registry.FamiliesOf(claim).First();
        var options = new RunOptions { Fixed = new Dictionary<string, (double, double)> { ["d"] = (1, 4) } };
        var sampler = BlockSampler.Create(s_registry, options, new AlphaLRanges(s_registry.Claims));
        var fact = sampler.Sample(family, 0, [claim]).Single();

        var coordinates = s_registry.CoordinatesOf(claim, trial);
        var coverage = coordinates.ToDictionary(c => c.Name, c => new long[c.Bins.Count]);
        var cells = new SortedDictionary<(int, int), (long Evaluations, long Silent, double Best)>();
        for (var index = 0L; index < BlockSampler.BlockSize; index++)
        {
            if (index / (Tile.Size * Tile.Settings) % trial.Thinning != 0)
                continue;
            var o = Certifier.Measure<Real>(claim, trial, sampler.Instance(family, index), options.MostSteps);
            var (lhs, rhs) = (claim.Lhs.Evaluate(o, 0).Value, claim.Rhs.Evaluate(o, 0).Value);
            var isMet = claim.Hypotheses.All(h =>
                h.Condition is Condition.Established constant
                    ? double.IsFinite(o[constant.Item].Value)
                    : h.Condition.Margin.Evaluate(o, 0).Value is var margin
                        && (h.Condition.IsPositive ? margin > 0 : margin >= 0)
            );
            var isEvaluated = isMet && double.IsFinite(lhs) && double.IsFinite(rhs);
            int Place(string name) =>
                coordinates.First(c => c.Name == name) is var c
                    ? c.Bins.Of(Value(c, o))
                    : throw new ArgumentException();
            if (isEvaluated)
                foreach (var c in coordinates)
                    coverage[c.Name][Place(c.Name)]++;
            var key = (Place(x), Place(y));
            var cell = cells.GetValueOrDefault(key, (0, 0, double.NaN));
            cells[key] = isEvaluated
                ? (cell.Item1 + 1, cell.Item2, rhs > 0 && !(lhs / rhs <= cell.Item3) ? lhs / rhs : cell.Item3)
                : (cell.Item1, cell.Item2 + 1, cell.Item3);
        }
        Assert.Equal(coverage.Keys.Order(StringComparer.Ordinal), fact.Coverage.Keys);
        Assert.All(coverage, c => Assert.Equal(c.Value, fact.Coverage[c.Key]));
        Assert.Equal((x, y), (fact.Map!.X, fact.Map.Y));
        Assert.Equal(cells.Keys, fact.Map.Cells.Select(c => (c.X, c.Y)));
        Assert.Equal(
            cells.Values.Select(c => (c.Evaluations, c.Silent)),
            fact.Map.Cells.Select(c => (c.Evaluations, c.Silent))
        );
        Assert.All(
            cells.Values.Zip(fact.Map.Cells),
            c =>
            {
                Assert.Equal(double.IsNaN(c.First.Best), c.Second.Best is null);
                // Three digits are kept.
                if (c.Second.Best is { } best)
                    Assert.Equal(c.First.Best, best, 5.01e-3 * Math.Abs(c.First.Best));
            }
        );
        Assert.Equal(fact.Evaluations, fact.Map.Cells.Sum(c => c.Evaluations));
        Assert.Equal(fact.Evaluations, fact.Coverage["d"].Sum());
    }

    /// <summary>The value of a coordinate by its meaning, not by its formula.</summary>
    private static double Value(Coordinate coordinate, Observables<Real> o) =>
        coordinate.Name switch
        {
            "alphaL" => (o[Constants.Alpha] * o[Constants.L]).Value,
            "kappa" when o.LengthOf(LinearSolvers.Kappa) == 1 && o[LinearSolvers.Kappa].Value != 0 => o[
                LinearSolvers.Kappa
            ].Value,
            "kappa" => (o[Bilevel.Beta] / o[Bilevel.Mu]).Value,
            "lambda/beta" => (o[Bilevel.Lambda] / o[Bilevel.Beta]).Value,
            "grade" => o[LinearSolvers.Grade].Value,
            "steps" => Math.Max(o[InnerSolvers.Steps].Value, o[LinearSolvers.Steps].Value),
            _ => o[coordinate.Count!],
        };
}
