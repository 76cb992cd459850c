using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Verify.Evidence;
using Verify.Report;

namespace Verify.Tests.Numerical;

/// <summary>The page, the summary and the XML of one small run: two claims that hold, two that fail.</summary>
public sealed class ReportTests
{
    private static readonly string[] s_claims =
    [
        "ji2022.lemma12",
        "ji2022.lemma15",
        "ji2022.lemma15.with-step-size",
        "imaml2019.eq7",
    ];

    private static readonly Lazy<Dossier> s_dossier = new(Run);

    private static Dossier Known => s_dossier.Value;

    private static Dossier Run()
    {
        var claims = Registry.Default.Claims.Where(c => s_claims.Contains(c.Id)).ToList();
        var options = new RunOptions { Budget = 3000, Threads = 2 };
        var entries = Ledger.Read(Path.Combine(AppContext.BaseDirectory, "ledger"));
        var run = new Run(
            Registry.Default,
            options,
            Ledger.Standing(entries.Where(e => s_claims.Contains(e.Claim)), Registry.Default)
        );
        var reports = run.Execute(claims);
        var record = RunRecord.Of(run, s_claims, reports) with { Started = DateTimeOffset.UnixEpoch };
        return new Dossier(record, reports, entries, Registry.Default);
    }

    /// <summary>The README lists what the ledger refutes: verify ledger --markdown.</summary>
    [Fact]
    public void The_README_lists_the_ledgers_findings()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var standing = Ledger.Standing(Known.Ledger, Registry.Default);
        var refuted = Registry.Default.Claims.Where(c => standing.ContainsKey(c.Id)).Select(c => (c, standing[c.Id]));
        Assert.Equal(
            MarkdownSummary.Findings(refuted, Registry.Default),
            Between(readme, "<!-- begin findings -->\n", "<!-- end findings -->")
        );
        Assert.Equal(Known.Ledger.Count(e => e.Verdict == "refuted"), standing.Count);
    }

    [Fact]
    public void Findings_and_changes_follow_the_ledger()
    {
        Assert.Equal(["imaml2019.eq7", "ji2022.lemma15"], Known.Findings.Select(r => r.Claim.Id).Order());
        Assert.Empty(Known.Changes);
        var without = Known with { Ledger = [] };
        Assert.Equal(4, without.Changes.Count());
        Assert.All(without.Findings, r => Assert.True(without.IsNew(r)));
        Assert.All(Known.Findings, r => Assert.False(Known.IsNew(r)));
    }

    [Fact]
    public void The_summary_counts_and_names_the_findings()
    {
        var lines = MarkdownSummary.Write(Known).Split('\n');
        Assert.Contains(lines, l => l.StartsWith("4 claims, ") && l.Contains("**2** refuted, **2** not refuted"));
        Assert.Contains("None.", lines);
        var row = Assert.Single(lines, l => l.StartsWith("| `ji2022.lemma15` |"));
        Assert.Contains("left side ≥ 1, right side ≤ 0", row);
        Assert.Contains("exact arithmetic", row);
        var changed = MarkdownSummary.Write(Known with { Ledger = [] });
        Assert.Equal(2, changed.Split("**new refutation**").Length - 1);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    public void JUnit_fails_for_what_is_new(bool isKnown, int failures)
    {
        var suites = XDocument.Parse(JUnit.Write(isKnown ? Known : Known with { Ledger = [] })).Root!;
        Assert.Equal(("4", $"{failures}"), ((string?)suites.Attribute("tests"), (string?)suites.Attribute("failures")));
        Assert.Equal(["imaml2019", "ji2022"], suites.Elements("testsuite").Select(s => (string)s.Attribute("name")!));
        var cases = suites.Descendants("testcase").ToList();
        Assert.Equal(s_claims.Order(), cases.Select(c => (string)c.Attribute("name")!).Order());
        Assert.Equal(failures, cases.Count(c => c.Element("failure") is not null));
        Assert.Equal(
            2 - failures,
            cases.Count(c => c.Element("system-out")?.Value.StartsWith("known refutation") == true)
        );
    }

    /// <summary>A refutation of the ledger that a run does not find fails too.</summary>
    [Fact]
    public void JUnit_fails_for_what_is_lost()
    {
        var entries = Known.Ledger.Select(e => e.Claim == "ji2022.lemma12" ? e with { Verdict = "refuted" } : e);
        var suites = XDocument.Parse(JUnit.Write(Known with { Ledger = [.. entries] })).Root!;
        var failure = Assert.Single(suites.Descendants("failure"));
        Assert.Equal("no longer refuted", (string?)failure.Attribute("type"));
    }

    [Fact]
    public void JUnit_skips_what_was_not_decided()
    {
        var reports = Known.Reports.Select(r =>
            r.Claim.Id == "ji2022.lemma12" ? r with { Verdict = Verdict.Inconclusive } : r
        );
        var suites = XDocument.Parse(JUnit.Write(Known with { Reports = [.. reports] })).Root!;
        Assert.Equal("1", (string?)suites.Attribute("skipped"));
        Assert.Equal("inconclusive", (string?)suites.Descendants("skipped").Single().Attribute("message"));
    }

    /// <summary>What a reader does who has the page alone: id, version and the witness as it is shown.</summary>
    [Fact]
    public void The_hash_is_that_of_what_is_shown()
    {
        var shown = Claims(Known).Single(c => (string)c["id"]! == "ji2022.lemma15");
        var text = $"ji2022.lemma15\n{(int)shown["version"]!}\n{(string)shown["witness"]!["json"]!}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(hash, (string)shown["witness"]!["hash"]!);
        Assert.Contains(hash, (string)shown["witness"]!["bibtex"]!);
        // A second reading of the case file gives the same instance.
        var cases = JsonNode.Parse((string)shown["witness"]!["json"]!)!["cases"]!.AsArray();
        Assert.Equal("ji2022.lemma15", (string)Assert.Single(cases)!["claim"]!);
    }

    /// <summary>The README's smallest counterexample to Lemma 15: l(w) = w^2/2, w = 1, alpha = 1, N = 1.</summary>
    [Fact]
    public void A_counterexample_is_written_in_LaTeX()
    {
        var report = Known.Reports.Single(r => r.Claim.Id == "ji2022.lemma15");
        var counterexample = new Counterexample(report.Claim, report.Witness!, Registry.Default);
        Assert.Equal(
            ["d=1", "N=1", "j=0", @"\alpha=1", "p=1", "w=1", "u=0", @"\ell(x)=\tfrac{x^2}{2}"],
            counterexample
                .Formulas.Order(StringComparer.Ordinal)
                .OrderBy(f =>
                    Array.IndexOf(["d", "N", "j", @"\alpha", "p", "w", "u"], f.Split('=')[0]) is var i and >= 0 ? i : 9
                )
        );
        Assert.Equal(@"\text{left side}\ge1,\quad \text{right side}\le0", counterexample.Sides);
        Assert.Contains(report.Claim.Statement, counterexample.Latex);
        Assert.Equal(counterexample.Latex.Count(c => c == '{'), counterexample.Latex.Count(c => c == '}'));
        var bibtex = counterexample.BibTeX("Verify 1.0.0", 2026);
        Assert.StartsWith("@misc{verify:ji2022.lemma15:", bibtex);
        Assert.Equal(bibtex.Count(c => c == '{'), bibtex.Count(c => c == '}'));
    }

    [Fact]
    public void The_page_is_one_file_with_the_data_as_text()
    {
        var page = Page.Write(Known);
        Assert.Equal(page, Page.Write(Known));
        Assert.DoesNotContain('<', DataOf(page));
        var read = JsonNode.Parse(DataOf(page))!;
        Assert.Equal(2, read["findings"]!.AsArray().Count);
        Assert.Equal(["imaml2019", "ji2022"], read["papers"]!.AsArray().Select(p => (string)p!["id"]!));
        Assert.DoesNotContain("<!--libraries-->", page);
        Assert.DoesNotContain("/*page.js*/", page);
    }

    /// <summary>Whoever builds with npm has the libraries in the file, everyone else their addresses and a page that says so.</summary>
    [Theory]
    [InlineData("\"</script>\"", "MIT")]
    [InlineData(null, null)]
    public void Libraries_are_in_the_page_or_on_the_network(string? script, string? license)
    {
        var page = Page.Write(Known, [new Bundle("lib", "1.2.3", "dist/lib.js", script, license)]);
        const string address = "https://cdn.jsdelivr.net/npm/lib@1.2.3/dist/lib.js";
        Assert.Equal(script is null, page.Contains($"<script src=\"{address}\" crossorigin=\"anonymous\"></script>"));
        Assert.Equal(script is not null, page.Contains("<script>\"<\\/script>\"</script>"));
        var library = JsonNode.Parse(DataOf(page))!["libraries"]!.AsArray().Single()!;
        Assert.Equal(
            ("lib", "1.2.3", license),
            ((string)library["name"]!, (string)library["version"]!, (string?)library["license"])
        );
        Assert.Equal("4.1.1", Bundles.Plotly.Version);
    }

    /// <summary>Texts of a claim are data: none is markup, a script, or ends the element that it stands in.</summary>
    [Fact]
    public void Texts_are_escaped()
    {
        const string evil = "</script><img src=x onerror=alert(1)> & \"q\" | `c` \u0001 <!--libraries-->";
        var reports = Known.Reports.Select(r =>
            r.Claim.Id == "ji2022.lemma15"
                ? r with
                {
                    Claim = Planted.With(r.Claim, r.Claim.Id, source: evil, statement: evil),
                }
                : r
        );
        var dossier = Known with { Reports = [.. reports] };
        var page = Page.Write(dossier);
        Assert.DoesNotContain("<img src=x", page);
        var data = JsonNode.Parse(DataOf(page))!;
        Assert.Contains(evil, data["papers"]![1]!["claims"]!.AsArray().Select(c => (string)c!["statement"]!));
        Assert.Contains("onerror", XDocument.Parse(JUnit.Write(dossier)).Descendants("system-out").Last().Value);
        var row = MarkdownSummary.Write(dossier).Split('\n').Single(l => l.StartsWith("| `ji2022.lemma15` |"));
        Assert.DoesNotContain("<img", row.Replace("\\<", ""));
        Assert.Equal(7, row.Replace("\\|", "").Count(c => c == '|'));
    }

    [Fact]
    public void Figures_of_claims_have_words_and_whole_axes()
    {
        var figures = Known
            .Reports.SelectMany(r => Known.FiguresOf(r).Select(f => (Claim: r.Claim.Id, f.Id, f.Figure)))
            .ToList();
        Assert.Contains(figures, f => f is ("ji2022.lemma12", "ratios", _));
        Assert.Contains(figures, f => f is ("ji2022.lemma12", "tested", _));
        Assert.Contains(figures, f => f.Claim == "ji2022.lemma12" && f.Id.StartsWith("tightness-alphaL-N"));
        Assert.All(figures, f => Assert.NotEmpty(f.Figure.Description));
        Assert.All(
            figures,
            f => Assert.All(f.Figure.Panels, p => Assert.True(p.X.Title.Length > 0 && p.Y.Title.Length > 0))
        );
        // The histogram's bars are the report's counts.
        var report = Known.Reports.Single(r => r.Claim.Id == "ji2022.lemma12");
        var bars = (Bar)figures.Single(f => f is ("ji2022.lemma12", "ratios", _)).Figure.Traces.Single();
        Assert.Equal(report.Histogram.Sum(), (long)bars.Values.Sum());
        Assert.Equal(report.Histogram.Count(n => n > 0), bars.X.Count);
    }

    [Theory]
    [InlineData(0.198459908388625, "0.198459", "0.19846")]
    [InlineData(1.0, "1", "1")]
    [InlineData(-0.5, "−0.5", "−0.5")]
    [InlineData(-1.2345678, "−1.23457", "−1.23456")]
    [InlineData(1.23456789e-7, "1.23456·10⁻⁷", "1.23457·10⁻⁷")]
    [InlineData(999999.96, "999999", "10⁶")]
    public void Shortened_ends_lie_outside(double x, string below, string above)
    {
        Assert.Equal(below, Notation.Below(x));
        Assert.Equal(above, Notation.Above(x));
    }

    [Theory]
    [InlineData("alpha", @"\alpha", "α")]
    [InlineData("phi_star", @"\phi^\star", "φ*")]
    [InlineData("theta0", @"\theta_{0}", "θ0")]
    [InlineData("alphaL", @"\alpha L", "αL")]
    [InlineData("lambda/beta", @"\mathrm{lambda/beta}", "λ/β")]
    [InlineData("inner.mu", @"{\mu}_\text{inner}", "inner.mu")]
    [InlineData("cg_start", @"\mathrm{cg\_start}", "cg_start")]
    [InlineData("kappa", @"\kappa", "κ")]
    public void Names_are_typeset(string name, string latex, string plain)
    {
        Assert.Equal(latex, Notation.Latex(name));
        Assert.Equal(plain, Notation.Plain(name));
    }

    [Theory]
    [InlineData(1e-300, @"10^{-300}")]
    [InlineData(3.2000000000000005e-05, @"3.2000000000000005\cdot10^{-5}")]
    [InlineData(-0.0, "0")]
    [InlineData(double.PositiveInfinity, @"\infty")]
    public void Numbers_are_typeset_with_all_digits(double x, string latex) => Assert.Equal(latex, Notation.Latex(x));

    private static IEnumerable<JsonNode> Claims(Dossier dossier) =>
        JsonNode.Parse(DataOf(Page.Write(dossier)))!["papers"]!
            .AsArray()
            .SelectMany(p => p!["claims"]!.AsArray())
            .Select(c => c!);

    private static string DataOf(string page) =>
        Between(page, "<script id=\"data\" type=\"application/json\">", "</script>");

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
