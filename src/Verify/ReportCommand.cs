using System.CommandLine;
using Spectre.Console;
using Verify.Evidence;
using Verify.Report;

namespace Verify.CommandLine;

/// <summary>Reports of a run that <c>--out</c> has written.</summary>
internal static class ReportCommand
{
    private const string PageFile = "report.html";

    public static Command Create(Func<ParseResult, string> ledgerFolder)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder that --out has written" };
        var html = File(
            "--html",
            "Write one self-contained page here; by default, without another output, DIR/report.html"
        );
        var markdown = File("--markdown", "Write a summary for pull requests here");
        var junit = File("--junit", "Write JUnit XML for CI here: what is new fails, what is known passes");
        var svg = new Option<string>("--svg")
        {
            Description = "Write each figure as SVG here; needs a Chromium on PATH, or CHROME",
            HelpName = "DIR",
        };
        var command = new Command(
            "report",
            """
            Write what a run found: a page, a summary, JUnit XML, figures. Witnesses are certified again.

            Examples:
              verify --out results                                    the main job; results/report.html is its page
              verify report results --html report.html                the page again
              verify report results --markdown pr.md --junit ci.xml   for a pull request
              verify report results --svg figures                     every figure as SVG
            """
        )
        {
            folder,
            html,
            markdown,
            junit,
            svg,
        };
        command.SetAction(p =>
        {
            var path = p.GetValue(folder)!;
            var (record, _, reports) = RunFolder.Read(path, Registry.Default);
            var dossier = new Dossier(record, reports, Ledger.Read(ledgerFolder(p)), Registry.Default);
            var outputs = new[] { html, markdown, junit, svg }.Select(p.GetValue).ToList();
            if (outputs[0] is { } page)
                Write(page, Page.Write(dossier));
            else if (outputs.All(o => o is null))
                WritePage(path, dossier);
            if (outputs[1] is { } summary)
                Write(summary, MarkdownSummary.Write(dossier));
            if (outputs[2] is { } xml)
                Write(xml, JUnit.Write(dossier));
            if (outputs[3] is { } images)
            {
                var figures = dossier.AllFigures();
                StaticImages.Write(figures, images);
                Screen.Error.WriteLine($"{figures.Count} figures are in {images}");
            }
            return ExitStatus.AsKnown;
        });
        return command;
    }

    /// <summary>Writes the page of a run into its folder.</summary>
    public static void WritePage(string folder, Dossier dossier) =>
        Write(Path.Combine(folder, PageFile), Page.Write(dossier));

    private static Option<string> File(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };

    private static void Write(string path, string text)
    {
        System.IO.File.WriteAllText(path, text);
        Screen.Error.WriteLine($"wrote {path}");
    }
}
