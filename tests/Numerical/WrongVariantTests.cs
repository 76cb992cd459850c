using System.Text.Json.Nodes;
using Verify.Algorithms.Observables;
using Verify.Bounds;
using Verify.Evidence;
using Xunit.Abstractions;

namespace Verify.Tests.Numerical;

/// <summary>
/// Every deliberately wrong form of every claim is caught: refuted with a certificate by sampling, or, where the measured
/// slack exceeds the change, given away by a conformance number or a value worked out by hand.
/// </summary>
public sealed class WrongVariantTests(ITestOutputHelper output) : IDisposable
{
    private const long Budget = 8192;

    /// <summary>All by sampling first; by default only those that no number gives away.</summary>
    private static readonly bool s_isDeep = Environment.GetEnvironmentVariable("VERIFY_BUDGET") == "deep";

    /// <summary>A block of each family, in few dimensions.</summary>
    private static readonly RunOptions s_small = new()
    {
        Budget = 1,
        Fixed = new Dictionary<string, (double, double)> { ["d"] = (1, 4), ["n"] = (1, 3) },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_wrong_variant_is_caught()
    {
        var variants = Registry.Default.Claims.SelectMany(c => c.Wrong).Select(w => w.Item2).ToList();
        var caught = s_isDeep
            ? []
            : variants.Select(v => (v.Id, How: ByNumbers(v))).Where(x => x.How is not null).ToDictionary();
        // A counterexample is one wherever it is found: what is cheap is tried first.
        var families = Registry.Default.Families;
        var few = families.DistinctBy(f => f.Shape).ToList();
        foreach (
            var (options, some) in new[]
            {
                (s_small, few),
                (s_small, families),
                (new RunOptions { Budget = Budget }, families),
            }
        )
        {
            var open = variants.Where(v => !caught.ContainsKey(v.Id)).ToList();
            var registry = new Registry(open, Registry.Default.Trials, some);
            foreach (var report in new Run(registry, options).Execute(open))
                if (report.Verdict == Verdict.Refuted)
                    caught[report.Claim.Id] = $"sampling, {report.Witness!.Replay}";
        }
        if (s_isDeep)
            foreach (var variant in variants.Where(v => !caught.ContainsKey(v.Id)))
                if (ByNumbers(variant) is { } how)
                    caught[variant.Id] = how;
        var missed = variants.Select(v => v.Id).Where(id => !caught.ContainsKey(id)).ToList();
        foreach (var variant in variants)
            output.WriteLine($"{variant.Id}: {caught.GetValueOrDefault(variant.Id) ?? "MISSED"}");
        Assert.True(variants.Count > 80);
        Assert.True(missed.Count == 0, "not caught: " + string.Join(", ", missed));
    }

    [Fact]
    public void Every_bound_has_wrong_variants() =>
        // What is vacuous has no bound to be wrong.
        Assert.Empty(Registry.Default.Claims.Where(c => c.Wrong.IsEmpty && c.Presupposes.IsEmpty).Select(c => c.Id));

    private string? ByNumbers(Claim variant) =>
        CaughtBy("ji2022.json", variant) ?? CaughtBy("imaml2019.json", variant) ?? CaughtBy("by-hand.json", variant);

    private string? CaughtBy(string file, Claim variant)
    {
        var id = variant.Id.Split('!')[0];
        // A variant by added hypotheses is judged on the cases of the claim that it varies, a reading on those that name it.
        var printed = id.Split(".with-")[0];
        var registry = new Registry(
            [.. Registry.Default.Claims.Where(c => c.Id != printed), Planted.With(variant, printed)],
            Registry.Default.Trials,
            Registry.Default.Families
        );
        if (CasesOf(file, printed) is not { } cases)
            return null;
        var index = CaseFile.Check(cases, registry).ToList().FindIndex(r => r.Equal == false);
        return index < 0 ? null : $"{file}, case {index} of the claim";
    }

    /// <summary>A file of the cases of one claim alone, those of its base id included; null where there is none.</summary>
    private string? CasesOf(string file, string claim)
    {
        var all = JsonNode.Parse(File.ReadAllText(Path.Combine("cases", file)))!["cases"]!.AsArray();
        var mine = all.Where(c => $"{claim}.".StartsWith($"{(string?)c!["claim"]}.", StringComparison.Ordinal))
            .ToArray();
        if (mine.Length == 0)
            return null;
        var path = Path.Combine(_folder, $"{claim}-{file}");
        File.WriteAllText(
            path,
            new JsonObject { ["cases"] = new JsonArray([.. mine.Select(c => c!.DeepClone())]) }.ToJsonString()
        );
        return path;
    }
}
