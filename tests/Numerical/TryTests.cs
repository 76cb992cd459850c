using System.Text.Json.Nodes;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>Inequalities that are typed.</summary>
public sealed class TryTests : IDisposable
{
    /// <summary>Lemma 12 of Ji, Yang, Liang by hand.</summary>
    private const string Lemma12 = "trainGradientJ <= (1 + alpha*L)^j * trainGradient";

    private static readonly string[] s_where12 = ["lipschitz-gradient", "alpha > 0"];

    private readonly VerifyProgram _verify = new();

    public void Dispose() => _verify.Dispose();

    private static Claim ClaimOf(string text, params string[] where) =>
        Inequality.ToClaim(text, where, Registry.Default);

    [Fact]
    public void A_lemma_typed_by_hand_has_the_ratio_of_the_claim_to_the_last_bit()
    {
        var typed = ClaimOf(Lemma12, s_where12);
        var known = Registry.Default.Claims.First(c => c.Id == "ji2022.lemma12");
        var reports = new Run(Registry.Default, new RunOptions { Budget = 20_000 }).Execute([typed, known]);
        Assert.All(reports, r => Assert.Equal(Verdict.NotRefuted, r.Verdict));
        Assert.Equal(reports[1].Best, reports[0].Best);
        Assert.Equal(reports[1].CertifiedRatio, reports[0].CertifiedRatio);
        Assert.Equal(reports[1].Evaluations, reports[0].Evaluations);
        Assert.Equal(reports[1].Histogram, reports[0].Histogram);
        Assert.Equal("proposed", Names.Of(typed.Provenance));
    }

    [Fact]
    public void A_false_inequality_leaves_a_small_witness_that_check_certifies()
    {
        string[] call = ["try", "pathDistanceN < startDistance", "--where", "alpha*L <= 1/2", "--where", "N <= 3"];
        string[] sampling = ["--budget", "4000", "--family", "high-frequency"];
        var outcome = _verify.Run([.. call, .. sampling, "--out", "out"]);
        Assert.True(outcome.Status == 1, outcome.ToString());
        Assert.Matches(@"verdict +refuted", outcome.Output);
        Assert.Contains("L: valid by construction", outcome.Output);
        var path = outcome.Error.ReplaceLineEndings("\n").Split("witness: ")[1].Trim();
        var file = JsonNode.Parse(_verify.Read(path))!["cases"]![0]!;
        Assert.Equal("pathDistanceN < startDistance", (string?)file["inequality"]);
        Assert.Equal(["alpha * L <= 1 / 2", "N <= 3"], file["where"]!.AsArray().Select(x => (string?)x));
        Assert.True((double)file["certificate"]!["lhs"]![0]! >= (double)file["certificate"]!["rhs"]![1]!);
        Assert.Single(file["instance"]!["w"]!.AsArray());

        var check = _verify.Run("check", path, "--json");
        Assert.True(check.Status == 0, check.ToString());
        var result = check.Json.Single();
        Assert.Equal((false, true), ((bool)result["satisfied"]!, (bool)result["equal"]!));
        Assert.All(result["hypotheses"]!.AsObject(), h => Assert.Equal("met", (string?)h.Value));

        var replay = _verify.Run([.. call, "--replay", (string)file["replay"]!]);
        Assert.Equal(1, replay.Status);
        Assert.Contains("refuted at", replay.Error);
    }

    [Fact]
    public void A_witness_whose_inequality_was_changed_is_refused()
    {
        var file = _verify.Write(
            "changed.json",
            """
            {"cases": [{"claim": "try.0123456789", "relation": "<=", "inequality": "L <= 1", "instance": {}}]}
            """
        );
        var id = ClaimOf("L <= 1").Id;
        var outcome = _verify.Run("check", file);
        Assert.Equal(2, outcome.Status);
        Assert.Contains($"field 'claim' is 'try.0123456789', but the inequality is {id}", outcome.Error);
        _verify.Write("changed.json", """{"cases": [{"claim": "try.0", "inequality": "L <= ", "instance": {}}]}""");
        Assert.Contains("case 0 (try.0): field 'inequality' or 'where': column 6:", _verify.Run("check", file).Error);
    }

    [Theory]
    [InlineData("", "column 1: the text is empty")]
    [InlineData("alpha * Lip <= 1", "column 9: unknown name 'Lip' (did you mean 'L' or 'LF' or 'lam'?)")]
    [InlineData("alpha*L", "column 8: the text ends where an operator or one of <=, <, >=, >, == should stand")]
    [InlineData("L <= 2 <= 3", "column 8: a second relation; state two inequalities")]
    [InlineData("L = 2", "column 3: write == for an identity, <= or >= for an inequality")]
    [InlineData("(L + 1 <= 2", "column 8: an operator or ')' should stand here, not '<='")]
    [InlineData("L <= (2 * rho", "column 14: ')' is missing, for the '(' of column 6")]
    [InlineData("L) <= 2", "column 2: ')' without '('")]
    [InlineData("L <= 2 * * rho", "column 10: a number, a name or '(' should stand here, not '*'")]
    [InlineData("2 L <= rho", "column 3: an operator or one of <=, <, >=, >, == should stand here, not 'L'")]
    [InlineData("L <= 2 rho", "column 8: an operator should stand here, not 'rho'")]
    [InlineData("norm(L) <= 2", "column 1: unknown function 'norm' (there are abs, exp, log, sqrt, max, min)")]
    [InlineData("sqrt L <= 2", "column 1: 'sqrt' is a function: write sqrt(...)")]
    [InlineData("max(L) <= 2", "column 1: max takes 2 of them, not 1")]
    [InlineData("L <= 1.2.3", "column 6: '1.2.3' is not a number")]
    [InlineData("L <= 1e-40", "column 6: '1e-40' has more than the 28 digits that are kept exactly")]
    [InlineData("L <= 2 & 3", "column 8: unexpected '&'")]
    [InlineData("theta <= 2", "column 1: 'theta' is a vector; only == compares vectors, component by component")]
    [InlineData("1 <= N", "column 1: no observable is named, so there is nothing to try")]
    public void What_is_malformed_is_told_with_its_column(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => ClaimOf(text)).Message);

    [Fact]
    public void Long_and_deep_texts_are_refused()
    {
        var deep = new string('(', 70) + "L" + new string(')', 70) + " <= 1";
        Assert.Equal("column 65: nested deeper than 64", Assert.Throws<InputException>(() => ClaimOf(deep)).Message);
        var longest = string.Join('+', Enumerable.Repeat("L", 998)) + "<=1.5";
        Assert.Equal(2000, longest.Length);
        Assert.NotNull(ClaimOf(longest));
        Assert.StartsWith("column 2001: ", Assert.Throws<InputException>(() => ClaimOf(longest + "0")).Message);
    }

    [Theory]
    [InlineData("lipschitz-gradien", "(did you mean 'lipschitz-gradient'?)")]
    [InlineData("alpha*L", "is neither a condition nor a known hypothesis")]
    [InlineData("", "--where '': column 1: the text is empty")]
    [InlineData("alpha*M <= 1", "--where 'alpha*M <= 1': column 7: unknown name 'M'")]
    [InlineData("taskMetaGradient == 0", "a condition compares numbers, not vectors")]
    public void A_wrong_condition_is_named(string where, string part) =>
        Assert.Contains(part, Assert.Throws<InputException>(() => ClaimOf("L <= 1", where)).Message);

    [Fact]
    public void A_condition_given_twice_is_named() =>
        Assert.Equal(
            "--where '0 < alpha' is given twice",
            Assert.Throws<InputException>(() => ClaimOf("L <= 1", "alpha > 0", "0 < alpha")).Message
        );

    [Fact]
    public void Conditions_are_strict_where_they_are_typed_so()
    {
        var o = new Observables<Interval>();
        o[Constants.L] = Interval.From(2.0);
        Truth Holds(string where) => Certifier.Holds(ClaimOf("L <= 1", where).Hypotheses.Single(), o);
        Assert.Equal(Truth.True, Holds("L <= 2"));
        Assert.Equal(Truth.False, Holds("L < 2"));
        Assert.Equal(Truth.True, Holds("L == 2"));
        Assert.Equal(Truth.False, Holds("L > 2"));
        Assert.Equal(Truth.True, Holds("L >= 2"));
        Assert.Equal(Truth.True, Holds("L < 2.000000000000001"));
        Assert.Equal(Truth.False, Holds("L == 2.5"));
    }

    [Fact]
    public void Conditions_that_nothing_meets_are_told()
    {
        var outcome = _verify.Run("try", "L <= 1", "--where", "L < 0", "--budget", "1", "--family", "quadratic");
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.Matches("verdict +hypotheses-not-met, 0 evaluations", outcome.Output);
        Assert.Matches("not met +L < 0: ", outcome.Output);
        Assert.Contains("nothing was compared", outcome.Output);
    }

    [Fact]
    public void Observables_that_no_trial_fills_together_are_told_with_those_that_do()
    {
        var outcome = _verify.Run("try", "pathDistanceN <= linear.error");
        Assert.Equal(2, outcome.Status);
        Assert.StartsWith("verify: try: no trial fills all of these: ", outcome.Error);
        Assert.Contains("pathDistanceN (meta-gradient of ", outcome.Error);
        Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            "only where a claim prescribes",
            Assert.Throws<InputException>(() => ClaimOf("innerError <= 1")).Message
        );
        Assert.Contains("K (", Assert.Throws<InputException>(() => ClaimOf("pathDistanceN <= K")).Message);
        Assert.Equal(2, _verify.Run("try", "pathDistanceN <= 1", "--family", "collection").Status);
    }

    [Theory]
    // Values by hand at L = 2, alpha = 3, rho = 0.25, N = 3, j = 2.
    [InlineData("L + alpha*rho", 2.75)]
    [InlineData("L - alpha - rho", -1.25)]
    [InlineData("L - (alpha - rho)", -0.75)]
    [InlineData("L / alpha / rho * 3", 8)]
    [InlineData("-L^2", -4)]
    [InlineData("(-L)^2", 4)]
    [InlineData("L^j^N", 256)]
    [InlineData("L^-2", 0.25)]
    [InlineData("L^(2*N - 1)", 32)]
    [InlineData("alpha * -L", -6)]
    [InlineData("max(L, alpha) - min(L, alpha)", 1)]
    [InlineData("sqrt(rho) + abs(-L)", 2.5)]
    [InlineData("log(exp(1)) - exp(0)", 0)]
    [InlineData("rho^(1/2)", 0.5)]
    [InlineData("1e-3*L + .5", 0.502)]
    [InlineData("N * j - d", 5)]
    public void Formulas_mean_what_they_do_on_paper(string text, double expected)
    {
        var o = new Observables<Interval>();
        (o[Constants.L], o[Constants.Alpha], o[Constants.Rho]) = (
            Interval.From(2.0),
            Interval.From(3.0),
            Interval.From(0.25)
        );
        (o[Count.N], o[Count.J], o[Count.D]) = (3, 2, 1);
        var value = Inequality.Parse($"{text} <= 1", Registry.Default).Left.Evaluate(o, 0);
        Assert.InRange(expected, value.Lower, value.Upper);
        Assert.True(value.Upper - value.Lower <= 1e-14 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Names_are_spelt_as_they_are_listed_or_by_what_follows_their_dot()
    {
        string Reads(string text) =>
            string.Join(' ', Registry.Default.ReadsOfSides(ClaimOf(text)).Select(s => s.Name).Order());
        Assert.Equal("inner.beta inner.mu", Reads("mu <= inner.beta"));
        Assert.Equal("V(j) V(j-1) rho", Reads("V(j) <= rho*V(j-1)"));
        Assert.Equal("linear.kappa", Reads("1 <= kappa"));
        // Two observables end in L: the one that is named so is meant.
        Assert.Equal("L", Reads("L <= 1"));
        // Every observable can be named.
        foreach (var slot in Registry.Default.Observables)
            Assert.Equal(slot, ((Observable)Inequality.Parse($"{slot} == {slot}", Registry.Default).Left).Slot);
    }

    [Fact]
    public void An_identity_holds_component_by_component()
    {
        var identity = ClaimOf("taskMetaGradient == taskMetaGradientTwin");
        Assert.Equal(Extent.Dimension, identity.Extent);
        var off = ClaimOf("taskMetaGradient == taskMetaGradientTwin + alpha");
        var reports = new Run(Registry.Default, new RunOptions { Budget = 4096 }).Execute([identity, off]);
        Assert.Equal([Verdict.NotRefuted, Verdict.Refuted], reports.Select(r => r.Verdict));
    }

    [Fact]
    public void Help_names_every_function_and_has_examples()
    {
        var outcome = _verify.Run("try", "--help");
        Assert.Equal((0, ""), (outcome.Status, outcome.Error));
        Assert.All(
            Call.Names.Keys.Concat(["--where", "--save", "--budget", "Examples:"]),
            word => Assert.Contains(word, outcome.Output)
        );
    }

    [Theory]
    [InlineData("L - -alpha <= 1", @"L-(-\alpha)\le 1")]
    [InlineData("1/2 < inner.mu^(2*N)", @"\frac{1}{2}<\mu_{\mathrm{inner}}^{2\,N}")]
    [InlineData("sqrt(L)*(alpha + 1) == b_0", @"\sqrt{L}\,(\alpha+1)=\mathrm{b\_0}")]
    public void The_statement_is_typeset(string text, string latex) =>
        Assert.Equal(latex, InequalitySource.Latex(Inequality.Parse(text, Registry.Default)));

    [Fact]
    public void Saved_is_a_claim_of_Bounds_and_no_file_is_overwritten()
    {
        string[] call =
        [
            "try",
            Lemma12,
            "--where",
            "lipschitz-gradient",
            "--where",
            "alpha > 0",
            "--where",
            "alpha*L <= 2.5",
            "--budget",
            "1",
            "--family",
            "quadratic",
            "--json",
            "--save",
        ];
        var outcome = _verify.Run([.. call, "Proposed2026.fs"]);
        Assert.True(outcome.Status == 0, outcome.ToString());
        Assert.Equal("not-refuted", (string?)outcome.Json.Single()["verdict"]);
        // The tests of Properties compile this file and run its claim.
        var compiled = Path.Combine(Repository.Root, "tests", "Properties", "Proposed2026.fs");
        Assert.Equal(File.ReadAllText(compiled), _verify.Read("Proposed2026.fs"));

        var again = _verify.Run([.. call, "Proposed2026.fs"]);
        Assert.Equal(
            (2, "verify: --save 'Proposed2026.fs': the file is there already\n"),
            (again.Status, again.Error.ReplaceLineEndings("\n"))
        );
        Assert.Equal(2, _verify.Run([.. call, "proposed-2026.fs"]).Status);
        Assert.Equal(2, _verify.Run([.. call, "Proposed.txt"]).Status);
    }
}
