using System.Globalization;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>Tables of what is known of claims.</summary>
public static class Tables
{
    /// <summary>A row for each claim: verdict, evidence, ratios and what they rest on.</summary>
    public static Table Verdicts(IEnumerable<ClaimReport> reports)
    {
        var table = new Table("claim", "source", "verdict", "evidence", "largest ratio", "certified", "evaluations");
        foreach (var r in reports)
            table.Add(
                r.Claim.Id,
                r.Claim.Source,
                Names.Of(r.Verdict),
                Names.Of(r.Evidence),
                r.Best is { } best ? best.Ratio : "",
                r.CertifiedRatio is { } certified ? certified : "",
                r.Evaluations
            );
        return table;
    }

    /// <summary>A counterexample: enclosures of both sides, then the instance, field by field as files have it.</summary>
    public static Table Counterexample(Witness witness)
    {
        var (sides, table) = (witness.Certificate.Sides!, new Table("", "counterexample"));
        table.Add("left side", Enclosure(sides.LhsLower, sides.LhsUpper));
        table.Add("right side", Enclosure(sides.RhsLower, sides.RhsUpper));
        foreach (var (name, value) in InstanceJson.Write(witness.Certificate.Instance))
            table.Add(name, value!.ToJsonString());
        if (witness.Replay is { } replay)
            table.Add("found at", replay.ToString());
        return table;
    }

    private static string Enclosure(double lower, double upper) =>
        lower == upper
            ? string.Create(CultureInfo.InvariantCulture, $"{lower:R}")
            : string.Create(CultureInfo.InvariantCulture, $"[{lower:R}, {upper:R}]");
}
