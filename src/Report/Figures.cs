using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;

namespace Verify.Report;

/// <summary>A figure that can be made: the one place that makes figures.</summary>
/// <param name="Id">Its id, the catalogue's.</param>
/// <param name="Description">One line for people.</param>
/// <param name="Make">Makes it, with the numbers behind it.</param>
public sealed record FigureKind(string Id, string Description, Func<(Figure Figure, Table Table)> Make);

/// <summary>The figures by their ids.</summary>
public static class Figures
{
    public static IReadOnlyList<FigureKind> All { get; } =
    [
        new(
            "imaml2019.fig2a",
            "errors of meta-gradients against GD steps, synthetic regression",
            ErrorsOfMetaGradients
        ),
        new("imaml2019.fig2b", "counted time and memory of meta-gradients against GD steps", CountedCostsOfMethods),
    ];

    /// <summary>The figure of an id, or null.</summary>
    public static FigureKind? Find(string id) => All.FirstOrDefault(f => f.Id == id);

    private static readonly string[] s_steps = ["1/beta", "2/(mu+beta)"];

    /// <summary>Figure 2(a) of Rajeswaran et al. (2019) by the reference protocol of the catalogue.</summary>
    private static (Figure, Table) ErrorsOfMetaGradients()
    {
        var table = new Table(
            "spectrum",
            "step",
            "gd_steps",
            "maml",
            "imaml_2cg",
            "imaml_5cg",
            "imaml_10cg",
            "imaml_exact",
            "fomaml"
        );
        var (panels, traces) = (new List<Panel>(), new List<Trace>());
        var scratch = new Scratch<Real>();
        for (var s = 0; s < s_steps.Length; s++)
            foreach (var spectrum in Enum.GetValues<RegressionSpectrum>())
            {
                var (rows, tens) = (new List<MetaGradientErrors<Real>>(), new List<double>());
                foreach (var steps in SyntheticRegression.GdSteps)
                {
                    scratch.Reset();
                    var alpha = new Real(SyntheticRegression.StepSizes[s]);
                    var e = SyntheticRegression.Errors(spectrum, alpha, steps, scratch);
                    var ten = SyntheticRegression.ImplicitError(spectrum, alpha, steps, 10, scratch).Value;
                    rows.Add(e);
                    tens.Add(ten);
                    table.Add(
                        spectrum.ToString().ToLowerInvariant(),
                        s_steps[s],
                        steps,
                        e.Maml.Value,
                        e.TwoCg.Value,
                        e.FiveCg.Value,
                        ten,
                        e.Exact.Value,
                        e.FirstOrder.Value
                    );
                }
                void Draw(string name, IEnumerable<double> errors) =>
                    traces.Add(
                        new Scatter(
                            name,
                            panels.Count,
                            [.. SyntheticRegression.GdSteps.Select(t => (double)t)],
                            [.. errors]
                        )
                    );
                Draw("MAML", rows.Select(r => r.Maml.Value));
                Draw("iMAML, 2 CG steps", rows.Select(r => r.TwoCg.Value));
                Draw("iMAML, 5 CG steps", rows.Select(r => r.FiveCg.Value));
                Draw("iMAML, 10 CG steps", tens);
                Draw("iMAML, direct solve", rows.Select(r => r.Exact.Value));
                Draw("FOMAML", rows.Select(r => r.FirstOrder.Value));
                panels.Add(
                    new Panel(
                        $"{spectrum.ToString().ToLowerInvariant()} spectrum, step {s_steps[s]}",
                        new Axis("GD steps", IsLog: true),
                        new Axis("relative error", IsLog: true)
                    )
                );
            }
        var title = "Error of the meta-gradient, linear regression, d = 50, lambda = 5, kappa = 50";
        var description =
            "Six panels, three spectra by two step sizes: relative error of the meta-gradient against the number of GD steps. "
            + "FOMAML's error stays the largest; MAML's and that of iMAML with a direct solve fall; with few CG steps iMAML's levels off.";
        return (new Figure(title, panels, Enum.GetValues<RegressionSpectrum>().Length, traces, description), table);
    }

    /// <summary>The cost of a product in gradients, and the CG steps, of the counted curves.</summary>
    private const int ProductCost = 5;
    private static readonly int[] s_cgSteps = [2, 5, 10];
    private static readonly int[] s_gdSteps = [1, 2, 4, 8, 12, 16, 20, 24, 28, 32];

    /// <summary>
    /// Figure 2(b) of Rajeswaran et al. (2019), counted instead of timed: gradients with a product for five of them, and vectors
    /// of parameters held for a later step.
    /// </summary>
    private static (Figure, Table) CountedCostsOfMethods()
    {
        var table = new Table("method", "gd_steps", "cg_steps", "gradients", "products", "time", "stored_vectors");
        var traces = new List<Trace>();
        var scratch = new Scratch<Real>();
        void Draw(string name, string method, int cgSteps, Func<int, Oracles> run)
        {
            var (time, memory) = (new List<double>(), new List<double>());
            foreach (var steps in s_gdSteps)
            {
                scratch.Reset();
                var cost = run(steps);
                time.Add(cost.Gradients + ProductCost * cost.HessianVectors);
                memory.Add(cost.StoredVectors);
                table.Add(
                    method,
                    steps,
                    cgSteps,
                    cost.Gradients,
                    cost.HessianVectors,
                    cost.Gradients + ProductCost * cost.HessianVectors,
                    cost.StoredVectors
                );
            }
            double[] x = [.. s_gdSteps.Select(t => (double)t)];
            traces.Add(new Scatter(name, 0, x, time));
            traces.Add(new Scatter(name, 1, x, memory));
        }
        Draw("FOMAML", "fomaml", 0, t => CountedCosts.FirstOrder(t, scratch));
        foreach (var m in s_cgSteps)
            Draw($"iMAML, {m} CG steps", "imaml", m, t => CountedCosts.Implicit(t, m, scratch));
        Draw("MAML", "maml", 0, t => CountedCosts.Unrolled(t, scratch));
        Panel[] panels =
        [
            new("time", new Axis("GD steps"), new Axis("gradients (a product counts 5)")),
            new("memory", new Axis("GD steps"), new Axis("vectors held")),
        ];
        var description =
            "Time in gradients and memory in vectors against the number of GD steps. MAML's time grows fastest and its memory with "
            + "every step; the memory of iMAML and FOMAML does not.";
        return (new Figure("Counted cost of one meta-gradient", panels, 2, traces, description), table);
    }
}
