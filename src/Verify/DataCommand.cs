using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.CommandLine;

/// <summary>What theory says of a table of tasks.</summary>
internal static class DataCommand
{
    private const int DefaultSteps = 5;

    /// <summary>The command.</summary>
    /// <param name="json">The option for JSON lines.</param>
    /// <param name="seed">The option for the seed.</param>
    /// <param name="ledgerFolder">Where the known verdicts are.</param>
    public static Command Create(Option<bool> json, Option<ulong> seed, Func<ParseResult, string> ledgerFolder)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Comma-separated values; the first line names the columns",
        };
        var group = new Option<string>("--group")
        {
            Description = "The column that names the task of a row",
            HelpName = "COLUMN",
            Required = true,
        };
        var target = new Option<string>("--target")
        {
            Description = "The column of y; all other columns are features",
            HelpName = "COLUMN",
            Required = true,
        };
        var loss = new Option<string>("--loss")
        {
            Description =
                "squared: |Xw - y|^2/(2n), or logistic: sum log(1 + exp(-y x'w))/n with y in {-1, 1} or {0, 1}",
            HelpName = "squared|logistic",
            Required = true,
        };
        var ridge = new Option<double>("--ridge")
        {
            Description = "Adds r |w|^2/2 to each loss; by default 0",
            HelpName = "r",
        };
        var steps = new Option<int>("--steps")
        {
            Description = $"N, the number of inner steps; by default {DefaultSteps}",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultSteps,
        };
        var alpha = new Option<double?>("--alpha")
        {
            Description = "The inner step size; by default the largest that each hypothesis on it admits",
            HelpName = "A",
        };
        var lambda = new Option<double?>("--lambda")
        {
            Description =
                "The weight of the proximal term of implicit MAML: claims about bilevel problems are tried too",
            HelpName = "V",
        };
        var command = new Command(
            "data",
            """
            The constants of your own tasks, the step sizes and the proximal weights that theory admits for them, and every
            claim that applies.

            Each task is a group of rows. Features are taken as they are: nothing is scaled, no intercept is added.

            Examples:
              verify data tasks.csv --group task --target y --loss squared --ridge 0.1
              verify data tasks.csv --group task --target label --loss logistic --steps 3 --alpha 0.2 --json
              verify data tasks.csv --group task --target label --loss logistic --lambda 2
            """
        )
        {
            file,
            group,
            target,
            loss,
            ridge,
            steps,
            alpha,
            lambda,
            seed,
            json,
        };
        command.SetAction(p =>
        {
            var known = ledgerFolder(p);
            var data = TaskData.Read(
                p.GetValue(file)!,
                p.GetValue(group)!,
                p.GetValue(target)!,
                LossOf(p.GetValue(loss)!),
                p.GetValue(ridge)
            );
            var study = new TaskStudy(data, p.GetValue(steps));
            var proximal = p.GetValue(lambda) is { } weight ? new ProximalStudy(study, weight) : null;
            return Run(study, p.GetValue(alpha), proximal, p.GetValue(seed), p.GetValue(json), known);
        });
        return command;
    }

    private static DataLoss LossOf(string name) =>
        name switch
        {
            "squared" => DataLoss.Squared,
            "logistic" => DataLoss.Logistic,
            _ => throw new InputException($"--loss '{name}' is neither squared nor logistic"),
        };

    private static int Run(
        TaskStudy study,
        double? alpha,
        ProximalStudy? proximal,
        ulong seed,
        bool isJson,
        string ledgerFolder
    )
    {
        var rules = study.StepSizes();
        // At the limit itself some bounds are beyond all bounds: half of it too. The same step size is tried once.
        IReadOnlyList<double> steps = alpha is { } given
            ? [given]
            : [.. rules.Select(r => r.Alpha).OfType<double>().SelectMany(a => (double[])[a / 2, a]).Distinct()];
        if (isJson)
            WriteJson(study, rules);
        else
            Write(study, rules);
        var known = Evidence
            .Ledger.Read(ledgerFolder)
            .Where(e => e.Verdict == Names.Of(Verdict.Refuted))
            .Select(e => e.Claim)
            .ToHashSet();
        var status = ExitStatus.AsKnown;
        void Show(string parameter, double value, string points, IReadOnlyList<DataVerdict> verdicts)
        {
            if (isJson)
                foreach (var verdict in verdicts)
                    Actions.WriteLine(Json(parameter, value, verdict));
            else
                Write($"claims at {parameter} = {Digits(value)}, {points} (standard normal, seed {seed})", verdicts);
            if (verdicts.Any(v => v.Outcome == Outcome.Refuted && !known.Contains(v.Claim.Id)))
                status = ExitStatus.Different;
        }
        foreach (var step in steps)
            Show("alpha", step, $"{TaskStudy.Points} pairs of points", study.Evaluate(step, seed));
        if (!isJson && steps.Count == 0)
            Screen.Out.WriteLine("no step size follows from a hypothesis here; --alpha gives one");
        if (proximal is not null)
        {
            if (isJson)
                WriteJson(proximal);
            else
                Write(proximal, alpha);
            Show(
                "lambda",
                proximal.Lambda,
                $"a theta for each of {proximal.Tried.Count} tasks",
                proximal.Evaluate(alpha, seed)
            );
        }
        var covered = proximal?.Claims.ToHashSet() ?? [];
        var others = study
            .Others.Select(o => (o.Shape, Claims: (IReadOnlyList<Claim>)[.. o.Claims.Where(c => !covered.Contains(c))]))
            .Where(o => o.Claims.Count > 0)
            .ToList();
        if (isJson)
            foreach (var (shape, claims) in others)
            foreach (var claim in claims)
                Actions.WriteLine(
                    new JsonObject
                    {
                        ["claim"] = claim.Id,
                        ["applies"] = false,
                        ["obstacles"] = new JsonArray($"about {shape}{HowTo(shape)}, not about tasks with a step size"),
                    }
                );
        else
            WriteOthers(others);
        return status;
    }

    private static void Write(TaskStudy study, IReadOnlyList<StepSizeRule> rules)
    {
        var (data, screen) = (study.Data, Screen.Out);
        var loss = data.Loss == DataLoss.Squared ? "|Xw - y|^2/(2n)" : "sum log(1 + exp(-y x'w))/n";
        screen.WriteLine(
            $"{data.Source}: {data.Tasks.Count} tasks, {Screen.Grouped(data.Tasks.Sum(t => (long)t.Rows))} rows, "
                + $"d = {data.Features.Count} ({InstanceJson.Short(string.Join(", ", data.Features))})"
        );
        screen.WriteLine($"loss {loss} + {Screen.Number(data.Ridge)} |w|^2/2; nothing is scaled");
        var table = Screen.Table(
            ("task", false),
            ("rows", true),
            ("L", true),
            ("mu", true),
            ("kappa", true),
            ("rho", true),
            ("known to", true)
        );
        foreach (var task in study.Tasks)
            table.AddRow(
                new Text(InstanceJson.Short(task.Task.Name)),
                new Text(Screen.Grouped(task.Task.Rows)),
                new Text(Range(task.L)),
                new Text(Range(task.Mu)),
                new Text(Range(task.Kappa)),
                new Text(Range(task.Rho)),
                new Text(Known(task))
            );
        screen.Write(table);
        if (data.Loss == DataLoss.Squared && data.Tasks.Count(t => t.Rows < data.Features.Count) is > 0 and var few)
            screen.WriteLine(
                $"{few} tasks have fewer rows than features: without rounding their mu is r = {Screen.Number(data.Ridge)}"
            );
        screen.WriteLine("over tasks, each as likely as the others");
        screen.WriteLine($"  L     {Range(study.L)}");
        screen.WriteLine($"  rho   {Range(study.Rho)}");
        screen.WriteLine(
            $"  sigma {Range(study.Sigma)}{(double.IsPositiveInfinity(study.Sigma.Lower) ? ": the matrices of the tasks differ" : "")}"
        );
        screen.WriteLine(
            $"  b     {Range(study.B)}: a task's one loss is its train and its test loss, nothing lies between them"
        );
        var error = Screen.Number(data.Tasks.Max(t => t.VectorError));
        screen.WriteLine(
            data.Loss == DataLoss.Squared
                ? $"  rounding: A is within {Screen.Number(data.Tasks.Max(t => t.MatrixError))} of X'X/n + r I, b within {error} of -X'y/n"
                : $"  rounding: the weights are within a part of {error} of 1/n"
        );
        screen.WriteLine(
            "  all constants are those of the losses as stored; .. stands between the ends of an enclosure"
        );
        screen.WriteLine($"step sizes for N = {study.Steps}");
        foreach (var rule in rules)
            screen.WriteLine(
                rule.Alpha is { } largest
                    ? $"  {rule.Hypothesis.Name}: alpha <= {Digits(largest)} "
                        + $"(alpha L <= {Screen.Number(rule.AlphaL)}); {rule.Claims.Count} of {study.Claims.Count} claims rest on it"
                    : $"  {rule.Hypothesis.Name}: any step size"
            );
        screen.WriteLine(
            $"proximal weights: any lambda > {Screen.Number(study.LeastLambda)} makes every inner problem strongly convex"
        );
    }

    /// <summary>The inner problems.</summary>
    private static void Write(ProximalStudy study, double? alpha)
    {
        var screen = Screen.Out;
        var table = Screen.Table(("inner problem of task", false), ("mu", true), ("beta", true), ("kappa", true));
        foreach (var (task, _) in study.Tried)
            table.AddRow(
                new Text(InstanceJson.Short(task.Task.Task.Name)),
                new Text(Range(task.Mu)),
                new Text(Range(task.Beta)),
                new Text(Range(task.Kappa))
            );
        screen.Write(table);
        if (study.Tried.Count < study.Tasks.Count)
            screen.WriteLine($"the {study.Tried.Count} of {study.Tasks.Count} tasks whose kappa is largest");
        screen.WriteLine("each task by itself, its one loss as the train and as the test loss");
        screen.WriteLine(
            "phi: N steps of gradient descent from theta; D: |phi*|; T = k = m = N; K: half of it, rounded up"
        );
        screen.WriteLine(
            $"delta = epsilon = {Screen.Number(ProximalStudy.Accuracy)}; step sizes that a statement leaves open: "
                + (alpha is { } given ? Digits(given) : "1/beta")
        );
    }

    private static void Write(string heading, IReadOnlyList<DataVerdict> verdicts)
    {
        var screen = Screen.Out;
        screen.WriteLine(heading);
        // All are of one paper, where they are of one shape.
        var paper = verdicts[0].Claim.Id.Split('.')[0] + ".";
        var table = Screen.Table(($"claim {paper}", false), ("here", false), ("ratio", true), ("why not", false));
        foreach (
            var v in verdicts.OrderByDescending(v => v.Outcome == Outcome.Refuted).ThenByDescending(v => v.IsApplicable)
        )
            table.AddRow(
                new Text(
                    " "
                        + (
                            v.Claim.Id.StartsWith(paper, StringComparison.Ordinal)
                                ? v.Claim.Id[paper.Length..]
                                : v.Claim.Id
                        )
                ),
                new Text(v.IsApplicable ? Names.Of(v.Outcome) : "does not apply"),
                new Text(v.IsApplicable ? Screen.Number(v.Ratio) : ""),
                new Text(WhyNot(v))
            );
        screen.Write(table);
    }

    /// <summary>What keeps a claim from being applied, here or on some instances, or decided.</summary>
    private static string WhyNot(DataVerdict v)
    {
        var obstacles = string.Join("; ", v.Obstacles);
        return v.Doubt is { } doubt ? doubt
            : v.IsApplicable && v.Applied < v.Instances ? $"on {v.Applied} of {v.Instances}; else {obstacles}"
            : obstacles;
    }

    private static void WriteOthers(IReadOnlyList<(string Shape, IReadOnlyList<Claim> Claims)> others)
    {
        var table = Screen.Table(("other claims do not apply, being about", false), ("claims", true));
        foreach (var (shape, claims) in others.OrderByDescending(o => o.Claims.Count))
            table.AddRow(new Text(" " + shape + HowTo(shape)), new Text($"{claims.Count}"));
        Screen.Out.Write(table);
    }

    /// <summary>How claims about a shape are tried.</summary>
    private static string HowTo(string shape) =>
        shape.Split(", ").Contains(BilevelShape.Instance.Name) ? " (--lambda tries them)" : "";

    private static string Digits(double x) => x.ToString("g9", CultureInfo.InvariantCulture);

    private static void WriteJson(ProximalStudy study)
    {
        foreach (var task in study.Tasks)
            Actions.WriteLine(
                new JsonObject
                {
                    ["innerProblem"] = task.Task.Task.Name,
                    ["lambda"] = study.Lambda,
                    ["mu"] = Ends(task.Mu),
                    ["beta"] = Ends(task.Beta),
                    ["kappa"] = Ends(task.Kappa),
                    ["tried"] = study.Tried.Any(t => t.Task == task),
                }
            );
    }

    private static void WriteJson(TaskStudy study, IReadOnlyList<StepSizeRule> rules)
    {
        foreach (var task in study.Tasks)
            Actions.WriteLine(
                new JsonObject
                {
                    ["task"] = task.Task.Name,
                    ["rows"] = task.Task.Rows,
                    ["d"] = study.Data.Features.Count,
                    ["L"] = Ends(task.L),
                    ["mu"] = Ends(task.Mu),
                    ["kappa"] = Ends(task.Kappa),
                    ["rho"] = Ends(task.Rho),
                    ["matrixError"] = task.Task.MatrixError,
                    ["vectorError"] = task.Task.VectorError,
                }
            );
        Actions.WriteLine(
            new JsonObject
            {
                ["tasks"] = study.Tasks.Count,
                ["L"] = Ends(study.L),
                ["rho"] = Ends(study.Rho),
                ["sigma"] = Ends(study.Sigma),
                ["b"] = Ends(study.B),
                ["lambdaAbove"] = study.LeastLambda,
            }
        );
        foreach (var rule in rules)
            Actions.WriteLine(
                new JsonObject
                {
                    ["hypothesis"] = rule.Hypothesis.Name,
                    ["N"] = study.Steps,
                    ["alphaL"] = rule.AlphaL,
                    ["alpha"] = rule.Alpha,
                    ["claims"] = new JsonArray([.. rule.Claims.Select(c => (JsonNode)c.Id)]),
                }
            );
    }

    private static JsonObject Json(string parameter, double value, DataVerdict v) =>
        new()
        {
            ["claim"] = v.Claim.Id,
            [parameter] = value,
            ["applies"] = v.IsApplicable,
            ["applied"] = v.Applied,
            ["instances"] = v.Instances,
            ["outcome"] = Names.Of(v.Outcome),
            ["ratio"] = v.Ratio,
            ["lhs"] = v.Worst.Sides is { } s ? Ends(s.LhsLower, s.LhsUpper) : null,
            ["rhs"] = v.Worst.Sides is { } t ? Ends(t.RhsLower, t.RhsUpper) : null,
            ["obstacles"] = new JsonArray([.. v.Obstacles.Select(o => (JsonNode)o)]),
            ["doubt"] = v.Doubt,
        };

    private static JsonArray Ends(Interval a) => Ends(a.Lower, a.Upper);

    /// <summary>JSON has no infinity and no NaN: texts stand for them.</summary>
    private static JsonArray Ends(double lower, double upper) => new(End(lower), End(upper));

    private static JsonNode End(double x) =>
        double.IsFinite(x) ? JsonValue.Create(x)
        : double.IsNaN(x) ? "unknown"
        : x > 0 ? "infinite"
        : "-infinite";

    /// <summary>One number where six digits cannot tell the ends apart, else both.</summary>
    private static string Range(Interval a) =>
        double.IsNaN(a.Lower) ? "unknown"
        : double.IsPositiveInfinity(a.Lower) ? "infinite"
        : Width(a) <= 1e-6 ? Screen.Number(a.Upper)
        : $"{Screen.Number(a.Lower)}..{Screen.Number(a.Upper)}";

    /// <summary>The largest width of a task's constants: of L and mu relative to L, of rho to itself.</summary>
    private static string Known(TaskConstants task)
    {
        double[] widths =
        [
            Width(task.L),
            (task.Mu.Upper - task.Mu.Lower) / Math.Max(task.L.Upper, double.Epsilon),
            Width(task.Rho),
        ];
        return widths.Max() == 0 ? "exact" : widths.Max().ToString("0e+0", CultureInfo.InvariantCulture);
    }

    private static double Width(Interval a) =>
        a.Lower == a.Upper ? 0 : (a.Upper - a.Lower) / Math.Max(Math.Abs(a.Lower), Math.Abs(a.Upper));
}
