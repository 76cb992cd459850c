using System.Text;
using System.Text.Json;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>What a folder of a run holds.</summary>
/// <param name="Record">What was asked for and on what it ran.</param>
/// <param name="Facts">The facts, in key order.</param>
/// <param name="Reports">The verdicts from them, in the order of the run's claims.</param>
public sealed record RunContents(RunRecord Record, IReadOnlyList<Fact> Facts, IReadOnlyList<ClaimReport> Reports);

/// <summary>
/// A run's folder: run.json, facts.jsonl and a case file CLAIM.witness.json for each counterexample. Reading it trusts no
/// verdict: witnesses are certified again, and verdicts computed from the facts.
/// </summary>
public static class RunFolder
{
    private const string RecordFile = "run.json",
        FactsFile = "facts.jsonl";

    /// <summary>The most characters of run.json, of a witness and of a line of the facts: far above what any run writes.</summary>
    private const int MostCharacters = 1 << 26;

    private static string WitnessName(string claim) => $"{claim}.witness.json";

    /// <summary>Writes a run; a file of an earlier run that this one does not write stays, and is not read back.</summary>
    public static void Write(
        string folder,
        RunRecord record,
        IEnumerable<Fact> facts,
        IEnumerable<ClaimReport> reports,
        Registry registry
    )
    {
        Directory.CreateDirectory(folder);
        // Without its record a folder that is written in part is not taken for a run.
        File.Delete(Path.Combine(folder, RecordFile));
        File.WriteAllLines(Path.Combine(folder, FactsFile), facts.Select(f => f.ToJson()));
        foreach (var report in reports.Where(r => r.Witness is not null))
            File.WriteAllText(
                Path.Combine(folder, WitnessName(report.Claim.Id)),
                WitnessFile.Text(WitnessFile.Write(report.Claim, report.Witness!, registry))
            );
        File.WriteAllText(
            Path.Combine(folder, RecordFile),
            JsonSerializer.Serialize(record, RunRecordContext.Default.RunRecord) + "\n"
        );
    }

    /// <summary>Reads a run back; its reports equal those of the run.</summary>
    /// <exception cref="InputException">A file is missing, cut off, not what it should be, or of another program's claims.</exception>
    public static RunContents Read(string folder, Registry registry)
    {
        var path = Path.Combine(folder, RecordFile);
        if (!File.Exists(path))
            throw new InputException($"{folder}: no {RecordFile}; it is not a folder that --out wrote");
        var record = Parsed(path, null, () => ReadRecord(path));
        var claims = record.Claims.Select(c => ClaimOf(c, path, registry)).ToList();
        if (claims.Distinct().Count() < claims.Count)
            throw new InputException($"{path}: field 'claims' names a claim twice");
        var facts = ReadFacts(Path.Combine(folder, FactsFile), record, claims, registry);
        var byClaim = facts.ToLookup(f => f.Claim);
        var escalated = record
            .Escalated.Select(e => new Escalated(e.Claim, Parsed(path, null, () => Replay.Parse(e.Replay)), e.Outcome))
            .DistinctBy(e => (e.Claim, e.Replay))
            .ToLookup(e => e.Claim);
        return new RunContents(
            record,
            facts,
            Judgement.WithVacuous([
                .. claims.Zip(
                    record.Claims,
                    (claim, recorded) =>
                        Judgement.Of(
                            claim,
                            byClaim[claim.Id],
                            new Escalation(
                                recorded.HasWitness
                                    ? ReadWitness(Path.Combine(folder, WitnessName(claim.Id)), claim, registry)
                                    : null,
                                [.. escalated[claim.Id]]
                            ),
                            registry,
                            recorded.Seconds
                        )
                ),
            ])
        );
    }

    private static RunRecord ReadRecord(string path) =>
        JsonSerializer.Deserialize(Text(path), RunRecordContext.Default.RunRecord)
            is {
                Machine: not null,
                Claims: not null,
                Escalated: not null,
                Settings: not null,
                Patterns: not null
            } record
        && record.Settings.Values.All(s => s is [var least, var most] && least <= most)
        && record.Claims.All(c => c is { Id: not null, Hypotheses: not null })
        && record.Escalated.All(e => e is { Claim: not null, Replay: not null })
            ? record
            : throw new JsonException("it is not the record of a run");

    private static Claim ClaimOf(RecordedClaim recorded, string path, Registry registry)
    {
        var claim = recorded.Inequality is { } text
            ? Parsed(path, null, () => Inequality.ToClaim(text, recorded.Hypotheses, registry))
            : registry.Claims.FirstOrDefault(c => c.Id == recorded.Id);
        if (claim?.Id != recorded.Id)
            throw new InputException($"{path}: claim '{InstanceJson.Short(recorded.Id)}' is unknown");
        return claim.Version == recorded.Version
            ? claim
            : throw new InputException(
                $"{path}: {claim.Id} has version {recorded.Version} there and {claim.Version} here: run it again"
            );
    }

    private static List<Fact> ReadFacts(string path, RunRecord record, IReadOnlyList<Claim> claims, Registry registry)
    {
        var byId = claims.ToDictionary(c => c.Id);
        var facts = new SortedDictionary<(string, string, long), Fact>();
        var number = 0;
        foreach (var line in Lines(path))
        {
            number++;
            var fact = Parsed(path, number, () => Fact.FromJson(line));
            if (Fault(fact, byId, registry) is { } fault)
                throw new InputException($"{path}: line {number}: {fault}");
            if (!facts.TryAdd(fact.Key, fact))
                throw new InputException(
                    $"{path}: line {number}: a second fact of {fact.Claim}, {fact.Family}, block {fact.Block}"
                );
        }
        return number == record.Facts
            ? [.. facts.Values]
            : throw new InputException(
                $"{path}: {number} lines, {record.Facts} in {RecordFile}: it is cut off or replaced"
            );
    }

    /// <summary>What is wrong with a fact that is well-formed JSON, or null.</summary>
    private static string? Fault(Fact fact, Dictionary<string, Claim> claims, Registry registry)
    {
        if (fact.Claim is null || !claims.TryGetValue(fact.Claim, out var claim))
            return $"claim '{InstanceJson.Short(fact.Claim ?? "")}' is not of this run";
        if (fact.Version != claim.Version)
            return $"{claim.Id} has version {fact.Version} there and {claim.Version} here";
        if (registry.FamiliesOf(claim).FirstOrDefault(f => f.Family.Name == fact.Family) is not { Trial: { } trial })
            return $"family '{InstanceJson.Short(fact.Family ?? "")}' is none on which {claim.Id} is tried";
        if (
            fact.NotMet is null
            || !fact.NotMet.Keys.Order().SequenceEqual(claim.Hypotheses.Select(h => h.Name).Order())
        )
            return $"field 'notMet' does not name the hypotheses of {claim.Id}";
        var bins = claim.Relation.IsEqual ? 0 : Fact.Bins.Length + 1;
        if (fact.Histogram?.Length != bins)
            return $"field 'histogram' has not {bins} numbers";
        if (fact.Candidates is null || fact.Candidates.Any(c => c is null))
            return "field 'candidates' is null";
        var coordinates = registry.CoordinatesOf(claim, trial).ToDictionary(c => c.Name, c => c.Bins.Count);
        if (
            fact.Coverage is null
            || fact.Coverage.Count != coordinates.Count
            || fact.Coverage.Any(c => coordinates.GetValueOrDefault(c.Key) != c.Value?.Length)
        )
            return $"field 'coverage' does not have the coordinates and bins of {claim.Id}";
        if (fact.Map is { } map)
            if (
                registry.MapOf(claim, trial) is not var (x, y)
                || (map.X, map.Y) != (x.Name, y.Name)
                || map.Cells is null
                || map.Cells.Any(c => c.X < 0 || c.X >= x.Bins.Count || c.Y < 0 || c.Y >= y.Bins.Count)
            )
                return $"field 'map' does not have the coordinates and bins of {claim.Id}";
        if (fact.StepLimit is null == claim.Prescribes.Any(p => p.IsCount))
            return $"field 'stepLimit' is not as {claim.Id} prescribes steps";
        if (fact.StepLimit is { Coordinate: { } along } && registry.MapOf(claim, trial)?.X.Name != along)
            return $"field 'stepLimit' does not have the coordinate of {claim.Id}";
        long[] counts =
        [
            fact.Block,
            fact.Evaluations,
            fact.Inconclusive,
            fact.StepLimit?.Instances ?? 0,
            fact.Violations,
            fact.Gradients,
            fact.HessianVectors,
            .. fact.NotMet.Values,
            .. fact.Histogram,
            .. fact.Coverage.Values.SelectMany(c => c),
            .. fact.Candidates.Select(c => c.Index),
            .. fact.Map?.Cells.SelectMany(c => new[] { c.Evaluations, c.Silent }) ?? [],
        ];
        return counts.Any(n => n < 0) ? "a count is below 0" : null;
    }

    private static Witness ReadWitness(string path, Claim claim, Registry registry)
    {
        if (!File.Exists(path))
            throw new InputException($"{path}: not there, though {RecordFile} has {claim.Id} refuted");
        return Parsed(
            path,
            null,
            () =>
            {
                using var document = JsonDocument.Parse(Text(path));
                if (
                    document.RootElement.ValueKind != JsonValueKind.Object
                    || !document.RootElement.TryGetProperty("cases", out var cases)
                    || cases.ValueKind != JsonValueKind.Array
                    || cases.GetArrayLength() != 1
                    || cases[0].ValueKind != JsonValueKind.Object
                )
                    throw new InputException("it has not one case");
                var (trial, instance) = CaseFile.ReadInstance(cases[0], claim, registry);
                var certificate = Certifier.WithRisingPrecision(claim, trial, instance);
                if (certificate.Outcome != Outcome.Refuted)
                    throw new InputException($"the witness against {claim.Id} does not certify again");
                return new Witness(
                    certificate,
                    cases[0].TryGetProperty("replay", out var token) ? Replay.Parse(token.GetString() ?? "") : null
                );
            }
        );
    }

    /// <summary>What parses, or one line that says where it does not.</summary>
    private static T Parsed<T>(string path, int? line, Func<T> parse)
    {
        var place = line is { } number ? $"{path}: line {number}" : path;
        try
        {
            return parse();
        }
        catch (InputException e)
        {
            throw new InputException($"{place}: {e.Message}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{place}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string Text(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= MostCharacters
            ? File.ReadAllText(path)
            : throw new InputException($"{length} bytes, above {MostCharacters}");
    }

    /// <summary>The lines of a file; one without an end, or too long to be a fact, is refused before it fills the memory.</summary>
    private static IEnumerable<string> Lines(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"{path}: not there, though {RecordFile} is");
        using var reader = new StreamReader(path, Encoding.UTF8);
        var (line, buffer, number) = (new StringBuilder(), new char[1 << 16], 1);
        while (reader.Read(buffer) is > 0 and var read)
        {
            var rest = buffer.AsMemory(0, read);
            while (rest.Span.IndexOf('\n') is >= 0 and var end)
            {
                yield return line.Append(rest[..end]).ToString().TrimEnd('\r');
                line.Clear();
                number++;
                rest = rest[(end + 1)..];
            }
            if (line.Append(rest).Length > MostCharacters)
                throw new InputException($"{path}: line {number}: above {MostCharacters} characters");
        }
        if (line.Length > 0)
            throw new InputException($"{path}: line {number}: cut off, it has no end");
    }
}
