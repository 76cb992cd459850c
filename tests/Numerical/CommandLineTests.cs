using System.Diagnostics;
using System.Text.Json.Nodes;
using Verify.Algorithms.Numbers;

namespace Verify.Tests.Numerical;

/// <summary>What one run of the program gave.</summary>
internal sealed record ProgramRun(int Status, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output as JSON lines.</summary>
    public JsonNode[] Json => [.. Lines.Select(line => JsonNode.Parse(line)!)];

    public override string ToString() => $"exit status {Status}\n{Output}{Error}";
}

/// <summary>Starts the built program as a process, in a folder of its own.</summary>
internal sealed class VerifyProgram : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("verify-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Folder, name), text);
        return name;
    }

    public string Read(params string[] path) => File.ReadAllText(Path.Combine([Folder, .. path]));

    public ProgramRun Run(params string[] arguments) => End(Start(arguments));

    public Process Start(params string[] arguments) => Start(arguments, []);

    public Process Start(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "verify.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static ProgramRun End(Process process)
    {
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new ProgramRun(process.ExitCode, output, error.Result);
        }
    }
}

/// <summary>The commands, end to end.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly VerifyProgram _verify = new();

    private static string Cases => Path.Combine(AppContext.BaseDirectory, "cases", "ji2022.json");

    public void Dispose() => _verify.Dispose();

    [Fact]
    public void Check_compares_every_built_case()
    {
        var outcome = _verify.Run("check", Cases, "--json");
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.Equal(50, outcome.Json.Length);
        Assert.Equal(24, outcome.Json.Count(r => (string?)r["status"] == "not-implemented"));
        var built = outcome.Json.Where(r => r["status"] is null).ToList();
        Assert.All(built, r => Assert.True((bool?)r["equal"], r.ToJsonString()));
        string[] fields = ["claim", "index", "lhs", "rhs", "ratio", "satisfied", "hypotheses", "expected", "equal"];
        Assert.All(built, r => Assert.Equal(fields, r.AsObject().Select(x => x.Key)));
        Assert.Contains("26 equal, 0 different, 24 not implemented", outcome.Error);
    }

    [Fact]
    public void Check_tells_a_number_that_differs()
    {
        var cases = JsonNode.Parse(File.ReadAllText(Cases))!;
        cases["cases"] = new JsonArray(cases["cases"]![3]!.DeepClone());
        cases["cases"]![0]!["lhs"] = 42.5;
        var file = _verify.Write("changed.json", cases.ToJsonString());
        var outcome = _verify.Run("check", file, "--json");
        Assert.Equal((1, false), (outcome.Status, (bool)outcome.Json.Single()["equal"]!));
        Assert.Contains("42.5", outcome.Error);
        Assert.Equal(1, _verify.Run("check", file).Status);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData(null)]
    public void Check_keeps_the_cases_before_a_wrong_one(string? json)
    {
        var cases = JsonNode.Parse(File.ReadAllText(Cases))!["cases"]!;
        var wrong = cases[6]!.DeepClone();
        wrong["instance"]!["alpha"] = 0;
        var file = _verify.Write(
            "partly.json",
            new JsonObject
            {
                ["cases"] = new JsonArray(cases[4]!.DeepClone(), cases[5]!.DeepClone(), wrong, cases[7]!.DeepClone()),
            }.ToJsonString()
        );
        var outcome = _verify.Run(json is null ? ["check", file] : ["check", file, json]);
        Assert.Equal(2, outcome.Status);
        Assert.Equal(2, outcome.Lines.Count(line => line.Contains("ji2022.lemma11")));
        Assert.DoesNotContain("lemma12", outcome.Output);
        Assert.Equal(
            "verify: partly.json: case 2 (ji2022.lemma12): field 'alpha' is 0, not above 0\n",
            outcome.Error.ReplaceLineEndings("\n")
        );
        if (json is not null)
            Assert.Equal([0, 1], outcome.Json.Select(r => (int)r["index"]!));
    }

    [Fact]
    public void Claims_that_are_not_built_are_skipped_whatever_their_instance()
    {
        var file = _verify.Write(
            "unbuilt.json",
            """{"cases": [{"claim": "ji2022.prop3", "relation": "?", "instance": {"N": "x", "N": []}, "lhs": {}}]}"""
        );
        var outcome = _verify.Run("check", file, "--json");
        Assert.Equal(0, outcome.Status);
        Assert.Equal("not-implemented", (string?)outcome.Json.Single()["status"]);
        Assert.Equal(0, _verify.Run("check", file).Status);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("list", "--families")]
    [InlineData("list", "--observables")]
    [InlineData("ledger")]
    [InlineData("check", "CASES")]
    [InlineData("run", "ji2022.lemma15*", "--budget", "1000", "--family", "cosine-axis", "--set", "d=1..3")]
    public void Piped_tables_are_plain_and_at_most_100_columns_wide(params string[] arguments)
    {
        var outcome = _verify.Run([.. arguments.Select(a => a == "CASES" ? Cases : a)]);
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.NotEmpty(outcome.Lines);
        Assert.All(outcome.Lines, line => Assert.True(line.Length <= 100, line));
        Assert.DoesNotContain(outcome.Output + outcome.Error, c => char.IsControl(c) && c is not ('\n' or '\r'));
    }

    [Theory]
    [InlineData(true, "ji2022.lemma12", "list")]
    [InlineData(true, "ji2022.prop1", "list", "ji2022.prop*")]
    [InlineData(true, "cosine-axis", "list", "--families")]
    [InlineData(true, "alpha", "list", "--observables")]
    [InlineData(true, "cpu", "engines")]
    [InlineData(false, "--project src/Ilgpu", "engines")]
    [InlineData(true, "certifies", "ledger")]
    [InlineData(false, "lipschitz-hessian", "show", "ji2022.prop1")]
    public void Listings_tell_what_there_is(bool hasJson, string expected, params string[] arguments)
    {
        var outcome = _verify.Run(arguments);
        Assert.True(outcome.Status == 0 && outcome.Error == "", outcome.ToString());
        Assert.Contains(expected, outcome.Output);
        if (!hasJson)
            return;
        var json = _verify.Run([.. arguments, "--json"]);
        Assert.Equal((0, ""), (json.Status, json.Error));
        Assert.Contains(json.Json, row => row.ToJsonString().Contains(expected));
    }

    [Theory]
    [InlineData("verify run ji2022.prop1")]
    [InlineData("--budget", "run")]
    [InlineData("--families", "list")]
    [InlineData("CLAIM", "show")]
    [InlineData("FILE", "check")]
    [InlineData("--standalone", "witness")]
    [InlineData("--update", "ledger")]
    [InlineData("--json", "engines")]
    public void Every_command_has_help(string expected, params string[] command)
    {
        var outcome = _verify.Run([.. command, "--help"]);
        Assert.Equal((0, ""), (outcome.Status, outcome.Error));
        Assert.Contains(expected, outcome.Output);
    }

    [Fact]
    public void A_known_witness_is_a_case_file_that_check_confirms()
    {
        var witness = _verify.Run("witness", "ji2022.lemma15");
        Assert.True(witness.Status == 0 && witness.Error == "", witness.ToString());
        var outcome = _verify.Run("check", _verify.Write("witness.json", witness.Output), "--json");
        Assert.True(outcome.Status == 0, outcome.ToString());
        var result = outcome.Json.Single();
        Assert.Equal((false, true), ((bool)result["satisfied"]!, (bool)result["equal"]!));
        Assert.Contains("Decimal", _verify.Run("witness", "ji2022.lemma15", "--standalone").Output);
    }

    [Fact]
    public void Run_writes_json_lines_whose_best_instance_replays()
    {
        string[] sampling = ["--family", "cosine-axis", "--set", "d=1..3", "--set", "N=1..4"];
        var outcome = _verify.Run(["run", "ji2022.lemma12", "--budget", "1000", "--json", .. sampling]);
        Assert.Equal((0, ""), (outcome.Status, outcome.Error));
        var result = outcome.Json.Single().AsObject();
        string[] fields =
        [
            "claim",
            "verdict",
            "evidence",
            "provenance",
            "ratio",
            "certifiedRatio",
            "gap",
            "instances",
            "seconds",
            "witness",
            "replay",
        ];
        Assert.Equal(fields, result.Select(x => x.Key).Take(fields.Length));
        Assert.Equal(
            ("ji2022.lemma12", "not-refuted", "search", "printed"),
            (
                (string?)result["claim"],
                (string?)result["verdict"],
                (string?)result["evidence"],
                (string?)result["provenance"]
            )
        );
        Assert.True((long)result["instances"]! >= 1000);

        var replay = _verify.Run(["run", "ji2022.lemma12", "--replay", (string)result["replay"]!, .. sampling]);
        Assert.True(replay.Status == 0, replay.ToString());
        var instance = JsonNode.Parse(replay.Output)!["cases"]![0]!;
        Assert.Equal((double)result["ratio"]!, (double)instance["lhs"]! / (double)instance["rhs"]!, 12);
        Assert.Equal(0, _verify.Run("check", _verify.Write("replay.json", replay.Output)).Status);
    }

    [Fact]
    public void The_main_job_certifies_the_ledger_and_runs_every_claim()
    {
        var outcome = _verify.Run("--budget", "1", "--set", "d=1..2", "--set", "N=1..2", "--set", "n=1..2", "--json");
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.Contains("known refutations certify again", outcome.Error);
        Assert.Equal(_verify.Run("list", "--json").Json.Length, outcome.Json.Length);
    }

    [Fact]
    public void A_refutation_that_the_ledger_does_not_know_is_exit_status_1()
    {
        string[] sampling = ["--budget", "1000", "--family", "high-frequency", "--set", "N=1..3"];
        var known = _verify.Run(["run", "ji2022.lemma15", .. sampling]);
        Assert.True(known.Status == 0, known.ToString());
        Directory.CreateDirectory(Path.Combine(_verify.Folder, "empty"));
        var empty = _verify.Run(["run", "ji2022.lemma15", .. sampling, "--ledger", "empty", "--out", "out"]);
        Assert.Equal(1, empty.Status);
        Assert.Contains("new: ji2022.lemma15 is refuted; replay high-frequency/1/", empty.Error);
        Assert.Equal(0, _verify.Run("check", Path.Combine("out", "ji2022.lemma15.witness.json")).Status);
    }

    [Fact]
    public void An_interrupted_run_keeps_what_it_found()
    {
        if (OperatingSystem.IsWindows())
            return;
        var process = _verify.Start("run", "ji2022.lemma12", "ji2022.prop1", "--budget", "100000000", "--out", "out");
        var clock = Stopwatch.StartNew();
        // The folder is there when the sampling begins.
        while (!Directory.Exists(Path.Combine(_verify.Folder, "out")) && clock.Elapsed.TotalSeconds < 30)
            Thread.Sleep(50);
        Thread.Sleep(2500);
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        clock.Restart();
        var outcome = VerifyProgram.End(process);
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
        Assert.Contains("interrupted", outcome.Error);
        Assert.Contains("lemma12 not-refuted", outcome.Output);
        Assert.Contains("prop1 ", outcome.Output);
        Assert.NotEmpty(_verify.Read("out", "facts.jsonl"));
    }

    [Fact]
    public void Facts_do_not_depend_on_threads_or_lanes()
    {
        string? first = null;
        foreach (var (threads, width) in new[] { (2, 8), (1, 4), (2, 2), (1, 1) })
        {
            var outcome = _verify.Run([
                .. "run ji2022.lemma12 ji2022.lemma15 --budget 2000 --seed 7 --out out".Split(' '),
                .. "--set d=1..3 --set N=1..3 --set n=1..3".Split(' '),
                .. $"--threads {threads} --width {width}".Split(' '),
            ]);
            Assert.True(outcome.Status == 0, outcome.ToString());
            var facts = _verify.Read("out", "facts.jsonl");
            Assert.Equal(first ??= facts, facts);
        }
        Assert.Contains("ji2022.lemma12", first);
        Assert.Contains("ji2022.lemma15", first);
    }

    /// <summary>Lanes are narrower there, and enclosures are rounded by computed errors instead of by the machine.</summary>
    [Fact]
    public void Facts_do_not_depend_on_the_machine_having_AVX_512()
    {
        const string Claims = "ji2022.prop1 imaml2019.std.cg_count imaml2019.eq7";
        string Facts(string folder, bool isOff)
        {
            string[] arguments = [.. $"run {Claims} --budget 64 --set d=1..5 --out {folder}".Split(' ')];
            // The second name is that of .NET 8 and 9.
            (string, string)[] environment = isOff ? [("DOTNET_EnableAVX512", "0"), ("DOTNET_EnableAVX512F", "0")] : [];
            var outcome = VerifyProgram.End(_verify.Start(arguments, environment));
            Assert.True(outcome.Status == 0, outcome.ToString());
            var width = (int)JsonNode.Parse(_verify.Read(folder, "run.json"))!["width"]!;
            Assert.Equal(isOff ? Math.Min(4, LaneWidth.Best) : LaneWidth.Best, width);
            return _verify.Read(folder, "facts.jsonl");
        }
        Assert.Equal(Facts("with", isOff: false), Facts("without", isOff: true));
    }
}

/// <summary>What is wrong with a call or an input is told in one line, with exit status 2 and no result.</summary>
public sealed class WrongInputTests : IDisposable
{
    private const string File = "cases.json";

    private static readonly Dictionary<string, string> s_instances = new()
    {
        ["ji2022.lemma12"] = """
            "task": [{"kind": "quadratic", "A": [[1, 0.5], [0.5, 2]], "b": [1, -1]},
            {"kind": "cosine", "amplitude": 0.5, "direction": [1, 0], "phase": 0.1}], "w": [0.5, -0.25],
            "alpha": 0.125, "N": 2, "j": 1, "L": 2.75
            """,
        ["ji2022.lemma15"] = """
            "tasks": [[{"kind": "linear", "c": [1, 2]}], [{"kind": "absCubed", "weight": 0}]],
            "p": [0.25, 0.75], "w": [1, 1], "alpha": 0.5, "N": 1, "L": 1, "sigma": 2
            """,
        ["ji2022.lemma19"] = """
            "tasksS": [[{"kind": "linear", "c": [1]}], [{"kind": "linear", "c": [2]}]],
            "tasksT": [[{"kind": "linear", "c": [2]}], [{"kind": "linear", "c": [3]}]],
            "w": [1], "alpha": 0.5, "N": 1, "L": 1, "rho": 1, "sigma": 2, "b_i": [1, 1]
            """,
        ["ji2022.lemma13"] = """
            "Vs": [[[1, 0], [0, 1]], [[0, 1], [0, 0]]], "alpha": 0.5, "L": 1
            """,
    };

    private readonly VerifyProgram _verify = new();

    public void Dispose() => _verify.Dispose();

    private static string Case(string claim) => CaseOf(claim, "{" + s_instances[claim] + "}");

    private static string CaseOf(string claim, string instance) =>
        $$"""{"cases": [{"claim": "{{claim}}", "relation": "<=", "instance": {{instance}} }]}""";

    private void AssertOneLine(ProgramRun outcome, params string[] parts)
    {
        Assert.True(outcome.Status == 2, outcome.ToString());
        Assert.Equal("", outcome.Output);
        var error = outcome.Error.TrimEnd('\r', '\n');
        Assert.StartsWith("verify: ", error);
        Assert.DoesNotContain('\n', error);
        Assert.All(parts, part => Assert.Contains(part, error));
    }

    [Fact]
    public void The_cases_that_are_spoilt_below_are_right()
    {
        foreach (var claim in s_instances.Keys)
        {
            var outcome = _verify.Run("check", _verify.Write(File, Case(claim)), "--json");
            Assert.True(outcome.Status == 0, outcome.ToString());
        }
    }

    [Theory]
    [InlineData("the file is empty", "")]
    [InlineData("not JSON", "{\"cases\": [")]
    [InlineData("not JSON", "claim: ji2022.lemma12\n")]
    [InlineData("not JSON", "{\"cases\": [NaN]}")]
    [InlineData("field 'cases' is missing", "{}")]
    [InlineData("field 'cases' is missing", "[]")]
    [InlineData("field 'cases' is missing or not a list", "{\"cases\": {}}")]
    [InlineData("case 0: not an object", "{\"cases\": [7]}")]
    [InlineData("case 0: field 'claim' is missing", "{\"cases\": [{}]}")]
    [InlineData("case 0 (x y): field 'claim' is 'x y', unknown", "{\"cases\": [{\"claim\": \"x\\ny\"}]}")]
    [InlineData("case 0: field 'claim' has a string that is not text", "{\"cases\": [{\"claim\": \"\\ud800\"}]}")]
    public void Files_that_are_no_case_files(string expected, string text) =>
        AssertOneLine(_verify.Run("check", _verify.Write(File, text)), File, expected);

    [Fact]
    public void Files_that_cannot_be_read()
    {
        AssertOneLine(_verify.Run("check", "none.json"), "none.json: no such file");
        AssertOneLine(_verify.Run("check", "."), "a folder");
        AssertOneLine(_verify.Run("check", ""), "no such file");
        var deep = new string('[', 10_000) + new string(']', 10_000);
        AssertOneLine(
            _verify.Run("check", _verify.Write(File, "{\"cases\": " + deep + "}")),
            File,
            "not JSON",
            "depth"
        );
    }

    [Theory]
    // Missing fields.
    [InlineData("ji2022.lemma12", "\"alpha\": 0.125,", "", "field 'alpha' is missing")]
    [InlineData("ji2022.lemma12", "\"w\": [0.5, -0.25],", "", "field 'w' is missing")]
    [InlineData("ji2022.lemma12", "\"N\": 2, \"j\": 1, \"L\": 2.75", "\"N\": 2, \"j\": 1", "field 'L' is missing")]
    [InlineData("ji2022.lemma12", "\"N\": 2, \"j\": 1", "\"j\": 1", "field 'N' is missing")]
    [InlineData("ji2022.lemma12", "\"task\":", "\"takss\":", "field 'takss' is unknown")]
    [InlineData("ji2022.lemma13", "\"Vs\": [[[1, 0], [0, 1]], [[0, 1], [0, 0]]],", "", "field 'Vs' is missing")]
    [InlineData("ji2022.lemma12", "\"b\": [1, -1]", "\"b\": [1, -1], \"c\": 1", "field 'task[0].c' is unknown")]
    [InlineData("ji2022.lemma12", ", \"phase\": 0.1", "", "field 'task[1].phase' is missing")]
    [InlineData("ji2022.lemma12", "\"quadratic\"", "\"cubic\"", "field 'task[0].kind' is 'cubic'")]
    // What is there once is there once.
    [InlineData("ji2022.lemma12", "\"j\": 1", "\"j\": 1, \"j\": 1", "field 'instance.j' occurs twice")]
    [InlineData(
        "ji2022.lemma12",
        "\"b\": [1, -1]",
        "\"b\": [1, -1], \"b\": [1, -1]",
        "field 'instance.task[0].b' occurs"
    )]
    [InlineData(
        "ji2022.lemma12",
        "\"relation\": \"<=\"",
        "\"relation\": \"<=\", \"relation\": \"<=\"",
        "'relation' occurs"
    )]
    [InlineData(
        "ji2022.lemma15",
        "\"w\":",
        "\"task\": [{\"kind\": \"linear\", \"c\": [1, 2]}], \"w\":",
        "field 'task'"
    )]
    // Numbers.
    [InlineData(
        "ji2022.lemma12",
        "\"alpha\": 0.125",
        "\"alpha\": \"NaN\"",
        "field 'alpha' is \"NaN\", not a finite number"
    )]
    [InlineData("ji2022.lemma12", "\"alpha\": 0.125", "\"alpha\": 0", "field 'alpha' is 0, not above 0")]
    [InlineData("ji2022.lemma12", "\"alpha\": 0.125", "\"alpha\": -1", "field 'alpha' is -1, not above 0")]
    [InlineData(
        "ji2022.lemma12",
        "\"alpha\": 0.125",
        "\"alpha\": 1e400",
        "field 'alpha' is 1e400, not a finite number"
    )]
    [InlineData("ji2022.lemma12", "\"alpha\": 0.125", "\"alpha\": [0.125]", "field 'alpha' is a list")]
    [InlineData("ji2022.lemma12", "\"N\": 2", "\"N\": 0", "field 'N' is 0, not a whole number in 1..")]
    [InlineData("ji2022.lemma12", "\"N\": 2", "\"N\": 1e12", "field 'N' is 1e12, not a whole number in 1..")]
    [InlineData("ji2022.lemma12", "\"N\": 2", "\"N\": 1.5", "field 'N' is 1.5, not a whole number")]
    [InlineData("ji2022.lemma12", "\"j\": 1", "\"j\": 3", "field 'j' is 3, above N = 2")]
    [InlineData("ji2022.lemma12", "\"L\": 2.75", "\"L\": -1", "field 'L' is -1, not at least 0")]
    [InlineData("ji2022.lemma12", "[0.5, -0.25]", "[0.5, true]", "field 'w[1]' is true, not a finite number")]
    [InlineData("ji2022.lemma15", "[0.25, 0.75]", "[0.25, 0.7]", "field 'p' sums to 0.95, not to 1")]
    [InlineData("ji2022.lemma15", "[0.25, 0.75]", "[-0.25, 1.25]", "field 'p' is -0.25, not at least 0")]
    // Dimensions.
    [InlineData(
        "ji2022.lemma12",
        "[[1, 0.5], [0.5, 2]]",
        "[[1, 0.5], [0.25, 2]]",
        "field 'task[0].A' is not symmetric"
    )]
    [InlineData("ji2022.lemma12", "[[1, 0.5], [0.5, 2]]", "[1, 2]", "field 'task[0].A[0]' is 1, not a list")]
    [InlineData("ji2022.lemma12", "[[1, 0.5], [0.5, 2]]", "[[1, 0.5]]", "field 'task[0].A' has 1 rows, not 2")]
    [InlineData("ji2022.lemma12", "[0.5, -0.25]", "[0.5]", "field 'task[0].A' has 2 rows, not 1")]
    [InlineData("ji2022.lemma12", "[0.5, -0.25]", "[]", "field 'w' has dimension 0")]
    [InlineData(
        "ji2022.lemma12",
        "\"direction\": [1, 0]",
        "\"direction\": [1]",
        "field 'task[1].direction' has 1 numbers, not 2"
    )]
    [InlineData("ji2022.lemma15", "[0.25, 0.75]", "[0.25, 0.5, 0.25]", "field 'p' has 3 numbers, not 2")]
    [InlineData("ji2022.lemma15", "[0.25, 0.75]", "1", "field 'p' is 1, not a list of 2 numbers")]
    [InlineData(
        "ji2022.lemma15",
        "[{\"kind\": \"linear\", \"c\": [1, 2]}]",
        "{\"kind\": \"linear\"}",
        "field 'tasks[0]' is {"
    )]
    [InlineData("ji2022.lemma15", "\"tasks\":", "\"task\":", "field 'task[0]' is a list, not a term")]
    [InlineData(
        "ji2022.lemma19",
        "[2]}], [{\"kind\": \"linear\", \"c\": [3]}]]",
        "[2]}]]",
        "field 'tasksT' has 1 losses, not 2"
    )]
    [InlineData(
        "ji2022.lemma19",
        "[1]}], [{\"kind\": \"linear\", \"c\": [2]}]]",
        "[1]}]]",
        "field 'tasksT' has 2 losses, not 1"
    )]
    [InlineData("ji2022.lemma13", "[[[1, 0], [0, 1]], [[0, 1], [0, 0]]]", "[]", "field 'Vs' is empty")]
    [InlineData("ji2022.lemma13", "[[[1, 0], [0, 1]], [[0, 1], [0, 0]]]", "[[]]", "field 'Vs[0]' has dimension 0")]
    [InlineData("ji2022.lemma13", "[[1, 0], [0, 1]]", "7", "field 'Vs[0]' is 7, not a list")]
    [InlineData("ji2022.lemma13", "[[0, 1], [0, 0]]", "[[0, 1]]", "field 'Vs[1]' has 1 rows, not 2")]
    [InlineData("ji2022.lemma13", "[[0, 1], [0, 0]]", "[[0, 1], [0, 0, 0]]", "field 'Vs[1][1]' has 3 numbers, not 2")]
    // The case itself.
    [InlineData("ji2022.lemma13", "\"relation\": \"<=\"", "\"relation\": \">=\"", "field 'relation' is '>=', not '<='")]
    [InlineData(
        "ji2022.lemma13",
        "\"relation\"",
        "\"lhs\": \"1\", \"rhs\": 2, \"relation\"",
        "field 'lhs' is not a finite number"
    )]
    [InlineData("ji2022.lemma13", "\"relation\"", "\"lhs\": 1, \"relation\"", "field 'rhs' is missing")]
    [InlineData("ji2022.lemma13", "\"relation\"", "\"lsh\": 1, \"relation\"", "field 'lsh' is unknown")]
    public void Cases_with_a_fault(string claim, string right, string wrong, string expected)
    {
        var text = Case(claim);
        Assert.Contains(right, text);
        var file = _verify.Write(File, text.Replace(right, wrong));
        AssertOneLine(_verify.Run("check", file), $"{File}: case 0 ({claim}): ", expected);
    }

    [Theory]
    [InlineData("ji2022.lemma15", "\"tasks\": []", "field 'tasks' is empty")]
    [InlineData("ji2022.lemma15", "\"task\": []", "field 'task' is empty")]
    [InlineData("ji2022.lemma15", "\"tasks\": 1", "field 'tasks' is 1, not a list")]
    public void Losses_with_a_fault(string claim, string losses, string expected)
    {
        var text = CaseOf(claim, "{" + losses + ", \"w\": [1, 1], \"alpha\": 0.5, \"N\": 1, \"L\": 1, \"sigma\": 2}");
        AssertOneLine(_verify.Run("check", _verify.Write(File, text)), $"{File}: case 0 ({claim}): ", expected);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public void Instances_that_are_no_objects(string instance)
    {
        var file = _verify.Write(File, CaseOf("ji2022.lemma12", instance));
        AssertOneLine(
            _verify.Run("check", file),
            "case 0 (ji2022.lemma12): field 'instance' is missing or not an object"
        );
    }

    [Theory]
    [InlineData("no claim matches 'nope'", "run", "nope")]
    [InlineData("--budget 'x'", "run", "--budget", "x")]
    [InlineData("--budget '0'", "run", "--budget", "0")]
    [InlineData("--set 'foo=1'", "run", "--set", "foo=1")]
    [InlineData("--set 'N=0'", "run", "--set", "N=0")]
    [InlineData("--set 'N=3..1'", "run", "--set", "N=3..1")]
    [InlineData("--set 'N=2': N is set twice", "run", "--set", "N=1", "--set", "N=2")]
    [InlineData("--set 'alphaL=NaN'", "run", "--set", "alphaL=NaN")]
    [InlineData("--threads 0", "run", "--threads", "0")]
    [InlineData("--width 3", "run", "--width", "3")]
    [InlineData("--device 'cuda0'", "run", "--device", "cuda0")]
    [InlineData("--time 'abc'", "run", "--time", "abc")]
    [InlineData("--family 'nope'", "run", "--family", "nope")]
    [InlineData("'--seed'", "run", "--seed", "-1")]
    [InlineData("'--nope'", "run", "--nope")]
    [InlineData("'nope'", "nope")]
    [InlineData("'FILE'", "check")]
    [InlineData("no claim 'nope'", "show", "nope")]
    [InlineData("'x' is not FAMILY/SEED/INDEX", "run", "--replay", "x")]
    [InlineData("is not FAMILY/SEED/INDEX", "run", "--replay", "cosine-axis/1/-1")]
    [InlineData("no family 'nope'", "run", "--replay", "nope/1/1")]
    [InlineData("--replay 'matrices/1/1'", "run", "ji2022.lemma12", "--replay", "matrices/1/1")]
    [InlineData("no witness against ji2022.prop1", "witness", "ji2022.prop1")]
    [InlineData("ji2022.prop3 is catalogued but not built yet", "show", "ji2022.prop3")]
    public void Calls_with_a_fault(string expected, params string[] arguments)
    {
        _verify.Write(File, "");
        AssertOneLine(_verify.Run(arguments), expected);
    }

    /// <summary>Calls with an option that names a path, and paths that it cannot be.</summary>
    private static IEnumerable<(string Call, string Option, string Path)> WrongPaths()
    {
        // No one, root included, can make a file in /proc.
        string[] readOnly = OperatingSystem.IsLinux() ? ["/proc/x", "/proc"] : [];
        foreach (var call in new[] { "", "run ji2022.lemma13", "list", "show x", "witness x", "ledger", "report run" })
            yield return (call, "--ledger", "missing");
        yield return ("data x.csv --group g --target y --loss squared", "--ledger", "missing");
        yield return ("ledger", "--ledger", File);
        foreach (var path in (string[])[File, "", .. readOnly])
            yield return ("", "--out", path);
        foreach (var call in new[] { "run ji2022.lemma13", "try L<=0", "figure imaml2019.fig2a" })
            yield return (call, "--out", File);
        yield return ("report run", "--svg", File);
        foreach (var path in (string[])[File, .. readOnly])
            yield return ("ledger --update", "--ledger", path);
        foreach (var path in (string[])["missing/x", ".", "", .. readOnly])
            yield return ("report run", "--html", path);
        foreach (var option in new[] { "--markdown", "--junit" })
            yield return ("report run", option, "missing/x");
        yield return ("try L<=0", "--save", "missing/x.fs");
    }

    [Fact]
    public void Paths_that_cannot_be_are_told_before_the_work_is_done()
    {
        _verify.Write(File, "");
        foreach (var (call, option, path) in WrongPaths())
        {
            var outcome = _verify.Run([.. call.Split(' ', StringSplitOptions.RemoveEmptyEntries), option, path]);
            AssertOneLine(outcome, $"verify: {option} '{path}': ");
        }
        Assert.Equal([File], Directory.GetFileSystemEntries(_verify.Folder).Select(Path.GetFileName));
    }
}
