using System.Text.Json;
using System.Text.Json.Serialization;

namespace Verify.Evidence;

/// <summary>The place of one instance: everything about it follows from this.</summary>
/// <param name="Family">The family's name.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Index">The index within the family.</param>
public readonly record struct Replay(string Family, ulong Seed, long Index)
{
    /// <summary>The token that stands for it: family/seed/index.</summary>
    public override string ToString() => $"{Family}/{Seed}/{Index}";

    /// <summary>Reads a token.</summary>
    /// <exception cref="InputException">It has another form.</exception>
    public static Replay Parse(string token) =>
        token.Split('/') is [var family, var seed, var index]
        && ulong.TryParse(seed, out var s)
        && long.TryParse(index, out var i)
        && i >= 0
            ? new Replay(family, s, i)
            : throw new InputException($"replay token '{token}' is not FAMILY/SEED/INDEX");
}

/// <summary>A violation found in doubles.</summary>
/// <param name="Index">The index within the family.</param>
/// <param name="Excess">(lhs - rhs)/(|lhs| + |rhs|), of an identity the largest over its components.</param>
/// <param name="Ratio">lhs/rhs where the right side is positive, else null.</param>
/// <param name="Outcome">What certification with double intervals said.</param>
public sealed record Candidate(long Index, double Excess, double? Ratio, Outcome Outcome);

/// <summary>How far a claim that prescribes numbers of steps could be run.</summary>
/// <param name="Instances">Those with every hypothesis met that the limit left without a number.</param>
/// <param name="Coordinate">
/// What numbers of steps grow with: the first coordinate of the map, such as kappa; null where there is none.
/// </param>
/// <param name="LargestRun">Its largest value among the evaluations; null without.</param>
/// <param name="LeastStopped">Its smallest value among the instances that were stopped; null without.</param>
public sealed record StepLimit(long Instances, string? Coordinate, double? LargestRun, double? LeastStopped)
{
    /// <summary>The sum over facts of one claim; null where none has any.</summary>
    internal static StepLimit? Of(IEnumerable<Fact> facts)
    {
        var parts = facts.Select(f => f.StepLimit).OfType<StepLimit>().ToList();
        return parts.Count == 0
            ? null
            : new StepLimit(
                parts.Sum(p => p.Instances),
                parts.Select(p => p.Coordinate).Distinct().Count() == 1 ? parts[0].Coordinate : null,
                parts.Max(p => p.LargestRun),
                parts.Min(p => p.LeastStopped)
            );
    }
}

/// <summary>A ratio lhs/rhs and where it was seen.</summary>
/// <param name="Index">The index within the family.</param>
/// <param name="Ratio">In doubles.</param>
public sealed record Best(long Index, double Ratio);

/// <summary>
/// What one block saw of one claim. Facts merge by union of their keys (claim, version, family, seed, block); two facts
/// with one key are equal.
/// </summary>
public sealed record Fact
{
    /// <summary>The ends of the histogram's bins; below the first is bin 0, above the last the last bin.</summary>
    public static readonly double[] Bins = [1e-6, 1e-3, 1e-2, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];

    public required string Claim { get; init; }
    public required int Version { get; init; }
    public required string Family { get; init; }
    public required ulong Seed { get; init; }

    /// <summary>The aligned block of 4096 indices.</summary>
    public required long Block { get; init; }

    /// <summary>Instances on which every hypothesis is met and both sides are numbers.</summary>
    public required long Evaluations { get; init; }

    /// <summary>
    /// Instances on which every hypothesis is met and a side is NaN or infinite, for another reason than
    /// <see cref="StepLimit"/>.
    /// </summary>
    public required long Inconclusive { get; init; }

    /// <summary>What the limit of steps stopped; null for a claim that prescribes none.</summary>
    public required StepLimit? StepLimit { get; init; }

    /// <summary>By hypothesis, the instances that do not meet it.</summary>
    public required SortedDictionary<string, long> NotMet { get; init; }

    /// <summary>Counts of ratios by <see cref="Bins"/>; empty for identities.</summary>
    public required long[] Histogram { get; init; }

    /// <summary>
    /// The largest ratio with a positive right side. One above 1 counts where it is certified as a refutation: else it is
    /// rounding.
    /// </summary>
    public required Best? Best { get; init; }

    /// <summary>A certified lower end of the ratio at <see cref="Best"/>, with certified constants.</summary>
    public required double? CertifiedRatio { get; init; }

    /// <summary>The largest ratio where the claim's highlighted part is at least half of the right side.</summary>
    public required Best? Highlight { get; init; }

    /// <summary>How many instances violated the claim in doubles (of an identity: differed).</summary>
    public required long Violations { get; init; }

    /// <summary>The worst of them, certified with double intervals.</summary>
    public required Candidate[] Candidates { get; init; }

    /// <summary>Gradient evaluations and Hessian-vector products spent on the block by the claim's trial.</summary>
    public required long Gradients { get; init; }
    public required long HessianVectors { get; init; }

    /// <summary>
    /// By coordinate of the claim's trial, the evaluations in each of its bins; those where it is NaN are in none.
    /// </summary>
    public required SortedDictionary<string, long[]> Coverage { get; init; }

    /// <summary>Ratios over two coordinates; null where the trial names none.</summary>
    public required FactMap? Map { get; init; }

    /// <summary>The order in which facts are summed and written.</summary>
    [JsonIgnore]
    public (string, string, long) Key => (Claim, Family, Block);

    /// <summary>One JSON line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FactContext.Default.Fact);

    /// <summary>Reads one JSON line.</summary>
    /// <exception cref="JsonException">The line is not a fact.</exception>
    public static Fact FromJson(string line) =>
        JsonSerializer.Deserialize(line, FactContext.Default.Fact) ?? throw new JsonException("a fact is null");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(Fact))]
internal sealed partial class FactContext : JsonSerializerContext;

/// <summary>An input that is wrong: one line says what and where. The command line exits with status 2.</summary>
public sealed class InputException(string message) : Exception(message);
