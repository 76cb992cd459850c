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
            var known = ledgerFolder(p);
            string? Written(Option<string> option) => Paths.Writable(option.Name, p.GetValue(option));
            var (page, summary, xml) = (Written(html), Written(markdown), Written(junit));
            var images = Paths.Made(svg.Name, p.GetValue(svg));
            var (record, _, reports) = RunFolder.Read(path, Registry.Default);
            var dossier = new Dossier(record, reports, Ledger.Read(known), Registry.Default);
            if (page is not null)
                Write(page, Page.Write(dossier));
            else if (summary is null && xml is null && images is null)
                WritePage(path, dossier);
            if (summary is not null)
                Write(summary, MarkdownSummary.Write(dossier));
            if (xml is not null)
                Write(xml, JUnit.Write(dossier));
            if (images is not null)
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
