using Verify.Algorithms.Observables;
using Verify.Bounds;
using Verify.Evidence;
using Xunit.Abstractions;

namespace Verify.Tests.Numerical;

/// <summary>
/// Every deliberately wrong form of every claim is caught: refuted with a certificate by sampling, or, where the measured
/// slack exceeds the change, given away by a conformance number or a value worked out by hand.
/// </summary>
public sealed class WrongVariantTests(ITestOutputHelper output)
{
    private const long Budget = 8192;

    [Fact]
    public void Every_wrong_variant_is_caught()
    {
        var variants = Registry.Default.Claims.SelectMany(c => c.Wrong).Select(w => w.Item2).ToList();
        var registry = new Registry(variants, Registry.Default.Trials, Registry.Default.Families);
        var reports = new Run(registry, new RunOptions { Budget = Budget }).Execute(variants);
        var missed = new List<string>();
        foreach (var report in reports)
        {
            var how =
                report.Verdict == Verdict.Refuted
                    ? $"sampling, {report.Witness!.Replay}"
                    : CaughtBy("ji2022.json", report.Claim) ?? CaughtBy("by-hand.json", report.Claim);
            output.WriteLine($"{report.Claim.Id}: {how ?? "MISSED"}");
            if (how is null)
                missed.Add(report.Claim.Id);
        }
        Assert.True(variants.Count > 80);
        Assert.True(missed.Count == 0, "not caught: " + string.Join(", ", missed));
    }

    [Fact]
    public void Every_bound_has_wrong_variants() =>
        Assert.Empty(Registry.Default.Claims.Where(c => c.Wrong.IsEmpty).Select(c => c.Id));

    private static string? CaughtBy(string file, Claim variant)
    {
        var id = variant.Id.Split('!')[0];
        // A variant by added hypotheses is judged on the cases of the claim that it varies.
        var printed = id.IndexOf(".with-", StringComparison.Ordinal) is >= 0 and var at ? id[..at] : id;
        var registry = new Registry(
            [.. Registry.Default.Claims.Where(c => c.Id != printed), Renamed(variant, printed)],
            Registry.Default.Trials,
            Registry.Default.Families
        );
        var results = CaseFile.Check(Path.Combine("cases", file), registry);
        var index = results.ToList().FindIndex(r => r.Claim == printed && r.Equal == false);
        return index < 0 ? null : $"{file}, case {index}";
    }

    private static Claim Renamed(Claim x, string id) =>
        new(
            id,
            x.Version,
            x.Source,
            x.Provenance,
            x.Kind,
            x.Statement,
            x.Hypotheses,
            x.Prescribes,
            x.Reading,
            x.Relation,
            x.Lhs,
            x.Rhs,
            x.Extent,
            x.Highlight,
            x.Wrong
        );
}
