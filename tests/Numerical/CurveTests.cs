using System.Text.Json;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>Both sides along a count, against closed forms of descent on a quadratic in one dimension.</summary>
public sealed class CurveTests
{
    private const double Tolerance = 1e-12;
    private static readonly Registry s_registry = Registry.Default;

    private static Claim Claim(string id) => s_registry.Claims.First(c => c.Id == id);

    private static (Claim Claim, Trial Trial, Instance Instance) Read(string id, string instance)
    {
        using var document = JsonDocument.Parse($$"""{"instance": {{instance}}}""");
        var (trial, read) = CaseFile.ReadInstance(document.RootElement, Claim(id), s_registry);
        return (Claim(id), trial, read);
    }

    /// <summary>l = a x^2/2 from w: the gradient after j steps is |a| |1 - alpha a|^j |w|, and the bound has 1 + alpha |a|.</summary>
    [Theory]
    [InlineData(-2, 0.25)]
    [InlineData(3, 0.5)]
    public void Inner_descent_of_multi_step_maml_along_j(double a, double alpha)
    {
        var (claim, trial, instance) = Read(
            "ji2022.lemma12",
            FormattableString.Invariant(
                $$"""
                {"task": [{"kind": "quadratic", "A": [[{{a}}]], "b": [0]}], "w": [1.5], "alpha": {{alpha}},
                "N": 64, "j": 5, "L": {{Math.Abs(a)}}}
                """
            )
        );
        var counts = Curves.CountsOf(claim, trial, s_registry);
        Assert.Contains(Count.J, counts);
        var curve = Curves.Of(claim, trial, instance, Count.J);
        Assert.Equal((Count.J, 5), (curve.Count, curve.At));
        // No j above N.
        Assert.Equal((0, 64), (curve.Points[0].Count, curve.Points[^1].Count));
        Assert.InRange(curve.Points.Count, 20, Curves.MostPoints);
        Assert.All(
            curve.Points,
            p =>
            {
                var (lhs, rhs) = (
                    Math.Abs(a * 1.5) * Math.Pow(Math.Abs(1 - alpha * a), p.Count),
                    Math.Abs(a * 1.5) * Math.Pow(1 + alpha * Math.Abs(a), p.Count)
                );
                Assert.Equal(lhs, p.Lhs, Tolerance * lhs);
                Assert.Equal(rhs, p.Rhs, Tolerance * rhs);
            }
        );
    }

    /// <summary>
    /// G = (phi - theta)^2 lambda/2 + h phi^2/2 = beta phi^2/2 around phi* = 0: |x_T| = |1 - alpha beta|^T |x_0|, with a step
    /// that the claim prescribes as 1/beta, and one that the instance gives.
    /// </summary>
    [Theory]
    [InlineData("imaml2019.std.gd_contraction.step-given", 0.1)]
    [InlineData("imaml2019.std.gd_contraction.step-inverse-beta", 0.25)]
    public void Descent_along_its_steps(string id, double step)
    {
        var (claim, trial, instance) = Read(
            id,
            $$"""
            {"inner": {"loss": [{"kind": "quadratic", "A": [[3]], "b": [0]}], "lam": 1, "mu": 4, "beta": 4},
            "theta": [0], "x0": [2], "T": 3{{(
                id.EndsWith("given", StringComparison.Ordinal) ? FormattableString.Invariant($", \"step\": {step}") : ""
            )}}}
            """
        );
        Assert.Equal([Count.T], Curves.CountsOf(claim, trial, s_registry));
        var curve = Curves.Of(claim, trial, instance, Count.T);
        Assert.Equal((0, 100), (curve.Points[0].Count, curve.Points[^1].Count));
        Assert.Equal([0, 1, 2, 3], curve.Points.Take(4).Select(p => p.Count));
        Assert.All(
            curve.Points,
            p =>
            {
                var expected = 2 * Math.Pow(Math.Abs(1 - 4 * step), p.Count);
                Assert.Equal(expected, p.Lhs, Tolerance * expected);
                Assert.Equal(expected, p.Rhs, Tolerance * expected);
            }
        );
        // The instance itself is one of the points, and unchanged.
        Assert.Equal(3, instance.Counts[Count.T]);
        Assert.Equal(CaseFile.Sides(claim, trial, instance), (curve.Points[3].Lhs, curve.Points[3].Rhs));
    }

    [Fact]
    public void A_number_of_steps_that_a_statement_prescribes_is_not_varied()
    {
        var claim = Claim("imaml2019.theorem2.start-0");
        Assert.All(s_registry.TrialsOf(claim), t => Assert.Empty(Curves.CountsOf(claim, t, s_registry)));
        var descent = Claim("imaml2019.std.gd_contraction.step-given");
        Assert.Throws<ArgumentException>(() =>
        {
            var (family, trial) = s_registry.FamiliesOf(descent).First();
            var sampler = BlockSampler.Create(s_registry, new RunOptions(), new AlphaLRanges(s_registry.Claims));
            Curves.Of(descent, trial, sampler.Instance(family, 0), Count.N);
        });
    }

    [Fact]
    public void The_best_instance_of_a_run_lies_on_its_curve()
    {
        var options = new RunOptions
        {
            Budget = 500,
            Fixed = new Dictionary<string, (double, double)> { ["d"] = (1, 4) },
        };
        foreach (var id in new[] { "ji2022.lemma11", "imaml2019.std.gd_contraction.step-given" })
        {
            var report = new Run(s_registry, options).Execute([Claim(id)]).Single();
            var curves = Curves.AtBest(report, options, s_registry);
            Assert.NotEmpty(curves);
            foreach (var curve in curves)
                if (curve.Points.Any(p => p.Count == curve.At))
                {
                    var here = curve.Points.First(p => p.Count == curve.At);
                    Assert.Equal(report.Best!.Value.Ratio, here.Lhs / here.Rhs, 1e-12);
                }
        }
    }
}
