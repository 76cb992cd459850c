using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;
using Verify.Evidence;
using Implicit = Verify.Algorithms.Observables.ImplicitGradient;
using Inner = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Tests.Numerical;

/// <summary>
/// The boundary of a hypothesis is met exactly where the paper prints it so: at numbers worked out by hand, certified, and in
/// lanes.
/// </summary>
public sealed class HypothesisTests
{
    private static readonly Registry s_registry = Registry.Default;

    /// <summary>Claim, hypothesis, the slots and counts that it reads, and whether it holds there.</summary>
    private static readonly (
        string Claim,
        string Hypothesis,
        (Slot, double)[] Slots,
        (Count, int)[] Counts,
        bool Holds
    )[] s_rows =
    [
        // |Alg*| <= D.
        ("theorem2.start-0", "radius", [(Bilevel.PhiStarNorm, 1), (Bilevel.D, 1)], [], true),
        ("theorem2.start-0", "radius", [(Bilevel.PhiStarNorm, 1), (Bilevel.D, 0.75)], [], false),
        ("theorem1", "radius", [(Bilevel.PhiStarNorm, 0.1), (Bilevel.D, 0.1)], [], true),
        // delta < mu/(2 rho), strictly.
        ("lemma3", "nearby", [(Bilevel.Mu, 1), (Bilevel.Rho, 1), (Implicit.Distance, 0.5)], [], false),
        ("lemma3", "nearby", [(Bilevel.Mu, 1), (Bilevel.Rho, 1), (Implicit.Distance, 0.25)], [], true),
        ("def1", "strongly-convex", [(Bilevel.Mu, 0)], [], false),
        ("lemma3.step_neumann", "small-perturbation", [(Implicit.NeumannFactor, 0.5)], [], true),
        ("lemma3.step_neumann", "small-perturbation", [(Implicit.NeumannFactor, 0.75)], [], false),
        ("F1.alg_star", "quadratic-train", [(Bilevel.Rho, 0)], [], true),
        ("F1.alg_star", "quadratic-train", [(Bilevel.Rho, 1e-9)], [], false),
        // A flat direction leaves the minimum attained.
        ("corollary1.accuracy-half", "attained-minimum", [(OuterLoop.LeastCurvature, 0)], [], true),
        ("corollary1.accuracy-half", "attained-minimum", [(OuterLoop.LeastCurvature, -1e-9)], [], false),
        // The accuracy of a call, and a step up to 1/L_F: one double more is too long.
        ("corollary1.accuracy-half", "accuracy-half", [(OuterLoop.Fraction, 0.5)], [], true),
        ("corollary1.accuracy-eps", "accuracy-eps", [(OuterLoop.Fraction, 1)], [], true),
        ("corollary1.accuracy-eps", "accuracy-eps", [(OuterLoop.Fraction, 1.5)], [], false),
        ("corollary1.step-smaller", "step-at-most-inverse", [(OuterLoop.GivenStep, 0.5), (OuterLoop.LF, 2)], [], true),
        (
            "corollary1.step-smaller",
            "step-at-most-inverse",
            [(OuterLoop.GivenStep, Math.BitIncrement(0.5)), (OuterLoop.LF, 2)],
            [],
            false
        ),
        ("std.truncated_global.step-given", "short-step", [(Bilevel.GivenStep, 0.25), (Bilevel.Beta, 4)], [], true),
        (
            "sec2.2.vanishing",
            "short-train-step",
            [(Bilevel.Alpha, 0.5), (Bilevel.Beta, 3), (Bilevel.Lambda, 1)],
            [],
            true
        ),
        ("sec2.2.vanishing", "strongly-convex-train", [(Bilevel.TrainConvexity, 0)], [], false),
        ("std.truncated_local.step-given", "locally-strongly-convex", [(Unrolled.LocalPivot, 0)], [], true),
        ("std.cg_monotone", "at-least-one-step", [], [(Count.M, 1)], true),
        ("std.cg_monotone", "at-least-one-step", [], [(Count.M, 0)], false),
        ("std.cg_finite", "distinct-eigenvalues", [(LinearSolvers.Grade, 2)], [(Count.M, 2)], true),
        ("std.cg_finite", "distinct-eigenvalues", [(LinearSolvers.Grade, 3)], [(Count.M, 2)], false),
        ("std.cg_count_vs_agd", "kappa-from-1", [(LinearSolvers.Kappa, 1)], [], true),
        ("fig2b.time", "no-more-cg-steps", [], [(Count.T, 7), (Count.M, 7)], true),
        ("fig2b.time", "no-more-cg-steps", [], [(Count.T, 7), (Count.M, 8)], false),
        ("fig2a.e.cheaper.at-most-half", "hundred-gd-steps", [], [(Count.T, 100)], true),
        ("fig2a.e.cheaper.at-most-half", "hundred-gd-steps", [], [(Count.T, 101)], false),
    ];

    [Fact]
    public void A_boundary_is_met_where_it_is_printed()
    {
        foreach (var row in s_rows)
        {
            var hypothesis = s_registry
                .Claims.First(c => c.Id == "imaml2019." + row.Claim)
                .Hypotheses.First(h => h.Name == row.Hypothesis);
            using (BigInterval.At(128))
                Assert.Equal(
                    (row, row.Holds ? Truth.True : Truth.False),
                    (row, Certifier.Holds(hypothesis, Observed<BigInterval>(row.Slots, row.Counts)))
                );
        }
    }

    /// <summary>
    /// Assumption 2 asks that a surjective map be bounded: what is printed under all of it is vacuous, by the certified violation
    /// of what it presupposes, and what asks it of the theta in use is not.
    /// </summary>
    [Fact]
    public void What_presupposes_a_refuted_claim_is_vacuous()
    {
        string[] ids = ["assumption2.satisfiable", "lemma3.all-theta", "theorem1.all-theta", "theorem1"];
        var claims = ids.Select(id => s_registry.Claims.First(c => c.Id == "imaml2019." + id)).ToList();
        var options = new RunOptions { Budget = 64, Family = "bilevel-quadratic-linear" };
        var reports = new Run(s_registry, options).Execute(claims);
        Assert.Equal(
            [Verdict.Refuted, Verdict.Vacuous, Verdict.Vacuous, Verdict.NotRefuted],
            reports.Select(r => r.Verdict)
        );
        Assert.Equal(reports[0].Evidence, reports[1].Evidence);
        Assert.NotEqual(EvidenceKind.Search, reports[1].Evidence);
        Assert.All(reports.Skip(1), r => Assert.Null(r.Witness));
        // Alone, nothing is known of what it presupposes.
        Assert.Equal(Verdict.NotRefuted, new Run(s_registry, options).Execute([claims[1]]).Single().Verdict);
    }

    /// <summary>
    /// The count 2 sqrt(kappa) log(...) of theorem 2 passes the limit as kappa grows: such instances are counted apart, and the
    /// largest kappa that ran is told.
    /// </summary>
    [Fact]
    public void What_the_limit_of_steps_stopped_is_counted_apart()
    {
        var claim = s_registry.Claims.First(c => c.Id == "imaml2019.theorem2.start-0");
        var options = new RunOptions { Budget = 300, Family = "bilevel-quadratic-linear" };
        var run = new Run(s_registry, options);
        var limit = run.Execute([claim]).Single().StepLimit!;
        Assert.Equal("kappa", limit.Coordinate);
        Assert.True(limit.Instances > 0);
        // With at most 10,000 steps, 2 sqrt(kappa) log(x) <= 10,000 and x >= e: kappa is at most 2.5e7; kappa of 1 always runs.
        Assert.InRange(limit.LargestRun!.Value, 1, 2.5e7);
        Assert.True(limit.LeastStopped > 1);
        Assert.Equal(limit.Instances, run.Facts.Sum(f => f.StepLimit!.Instances));
        Assert.All(run.Facts, f => Assert.Equal(f.StepLimit, Fact.FromJson(f.ToJson()).StepLimit));
        var lemma = s_registry.Claims.First(c => c.Id == "ji2022.lemma12");
        Assert.Null(new Run(s_registry, new RunOptions { Budget = 100 }).Execute([lemma]).Single().StepLimit);
    }

    /// <summary>What a sampled instance goes by: a margin of 0 counts where the boundary belongs to the hypothesis.</summary>
    [Theory]
    [InlineData(true, Verdict.NotRefuted)]
    [InlineData(false, Verdict.HypothesesNotMet)]
    public void A_sampled_instance_at_the_boundary_counts(bool isIncluded, Verdict expected)
    {
        var margin = Formulas.zero;
        var printed = s_registry.Claims.First(c => c.Id == "imaml2019.std.cg_count_vs_agd");
        var claim = Planted.With(
            printed,
            hypotheses:
            [
                new Hypothesis(
                    "planted",
                    "",
                    isIncluded ? Condition.NewNonNegative(margin) : Condition.NewPositive(margin),
                    Governed.Nothing
                ),
            ]
        );
        var registry = new Registry([claim], s_registry.Trials, s_registry.Families);
        var report = new Run(registry, new RunOptions { Budget = 1000 }).Execute([claim]).Single();
        Assert.Equal(expected, report.Verdict);
        Assert.Equal(isIncluded, report.NotMet["planted"] == 0);
    }

    private static Observables<T> Observed<T>((Slot, double)[] slots, (Count, int)[] counts)
        where T : struct, IReal<T>
    {
        var o = new Observables<T>();
        // Every hypothesis here reads one task in one dimension.
        (o[Count.D], o[Count.Tasks]) = (1, 1);
        foreach (var (count, n) in counts)
            o[count] = n;
        foreach (var (slot, x) in slots)
            o[slot] = T.From(x);
        return o;
    }
}
