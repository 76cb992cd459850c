using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>One known verdict.</summary>
/// <param name="Claim">The claim's id.</param>
/// <param name="Version">The version of the claim that was judged.</param>
/// <param name="Verdict">As the table names it.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="Ratio">The best ratio then, or null.</param>
/// <param name="Witness">A case with a counterexample, of refuted claims.</param>
public sealed record LedgerEntry(
    string Claim,
    int Version,
    string Verdict,
    string Evidence,
    double? Ratio,
    JsonObject? Witness
);

/// <summary>The verdicts known so far, one file per paper.</summary>
public static class Ledger
{
    /// <summary>All entries of a folder's *.json, in order of their files.</summary>
    /// <exception cref="InputException">A file is not a ledger.</exception>
    public static IReadOnlyList<LedgerEntry> Read(string folder)
    {
        var entries = new List<LedgerEntry>();
        if (!Directory.Exists(folder))
            return entries;
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            try
            {
                foreach (var entry in JsonNode.Parse(File.ReadAllText(path))!["claims"]!.AsArray())
                    entries.Add(
                        new LedgerEntry(
                            (string)entry!["claim"]!,
                            (int)entry["version"]!,
                            (string)entry["verdict"]!,
                            (string)entry["evidence"]!,
                            (double?)entry["ratio"],
                            entry["witness"]?.AsObject()
                        )
                    );
            }
            catch (Exception e)
                when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
            {
                throw new InputException($"{path}: not a ledger: {e.Message.ReplaceLineEndings(" ")}");
            }
        if (entries.GroupBy(e => e.Claim).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException($"{folder}: {twice.Key} is entered {twice.Count()} times");
        return entries;
    }

    /// <summary>Writes the entries of these reports, one file per paper; other entries of those papers are kept.</summary>
    public static void Update(string folder, IReadOnlyList<ClaimReport> reports, Registry registry)
    {
        Directory.CreateDirectory(folder);
        var entries = Read(folder).ToDictionary(e => e.Claim);
        foreach (var report in reports)
        {
            var known = entries.GetValueOrDefault(report.Claim.Id);
            // A known refutation of this version stands: what a run finds later replaces no witness.
            if (known is { Witness: { } standing } && known.Version == report.Claim.Version)
            {
                // Its token is of the draws of its day.
                if ((string?)standing["replay"] is { } token && !Replays(report.Claim, token, registry))
                    standing.Remove("replay");
                continue;
            }
            entries[report.Claim.Id] = new LedgerEntry(
                report.Claim.Id,
                report.Claim.Version,
                Names.Of(report.Verdict),
                Names.Of(report.Evidence),
                report.Best is { } best ? Rounded(best.Ratio) : null,
                report.Witness is { } witness ? WitnessFile.Case(report.Claim, witness, registry) : null
            );
        }
        var order = registry.Claims.Select((c, i) => (c.Id, i)).ToDictionary(x => x.Id, x => x.i);
        foreach (var paper in entries.Values.GroupBy(e => e.Claim.Split('.')[0]))
        {
            var claims = new JsonArray();
            foreach (var entry in paper.OrderBy(e => order.GetValueOrDefault(e.Claim, int.MaxValue)))
            {
                var json = new JsonObject
                {
                    ["claim"] = entry.Claim,
                    ["version"] = entry.Version,
                    ["verdict"] = entry.Verdict,
                    ["evidence"] = entry.Evidence,
                };
                if (entry.Ratio is { } ratio)
                    json["ratio"] = ratio;
                if (entry.Witness is { } witness)
                    json["witness"] = witness.DeepClone();
                claims.Add((JsonNode)json);
            }
            var file = Path.Combine(folder, paper.Key + ".json");
            File.WriteAllText(file, WitnessFile.Text(new JsonObject { ["paper"] = paper.Key, ["claims"] = claims }));
        }
    }

    /// <summary>Whether a token gives an instance, drawn with default options, that refutes a claim.</summary>
    public static bool Replays(Claim claim, string token, Registry registry)
    {
        var replay = Replay.Parse(token);
        if (registry.Families.All(f => f.Name != replay.Family))
            return false;
        var instance = registry.Draw(replay, new RunOptions());
        return registry.TrialOf(claim, instance.Shape) is { } trial
            && Certifier.WithRisingPrecision(claim, trial, instance).Outcome == Outcome.Refuted;
    }

    /// <summary>
    /// Certifies an entry's witness again, constants and all. Null for entries without one, and for claims that are no longer
    /// there or have another version.
    /// </summary>
    public static Certificate? Certify(LedgerEntry entry, Registry registry)
    {
        var claim = registry.Claims.FirstOrDefault(c => c.Id == entry.Claim);
        if (entry.Witness is null || claim is null || claim.Version != entry.Version)
            return null;
        using var document = JsonDocument.Parse(entry.Witness.ToJsonString());
        var (trial, instance) = CaseFile.ReadInstance(document.RootElement, claim, registry);
        return Certifier.WithRisingPrecision(claim, trial, instance);
    }

    /// <summary>The witnesses that certify again, by claim.</summary>
    public static IReadOnlyDictionary<string, Witness> Standing(IEnumerable<LedgerEntry> entries, Registry registry)
    {
        var standing = new Dictionary<string, Witness>();
        foreach (var entry in entries)
            if (Certify(entry, registry) is { Outcome: Outcome.Refuted } certificate)
                standing[entry.Claim] = new Witness(
                    certificate,
                    (string?)entry.Witness!["replay"] is { } token ? Replay.Parse(token) : null
                );
        return standing;
    }

    /// <summary>Those against some claims alone.</summary>
    public static IReadOnlyDictionary<string, Witness> Standing(
        IEnumerable<LedgerEntry> entries,
        IReadOnlyList<Claim> claims,
        Registry registry
    ) => Standing(entries.Where(e => claims.Any(c => c.Id == e.Claim)), registry);

    private static double Rounded(double ratio) =>
        double.Parse(ratio.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}

/// <summary>Verdicts and evidence as tables and files write them.</summary>
public static class Names
{
    public static string Of(Verdict verdict) => Hyphenated(verdict.ToString());

    public static string Of(EvidenceKind evidence) => Hyphenated(evidence.ToString());

    public static string Of(Provenance provenance) => Hyphenated(provenance.ToString());

    public static string Of(Outcome outcome) => Hyphenated(outcome.ToString());

    public static string Of(HypothesisStatus status) => Hyphenated(status.ToString());

    private static string Hyphenated(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c + ""));
}
