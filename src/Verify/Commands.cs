using System.CommandLine;
using System.Globalization;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Observables;
using Verify.Evidence;

namespace Verify.CommandLine;

/// <summary>What the program's exit status says.</summary>
internal static class ExitStatus
{
    public const int AsKnown = 0,
        Different = 1,
        Usage = 2,
        Fault = 3;
}

/// <summary>The commands and their options; what they do is in <see cref="Actions"/>.</summary>
internal static class Commands
{
    private static readonly Option<string> s_budget = new("--budget")
    {
        Description =
            $"Evaluations per claim, a number or 'deep' ({RunOptions.DeepBudget}); by default {RunOptions.DefaultBudget}",
        HelpName = "N|deep",
    };
    private static readonly Option<string> s_time = new("--time")
    {
        Description = "Stop after this long, for example 60s or 5m; then what is sampled depends on the machine",
        HelpName = "60s",
    };
    private static readonly Option<ulong> s_seed = new("--seed")
    {
        Description = "The seed of every random number; by default 1",
        DefaultValueFactory = _ => 1,
        HelpName = "S",
    };
    private static readonly Option<string> s_family = new("--family")
    {
        Description = "Sample this family only (see list --families)",
        HelpName = "F",
    };
    private static readonly Option<string[]> s_set = new("--set")
    {
        Description = "Hold a count or alphaL in a range: d, n (tasks), N, j, m, T, K, k; may be repeated",
        HelpName = "N=1..3",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
    private static readonly Option<int> s_threads = new("--threads")
    {
        Description = "Worker threads; by default one per processor",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        HelpName = "n",
    };
    private static readonly Option<int> s_width = new("--width")
    {
        Description = "SIMD lanes, 1, 2, 4, 8 or 16; by default what the processor has",
        DefaultValueFactory = _ => new RunOptions().Width,
        HelpName = "w",
    };
    private static readonly Option<string> s_device = new("--device")
    {
        Description = "Run the trials that can run there on a device, by its name in the list of engines",
        HelpName = "NAME",
    };
    private static readonly Option<string> s_out = new("--out")
    {
        Description = "Write run.json, facts.jsonl, the witnesses and the page report.html here",
        HelpName = "DIR",
    };
    internal static readonly Option<string> ReplayOption = new("--replay")
    {
        Description = "Evaluate and certify the one instance of this token, FAMILY/SEED/INDEX",
        HelpName = "TOKEN",
    };
    private static readonly Option<bool> s_json = new("--json")
    {
        Description = "One JSON object a line on standard output, and nothing else",
    };
    private static readonly Option<bool> s_quiet = new("--quiet")
    {
        Description = "One line per claim: id, verdict, best ratio",
    };
    private static readonly Option<string> s_ledger = new("--ledger")
    {
        Description = "The folder of known verdicts; by default ledger here, else the one shipped with the program",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>The commands.</summary>
    /// <param name="engine">What <c>--device</c> can name; null where there is none.</param>
    public static RootCommand Root(IEngine? engine)
    {
        var root = new RootCommand(
            """
            Checks published statements about gradient-based meta-learning: samples instances that meet a claim's
            hypotheses, and certifies what violates it. Without a command: the main job, which certifies the known
            witnesses again and then tries every claim.

            Examples:
              verify                                        the main job
              verify list 'ji2022.*'                        the claims of a paper
              verify run ji2022.prop1 --set N=5 --seed 7    one claim, N fixed
              verify try 'L <= 2*rho' --where 'rho > 0'     an inequality of your own
              verify check cases.json                       claims on explicit instances
              verify witness ji2022.lemma15 --standalone    a counterexample as a Python script
              verify figure imaml2019.fig2a --out figures   a figure and the numbers behind it
              verify data tasks.csv --group task --target y --loss squared
                                                            which step size theory allows for your tasks
              verify report results --html report.html      the page of a run that --out results has written
            """
        );
        root.Options.Add(s_ledger);
        foreach (var option in RunOptionsOf())
            root.Options.Add(option);
        root.SetAction(p => Actions.MainJob(Options(p, engine), Output(p), LedgerFolder(p)));
        root.Subcommands.Add(Run(engine));
        root.Subcommands.Add(TryCommand.Create(engine));
        root.Subcommands.Add(List());
        root.Subcommands.Add(Show());
        root.Subcommands.Add(Check());
        root.Subcommands.Add(Witness());
        root.Subcommands.Add(LedgerCommand(engine));
        root.Subcommands.Add(Figure());
        root.Subcommands.Add(ReportCommand.Create(LedgerFolder));
        root.Subcommands.Add(Engines(engine));
        root.Subcommands.Add(DataCommand.Create(s_json, s_seed, LedgerFolder));
        return root;
    }

    /// <summary>The options of every command that samples.</summary>
    internal static Option[] RunOptionsOf() =>
        [s_budget, s_time, s_seed, s_family, s_set, s_threads, s_width, s_device, s_out, s_json, s_quiet];

    private static Command Run(IEngine? engine)
    {
        var patterns = new Argument<string[]>("PATTERN")
        {
            Description = "Claims by id, with * for any text; by default all",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("run", "Try claims on generated instances.") { patterns, ReplayOption };
        foreach (var option in RunOptionsOf())
            command.Options.Add(option);
        command.SetAction(p =>
            p.GetValue(ReplayOption) is { } token
                ? Actions.Replay(p.GetValue(patterns) ?? [], token, Options(p, engine))
                : Actions.Run(p.GetValue(patterns) ?? [], Options(p, engine), Output(p), LedgerFolder(p))
        );
        return command;
    }

    private static Command List()
    {
        var pattern = new Argument<string?>("PATTERN")
        {
            Description = "Claims by id, with * for any text",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var observables = new Option<bool>("--observables")
        {
            Description = "What formulas can read, instead of claims",
        };
        var families = new Option<bool>("--families") { Description = "The families of instances, instead of claims" };
        var command = new Command("list", "List claims, families or observables.")
        {
            pattern,
            s_json,
            observables,
            families,
        };
        command.SetAction(p =>
            p.GetValue(observables) ? Actions.ListObservables(p.GetValue(s_json))
            : p.GetValue(families) ? Actions.ListFamilies(p.GetValue(s_json))
            : Actions.List(p.GetValue(pattern), p.GetValue(s_json), LedgerFolder(p))
        );
        return command;
    }

    private static Command Show()
    {
        var claim = new Argument<string>("CLAIM") { Description = "The id of a claim" };
        var command = new Command("show", "Statement, hypotheses, known verdict and witness of one claim.") { claim };
        command.SetAction(p => Actions.Show(p.GetValue(claim)!, LedgerFolder(p)));
        return command;
    }

    private static Command Check()
    {
        var file = new Argument<string>("FILE") { Description = "A case file (JSON)" };
        var command = new Command("check", "Evaluate claims on explicit instances and compare with the file's numbers.")
        {
            file,
            s_json,
        };
        command.SetAction(p => Actions.Check(p.GetValue(file)!, p.GetValue(s_json)));
        return command;
    }

    private static Command Witness()
    {
        var claim = new Argument<string>("CLAIM") { Description = "The id of a refuted claim" };
        var standalone = new Option<bool>("--standalone")
        {
            Description = "A Python script, standard library only, that recomputes both sides",
        };
        var command = new Command("witness", "The ledger's counterexample to a claim, as a case file.")
        {
            claim,
            standalone,
        };
        command.SetAction(p => Actions.Witness(p.GetValue(claim)!, p.GetValue(standalone), LedgerFolder(p)));
        return command;
    }

    private static Command LedgerCommand(IEngine? engine)
    {
        var update = new Option<bool>("--update") { Description = "Run every claim and write what is found" };
        var markdown = new Option<bool>("--markdown") { Description = "The table of refuted claims, in Markdown" };
        var command = new Command("ledger", "The known verdicts; their witnesses are certified again.")
        {
            update,
            markdown,
        };
        foreach (var option in RunOptionsOf().Where(o => o != s_out))
            command.Options.Add(option);
        command.SetAction(p =>
            p.GetValue(update) ? Actions.UpdateLedger(Options(p, engine), Output(p), LedgerToWrite(p))
            : p.GetValue(markdown) ? Actions.LedgerMarkdown(LedgerFolder(p))
            : Actions.Ledger(p.GetValue(s_json), LedgerFolder(p))
        );
        return command;
    }

    private static Command Figure()
    {
        var id = new Argument<string?>("ID")
        {
            Description = "The id of a figure; without it, the ids",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var folder = new Option<string>("--out")
        {
            Description = "Write ID.json and ID.csv here; without it, the CSV goes to standard output",
            HelpName = "DIR",
        };
        var svg = new Option<bool>("--svg") { Description = "Write ID.svg too; needs a Chromium on PATH, or CHROME" };
        var command = new Command(
            "figure",
            """
            Make a figure of a paper again, as Plotly JSON and CSV.

            Examples:
              verify figure imaml2019.fig2a --out figures
              verify figure imaml2019.fig2a --out figures --svg
            """
        )
        {
            id,
            folder,
            svg,
        };
        command.SetAction(p => Actions.Figure(p.GetValue(id), p.GetValue(folder), p.GetValue(svg)));
        return command;
    }

    private static Command Engines(IEngine? engine)
    {
        var command = new Command("engines", "What the batches can run on here.") { s_json };
        command.SetAction(p => Actions.Engines(engine, p.GetValue(s_json)));
        return command;
    }

    internal static RunOptions Options(ParseResult p, IEngine? engine)
    {
        var threads = p.GetValue(s_threads);
        if (threads < 1)
            throw new InputException($"--threads {threads} is below 1");
        var width = p.GetValue(s_width);
        if (width is not (1 or 2 or 4 or 8 or 16))
            throw new InputException($"--width {width} is none of 1, 2, 4, 8, 16");
        return new RunOptions
        {
            Seed = p.GetValue(s_seed),
            Budget = Budget(p.GetValue(s_budget)),
            Time = Time(p.GetValue(s_time)),
            Family = p.GetValue(s_family),
            Fixed = Fixed(p.GetValue(s_set) ?? []),
            Threads = threads,
            Width = width,
            Device = p.GetValue(s_device) is { } name ? Device(name, engine) : null,
        };
    }

    private static IBatchDevice Device(string name, IEngine? engine)
    {
        if (engine is null)
            throw new InputException($"--device '{name}': no devices here; {Actions.HowToGetDevices}");
        if (engine.Devices.All(d => d.Name != name))
            throw new InputException(
                $"--device '{name}' is none of {string.Join(", ", engine.Devices.Select(d => d.Name))}"
            );
        return engine.Open(name);
    }

    /// <summary>Where results go; the folder is made, so that one that cannot be is found before the work is done.</summary>
    internal static Output Output(ParseResult p) =>
        new(p.GetValue(s_json), p.GetValue(s_quiet), Paths.Made(s_out.Name, p.GetValue(s_out)));

    private static string LedgerFolder(ParseResult p) =>
        p.GetValue(s_ledger) is { } named ? Paths.Existing(s_ledger.Name, named) : OwnLedger();

    /// <summary>The same, made where it is not there.</summary>
    private static string LedgerToWrite(ParseResult p) =>
        Paths.Made(s_ledger.Name, p.GetValue(s_ledger) ?? OwnLedger())!;

    private static string OwnLedger() =>
        Directory.Exists("ledger") ? "ledger" : Path.Combine(AppContext.BaseDirectory, "ledger");

    private static long Budget(string? text) =>
        text switch
        {
            null => RunOptions.DefaultBudget,
            "deep" => RunOptions.DeepBudget,
            _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 => n,
            _ => throw new InputException($"--budget '{text}' is neither a number above 0 nor 'deep'"),
        };

    private static TimeSpan? Time(string? text)
    {
        if (text is null)
            return null;
        var unit = text.Length > 0 ? text[^1] : ' ';
        var factor = unit switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => 0,
        };
        return
            factor > 0
            && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            && x * factor is > 0 and < 1e6
            ? TimeSpan.FromSeconds(x * factor)
            : throw new InputException($"--time '{text}' is not a time such as 60s or 5m");
    }

    private static Dictionary<string, (double, double)> Fixed(string[] texts)
    {
        var ranges = new Dictionary<string, (double, double)>();
        foreach (var text in texts)
        {
            var (name, least, most) = Fixed(text);
            if (!ranges.TryAdd(name, (least, most)))
                throw new InputException($"--set '{text}': {name} is set twice");
        }
        return ranges;
    }

    private static (string Name, double Least, double Most) Fixed(string text)
    {
        var (name, range) = text.Split('=') is [var n, var r] ? (n, r) : (text, "");
        if (name != "alphaL" && Count.All.All(c => c.Name != name))
            throw new InputException(
                $"--set '{text}': '{name}' is none of {string.Join(", ", Count.All.Select(c => c.Name))}, alphaL"
            );
        var ends = range.Split("..");
        if (
            ends.Length is not (1 or 2)
            || !double.TryParse(ends[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var least)
            || !double.TryParse(ends[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var most)
        )
            throw new InputException($"--set '{text}' is not NAME=VALUE or NAME=LEAST..MOST");
        var (floor, ceiling) = name switch
        {
            "alphaL" => (1e-12, 1e6),
            "N" => (1, 100),
            "n" => (1, 64),
            "d" => (1, 200),
            "T" or "K" or "k" => (0, 1000),
            _ => (0.0, 100.0),
        };
        if (!(least >= floor && most <= ceiling && least <= most))
            throw new InputException($"--set '{text}' is not a range within {floor:R}..{ceiling:R}");
        if (name != "alphaL" && (least != Math.Floor(least) || most != Math.Floor(most)))
            throw new InputException($"--set '{text}': {name} is a whole number");
        return (name, least, most);
    }
}
