using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>Figures as SVG, drawn by plotly.js in a headless Chromium.</summary>
public static partial class StaticImages
{
    /// <summary>Figures that one start of the browser draws.</summary>
    private const int Batch = 40;
    private const int PanelWidth = 380,
        LeastWidth = 720;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>What a batch is given to draw, in virtual milliseconds.</summary>
    private const int Budget = 120_000;

    /// <summary>Writes each figure as NAME.svg.</summary>
    /// <exception cref="InputException">There is no browser, no plotly.js, or it drew nothing.</exception>
    public static void Write(IReadOnlyList<(string Name, Figure Figure)> figures, string folder)
    {
        var images = Draw([.. figures.Select(f => Plotly.Json(f.Figure))]);
        Directory.CreateDirectory(folder);
        foreach (var (name, svg) in figures.Select(f => f.Name).Zip(images))
            File.WriteAllText(Path.Combine(folder, $"{name}.svg"), svg);
    }

    /// <summary>The SVG of each figure.</summary>
    /// <param name="figures">In the JSON of Plotly.</param>
    /// <exception cref="InputException">There is no browser, no plotly.js, or it drew nothing.</exception>
    public static IReadOnlyList<string> Draw(IReadOnlyList<JsonObject> figures)
    {
        var browser =
            Browser()
            ?? throw new InputException(
                $"--svg: none of {string.Join(", ", s_names)} is on PATH, and CHROME names none"
            );
        var plotly =
            Bundles.Plotly.Script
            ?? throw new InputException("--svg: plotly.js is not in this build (npm was not there when it was built)");
        return [.. figures.Chunk(Batch).SelectMany(batch => Draw(browser, plotly, batch))];
    }

    /// <summary>The browser that CHROME names, else the first on PATH; null where there is none.</summary>
    private static string? Browser() =>
        Environment.GetEnvironmentVariable("CHROME") is { Length: > 0 } named
            ? File.Exists(named)
                ? named
                : null
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name)))
                .FirstOrDefault(File.Exists);

    private static IReadOnlyList<string> Draw(string browser, string plotly, JsonObject[] figures)
    {
        var json = new JsonArray();
        foreach (var figure in figures)
        {
            var columns = (int?)figure["layout"]?["grid"]?["columns"] ?? 1;
            var one = figure.DeepClone();
            one["width"] = Math.Max(LeastWidth, PanelWidth * columns);
            json.Add(one);
        }
        var home = Directory.CreateTempSubdirectory("verify-svg-");
        try
        {
            var page = Path.Combine(home.FullName, "figures.html");
            File.WriteAllText(
                page,
                Page.Filled("images.html", what => what == "plotly" ? Page.Script(plotly) : json.ToJsonString())
            );
            var images = Image().Matches(Dom(browser, home.FullName, page));
            return images.Count == figures.Length
                ?
                [
                    .. images.Select(m =>
                        Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups["svg"].Value)) + "\n"
                    ),
                ]
                : throw new InputException($"--svg: {browser} drew {images.Count} of {figures.Length} figures");
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static string Dom(string browser, string home, string page)
    {
        var start = new ProcessStartInfo(browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--headless",
            // As root, as in a container, it has no sandbox; the page is this program's own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            $"--user-data-dir={Path.Combine(home, "profile")}",
            $"--virtual-time-budget={Budget}",
            "--dump-dom",
            new Uri(page).AbsoluteUri,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InputException($"--svg: {browser} took more than {s_limit.TotalMinutes} minutes");
        }
        Task.WaitAll(output, error);
        return process.ExitCode == 0
            ? output.Result
            : throw new InputException($"--svg: {browser} ended with {process.ExitCode}: {error.Result.Trim()}");
    }

    [GeneratedRegex("<data value=\"(?<svg>[A-Za-z0-9+/=]+)\">")]
    private static partial Regex Image();
}
