using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>
/// The report as one HTML file. The files of the folder page are its frame; what it tells is JSON within it, which its script
/// writes as text, never as markup.
/// </summary>
public static partial class Page
{
    /// <summary>The default encoder escapes &lt;, &gt; and &amp;: the data cannot end the element that they stand in.</summary>
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.Default };

    /// <summary>The page.</summary>
    public static string Write(Dossier dossier) => Write(dossier, [Bundles.Plotly, Bundles.Temml]);

    internal static string Write(Dossier dossier, IReadOnlyList<Bundle> libraries) =>
        Filled(
            "page.html",
            what =>
                what switch
                {
                    "data" => Data(dossier, libraries).ToJsonString(s_options),
                    "libraries" => string.Concat(libraries.Select(Library)),
                    var file => Bundles.Page(file),
                }
        );

    /// <summary>A frame with its places, comments that name what stands there, filled once.</summary>
    internal static string Filled(string frame, Func<string, string> content) =>
        Places().Replace(Bundles.Page(frame), place => content(place.Groups["what"].Value));

    /// <summary>A library within the page.</summary>
    internal static string Script(string script) => $"<script>{script.Replace("</script", "<\\/script")}</script>\n";

    [GeneratedRegex("(<!--|/[*])(?<what>[a-z.]+)(-->|[*]/)")]
    private static partial Regex Places();

    private static string Library(Bundle bundle) =>
        bundle.Script is { } script
            ? Script(script)
            : $"<script src=\"{bundle.Address}\" crossorigin=\"anonymous\"></script>\n";

    /// <summary>What the page tells.</summary>
    private static JsonObject Data(Dossier dossier, IReadOnlyList<Bundle> libraries)
    {
        var published = Figures.All.ToLookup(f => Dossier.PaperOf(f.Id));
        return new JsonObject
        {
            ["run"] = Json(dossier.Run),
            ["isComplete"] = dossier.Run.IsComplete,
            ["evaluations"] = Notation.Grouped(dossier.Reports.Sum(r => r.Evaluations)),
            ["verdicts"] = new JsonArray([
                .. Dossier.Verdicts.Select(v =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["verdict"] = Names.Of(v),
                            ["words"] = Words.Of(v),
                            ["count"] = dossier.CountOf(v),
                        }
                ),
            ]),
            ["findings"] = new JsonArray([.. dossier.Findings.Select(r => (JsonNode)r.Claim.Id)]),
            ["changes"] = new JsonArray([
                .. dossier.Changes.Select(c =>
                    (JsonNode)new JsonObject { ["claim"] = c.Report.Claim.Id, ["known"] = c.Known }
                ),
            ]),
            ["papers"] = new JsonArray([
                .. dossier.Papers.Select(paper =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = paper.Key,
                            ["figures"] = new JsonArray([.. published[paper.Key].Select(f => (JsonNode)Json(f))]),
                            ["claims"] = new JsonArray([.. paper.Select(r => (JsonNode)Json(r, dossier))]),
                        }
                ),
            ]),
            ["libraries"] = new JsonArray([
                .. libraries.Select(b =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = b.Name,
                            ["version"] = b.Version,
                            ["address"] = b.Address,
                            ["license"] = b.License,
                        }
                ),
            ]),
        };
    }

    private static JsonArray Json(RunRecord run)
    {
        var machine = run.Machine;
        (string Name, string Value)[] rows =
        [
            ("program", Program(run)),
            ("commit", machine.Commit ?? "not known"),
            ("runtime", $"{machine.Runtime}, {machine.System}"),
            ("processor", $"{machine.Processor}, {machine.Processors} threads; {string.Join(", ", machine.Vectors)}"),
            ("begun", run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("claims", run.Patterns.Length == 0 ? "all" : string.Join(" ", run.Patterns)),
            ("seed", $"{run.Seed}"),
            ("budget", $"{Notation.Grouped(run.Budget)} evaluations a claim; costly trials have a part of it"),
            ("time limit", run.TimeLimit is { } limit ? $"{limit:R} s" : "none"),
            ("family", run.Family ?? "all"),
            ("held", string.Join(", ", run.Settings.Select(s => $"{s.Key} = {string.Join("…", s.Value.Distinct())}"))),
            ("engine", $"{run.Threads} threads, {run.Width} lanes{(run.Device is { } device ? $", {device}" : "")}"),
            (
                "cost",
                $"{Notation.Grouped(run.Gradients)} gradients, {Notation.Grouped(run.HessianVectors)} Hessian-vector products"
            ),
            ("complete", run.IsComplete ? "yes" : "no, interrupted"),
        ];
        return
        [
            .. rows.Where(r => r.Value.Length > 0)
                .Select(r => (JsonNode)new JsonObject { ["name"] = r.Name, ["value"] = r.Value }),
        ];
    }

    /// <summary>The program and its version.</summary>
    private static string Program(RunRecord run) =>
        $"Verify {run.Machine.Program}{(run.Machine.Commit is { Length: >= 12 } commit ? $" ({commit[..12]})" : "")}";

    private static JsonObject Json(FigureKind kind)
    {
        var json = Json(kind.Id, kind.Make().Figure);
        json["source"] = kind.Description;
        return json;
    }

    private static JsonObject Json(string id, Figure figure)
    {
        var json = Plotly.Json(figure);
        json["id"] = id;
        json["title"] = figure.Title;
        json["description"] = figure.Description;
        if (figure.Columns > 1)
            json["narrow"] = Plotly.Layout(figure with { Columns = 1 });
        return json;
    }

    private static JsonObject Json(ClaimReport report, Dossier dossier)
    {
        var claim = report.Claim;
        return new JsonObject
        {
            ["id"] = claim.Id,
            ["version"] = claim.Version,
            ["source"] = claim.Source,
            ["provenance"] = Names.Of(claim.Provenance),
            ["kind"] = Words.Of(claim.Kind),
            ["statement"] = claim.Statement,
            ["prescribes"] = new JsonArray([.. claim.Prescribes.Select(p => (JsonNode)p.Slot.Meaning)]),
            ["verdict"] = Names.Of(report.Verdict),
            ["words"] = Words.Of(report.Verdict),
            ["isNew"] = dossier.IsNew(report),
            ["failure"] = report.Verdict == Verdict.Refuted ? Words.Failure(claim) : null,
            ["strength"] = Words.Strength(report),
            ["evaluations"] = Notation.Grouped(report.Evaluations),
            ["ratio"] = Ratio(Largest(report.Best?.Ratio, WitnessRatio(report)), Notation.Number),
            ["certified"] = Ratio(Largest(report.CertifiedRatio, WitnessRatio(report)), Notation.Below),
            ["part"] = report.Highlight is { } part
                ? new JsonObject
                {
                    ["name"] = claim.Highlight!.Value.Name,
                    ["ratio"] = Ratio(part.Ratio, Notation.Number),
                }
                : null,
            ["isIdentity"] = claim.Relation.IsEqual,
            ["best"] = report.Best?.Replay.ToString(),
            ["gradients"] = Notation.Grouped(report.Gradients),
            ["products"] = Notation.Grouped(report.HessianVectors),
            ["inconclusive"] = Notation.Grouped(report.Inconclusive),
            ["violations"] = Notation.Grouped(report.Violations),
            ["outcomes"] = Counts(report.Outcomes.Select(o => (Names.Of(o.Key), (long)o.Value))),
            ["families"] = Counts(report.ByFamily.Select(f => (f.Key, f.Value))),
            ["hypotheses"] = new JsonArray([.. claim.Hypotheses.Select(h => (JsonNode)Json(h, report))]),
            ["figures"] = new JsonArray([.. dossier.FiguresOf(report).Select(f => (JsonNode)Json(f.Id, f.Figure))]),
            ["witness"] = report.Witness is null
                ? null
                : Json(new Counterexample(report.Claim, report.Witness, dossier.Registry), dossier.Run),
        };
    }

    private static JsonObject Json(Hypothesis hypothesis, ClaimReport report)
    {
        var how = hypothesis.Condition is Condition.Established constant
            ? $"{Notation.Plain(constant.Item.Name.Split('.')[^1])} is declared by the family and enclosed again from the instance's own numbers"
            : $"its margin is {(hypothesis.Condition.IsNonNegative ? "0 or more" : "positive")}, in enclosures for what is certified";
        if (hypothesis.Governs.IsAlphaL)
            how += "; steps are placed inside the admissible range, its ends included";
        return new JsonObject
        {
            ["name"] = hypothesis.Name,
            ["statement"] = hypothesis.Statement,
            ["how"] = how,
            ["notMet"] = Notation.Grouped(report.NotMet.GetValueOrDefault(hypothesis.Name)),
        };
    }

    private static JsonObject Json(Counterexample counterexample, RunRecord run)
    {
        var certificate = counterexample.Witness.Certificate;
        var sides = certificate.Sides!;
        return new JsonObject
        {
            ["summary"] = counterexample.Summary,
            ["formulas"] = new JsonArray([.. counterexample.Formulas.Select(f => (JsonNode)f)]),
            ["sides"] = counterexample.Sides,
            ["lhs"] = new JsonArray(End(sides.LhsLower), End(sides.LhsUpper)),
            ["rhs"] = new JsonArray(End(sides.RhsLower), End(sides.RhsUpper)),
            ["bits"] = certificate.Bits,
            ["isExact"] = sides.IsExact,
            ["replay"] = counterexample.Witness.Replay?.ToString(),
            ["constants"] = new JsonArray([
                .. counterexample.Constants.Select(c =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = c.Name,
                            ["meaning"] = c.Meaning,
                            ["value"] = End(c.Value),
                            ["lower"] = End(c.Lower),
                            ["upper"] = End(c.Upper),
                        }
                ),
            ]),
            ["spectra"] = new JsonArray([
                .. counterexample.Spectra.Select(s =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = s.Name,
                            ["values"] = string.Join(", ", s.Values.Select(Notation.Number)),
                        }
                ),
            ]),
            ["json"] = counterexample.Json,
            ["hash"] = counterexample.Hash,
            ["latex"] = counterexample.Latex,
            ["bibtex"] = counterexample.BibTeX(Program(run), run.Started.Year),
        };
    }

    /// <summary>An end of an enclosure; one at the largest double is none.</summary>
    private static string End(double x) => Math.Abs(x) >= double.MaxValue ? "no end" : $"{x + 0.0:R}";

    private static JsonNode? Ratio(double? ratio, Func<double, string> text) =>
        ratio is { } x && double.IsFinite(x) ? new JsonObject { ["value"] = x, ["text"] = text(x) } : null;

    /// <summary>A certified lower end of the ratio at the counterexample; null where there is none, or the right side is not positive.</summary>
    private static double? WitnessRatio(ClaimReport report) =>
        !report.Claim.Relation.IsEqual && report.Witness?.Certificate.Sides is { LhsLower: > 0, RhsLower: > 0 } sides
            ? Math.BitDecrement(sides.LhsLower / sides.RhsUpper)
            : null;

    private static double? Largest(double? a, double? b) => a is { } x && b is { } y ? Math.Max(x, y) : a ?? b;

    private static JsonArray Counts(IEnumerable<(string Name, long Count)> counts) =>
        new([
            .. counts
                .Where(c => c.Count > 0)
                .OrderBy(c => c.Name, StringComparer.Ordinal)
                .Select(c => (JsonNode)new JsonObject { ["name"] = c.Name, ["count"] = Notation.Grouped(c.Count) }),
        ]);
}
