using System.Text.Json.Nodes;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>What a run leaves in a folder is read back as it was, and what is spoilt there is told in one line.</summary>
public sealed class RunFolderTests : IDisposable
{
    private static readonly Registry s_registry = Registry.Default;

    private readonly string _folder = Directory.CreateTempSubdirectory("verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A claim that is refuted, one with candidates that need more than double precision, and two that hold.</summary>
    private (Run Run, IReadOnlyList<ClaimReport> Reports) Write(CancellationToken cancellation = default)
    {
        string[] ids = ["ji2022.lemma12", "ji2022.lemma15", "ji2022.prop1", "imaml2019.std.gd_contraction"];
        var claims = s_registry.Claims.Where(c => ids.Any(c.Id.StartsWith)).ToList();
        claims.Add(Inequality.ToClaim("pathDistanceN <= startDistance", ["alpha*L <= 1/2"], s_registry));
        var options = new RunOptions
        {
            Budget = 600,
            Fixed = new Dictionary<string, (double, double)> { ["d"] = (1, 3), ["N"] = (1, 3) },
        };
        var run = new Run(s_registry, options);
        var reports = run.Execute(claims, null, cancellation);
        RunFolder.Write(_folder, RunRecord.Of(run, ids, reports), run.Facts, reports, s_registry);
        return (run, reports);
    }

    private string InFolder(string file) => Path.Combine(_folder, file);

    /// <summary>All of a report that is no object of its own, as text.</summary>
    private static string Shown(ClaimReport r) =>
        string.Join(
            '\n',
            r with
            {
                ByFamily = new Dictionary<string, long>(),
                NotMet = new Dictionary<string, long>(),
                Histogram = [],
                Outcomes = new Dictionary<Outcome, int>(),
                Coverage = [],
                Maps = [],
                Witness = null,
            },
            string.Join(' ', r.ByFamily.OrderBy(x => x.Key, StringComparer.Ordinal)),
            string.Join(' ', r.NotMet.OrderBy(x => x.Key, StringComparer.Ordinal)),
            string.Join(' ', r.Histogram),
            string.Join(' ', r.Outcomes.OrderBy(x => x.Key)),
            string.Join(' ', r.Coverage.Select(c => c.Coordinate.Name + string.Join(',', c.Counts))),
            string.Join(' ', r.Maps.Select(m => m.X.Name + m.Y.Name + string.Join(',', m.Cells))),
            r.Witness is { } witness ? WitnessFile.Text(WitnessFile.Case(r.Claim, witness, s_registry)) : ""
        );

    [Fact]
    public void Reports_read_back_equal_those_of_the_run()
    {
        var (run, reports) = Write();
        Assert.Contains(reports, r => r.Verdict == Verdict.Refuted);
        Assert.Contains(reports, r => r.Verdict == Verdict.NotRefuted);
        Assert.NotEmpty(run.Escalated);
        var contents = RunFolder.Read(_folder, s_registry);
        Assert.Equal(run.Facts.Select(f => f.ToJson()), contents.Facts.Select(f => f.ToJson()));
        Assert.All(reports.Zip(contents.Reports), x => Assert.Equal(Shown(x.First), Shown(x.Second)));

        var record = contents.Record;
        Assert.True(record.IsComplete);
        Assert.Equal((1UL, 600L, run.Facts.Count), (record.Seed, record.Budget, record.Facts));
        Assert.Equal([1.0, 3.0], record.Settings["d"]);
        Assert.Equal(reports.Sum(r => r.Gradients), record.Gradients);
        Assert.Equal(reports.Sum(r => r.HessianVectors), record.HessianVectors);
        Assert.StartsWith(".NET", record.Machine.Runtime);
    }

    [Fact]
    public void A_run_that_was_interrupted_is_read_back()
    {
        var (run, reports) = Write(new CancellationToken(canceled: true));
        Assert.Empty(run.Facts);
        var contents = RunFolder.Read(_folder, s_registry);
        Assert.False(contents.Record.IsComplete);
        Assert.Equal(reports.Select(Shown), contents.Reports.Select(Shown));
        Assert.All(contents.Reports, r => Assert.Equal(Verdict.HypothesesNotMet, r.Verdict));
    }

    [Fact]
    public void What_is_spoilt_is_told_in_one_line()
    {
        Write();
        var facts = File.ReadAllLines(InFolder("facts.jsonl"));
        var witness = File.ReadAllText(InFolder("ji2022.lemma15.witness.json"));
        var record = File.ReadAllText(InFolder("run.json"));
        void Told(string file, string text, params string[] parts)
        {
            var before = File.ReadAllText(InFolder(file));
            File.WriteAllText(InFolder(file), text);
            var message = Assert.Throws<InputException>(() => RunFolder.Read(_folder, s_registry)).Message;
            Assert.DoesNotContain('\n', message);
            Assert.All([file, .. parts], part => Assert.Contains(part, message));
            File.WriteAllText(InFolder(file), before);
        }
        void Line(int number, string line, params string[] parts) =>
            Told(
                "facts.jsonl",
                string.Concat(facts.Select((f, k) => (k == number - 1 ? line : f) + "\n")),
                [$"line {number}", .. parts]
            );
        string Changed(int number, Action<JsonNode> change)
        {
            var fact = JsonNode.Parse(facts[number - 1])!;
            change(fact);
            return fact.ToJsonString();
        }

        var all = string.Concat(facts.Select(f => f + "\n"));
        Told("facts.jsonl", all[..^20], $"line {facts.Length}", "cut off");
        Told("facts.jsonl", string.Concat(facts.SkipLast(1).Select(f => f + "\n")), "cut off");
        Line(2, facts[0], "a second fact");
        Line(2, "{}", "required");
        Line(3, "null", "null");
        Line(1, facts[0][..40]);
        Line(1, Changed(1, f => f["evaluations"] = -1), "below 0");
        Line(1, Changed(1, f => f["evaluations"] = "many"));
        Line(2, Changed(2, f => f["family"] = "nowhere"), "nowhere");
        Line(2, Changed(2, f => f["claim"] = "ji2022.lemma11"), "ji2022.lemma11");
        Line(2, Changed(2, f => f["version"] = 99), "99");
        Line(2, Changed(2, f => f["coverage"]!["d"] = new JsonArray(1)), "coverage");
        Line(2, Changed(2, f => f["map"]!["cells"]![0]![0] = 1000), "map");
        Line(2, Changed(2, f => f["map"]!["cells"]![0] = 1), "cell");
        Told("run.json", record.Replace("ji2022.prop1\"", "ji2022.prop99\"", StringComparison.Ordinal), "prop99");
        Told("run.json", "[]");
        Told("run.json", record[..100]);
        Told("ji2022.lemma15.witness.json", witness[..50]);
        Told("ji2022.lemma15.witness.json", "{\"cases\": []}", "one case");
        var spoilt = JsonNode.Parse(witness)!;
        spoilt["cases"]![0]!["instance"]!["alpha"] = 1e-9;
        Told("ji2022.lemma15.witness.json", spoilt.ToJsonString(), "certify");

        File.Delete(InFolder("ji2022.lemma15.witness.json"));
        Assert.Contains(
            "lemma15.witness.json: not there",
            Assert.Throws<InputException>(() => RunFolder.Read(_folder, s_registry)).Message
        );
        File.Delete(InFolder("run.json"));
        Assert.Contains(
            "no run.json",
            Assert.Throws<InputException>(() => RunFolder.Read(_folder, s_registry)).Message
        );
    }

    [Fact]
    public void A_file_without_end_is_refused_before_it_fills_the_memory()
    {
        Write();
        using (var file = File.OpenWrite(InFolder("facts.jsonl")))
            // Sparse: zeros without a line's end.
            file.SetLength(1L << 36);
        Assert.Contains(
            "facts.jsonl: line",
            Assert.Throws<InputException>(() => RunFolder.Read(_folder, s_registry)).Message
        );
        using (var file = File.OpenWrite(InFolder("run.json")))
            file.SetLength(1L << 36);
        Assert.Contains("bytes", Assert.Throws<InputException>(() => RunFolder.Read(_folder, s_registry)).Message);
    }

    /// <summary>What cannot be decided is a case to look at, too: JSON has no number for an end that is not one.</summary>
    [Fact]
    public void A_case_is_written_whatever_its_certificate_knows()
    {
        var claim = s_registry.Claims.First(c => c.Id == "ji2022.lemma12");
        var (family, _) = s_registry.FamiliesOf(claim).First();
        var replay = new Replay(family.Name, 1, 0);
        var instance = s_registry.Draw(replay, new RunOptions());
        JsonNode Written(Sides? sides) =>
            JsonNode.Parse(
                WitnessFile.Text(
                    WitnessFile.Case(
                        claim,
                        new Witness(new Certificate(Outcome.Inconclusive, sides, 53, instance), replay),
                        s_registry
                    )
                )
            )!["certificate"]!;
        var open = Written(new Sides(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 2, false, 0));
        Assert.Equal("[null,\"Infinity\"]", open["lhs"]!.ToJsonString());
        Assert.Equal("[\"-Infinity\",2]", open["rhs"]!.ToJsonString());
        Assert.Null(Written(null)["lhs"]);
    }
}
