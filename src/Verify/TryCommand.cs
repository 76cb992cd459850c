using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Verify.Algorithms.Numbers;
using Verify.Bounds;
using Verify.Evidence;
using Verify.Report;

namespace Verify.CommandLine;

/// <summary>An inequality of the user's, tried as a claim is.</summary>
internal static class TryCommand
{
    private static Registry Registry => Registry.Default;

    public static Command Create(IEngine? engine)
    {
        var inequality = new Argument<string>("INEQUALITY")
        {
            Description = "Two formulas with <=, <, >=, > or == between them; in single quotes",
        };
        var where = new Option<string[]>("--where")
        {
            Description = "A condition, or a hypothesis by its name (see verify show); may be repeated",
            HelpName = "CONDITION",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        var save = new Option<string>("--save")
        {
            Description = "Write it as a claim for src/Bounds; a file that exists is left as it is",
            HelpName = "FILE.fs",
        };
        var command = new Command(
            "try",
            """
            Try an inequality over observables on every family whose trials fill them; a violation is certified and made small.

            Formulas: + - * / ^, parentheses, abs, exp, log, max, min, sqrt, exact decimals. Names: what
            'verify list --observables' lists (mu stands for inner.mu where no other name ends so) and the counts
            d, n, N, j, m, T, K, k. Of numbers per task the first task's is read; == compares vectors component by component,
            the other relations compare numbers only.

            Examples:
              verify try 'trainGradientJ <= (1 + alpha*L)^j * trainGradient' --where 'alpha > 0'
              verify try 'pathDistanceN <= startDistance' --where 'alpha*L <= 1/2' --where 'N <= 3'
              verify try 'V(j) <= 2*alpha*rho*startDistance' --where lipschitz-hessian --save Mine2026.fs

            Exit status: 0 not refuted, 1 refuted, 2 a wrong call.
            """
        )
        {
            inequality,
            where,
            save,
            Commands.ReplayOption,
        };
        foreach (var option in Commands.RunOptionsOf())
            command.Options.Add(option);
        command.SetAction(p =>
        {
            var options = Commands.Options(p, engine);
            var claim = ClaimOf(p.GetValue(inequality)!, p.GetValue(where) ?? [], options);
            if (p.GetValue(save) is { } file)
                Save(claim, Paths.Writable(save.Name, file)!);
            return p.GetValue(Commands.ReplayOption) is { } token
                ? Actions.Replay([claim], token, options)
                : Run(claim, options, Commands.Output(p));
        });
        return command;
    }

    private static Claim ClaimOf(string text, string[] where, RunOptions options)
    {
        Claim claim;
        try
        {
            claim = Inequality.ToClaim(text, where, Registry);
        }
        catch (InputException e)
        {
            throw new InputException($"try: {e.Message}");
        }
        var families = Registry.FamiliesOf(claim).Select(f => f.Family.Name).ToList();
        if (options.Family is { } name && Registry.Families.Any(f => f.Name == name) && !families.Contains(name))
            throw new InputException(
                $"--family '{name}' does not fill what the inequality reads; {string.Join(", ", families)} do"
            );
        return claim;
    }

    private static void Save(Claim claim, string file)
    {
        if (Path.GetExtension(file) != ".fs")
            throw new InputException($"--save '{file}' does not end in .fs");
        string text;
        try
        {
            text = InequalitySource.FSharp(claim, Path.GetFileNameWithoutExtension(file));
        }
        catch (InputException e)
        {
            throw new InputException($"--save '{file}': {e.Message}");
        }
        if (File.Exists(file))
            throw new InputException($"--save '{file}': the file is there already");
        using (var writer = new StreamWriter(new FileStream(file, FileMode.CreateNew)))
            writer.Write(text);
        // Not wrapped, as paths are to be copied.
        Console.Error.WriteLine($"{file} is written; its place is src/Bounds, before NotBuilt.fs in Bounds.fsproj");
    }

    private static int Run(Claim claim, RunOptions options, Output output)
    {
        var (run, reports, isComplete) = Actions.Execute([claim], options);
        var report = reports.Single();
        if (output.IsJson)
        {
            var json = Actions.Json(report);
            json["inequality"] = Inequality.Of(claim)!.ToString();
            json["where"] = new JsonArray([.. claim.Hypotheses.Select(h => (JsonNode)h.Name)]);
            Actions.WriteLine(json);
        }
        else if (output.IsQuiet)
            Console.Out.WriteLine(RunText.Quiet(reports).Single());
        else
            Write(report, options);
        if (output.Folder is { } folder)
        {
            Actions.Save(folder, run, [], reports);
            if (report.Witness is not null)
                Console.Error.WriteLine($"witness: {Path.Combine(folder, $"{claim.Id}.witness.json")}");
        }
        if (!isComplete)
            Screen.Error.WriteLine("interrupted: partial results");
        return report.Verdict == Verdict.Refuted ? ExitStatus.Different : ExitStatus.AsKnown;
    }

    private static void Write(ClaimReport r, RunOptions options)
    {
        var table = Screen.Table(("what", false), ("it is", false)).HideHeaders();
        void Row(string label, string text) => table.AddRow(new Text(label), new Text(text));
        Row("inequality", Inequality.Of(r.Claim)!.ToString());
        foreach (var hypothesis in r.Claim.Hypotheses)
            Row("where", hypothesis.Name);
        if (Constants(r.Claim, options) is { Count: > 0 } constants)
            Row(
                "constants",
                $"{string.Join(", ", constants)}: valid by construction of the families; certified from the instance's own "
                    + "numbers before a violation counts"
            );
        Row("tried on", string.Join(", ", r.ByFamily.Where(f => f.Value > 0).Select(f => f.Key).Order()));
        var evidence = r.Evidence == EvidenceKind.Search ? "" : $" {Names.Of(r.Evidence)}";
        Row("verdict", $"{Names.Of(r.Verdict)}{evidence}, {Screen.Grouped(r.Evaluations)} evaluations");
        if (r.Best is var (ratio, at))
        {
            var certified = r.CertifiedRatio is { } c ? $", certified {Screen.Number(c)}" : "";
            Row("best ratio", $"{Screen.Number(ratio)}{certified}, at {at}");
        }
        if (r.Claim.Relation.IsEqual && r.Gap is { } gap)
            Row("difference", $"at most {Screen.Number(gap)} of the sides' size, in doubles");
        foreach (var (name, count) in r.NotMet.Where(x => x.Value > 0))
            Row("not met", $"{name}: {Screen.Grouped(count)} instances");
        if (r.Inconclusive > 0)
            Row("no number", $"{Screen.Grouped(r.Inconclusive)} instances");
        if (r.Verdict == Verdict.HypothesesNotMet)
            Row("", "no instance met all conditions with a number on both sides: nothing was compared");
        else if (r.Verdict == Verdict.Inconclusive)
            Row("", "a violation in doubles could be neither certified nor explained by rounding");
        else if (r.Verdict == Verdict.NotRefuted)
            Row("", "not-refuted means that no counterexample was found");
        if (r.Witness is { } found)
        {
            Row("sides", Counterexample.SummaryOf(r.Claim, r.Witness!));
            Row("found at", $"{found.Replay}, which --replay evaluates; made smaller:");
        }
        Screen.Out.Write(table);
        if (r.Witness is { } witness)
            Console.Out.Write(WitnessFile.Text(WitnessFile.Case(r.Claim, witness, Registry)));
    }

    /// <summary>The constants that the claim reads and that instances establish.</summary>
    private static List<string> Constants(Claim claim, RunOptions options)
    {
        var reads = Registry.Reads(claim);
        var sampler = BlockSampler.Create(Registry, options, new AlphaLRanges(Registry.Claims));
        return
        [
            .. Registry
                .FamiliesOf(claim)
                .Where(f => options.Family is null || f.Family.Name == options.Family)
                .DistinctBy(f => f.Family.Shape)
                .Select(f => sampler.Instance(f.Family, 0))
                .SelectMany(x =>
                    x.Shape.Fields.Where(f =>
                        f.Slot is { } slot && reads.Contains(slot) && x.Shape.Establish<Interval>(x, f) is not null
                    )
                )
                .Select(f => f.Slot!.Name)
                .Distinct(),
        ];
    }
}
