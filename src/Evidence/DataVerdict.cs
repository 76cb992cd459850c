using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>A claim on tasks that were read, at some points.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Outcome">The worst outcome of the instances that it applies to; of all where it applies to none.</param>
/// <param name="Ratio">The largest lhs/rhs of these in doubles, or null where none is a number.</param>
/// <param name="Worst">The certificate of the worst outcome.</param>
/// <param name="Obstacles">What keeps the claim from some instance: hypotheses that do not hold or are open, and why.</param>
public sealed record DataVerdict(
    Claim Claim,
    Outcome Outcome,
    double? Ratio,
    Certificate Worst,
    IReadOnlyList<string> Obstacles
)
{
    private const double SmallDifference = 1e-9;

    /// <summary>How many instances there are.</summary>
    public int Instances { get; private init; } = 1;

    /// <summary>On how many of them every hypothesis holds certainly.</summary>
    public int Applied { get; private init; } = Obstacles.Count == 0 ? 1 : 0;

    /// <summary>Whether there is an instance that it applies to.</summary>
    public bool IsApplicable => Applied > 0;

    /// <summary>Why the worst instance of an applicable claim is undecided; null where it is decided.</summary>
    public string? Doubt =>
        !IsApplicable || Outcome != Outcome.Inconclusive ? null
        : Worst.Sides is { } s && double.IsFinite(WidthOf(s)) ? "the enclosures of the two sides overlap"
        : "a side has no finite enclosure";

    /// <summary>Decides claims on instances, their constants as they stand there.</summary>
    /// <param name="claims">Claims that one run of the trial serves: none prescribes anything, or there is one only.</param>
    /// <param name="trial">Of the instances' shape.</param>
    /// <param name="instances">The instances, at least one.</param>
    internal static IEnumerable<DataVerdict> Of(
        IReadOnlyList<Claim> claims,
        Trial trial,
        IReadOnlyList<Instance> instances
    )
    {
        var verdicts = new DataVerdict[claims.Count, instances.Count];
        for (var i = 0; i < instances.Count; i++)
        {
            var rough = Certifier.Measure<Real>(claims[0], trial, instances[i]);
            var enclosed = Certifier.Measure<Interval>(claims[0], trial, instances[i]);
            for (var k = 0; k < claims.Count; k++)
            {
                var certificate = Certifier.Decide(claims[k], enclosed, instances[i], 53);
                var obstacles = claims[k].Hypotheses.Select(h => Obstacle(h, enclosed)).OfType<string>();
                verdicts[k, i] = new(
                    claims[k],
                    certificate.Outcome,
                    RatioOf(claims[k], rough),
                    certificate,
                    [.. obstacles]
                );
            }
        }
        var bits = Certifier.Precisions[0];
        var precise = instances
            .Select(x => new Lazy<Observables<BigInterval>>(() => Certifier.Measure<BigInterval>(claims[0], trial, x)))
            .ToList();
        for (var k = 0; k < claims.Count; k++)
        {
            var all = Enumerable.Range(0, instances.Count).ToList();
            var open = all.Where(i => CanBeDecided(verdicts[k, i]));
            // Precision proves no identity: it is asked only where one seems the furthest from holding.
            if (claims[k].Relation.IsEqual)
                open = open.OrderByDescending(i => verdicts[k, i].Ratio).Take(1);
            foreach (var i in open.ToList())
                using (BigInterval.At(bits))
                {
                    var certificate = Certifier.Decide(claims[k], precise[i].Value, instances[i], bits);
                    verdicts[k, i] = verdicts[k, i] with { Outcome = certificate.Outcome, Worst = certificate };
                }
            yield return all.Select(i => verdicts[k, i]).Aggregate(Worse);
        }
    }

    /// <summary>Of one claim on these instances and those.</summary>
    private static DataVerdict Worse(DataVerdict a, DataVerdict b)
    {
        var worse =
            a.IsApplicable != b.IsApplicable ? (a.IsApplicable ? a : b)
            : Rank(b) > Rank(a) ? b
            : a;
        return worse with
        {
            Ratio =
                a.IsApplicable != b.IsApplicable ? worse.Ratio
                : a.Ratio is { } x && b.Ratio is { } y ? Math.Max(x, y)
                : a.Ratio ?? b.Ratio,
            Obstacles = [.. a.Obstacles.Union(b.Obstacles)],
            Instances = a.Instances + b.Instances,
            Applied = a.Applied + b.Applied,
        };
    }

    /// <summary>Whether precision may help: not where a side is unknown, nor with an identity that holds to rounding.</summary>
    private static bool CanBeDecided(DataVerdict v) =>
        v.IsApplicable
        && v.Outcome is Outcome.AtEquality or Outcome.Inconclusive
        && v.Worst.Sides is { } s
        && double.IsFinite(WidthOf(s))
        && !(v.Claim.Relation.IsEqual && v.Ratio < SmallDifference);

    private static double WidthOf(Sides s) => s.LhsUpper - s.LhsLower + (s.RhsUpper - s.RhsLower);

    /// <summary>Why a hypothesis keeps a claim from being applied, or null.</summary>
    private static string? Obstacle(Hypothesis hypothesis, Observables<Interval> o)
    {
        var truth = Certifier.Holds(hypothesis, o);
        if (truth == Truth.True)
            return null;
        var isOpen = truth == Truth.Undecided;
        return hypothesis.Condition is Condition.Established constant
            ? $"{hypothesis.Name}: {constant.Item.Name} {(isOpen ? "could not be established" : "is infinite")}"
            : $"{hypothesis.Name} {(isOpen ? "is undecided" : "does not hold")}";
    }

    private static double? RatioOf(Claim claim, Observables<Real> o)
    {
        var (lhs, rhs) = CaseFile.Sides(claim, o);
        var ratio = double.IsNaN(lhs + rhs) ? null : CaseFile.Ratio(claim, lhs, rhs);
        return ratio is { } value && double.IsFinite(value) ? value : null;
    }

    private static int Rank(DataVerdict verdict) =>
        verdict.Outcome switch
        {
            Outcome.Refuted => 4,
            Outcome.Inconclusive => 3,
            Outcome.HypothesesNotMet => 2,
            Outcome.AtEquality => 1,
            _ => 0,
        };
}
