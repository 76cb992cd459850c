using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;
using Verify.Evidence;
using Verify.Report;

namespace Verify.CommandLine;

/// <summary>What each command does; each returns the exit status.</summary>
internal static class Actions
{
    private static Registry Registry => Registry.Default;

    /// <summary>Certifies the ledger's witnesses again, then tries every claim.</summary>
    public static int MainJob(RunOptions options, Output output, string ledgerFolder)
    {
        var entries = Evidence.Ledger.Read(ledgerFolder);
        var known = entries.Where(e => e.Witness is not null).ToList();
        var standing = Evidence.Ledger.Standing(known, Registry);
        foreach (var entry in known.Where(e => !standing.ContainsKey(e.Claim)))
            Screen.Error.WriteLine($"ledger: the witness against {entry.Claim} NO LONGER CERTIFIES");
        var status = standing.Count == known.Count ? ExitStatus.AsKnown : ExitStatus.Different;
        Screen.Error.WriteLine($"ledger: {standing.Count} of {known.Count} known refutations certify again");
        return Math.Max(status, RunClaims(Registry.Claims, [], options, output, entries, standing));
    }

    public static int Run(string[] patterns, RunOptions options, Output output, string ledgerFolder)
    {
        var claims = Registry.WithPresupposed(Matching(patterns));
        var entries = Evidence.Ledger.Read(ledgerFolder);
        var standing = Evidence.Ledger.Standing(entries, claims, Registry);
        return RunClaims(claims, patterns, options, output, entries, standing);
    }

    /// <summary>Evaluates one instance by its token.</summary>
    public static int Replay(string[] patterns, string token, RunOptions options) =>
        Replay(Matching(patterns), token, options);

    /// <summary>Evaluates one instance by its token, for claims that need not be those of the registry.</summary>
    public static int Replay(IReadOnlyList<Claim> claims, string token, RunOptions options)
    {
        var replay = Evidence.Replay.Parse(token);
        var instance = Registry.Draw(replay, options);
        var cases = new JsonArray();
        var status = ExitStatus.AsKnown;
        foreach (var claim in claims)
        {
            if (Registry.TrialOf(claim, instance.Shape) is not { } trial)
                continue;
            var certificate = Certifier.WithRisingPrecision(claim, trial, instance);
            Screen.Error.WriteLine($"{claim.Id}: {Names.Of(certificate.Outcome)} at {certificate.Bits} bits");
            cases.Add((JsonNode)WitnessFile.Case(claim, new Witness(certificate, replay), Registry));
            if (certificate.Outcome == Outcome.Refuted)
                status = ExitStatus.Different;
        }
        if (cases.Count == 0)
            throw new InputException($"--replay '{token}': none of these claims reads a family of {instance.Shape}");
        Console.Out.Write(WitnessFile.Text(new JsonObject { ["cases"] = cases }));
        return status;
    }

    public static int List(string? pattern, bool isJson, string ledgerFolder)
    {
        var known = Evidence.Ledger.Read(ledgerFolder).ToDictionary(e => e.Claim);
        var table = Screen.Table(("claim", false), ("kind", false), ("source", false), ("known verdict", false));
        table.Columns[2].NoWrap = false;
        table.Columns[3].NoWrap = true;
        foreach (var claim in Matching(pattern is null ? [] : [pattern]))
        {
            var verdict = known.GetValueOrDefault(claim.Id)?.Verdict ?? "";
            if (isJson)
                WriteLine(
                    new JsonObject
                    {
                        ["claim"] = claim.Id,
                        ["version"] = claim.Version,
                        ["kind"] = claim.Kind.ToString(),
                        ["source"] = claim.Source,
                        ["provenance"] = Names.Of(claim.Provenance),
                        ["statement"] = claim.Statement,
                        ["hypotheses"] = new JsonArray([.. claim.Hypotheses.Select(h => (JsonNode)h.Name)]),
                        ["verdict"] = verdict,
                    }
                );
            else
                table.AddRow(
                    new Text(claim.Id),
                    new Text(claim.Kind.ToString()),
                    new Text(claim.Source),
                    new Text(verdict)
                );
        }
        if (!isJson)
            Screen.Out.Write(table);
        return ExitStatus.AsKnown;
    }

    public static int ListObservables(bool isJson) =>
        Listed(isJson, "observable", Registry.Observables.Select(s => (s.Name, s.Meaning)));

    public static int ListFamilies(bool isJson) =>
        Listed(isJson, "family", Registry.Families.Select(f => (f.Name, $"{f.Description} [{f.Shape}]{Attained(f)}")));

    /// <summary>How much of the declared constants is attained; silent where all of it is, to six digits.</summary>
    private static string Attained(Algorithms.Families.Family family) =>
        string.Concat(
            FamilyReport
                .Attained(family, Registry)
                .Where(x => x.Least < 1 - 1e-6)
                .Select(x => $"; attained/declared {x.Constant}: {x.Mean:0.###} on average, at least {x.Least:0.###}")
        );

    public static int Show(string id, string ledgerFolder)
    {
        var claim = Find(id);
        var screen = Screen.Out;
        screen.WriteLine($"{claim.Id}  (version {claim.Version})");
        screen.WriteLine($"  {claim.Source}; {Names.Of(claim.Provenance)}; {claim.Kind}");
        screen.WriteLine($"  {claim.Statement}");
        screen.WriteLine("hypotheses");
        foreach (var hypothesis in claim.Hypotheses)
            screen.WriteLine($"  {hypothesis.Name, -22} {hypothesis.Statement}");
        screen.WriteLine("families");
        screen.WriteLine($"  {string.Join(", ", Registry.FamiliesOf(claim).Select(f => f.Family.Name))}");
        screen.WriteLine("wrong variants that the suite catches");
        foreach (var (name, _) in claim.Wrong)
            screen.WriteLine($"  {name}");
        if (Evidence.Ledger.Read(ledgerFolder).FirstOrDefault(e => e.Claim == id) is not { } entry)
        {
            screen.WriteLine("no known verdict; try: verify run " + id);
            return ExitStatus.AsKnown;
        }
        screen.WriteLine($"known verdict: {entry.Verdict} ({entry.Evidence}), best ratio {Screen.Number(entry.Ratio)}");
        if (entry.Witness is { } witness)
            Console.Out.Write(WitnessFile.Text(witness));
        return ExitStatus.AsKnown;
    }

    public static int Check(string file, bool isJson)
    {
        var results = new List<CaseResult>();
        var table = Screen.Table(
            ("case", true),
            ("claim", false),
            ("lhs", true),
            ("rhs", true),
            ("satisfied", false),
            ("equal", false),
            ("not met (? open, = given)", false)
        );
        try
        {
            foreach (var r in CaseFile.CheckEach(file, Registry))
            {
                results.Add(r);
                if (isJson)
                    WriteLine(Json(r));
                else
                    table.AddRow(
                        new Text($"{r.Index}"),
                        new Text(r.Claim),
                        new Text(r.IsNotImplemented ? "not built" : Screen.Number(r.Lhs)),
                        new Text(Screen.Number(r.Rhs)),
                        new Text(r.IsNotImplemented ? "" : Answer(r.Satisfied)),
                        new Text(r.Expected is null ? "" : Answer(r.Equal)),
                        new Text(
                            string.Join(
                                " ",
                                r.Hypotheses.Where(h => h.Value != HypothesisStatus.Met)
                                    .Select(h => h.Key + Mark(h.Value))
                            )
                        )
                    );
            }
        }
        finally
        {
            // Cases before a wrong one are shown.
            if (!isJson && results.Count > 0)
                Screen.Out.Write(table);
        }
        foreach (var r in results.Where(r => r.Equal == false))
            Screen.Error.WriteLine(
                $"case {r.Index} ({r.Claim}): {r.Lhs:R} and {r.Rhs:R}, in the file {r.Expected!.Value.Lhs:R} and {r.Expected.Value.Rhs:R}"
            );
        var different = results.Count(r => r.Equal == false);
        Screen.Error.WriteLine(
            $"{results.Count} cases, {results.Count(r => r.Equal == true)} equal, {different} different, "
                + $"{results.Count(r => r.IsNotImplemented)} not implemented"
        );
        return different == 0 ? ExitStatus.AsKnown : ExitStatus.Different;
    }

    public static int Witness(string id, bool isStandalone, string ledgerFolder)
    {
        var claim = Find(id);
        var witness =
            Evidence.Ledger.Read(ledgerFolder).FirstOrDefault(e => e.Claim == id)?.Witness
            ?? throw new InputException($"the ledger has no witness against {id}");
        Console.Out.Write(
            isStandalone
                ? Standalone.Script(claim, witness, Registry)
                : WitnessFile.Text(new JsonObject { ["cases"] = new JsonArray(witness.DeepClone()) })
        );
        return ExitStatus.AsKnown;
    }

    public static int Ledger(bool isJson, string ledgerFolder)
    {
        var status = ExitStatus.AsKnown;
        var table = Screen.Table(
            ("claim", false),
            ("verdict", false),
            ("evidence", false),
            ("ratio", true),
            ("witness", false)
        );
        foreach (var entry in Evidence.Ledger.Read(ledgerFolder))
        {
            var outcome = Evidence.Ledger.Certify(entry, Registry)?.Outcome;
            if (entry.Witness is not null && outcome != Outcome.Refuted)
                status = ExitStatus.Different;
            var state =
                entry.Witness is null ? ""
                : outcome == Outcome.Refuted ? "certifies"
                : "no longer certifies";
            if (isJson)
                WriteLine(
                    new JsonObject
                    {
                        ["claim"] = entry.Claim,
                        ["version"] = entry.Version,
                        ["verdict"] = entry.Verdict,
                        ["evidence"] = entry.Evidence,
                        ["ratio"] = entry.Ratio,
                        ["witness"] = state,
                    }
                );
            else
                table.AddRow(
                    new Text(entry.Claim),
                    new Text(entry.Verdict),
                    new Text(entry.Evidence),
                    new Text(Screen.Number(entry.Ratio)),
                    new Text(state)
                );
        }
        if (!isJson)
            Screen.Out.Write(table);
        return status;
    }

    /// <summary>The refuted claims whose witnesses certify again, as a table for a page.</summary>
    public static int LedgerMarkdown(string ledgerFolder)
    {
        var standing = Evidence.Ledger.Standing(Evidence.Ledger.Read(ledgerFolder), Registry);
        Console.Out.Write(
            MarkdownSummary.Findings(
                Registry.Claims.Where(c => standing.ContainsKey(c.Id)).Select(c => (c, standing[c.Id])),
                Registry
            )
        );
        return ExitStatus.AsKnown;
    }

    public static int UpdateLedger(RunOptions options, Output output, string ledgerFolder)
    {
        var (_, reports, isComplete) = Execute(Registry.Claims, options);
        if (!isComplete)
            throw new InputException("interrupted: the ledger is unchanged");
        Evidence.Ledger.Update(ledgerFolder, reports, Registry);
        Write(reports, output);
        return ExitStatus.AsKnown;
    }

    public static int Figure(string? id, string? folder, bool isSvg)
    {
        if (isSvg && (id is null || folder is null))
            throw new InputException("figure --svg: needs an ID and --out DIR");
        if (id is null)
        {
            if (folder is not null)
                throw new InputException("figure --out: no ID (see verify figure)");
            return Listed(false, "figure", Figures.All.Select(f => (f.Id, f.Description)));
        }
        var kind =
            Figures.Find(id)
            ?? throw new InputException(
                $"no figure '{id}'; there are {string.Join(", ", Figures.All.Select(f => f.Id))}"
            );
        Paths.Made("--out", folder);
        var (figure, table) = kind.Make();
        if (folder is null)
        {
            Console.Out.Write(table.ToCsv());
            return ExitStatus.AsKnown;
        }
        File.WriteAllText(Path.Combine(folder, $"{id}.json"), Plotly.Write(figure));
        File.WriteAllText(Path.Combine(folder, $"{id}.csv"), table.ToCsv());
        if (isSvg)
            StaticImages.Write([(id, figure)], folder);
        var files = isSvg ? $"{id}.json, {id}.csv and {id}.svg" : $"{id}.json and {id}.csv";
        Screen.Error.WriteLine($"{id}: {table.Rows.Count} rows; {files} are in {folder}");
        return ExitStatus.AsKnown;
    }

    /// <summary>How to get an engine with devices, in a line.</summary>
    public const string HowToGetDevices =
        "GPUs: dotnet run -c Release --project src/Ilgpu -- engines (needs the ILGPU package)";

    public static int Engines(IEngine? engine, bool isJson)
    {
        var lanes =
            $"{LaneWidth.Best} lanes of double, {Environment.ProcessorCount} threads, AVX-512 "
            + (Vector512.IsHardwareAccelerated ? "yes" : "no");
        var status = Listed(isJson, "engine", [("cpu", lanes), .. engine?.Devices ?? []]);
        if (engine is null && !isJson)
            Screen.Out.WriteLine(HowToGetDevices);
        return status;
    }

    private static int RunClaims(
        IReadOnlyList<Claim> claims,
        string[] patterns,
        RunOptions options,
        Output output,
        IReadOnlyList<LedgerEntry> known,
        IReadOnlyDictionary<string, Witness> standing
    )
    {
        if (options.Device is { } device)
            Screen.Error.WriteLine(WhoRunsWhat(claims, device));
        var (run, reports, isComplete) = Execute(claims, options, standing);
        Write(reports, output);
        if (output.Folder is { } folder)
        {
            var record = Save(folder, run, patterns, reports);
            ReportCommand.WritePage(folder, new Dossier(record, reports, known, Registry));
        }
        if (!isComplete)
            Screen.Error.WriteLine("interrupted: partial results");
        var status = ExitStatus.AsKnown;
        foreach (var report in reports.Where(r => r.Verdict == Verdict.Refuted))
        {
            var entry = known.FirstOrDefault(e => e.Claim == report.Claim.Id && e.Version == report.Claim.Version);
            if (entry?.Verdict == Names.Of(Verdict.Refuted))
                continue;
            Screen.Error.WriteLine($"new: {report.Claim.Id} is refuted; replay {report.Witness!.Replay}");
            status = ExitStatus.Different;
        }
        return status;
    }

    private static string WhoRunsWhat(IReadOnlyList<Claim> claims, IBatchDevice device)
    {
        var trials = claims.SelectMany(Registry.FamiliesOf).Select(x => x.Trial).Distinct().ToLookup(device.Runs);
        string Names(bool runs) =>
            trials.Contains(runs) ? string.Join(", ", trials[runs].Select(t => t.Name)) : "nothing";
        return $"{device.Name} runs {Names(true)}; the CPU runs {Names(false)}";
    }

    /// <summary>Samples, with progress on a terminal, until done or interrupted.</summary>
    public static (Run Run, IReadOnlyList<ClaimReport> Reports, bool IsComplete) Execute(
        IReadOnlyList<Claim> claims,
        RunOptions options,
        IReadOnlyDictionary<string, Witness>? standing = null
    )
    {
        using var interrupt = new CancellationTokenSource();
        void Interrupt(object? sender, ConsoleCancelEventArgs e)
        {
            // The first interrupt ends the sampling, a second one the program.
            e.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        }
        Console.CancelKeyPress += Interrupt;
        try
        {
            var run = new Run(Registry, options, standing);
            IReadOnlyList<ClaimReport> reports = [];
            if (Screen.Error.Profile.Capabilities.Interactive && !Console.IsErrorRedirected)
                Screen
                    .Error.Progress()
                    .AutoClear(true)
                    .Start(context =>
                    {
                        var task = context.AddTask("sampling");
                        reports = run.Execute(
                            claims,
                            p => (task.MaxValue, task.Value) = (p.Planned, p.Done),
                            interrupt.Token
                        );
                    });
            else
                reports = run.Execute(claims, null, interrupt.Token);
            return (run, reports, !interrupt.IsCancellationRequested);
        }
        finally
        {
            Console.CancelKeyPress -= Interrupt;
        }
    }

    private static void Write(IReadOnlyList<ClaimReport> reports, Output output)
    {
        if (output.IsJson)
            foreach (var report in reports)
                WriteLine(Json(report));
        else if (output.IsQuiet)
            foreach (var line in RunText.Quiet(reports))
                Console.Out.WriteLine(line);
        else
            foreach (var line in RunText.Lines(reports, Screen.Out.Profile.Width))
                Screen.Out.MarkupLine(line);
    }

    /// <summary>Writes a run's folder.</summary>
    public static RunRecord Save(string folder, Run run, string[] patterns, IReadOnlyList<ClaimReport> reports)
    {
        var record = RunRecord.Of(run, patterns, reports);
        RunFolder.Write(folder, record, run.Facts, reports, Registry);
        return record;
    }

    public static JsonObject Json(ClaimReport r) =>
        new()
        {
            ["claim"] = r.Claim.Id,
            ["verdict"] = Names.Of(r.Verdict),
            ["evidence"] = Names.Of(r.Evidence),
            ["provenance"] = Names.Of(r.Claim.Provenance),
            ["ratio"] = Finite(r.Best?.Ratio),
            ["certifiedRatio"] = Finite(r.CertifiedRatio),
            ["gap"] = Finite(r.Gap),
            ["instances"] = r.Evaluations,
            ["seconds"] = Math.Round(r.Seconds, 3),
            ["witness"] = r.Witness is null ? null : WitnessFile.Case(r.Claim, r.Witness, Registry),
            ["replay"] = (r.Witness?.Replay ?? r.Best?.Replay)?.ToString(),
            ["highlight"] = r.Highlight is { } h
                ? new JsonObject { ["name"] = r.Claim.Highlight!.Value.Name, ["ratio"] = Finite(h.Ratio) }
                : null,
            ["inconclusive"] = r.Inconclusive,
            ["stepLimit"] = r.StepLimit is { } limit
                ? new JsonObject
                {
                    ["instances"] = limit.Instances,
                    ["coordinate"] = limit.Coordinate,
                    ["largestRun"] = Finite(limit.LargestRun),
                    ["leastStopped"] = Finite(limit.LeastStopped),
                }
                : null,
            ["violations"] = r.Violations,
            ["outcomes"] = Counts(r.Outcomes.Where(x => x.Value > 0).Select(x => (Names.Of(x.Key), (long)x.Value))),
            ["notMet"] = Counts(r.NotMet.Select(x => (x.Key, x.Value))),
            ["families"] = Counts(r.ByFamily.Select(x => (x.Key, x.Value))),
            ["histogram"] = new JsonArray([.. r.Histogram.Select(n => (JsonNode)n)]),
            ["gradients"] = r.Gradients,
            ["hessianVectors"] = r.HessianVectors,
            ["coverage"] = new JsonArray([.. r.Coverage.Select(Json)]),
            ["maps"] = new JsonArray([.. r.Maps.Select(Json)]),
        };

    private static JsonNode Json(Coverage coverage) =>
        new JsonObject
        {
            ["coordinate"] = coverage.Coordinate.Name,
            ["edges"] = Edges(coverage.Coordinate),
            ["counts"] = new JsonArray([.. coverage.Counts.Select(n => (JsonNode)n)]),
        };

    private static JsonNode Json(TightnessMap map) =>
        new JsonObject
        {
            ["x"] = map.X.Name,
            ["y"] = map.Y.Name,
            ["xEdges"] = Edges(map.X),
            ["yEdges"] = Edges(map.Y),
            ["cells"] = new JsonArray([.. map.Cells.Select(Json)]),
        };

    private static JsonNode Json(MapCell cell) =>
        new JsonObject
        {
            ["x"] = cell.X,
            ["y"] = cell.Y,
            ["evaluations"] = cell.Evaluations,
            ["silent"] = cell.Silent,
            ["best"] = cell.Best,
        };

    private static JsonArray Edges(Coordinate coordinate) => [.. coordinate.Bins.Edges.Select(e => (JsonNode)e)];

    private static JsonObject Json(CaseResult r)
    {
        if (r.IsNotImplemented)
            return new JsonObject
            {
                ["claim"] = r.Claim,
                ["index"] = r.Index,
                ["status"] = "not-implemented",
            };
        var hypotheses = new JsonObject();
        foreach (var (name, status) in r.Hypotheses)
            hypotheses[name] = Names.Of(status);
        return new JsonObject
        {
            ["claim"] = r.Claim,
            ["index"] = r.Index,
            ["lhs"] = Finite(r.Lhs),
            ["rhs"] = Finite(r.Rhs),
            ["ratio"] = Finite(r.Ratio),
            ["satisfied"] = r.Satisfied,
            ["hypotheses"] = hypotheses,
            ["expected"] = r.Expected is var (lhs, rhs) ? new JsonObject { ["lhs"] = lhs, ["rhs"] = rhs } : null,
            ["equal"] = r.Equal,
        };
    }

    private static JsonObject Counts(IEnumerable<(string Name, long Count)> counts)
    {
        var json = new JsonObject();
        foreach (var (name, count) in counts.OrderBy(x => x.Name, StringComparer.Ordinal))
            json[name] = count;
        return json;
    }

    /// <summary>JSON has no NaN and no infinity: they are null.</summary>
    private static double? Finite(double? x) => x is { } value && double.IsFinite(value) ? value : null;

    private static int Listed(bool isJson, string name, IEnumerable<(string Name, string Meaning)> items)
    {
        var table = Screen.Table((name, false), ("meaning", false));
        foreach (var item in items)
            if (isJson)
                WriteLine(new JsonObject { [name] = item.Name, ["meaning"] = item.Meaning });
            else
                table.AddRow(new Text(item.Name), new Text(item.Meaning));
        if (!isJson)
            Screen.Out.Write(table);
        return ExitStatus.AsKnown;
    }

    public static void WriteLine(JsonObject json) =>
        Console.Out.WriteLine(
            json.ToJsonString(
                new JsonSerializerOptions
                {
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        );

    private static string Answer(bool? truth) => truth is { } known ? (known ? "yes" : "no") : "open";

    private static string Mark(HypothesisStatus status) =>
        status switch
        {
            HypothesisStatus.Undecided => "?",
            HypothesisStatus.Given => "=",
            _ => "",
        };

    private static Claim Find(string id) =>
        Registry.Claims.FirstOrDefault(c => c.Id == id)
        ?? throw new InputException(
            Catalogue.notBuilt.Contains(id)
                ? $"{id} is catalogued but not built yet"
                : $"no claim '{id}' (see verify list)"
        );

    private static IReadOnlyList<Claim> Matching(string[] patterns) =>
        patterns.FirstOrDefault(p => p.StartsWith('-')) is { } option
            ? throw new InputException($"unknown option '{option}' (see verify --help)")
            : Registry.Matching(patterns);
}
