using System.Text.Json;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>One checked case.</summary>
public sealed record CaseResult
{
    public required string Claim { get; init; }

    /// <summary>The position in the file, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Whether the claim is catalogued but not built: then nothing else is filled.</summary>
    public bool IsNotImplemented { get; init; }

    /// <summary>Both sides in doubles; of a vector identity the norms.</summary>
    public double? Lhs { get; init; }
    public double? Rhs { get; init; }

    /// <summary>lhs/rhs where rhs &gt; 0; of an identity |lhs - rhs|/max(|lhs|, |rhs|).</summary>
    public double? Ratio { get; init; }

    /// <summary>Decided by enclosures, with the constants as given; null where undecided.</summary>
    public bool? Satisfied { get; init; }
    public IReadOnlyDictionary<string, HypothesisStatus> Hypotheses { get; init; } =
        new Dictionary<string, HypothesisStatus>();

    /// <summary>The sides that the file gives.</summary>
    public (double Lhs, double Rhs)? Expected { get; init; }

    /// <summary>Whether the sides equal those of the file; null where it has none.</summary>
    public bool? Equal { get; init; }
}

/// <summary>Files of explicit cases: a list of claims with instances and, often, both sides.</summary>
public static class CaseFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const long MostBytes = 64 << 20;

    /// <summary>Two numbers agree when they differ by at most this part of the larger ...</summary>
    private const double RelativeTolerance = 1e-9;

    /// <summary>... plus this part of the scale, the largest number among the instance and both sides.</summary>
    private const double ScaleTolerance = 1e-14;

    /// <summary>The fields of a case; the last four are what witness files add.</summary>
    private static readonly string[] s_fields =
    [
        "claim",
        "relation",
        "instance",
        "lhs",
        "rhs",
        "certificate",
        "replay",
        "inequality",
        "where",
    ];

    /// <summary>Checks every case of a file.</summary>
    /// <exception cref="InputException">The file or a case is wrong; names the file, the case and the field.</exception>
    public static IReadOnlyList<CaseResult> Check(string path, Registry registry) => [.. CheckEach(path, registry)];

    /// <summary>As <see cref="Check(string, Registry)"/>, one by one: the cases before a wrong one are yielded.</summary>
    public static IEnumerable<CaseResult> CheckEach(string path, Registry registry)
    {
        using var document = Open(path);
        if (
            document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("cases", out var cases)
            || cases.ValueKind != JsonValueKind.Array
        )
            throw new InputException($"{path}: field 'cases' is missing or not a list");
        var index = 0;
        foreach (var element in cases.EnumerateArray())
            yield return CheckNamed(path, element, index++, registry);
    }

    private static CaseResult CheckNamed(string path, JsonElement element, int index, Registry registry)
    {
        string? id = null;
        try
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw new InputException("not an object");
            id = Text(element, "claim");
            return Check(element, id, index, registry);
        }
        catch (InputException e)
        {
            var name = id is null ? "" : $" ({InstanceJson.Short(id)})";
            throw new InputException($"{path}: case {index}{name}: {e.Message}");
        }
    }

    private static JsonDocument Open(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path}: a folder, not a file");
        if (!File.Exists(path))
            throw new InputException($"{path}: no such file");
        try
        {
            // A pipe has no length beforehand.
            using var file = File.OpenRead(path);
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            while (file.Read(buffer) is > 0 and var count)
            {
                bytes.Write(buffer, 0, count);
                if (bytes.Length > MostBytes)
                    throw new InputException($"{path}: above the limit of {MostBytes} bytes");
            }
            if (bytes.Length == 0)
                throw new InputException($"{path}: the file is empty");
            bytes.Position = 0;
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: not JSON: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Rejects names that occur twice in one object, and strings that are no text.</summary>
    private static void RejectIllFormed(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            var i = 0;
            foreach (var item in element.EnumerateArray())
                RejectIllFormed(item, $"{path}[{i++}]");
        }
        else if (element.ValueKind == JsonValueKind.String)
            Decoded(path, element.GetString);
        else if (element.ValueKind == JsonValueKind.Object)
        {
            var seen = new HashSet<string>();
            foreach (var property in element.EnumerateObject())
            {
                var name = path + (path.Length > 0 ? "." : "") + Decoded(path, () => property.Name);
                if (!seen.Add(name))
                    throw new InputException($"field '{name}' occurs twice");
                RejectIllFormed(property.Value, name);
            }
        }
    }

    /// <summary>Strings with half a surrogate pair or bytes that are not UTF-8 cannot be decoded.</summary>
    private static string Decoded(string path, Func<string?> text)
    {
        try
        {
            return text()!;
        }
        catch (InvalidOperationException)
        {
            throw new InputException($"field '{path}' has a string that is not text");
        }
    }

    /// <summary>The instance of a case, and the trial that serves the claim on its shape.</summary>
    /// <exception cref="InputException">The instance is missing or wrong.</exception>
    public static (Trial Trial, Instance Instance) ReadInstance(JsonElement element, Claim claim, Registry registry)
    {
        if (!element.TryGetProperty("instance", out var json) || json.ValueKind != JsonValueKind.Object)
            throw new InputException("field 'instance' is missing or not an object");
        var trials = registry.TrialsOf(claim).ToList();
        var trial = trials.FirstOrDefault(t => InstanceJson.IsOf(t.Shape, json)) ?? trials[0];
        var reads = registry.ReadsOfSides(claim);
        var needed = trial.Shape.Fields.Where(f => f.Slot is { } s && reads.Contains(s)).ToHashSet();
        needed.UnionWith(trial.NeededFor(reads));
        var counts = registry.CountsOf(claim).Union(trial.CountsFor(reads)).ToHashSet();
        var instance = InstanceJson.Read(trial.Shape, json, needed, counts);
        return (trial, instance);
    }

    /// <summary>The claim of an id; of a base id, the first of its readings that the instance's fields name.</summary>
    private static Claim? Resolve(JsonElement element, string id, Registry registry)
    {
        if (element.TryGetProperty("inequality", out _))
            return Typed(element, id, registry);
        if (registry.Claims.FirstOrDefault(c => c.Id == id) is { } claim)
            return claim;
        var readings = registry
            .Claims.Where(c => !c.Reading.IsEmpty && c.Id.StartsWith(id + ".", StringComparison.Ordinal))
            .ToList();
        if (readings.Count == 0)
            return null;
        if (!element.TryGetProperty("instance", out var json) || json.ValueKind != JsonValueKind.Object)
            throw new InputException("field 'instance' is missing or not an object");
        foreach (var reading in readings)
            if (registry.TrialsOf(reading).FirstOrDefault() is { } trial)
            {
                var words = InstanceJson.Words(trial.Shape, json);
                if (reading.Reading.All(r => words.GetValueOrDefault(r.Item1) == r.Item2))
                    return reading;
            }
        throw new InputException(
            $"field 'instance' names none of the readings of {id}: {string.Join(", ", readings.Select(r => r.Id))}"
        );
    }

    /// <summary>The claim of a case that carries its inequality; its id stands for the text.</summary>
    private static Claim Typed(JsonElement element, string id, Registry registry)
    {
        var where = new List<string>();
        if (element.TryGetProperty("where", out var list))
        {
            if (
                list.ValueKind != JsonValueKind.Array
                || list.EnumerateArray().Any(x => x.ValueKind != JsonValueKind.String)
            )
                throw new InputException("field 'where' is not a list of strings");
            where.AddRange(list.EnumerateArray().Select(x => Decoded("where", x.GetString)));
        }
        Claim claim;
        try
        {
            claim = Inequality.ToClaim(Text(element, "inequality"), where, registry);
        }
        catch (InputException e)
        {
            throw new InputException($"field 'inequality' or 'where': {e.Message}");
        }
        return claim.Id == id
            ? claim
            : throw new InputException(
                $"field 'claim' is '{InstanceJson.Short(id)}', but the inequality is {claim.Id}: one was changed"
            );
    }

    private static CaseResult Check(JsonElement element, string id, int index, Registry registry)
    {
        if (Resolve(element, id, registry) is not { } claim)
            return Catalogue.notBuilt.Contains(id)
                ? new CaseResult
                {
                    Claim = id,
                    Index = index,
                    IsNotImplemented = true,
                }
                : throw new InputException($"field 'claim' is '{InstanceJson.Short(id)}', unknown (see verify list)");
        RejectIllFormed(element, "");
        foreach (var property in element.EnumerateObject())
            if (!s_fields.Contains(property.Name))
                throw new InputException($"field '{property.Name}' is unknown");
        var relation = Text(element, "relation");
        if (relation != Symbol(claim.Relation))
            throw new InputException(
                $"field 'relation' is '{InstanceJson.Short(relation)}', not '{Symbol(claim.Relation)}'"
            );

        var expected = Expected(element);
        var (trial, instance) = ReadInstance(element, claim, registry);
        var (lhs, rhs) = Sides(claim, trial, instance);
        var satisfied = Decide(claim, trial, instance);
        return new CaseResult
        {
            Claim = id,
            Index = index,
            Lhs = lhs,
            Rhs = rhs,
            Ratio = Ratio(claim, lhs, rhs),
            Satisfied = satisfied,
            Hypotheses = Hypotheses(claim, trial, instance),
            Expected = expected,
            Equal = expected is var (l, r)
                ? Agree(lhs, l, instance, lhs, rhs) && Agree(rhs, r, instance, lhs, rhs)
                : null,
        };
    }

    /// <summary>Both sides in doubles, by the trial that serves the claim on the instance's shape.</summary>
    /// <exception cref="ArgumentException">No trial does.</exception>
    public static (double Lhs, double Rhs) Sides(Claim claim, Instance instance, Registry registry) =>
        Sides(
            claim,
            registry.TrialOf(claim, instance.Shape)
                ?? throw new ArgumentException($"{claim.Id} does not read {instance.Shape}", nameof(instance)),
            instance
        );

    /// <summary>Both sides in doubles; of a vector identity the norms.</summary>
    public static (double Lhs, double Rhs) Sides(Claim claim, Trial trial, Instance instance)
    {
        return Sides(claim, Certifier.Measure<Real>(claim, trial, instance, new RunOptions().MostSteps));
    }

    /// <summary>lhs/rhs where rhs &gt; 0, else null; of an identity |lhs - rhs|/max(|lhs|, |rhs|), 0 where both are.</summary>
    internal static double? Ratio(Claim claim, double lhs, double rhs) =>
        claim.Relation.IsEqual
            ? Math.Max(Math.Abs(lhs), Math.Abs(rhs)) is > 0 and var m
                ? Math.Abs(lhs - rhs) / m
                : 0
            : rhs > 0
                ? lhs / rhs
                : null;

    /// <summary>Both sides of what was measured; of a vector identity the norms.</summary>
    internal static (double Lhs, double Rhs) Sides(Claim claim, Observables<Real> o)
    {
        if (claim.Extent != Extent.Dimension)
            return (claim.Lhs.Evaluate(o, 0).Value, claim.Rhs.Evaluate(o, 0).Value);
        double lhs = 0,
            rhs = 0;
        for (var k = 0; k < o[Count.D]; k++)
        {
            lhs += Math.Pow(claim.Lhs.Evaluate(o, k).Value, 2);
            rhs += Math.Pow(claim.Rhs.Evaluate(o, k).Value, 2);
        }
        return (Math.Sqrt(lhs), Math.Sqrt(rhs));
    }

    /// <summary>
    /// Whether the claim holds with the constants as given. Enclosures of an identity can refute it; they confirm it to the
    /// tolerance of the file format, since overlapping intervals never prove equality.
    /// </summary>
    private static bool? Decide(Claim claim, Trial trial, Instance instance)
    {
        var (_, sides, holds) = Certifier.Evaluate<Interval>(claim, trial, instance);
        if (holds == Truth.Undecided)
            using (BigInterval.At(Certifier.Precisions[^1]))
                (_, sides, holds) = Certifier.Evaluate<BigInterval>(claim, trial, instance);
        if (holds == Truth.Undecided && claim.Relation.IsEqual)
        {
            var size = Math.Max(Math.Abs(sides.LhsUpper), Math.Abs(sides.RhsUpper));
            var width = sides.LhsUpper - sides.LhsLower + (sides.RhsUpper - sides.RhsLower);
            // Where a side is 0 the numbers of the instance say what is small.
            return width <= RelativeTolerance * size + ScaleTolerance * Scale(instance, size) ? true : null;
        }
        return holds switch
        {
            Truth.True => true,
            Truth.False => false,
            _ => null,
        };
    }

    /// <summary>Each hypothesis on the instance's own numbers; a given constant is held against its enclosure.</summary>
    private static SortedDictionary<string, HypothesisStatus> Hypotheses(Claim claim, Trial trial, Instance instance)
    {
        var o = Certifier.Measure<Interval>(claim, trial, instance);
        foreach (var field in instance.Shape.Fields.Where(f => f.Internal && f.Slot is not null))
            if (instance.Shape.Establish<Interval>(instance, field) is { } values)
                values.CopyTo(o.Vector(field.Slot!));
        var statuses = new SortedDictionary<string, HypothesisStatus>(StringComparer.Ordinal);
        foreach (var hypothesis in claim.Hypotheses)
            statuses[hypothesis.Name] = hypothesis.Condition is Condition.Established constant
                ? GivenConstant(instance, constant.Item)
                : Certifier.Holds(hypothesis, o) switch
                {
                    Truth.True => HypothesisStatus.Met,
                    Truth.False => HypothesisStatus.NotMet,
                    _ => HypothesisStatus.Undecided,
                };
        return statuses;
    }

    private static HypothesisStatus GivenConstant(Instance instance, Slot slot)
    {
        var field = instance.Shape.FieldOf(slot)!;
        if (instance.Shape.Establish<Interval>(instance, field) is not { } values)
            return HypothesisStatus.Given;
        var given = instance[field];
        var status = HypothesisStatus.Met;
        for (var k = 0; k < values.Length; k++)
        {
            // A given constant is a valid one when it is no smaller than the smallest valid one (no larger than the largest).
            var sign = field.IsLowerBound ? -1 : 1;
            var (lower, upper) = field.IsLowerBound
                ? (-values[k].Upper, -values[k].Lower)
                : (values[k].Lower, values[k].Upper);
            if (double.IsNaN(upper))
                return double.IsNaN(given[k]) ? HypothesisStatus.Undecided : HypothesisStatus.Given;
            if (double.IsPositiveInfinity(lower))
                return HypothesisStatus.NotMet;
            // Constants are printed rounded: below the enclosure by rounding only is not a refutation.
            if (sign * given[k] < lower - RelativeTolerance * Math.Abs(lower))
                return HypothesisStatus.NotMet;
            if (sign * given[k] < upper)
                status = HypothesisStatus.Undecided;
        }
        return status;
    }

    private static bool Agree(double actual, double expected, Instance instance, double lhs, double rhs)
    {
        var larger = Math.Max(Math.Abs(lhs), Math.Abs(rhs));
        return Math.Abs(actual - expected) <= RelativeTolerance * larger + ScaleTolerance * Scale(instance, larger);
    }

    /// <summary>The largest number among the instance and a side.</summary>
    private static double Scale(Instance instance, double side)
    {
        foreach (var x in instance.Record)
            if (double.IsFinite(x))
                side = Math.Max(side, Math.Abs(x));
        return side;
    }

    private static (double, double)? Expected(JsonElement element)
    {
        var (hasLhs, hasRhs) = (element.TryGetProperty("lhs", out var lhs), element.TryGetProperty("rhs", out var rhs));
        if (hasLhs != hasRhs)
            throw new InputException($"field '{(hasLhs ? "rhs" : "lhs")}' is missing");
        return hasLhs ? (Side("lhs", lhs), Side("rhs", rhs)) : null;
    }

    private static double Side(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var x) && double.IsFinite(x)
            ? x
            : throw new InputException($"field '{name}' is not a finite number");

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? Decoded(name, value.GetString)
            : throw new InputException($"field '{name}' is missing or not a string");

    /// <summary>A relation as files and tables write it.</summary>
    public static string Symbol(Relation relation) =>
        relation.IsEqual ? "=="
        : relation.IsLess ? "<"
        : "<=";
}
