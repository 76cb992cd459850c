using System.Text.Json;
using System.Text.Json.Nodes;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>Counterexamples as case files: what `verify check` reads back.</summary>
public static class WitnessFile
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A case file of one case: the instance with its certified constants, and both sides in doubles.</summary>
    public static JsonObject Write(Claim claim, Witness witness, Registry registry) =>
        new() { ["cases"] = new JsonArray(Case(claim, witness, registry)) };

    /// <summary>The case alone, with what certifies it beside it.</summary>
    public static JsonObject Case(Claim claim, Witness witness, Registry registry)
    {
        var instance = witness.Certificate.Instance;
        var (lhs, rhs) = CaseFile.Sides(claim, instance, registry);
        var json = new JsonObject
        {
            ["claim"] = claim.Id,
            ["relation"] = CaseFile.Symbol(claim.Relation),
            ["instance"] = InstanceJson.Write(instance),
        };
        // A case without its sides is one to evaluate. Adding 0 turns -0 into 0.
        if (double.IsFinite(lhs) && double.IsFinite(rhs))
            (json["lhs"], json["rhs"]) = (lhs + 0.0, rhs + 0.0);
        var sides = witness.Certificate.Sides;
        json["certificate"] = new JsonObject { ["version"] = claim.Version, ["bits"] = witness.Certificate.Bits };
        if (sides is not null)
        {
            json["certificate"]!["lhs"] = new JsonArray(End(sides.LhsLower), End(sides.LhsUpper));
            json["certificate"]!["rhs"] = new JsonArray(End(sides.RhsLower), End(sides.RhsUpper));
        }
        if (Inequality.Of(claim) is { } inequality)
        {
            json["inequality"] = inequality.ToString();
            json["where"] = new JsonArray([.. claim.Hypotheses.Select(h => (JsonNode)h.Name)]);
        }
        if (claim.Extent != Extent.Scalar && sides is not null)
            json["certificate"]!["component"] = sides.Component;
        if (witness.Replay is { } replay)
            json["replay"] = replay.ToString();
        return json;
    }

    /// <summary>An end that may be infinite, for which JSON has no number; null where nothing is known.</summary>
    private static JsonNode? End(double end) =>
        double.IsFinite(end) ? end
        : double.IsNaN(end) ? null
        : end > 0 ? "Infinity"
        : "-Infinity";

    /// <summary>Indented JSON with a final newline.</summary>
    public static string Text(JsonNode json) => json.ToJsonString(s_indented) + "\n";
}
