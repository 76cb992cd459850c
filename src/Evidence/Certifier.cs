using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>Whether a condition holds, decided by enclosures.</summary>
public enum Truth
{
    True,
    False,
    Undecided,
}

/// <summary>How a hypothesis stands on an explicit instance.</summary>
public enum HypothesisStatus
{
    Met,

    /// <summary>Rests on a constant that the instance gives and that its terms do not establish.</summary>
    Given,
    NotMet,
    Undecided,
}

/// <summary>What certification found on one instance.</summary>
public enum Outcome
{
    /// <summary>The claim is violated: its sides are disjoint the wrong way and every hypothesis is met.</summary>
    Refuted,
    Satisfied,

    /// <summary>A hypothesis is certainly not met, or no finite constant is valid.</summary>
    HypothesesNotMet,

    /// <summary>Undecided, with an excess below the width of the enclosures.</summary>
    AtEquality,

    /// <summary>Undecided otherwise: a constant that could not be established, NaN, overflow.</summary>
    Inconclusive,
}

/// <summary>Both sides of a claim on one instance as enclosures; of a vector identity, the component that differs most.</summary>
/// <param name="LhsLower">At or below the left side.</param>
/// <param name="LhsUpper">At or above the left side.</param>
/// <param name="RhsLower">At or below the right side.</param>
/// <param name="RhsUpper">At or above the right side.</param>
/// <param name="IsExact">Whether both sides are known exactly.</param>
/// <param name="Component">The component of a vector identity, else 0.</param>
public sealed record Sides(
    double LhsLower,
    double LhsUpper,
    double RhsLower,
    double RhsUpper,
    bool IsExact,
    int Component
);

/// <summary>A decided (or undecided) candidate.</summary>
/// <param name="Outcome">What was found.</param>
/// <param name="Sides">The enclosures on which it rests, or null where the constants already decided.</param>
/// <param name="Bits">The precision used: 53 for double intervals.</param>
/// <param name="Instance">The instance with its certified constants.</param>
public sealed record Certificate(Outcome Outcome, Sides? Sides, int Bits, Instance Instance);

/// <summary>
/// Decides candidates: establishes the constants of the instance from its own numbers, takes their safe ends, and
/// evaluates hypotheses and both sides in enclosures, first of doubles, then of rising precision.
/// </summary>
public static class Certifier
{
    /// <summary>The precisions tried after double intervals, in bits.</summary>
    public static readonly IReadOnlyList<int> Precisions = [128, 384];

    /// <summary>Certifies with double intervals alone.</summary>
    public static Certificate WithIntervals(Claim claim, Trial trial, Instance instance) =>
        WithSafeConstants(claim, instance) is not { } safe
            ? new Certificate(Outcome.Inconclusive, null, 53, instance)
            : Decide<Interval>(claim, trial, safe, 53);

    /// <summary>Certifies with rising precision until decided.</summary>
    public static Certificate WithRisingPrecision(Claim claim, Trial trial, Instance instance)
    {
        var certificate = WithIntervals(claim, trial, instance);
        // Without safe constants nothing is decided at any precision.
        if (certificate.Sides is null)
            return certificate;
        foreach (var bits in Precisions)
        {
            if (certificate.Outcome is not (Outcome.AtEquality or Outcome.Inconclusive))
                break;
            using (BigInterval.At(bits))
                certificate = Decide<BigInterval>(claim, trial, certificate.Instance, bits);
        }
        return certificate;
    }

    /// <summary>
    /// The instance with each constant that the claim reads replaced by the smallest double that is certainly valid; null
    /// where one could not be established.
    /// </summary>
    public static Instance? WithSafeConstants(Claim claim, Instance instance)
    {
        var reads = Registry.Default.Reads(claim);
        var needed = instance.Shape.Fields.Where(f => f.Slot is { } s && reads.Contains(s)).ToList();
        var safe = instance.Copy();
        foreach (var field in needed)
        {
            if (instance.Shape.Establish<Interval>(instance, field) is not { } values)
                continue;
            for (var k = 0; k < values.Length; k++)
            {
                var end = field.IsLowerBound ? values[k].Lower : values[k].Upper;
                if (double.IsNaN(end))
                    return null;
                safe[field][k] = end;
            }
        }
        return safe;
    }

    /// <summary>Evaluates a claim on an instance, its constants as they stand there, in one enclosing type.</summary>
    public static (Observables<T> Observables, Sides Sides, Truth Holds) Evaluate<T>(
        Claim claim,
        Trial trial,
        Instance instance
    )
        where T : struct, IEnclosure<T>
    {
        var o = Measure<T>(claim, trial, instance);
        var (sides, holds) = Compare(claim, o);
        return (o, sides, holds);
    }

    /// <summary>Both sides of a claim on what was measured, at the component where it holds least.</summary>
    private static (Sides Sides, Truth Holds) Compare<T>(Claim claim, Observables<T> o)
        where T : struct, IEnclosure<T>
    {
        var components = claim.Extent == Extent.Dimension ? o[Count.D] : 1;
        var holds = Truth.True;
        Sides? worst = null;
        for (var k = 0; k < components; k++)
        {
            var (lhs, rhs) = (claim.Lhs.Evaluate(o, k), claim.Rhs.Evaluate(o, k));
            var here = Compare(claim.Relation, lhs, rhs);
            if (worst is null || Rank(here) > Rank(holds))
                worst = new Sides(
                    T.Lower(lhs),
                    T.Upper(lhs),
                    T.Lower(rhs),
                    T.Upper(rhs),
                    T.IsExact(lhs) && T.IsExact(rhs),
                    k
                );
            if (Rank(here) > Rank(holds))
                holds = here;
        }
        return (worst!, holds);
    }

    /// <summary>Runs a trial on an explicit instance, with what the claim prescribes.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="mostSteps">The largest prescribed count; null for that of enclosures.</param>
    public static Observables<T> Measure<T>(Claim claim, Trial trial, Instance instance, double? mostSteps = null)
        where T : struct, IReal<T>
    {
        var record = instance.Lift<T>();
        var o = new Observables<T>();
        instance.Layout.Load(instance.Counts, new Ref<T>(ref record[0]), o);
        var scratch = new Scratch<T>();
        trial.Prepare(instance.Layout, new Ref<T>(ref record[0]), o, scratch);
        Prescriptions.Fill(claim, o, mostSteps ?? trial.MostEnclosedSteps(instance.Layout));
        scratch.Reset();
        trial.Run(instance.Layout, new Ref<T>(ref record[0]), o, scratch);
        return o;
    }

    /// <summary>Whether a hypothesis holds on what was measured; a finite constant counts as established.</summary>
    public static Truth Holds<T>(Hypothesis hypothesis, Observables<T> o)
        where T : struct, IEnclosure<T>
    {
        if (hypothesis.Condition is Condition.Established constant)
        {
            var truth = Truth.True;
            foreach (var value in o.Vector(constant.Item))
                if (double.IsNaN(T.Upper(value)))
                    return Truth.Undecided;
                else if (double.IsPositiveInfinity(T.Lower(value)))
                    truth = Truth.False;
            return truth;
        }
        var margin = hypothesis.Condition.Margin.Evaluate(o, 0);
        return Compare(hypothesis.Condition.IsPositive ? Relation.Less : Relation.AtMost, T.From(0.0), margin);
    }

    private static Certificate Decide<T>(Claim claim, Trial trial, Instance instance, int bits)
        where T : struct, IEnclosure<T> => Decide(claim, Measure<T>(claim, trial, instance), instance, bits);

    /// <summary>Decides a claim on what was measured, the constants as they stand there.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="o">Measured on the instance.</param>
    /// <param name="instance">Named in the certificate.</param>
    /// <param name="bits">The precision, named in the certificate.</param>
    public static Certificate Decide<T>(Claim claim, Observables<T> o, Instance instance, int bits)
        where T : struct, IEnclosure<T>
    {
        var (sides, holds) = Compare(claim, o);
        var hypotheses = Truth.True;
        foreach (var hypothesis in claim.Hypotheses)
        {
            var truth = Holds(hypothesis, o);
            if (truth == Truth.False)
                return new Certificate(Outcome.HypothesesNotMet, sides, bits, instance);
            if (truth == Truth.Undecided)
                hypotheses = Truth.Undecided;
        }
        var outcome = (hypotheses, holds) switch
        {
            (_, Truth.True) => Outcome.Satisfied,
            (Truth.True, Truth.False) => Outcome.Refuted,
            (Truth.True, Truth.Undecided) when IsWithinWidth(sides) => Outcome.AtEquality,
            _ => Outcome.Inconclusive,
        };
        return new Certificate(outcome, sides, bits, instance);
    }

    private static Truth Compare<T>(Relation relation, T lhs, T rhs)
        where T : struct, IEnclosure<T>
    {
        if (relation.IsAtMost)
            return T.CertainlyAtMost(lhs, rhs) ? Truth.True
                : T.CertainlyLess(rhs, lhs) ? Truth.False
                : Truth.Undecided;
        if (relation.IsLess)
            return T.CertainlyLess(lhs, rhs) ? Truth.True
                : T.CertainlyAtMost(rhs, lhs) ? Truth.False
                : Truth.Undecided;
        if (T.IsExact(lhs) && T.IsExact(rhs) && T.CertainlyAtMost(lhs, rhs) && T.CertainlyAtMost(rhs, lhs))
            return Truth.True;
        return T.CertainlyLess(lhs, rhs) || T.CertainlyLess(rhs, lhs) ? Truth.False : Truth.Undecided;
    }

    private static int Rank(Truth truth) =>
        truth switch
        {
            Truth.True => 0,
            Truth.Undecided => 1,
            _ => 2,
        };

    /// <summary>Whether the distance of the midpoints is below the sum of the widths; the enclosures overlap.</summary>
    private static bool IsWithinWidth(Sides sides)
    {
        var width = sides.LhsUpper - sides.LhsLower + (sides.RhsUpper - sides.RhsLower);
        return double.IsFinite(width);
    }
}
