using System.Text.Json;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>
/// What a claim says changes only together with its version: both sides on the explicit cases, to the last bit, are kept in
/// golden.json. After a deliberate change raise the version and run the tests with VERIFY_GOLDEN=update.
/// </summary>
public sealed class GoldenTests
{
    private sealed record Golden(string Claim, int Version, string[] Sides);

    private static readonly string s_path = Path.Combine(Repository.Root, "tests", "Numerical", "cases", "golden.json");
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    [Fact]
    public void Golden_values_change_only_with_the_version()
    {
        var actual = Actual();
        if (Environment.GetEnvironmentVariable("VERIFY_GOLDEN") == "update")
            File.WriteAllText(s_path, JsonSerializer.Serialize(actual, s_json) + "\n");
        var golden = JsonSerializer.Deserialize<Golden[]>(File.ReadAllText(s_path))!;
        Assert.Equal(golden.Select(g => g.Claim), actual.Select(g => g.Claim));
        foreach (var (known, now) in golden.Zip(actual))
            if (known.Version == now.Version)
                Assert.Equal(known.Sides, now.Sides);
            else
                Assert.Fail($"{now.Claim} has version {now.Version}: update golden.json");
    }

    private static Golden[] Actual()
    {
        var results = new[] { "ji2022.json", "by-hand.json" }
            .SelectMany(f => CaseFile.Check(Path.Combine("cases", f), Registry.Default))
            .ToLookup(r => r.Claim);
        return
        [
            .. Registry
                .Default.Claims.Where(c => results.Contains(c.Id))
                .Select(c => new Golden(c.Id, c.Version, [.. results[c.Id].Select(r => $"{r.Lhs:R} {r.Rhs:R}")])),
        ];
    }
}
