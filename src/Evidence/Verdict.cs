using Verify.Algorithms.Instances;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>What is known of a claim.</summary>
public enum Verdict
{
    /// <summary>A certified instance meets every hypothesis and violates the claim.</summary>
    Refuted,
    NotRefuted,

    /// <summary>Its hypotheses can never be met together: a claim that it presupposes is refuted, at every instance tried.</summary>
    Vacuous,

    /// <summary>No instance that met every hypothesis was evaluated.</summary>
    HypothesesNotMet,

    /// <summary>A violation in doubles could be neither certified nor explained by rounding.</summary>
    Inconclusive,
}

/// <summary>What a verdict rests on.</summary>
public enum EvidenceKind
{
    Exact,
    Interval,
    Search,
}

/// <summary>A certified counterexample.</summary>
/// <param name="Certificate">Its certificate; the instance there carries the certified constants.</param>
/// <param name="Replay">Where it was found, before it was made smaller; null when read from a ledger.</param>
public sealed record Witness(Certificate Certificate, Replay? Replay);

/// <summary>The verdict on one claim with what it rests on.</summary>
public sealed record ClaimReport
{
    public required Claim Claim { get; init; }
    public required Verdict Verdict { get; init; }
    public required EvidenceKind Evidence { get; init; }
    public required long Evaluations { get; init; }
    public required long Inconclusive { get; init; }

    /// <summary>What the limit of steps stopped; null for a claim that prescribes none.</summary>
    public required StepLimit? StepLimit { get; init; }

    /// <summary>Evaluations by family.</summary>
    public required IReadOnlyDictionary<string, long> ByFamily { get; init; }

    /// <summary>Instances that did not meet a hypothesis, by hypothesis.</summary>
    public required IReadOnlyDictionary<string, long> NotMet { get; init; }
    public required IReadOnlyList<long> Histogram { get; init; }

    /// <summary>The largest ratio seen in doubles and where.</summary>
    public required (double Ratio, Replay Replay)? Best { get; init; }

    /// <summary>The largest certified lower end of a ratio.</summary>
    public required double? CertifiedRatio { get; init; }

    /// <summary>The largest ratio where the claim's highlighted part is at least half of the right side.</summary>
    public required (double Ratio, Replay Replay)? Highlight { get; init; }

    /// <summary>The largest (lhs - rhs)/(|lhs| + |rhs|) among the candidates, or null without.</summary>
    public required double? Gap { get; init; }

    /// <summary>Violations in doubles, and how the certified ones among them ended.</summary>
    public required long Violations { get; init; }
    public required IReadOnlyDictionary<Outcome, int> Outcomes { get; init; }
    public required long Gradients { get; init; }
    public required long HessianVectors { get; init; }
    public required Witness? Witness { get; init; }

    /// <summary>What was tested, by coordinate.</summary>
    public required IReadOnlyList<Coverage> Coverage { get; init; }

    /// <summary>Where the bound is tight and where it says nothing; empty where no trial names two coordinates.</summary>
    public required IReadOnlyList<TightnessMap> Maps { get; init; }

    /// <summary>Wall-clock seconds of the worker threads' blocks, shared among the claims of each block.</summary>
    public required double Seconds { get; init; }
}
