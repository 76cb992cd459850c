using System.Text;
using System.Xml;
using System.Xml.Linq;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>
/// JUnit's XML for CI: a claim is a test case. A refutation that the ledger does not have fails, and so does one that only the
/// ledger has; a known one passes with a note; what is neither refuted nor tested is skipped.
/// </summary>
public static class JUnit
{
    /// <summary>The document.</summary>
    public static string Write(Dossier dossier)
    {
        var suites = dossier
            .Papers.Select(paper => Suite(paper.Key, [.. paper.Select(r => Case(r, dossier))]))
            .ToList();
        var root = new XElement(
            "testsuites",
            new XAttribute("name", "verify"),
            Totals(suites.Elements("testcase")),
            suites
        );
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Indent = true,
            NewLineChars = "\n",
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        using (var writer = XmlWriter.Create(stream, settings))
            new XDocument(root).Save(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static XElement Suite(string name, IReadOnlyList<XElement> cases) =>
        new("testsuite", new XAttribute("name", name), Totals(cases), cases);

    private static IEnumerable<XAttribute> Totals(IEnumerable<XElement> cases)
    {
        var all = cases.ToList();
        yield return new XAttribute("tests", all.Count);
        yield return new XAttribute("failures", all.Count(c => c.Element("failure") is not null));
        yield return new XAttribute("errors", 0);
        yield return new XAttribute("skipped", all.Count(c => c.Element("skipped") is not null));
    }

    private static XElement Case(ClaimReport report, Dossier dossier)
    {
        var claim = report.Claim;
        var element = new XElement(
            "testcase",
            new XAttribute("classname", Dossier.PaperOf(claim.Id)),
            new XAttribute("name", claim.Id)
        );
        var verdict = Words.Of(report.Verdict);
        if (report.Verdict == Verdict.Refuted)
        {
            var counterexample = new Counterexample(report.Claim, report.Witness!, dossier.Registry);
            var note =
                $"{claim.Source}: {counterexample.Summary} ({Words.Strength(report)}; SHA-256 {counterexample.Hash})";
            element.Add(
                dossier.IsNew(report)
                    ? Failure("new refutation", note)
                    : new XElement("system-out", Text($"known refutation. {note}"))
            );
        }
        else if (dossier.IsLost(report))
            element.Add(Failure("no longer refuted", $"the ledger has a refutation, this run says {verdict}"));
        else if (report.Verdict != Verdict.NotRefuted)
            element.Add(new XElement("skipped", new XAttribute("message", verdict)));
        return element;
    }

    private static XElement Failure(string type, string message) =>
        new("failure", new XAttribute("type", type), new XAttribute("message", Text(message)));

    /// <summary>XML has no control characters.</summary>
    private static string Text(string text) => string.Concat(text.Where(XmlConvert.IsXmlChar));
}
