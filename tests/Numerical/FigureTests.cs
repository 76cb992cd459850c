using System.Globalization;
using System.Text.Json.Nodes;
using Verify.Report;

namespace Verify.Tests.Numerical;

/// <summary>The figures: their numbers against a second derivation, their files as what reads them wants them.</summary>
public sealed class FigureTests
{
    private const int D = 50;

    /// <summary>Every cell of figure 2(a) against the closed forms, coordinate by coordinate, of the catalogue.</summary>
    [Fact]
    public void Errors_of_meta_gradients_are_the_closed_forms()
    {
        var rows = Rows("imaml2019.fig2a");
        Assert.Equal("spectrum,step,gd_steps,maml,imaml_2cg,imaml_5cg,imaml_10cg,imaml_exact,fomaml", rows[0]);
        Assert.Equal(1 + 3 * 2 * 7, rows.Length);
        Assert.Equal(42, rows.Skip(1).Select(r => string.Join(",", r.Split(',')[..3])).Distinct().Count());
        foreach (var row in rows.Skip(1))
        {
            var cells = row.Split(',');
            var alpha = cells[1] == "1/beta" ? 1.0 / 250 : 2.0 / 255;
            var expected = ClosedForms(Spectrum(cells[0]), alpha, int.Parse(cells[2], CultureInfo.InvariantCulture));
            for (var k = 0; k < expected.Length; k++)
            {
                var actual = double.Parse(cells[3 + k], CultureInfo.InvariantCulture);
                // An error far below 1 is a difference of numbers of size 1.
                Assert.True(
                    Math.Abs(actual - expected[k]) <= 1e-9 * expected[k] + 1e-13,
                    $"{row}: column {3 + k} should be {expected[k]:R}"
                );
            }
        }
    }

    [Fact]
    public void Counted_costs_are_those_of_the_cost_model()
    {
        var rows = Rows("imaml2019.fig2b");
        Assert.Equal("method,gd_steps,cg_steps,gradients,products,time,stored_vectors", rows[0]);
        Assert.Equal(1 + 5 * 10, rows.Length);
        foreach (var row in rows.Skip(1))
        {
            var cells = row.Split(',');
            int[] n = [.. cells.Skip(1).Select(c => int.Parse(c, CultureInfo.InvariantCulture))];
            var (steps, cg) = (n[0], n[1]);
            var products = cells[0] == "maml" ? steps : cg;
            Assert.Equal([steps + 1, products, steps + 1 + 5 * products], n[2..5]);
            Assert.Equal(
                cells[0] switch
                {
                    "maml" => steps + 1,
                    "imaml" => 6,
                    _ => 1,
                },
                n[5]
            );
        }
    }

    [Theory]
    [InlineData("imaml2019.fig2a", 36, 6)]
    [InlineData("imaml2019.fig2b", 10, 2)]
    public void A_figure_is_what_Plotly_reads(string id, int traces, int panels)
    {
        var json = JsonNode.Parse(Plotly.Write(Figures.Find(id)!.Make().Figure))!;
        var (data, layout) = (json["data"]!.AsArray(), json["layout"]!.AsObject());
        Assert.Equal(traces, data.Count);
        Assert.NotEmpty((string)layout["title"]!["text"]!);
        Assert.Equal(panels, layout["annotations"]!.AsArray().Count);
        foreach (var trace in data)
        {
            Assert.Equal("scatter", (string)trace!["type"]!);
            Assert.Equal(trace["x"]!.AsArray().Count, trace["y"]!.AsArray().Count);
            // x2 is the axis that the layout calls xaxis2.
            foreach (var axis in new[] { "xaxis", "yaxis" })
                Assert.NotEmpty((string)layout[axis + ((string)trace[axis]!)[1..]]!["title"]!["text"]!);
        }
        // Each name once in the legend.
        var shown = data.Where(t => (bool)t!["showlegend"]!).Select(t => (string)t!["name"]!).ToList();
        Assert.Equal(data.Select(t => (string)t!["name"]!).Distinct(), shown);
    }

    [Fact]
    public void The_points_of_a_figure_are_the_rows_of_its_table()
    {
        var (figure, table) = Figures.Find("imaml2019.fig2a")!.Make();
        var column = table.Columns.ToList().IndexOf("imaml_5cg");
        var drawn = figure.Traces.OfType<Scatter>().Where(t => t.Name == "iMAML, 5 CG steps").SelectMany(t => t.Y);
        Assert.Equal(table.Rows.Select(r => (double)r[column]), drawn);
    }

    [Fact]
    public void Bars_heatmaps_and_gaps_are_written()
    {
        var figure = new Figure(
            "a \"title\"",
            [new Panel("", new Axis("x"), new Axis("y", IsLog: true))],
            1,
            [
                new Bar("bars", 0, [0, 1], [1, double.NaN]),
                new Heatmap(
                    "map",
                    0,
                    [0, 1],
                    [0],
                    [
                        [double.PositiveInfinity, 2],
                    ]
                ),
            ]
        );
        var json = JsonNode.Parse(Plotly.Write(figure))!;
        Assert.Equal("a \"title\"", (string)json["layout"]!["title"]!["text"]!);
        Assert.Equal("log", (string)json["layout"]!["yaxis"]!["type"]!);
        var (bar, map) = (json["data"]![0]!, json["data"]![1]!);
        Assert.Equal(("bar", 1.0, null), ((string)bar["type"]!, (double)bar["y"]![0]!, bar["y"]![1]));
        Assert.Equal(("heatmap", null, 2.0), ((string)map["type"]!, map["z"]![0]![0], (double)map["z"]![0]![1]!));
    }

    [Fact]
    public void A_logarithmic_axis_holds_the_smallest_and_the_largest_double()
    {
        var line = new Scatter("s", 0, [1, 2], [double.Epsilon, double.MaxValue]);
        var figure = new Figure("", [new Panel("", new Axis("x"), new Axis("y", IsLog: true))], 1, [line]);
        // log10 of them are -323.3 and 308.3: a tick every so many of 632 decades.
        Assert.InRange((double)JsonNode.Parse(Plotly.Write(figure))!["layout"]!["yaxis"]!["dtick"]!, 10, 632);
    }

    [Fact]
    public void A_trace_that_does_not_fit_is_refused()
    {
        Figure With(Trace trace) => new("", [new Panel("", new Axis(""), new Axis(""))], 1, [trace]);
        Assert.Throws<ArgumentException>(() => Plotly.Json(With(new Scatter("s", 1, [1], [1]))));
        Assert.Throws<ArgumentException>(() => Plotly.Json(With(new Scatter("s", 0, [1, 2], [1]))));
        Assert.Throws<ArgumentException>(() =>
            Plotly.Json(
                With(
                    new Heatmap(
                        "h",
                        0,
                        [0],
                        [0, 1],
                        [
                            [1],
                        ]
                    )
                )
            )
        );
        Assert.Throws<ArgumentException>(() => new Table("a", "b").Add(1));
    }

    [Fact]
    public void Cells_with_commas_and_quotes_are_quoted()
    {
        var table = new Table("a,b", "c");
        table.Add("say \"x\"", 0.1);
        Assert.Equal("\"a,b\",c\n\"say \"\"x\"\"\",0.1\n", table.ToCsv());
    }

    [Fact]
    public void The_command_writes_both_files_and_lists_the_ids()
    {
        using var program = new VerifyProgram();
        var list = program.Run("figure");
        Assert.Equal(0, list.Status);
        Assert.Contains("imaml2019.fig2a", list.Output);
        Assert.Contains("imaml2019.fig2b", list.Output);
        var made = program.Run("figure", "imaml2019.fig2a", "--out", "figures/new");
        Assert.Equal((0, ""), (made.Status, made.Output));
        Assert.Equal(
            Figures.Find("imaml2019.fig2a")!.Make().Table.ToCsv(),
            program.Read("figures", "new", "imaml2019.fig2a.csv")
        );
        JsonNode.Parse(program.Read("figures", "new", "imaml2019.fig2a.json"));
        Assert.Equal(
            program.Read("figures", "new", "imaml2019.fig2a.csv"),
            program.Run("figure", "imaml2019.fig2a").Output
        );
        var help = program.Run("figure", "--help");
        Assert.Contains("verify figure imaml2019.fig2a --out figures", help.Output);
    }

    [Fact]
    public void An_unknown_figure_is_refused_on_one_line_that_names_the_known_ones()
    {
        using var program = new VerifyProgram();
        var run = program.Run("figure", "imaml2019.fig3", "--out", "figures");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Equal(
            "verify: no figure 'imaml2019.fig3'; there are imaml2019.fig2a, imaml2019.fig2b",
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        );
        Assert.False(Directory.Exists(Path.Combine(program.Folder, "figures")));
    }

    private static string[] Rows(string id) =>
        Figures.Find(id)!.Make().Table.ToCsv().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static double[] Spectrum(string name) =>
        [
            .. Enumerable
                .Range(0, D)
                .Select(j =>
                    name switch
                    {
                        "linear" => 5.0 * (j + 1),
                        "log" => 5 * Math.Pow(50, j / 49.0),
                        "rank5" => j < 45 ? 5 : 5 + 49.0 * (j - 44),
                        _ => throw new ArgumentException(name),
                    }
                ),
        ];

    /// <summary>MAML, iMAML with 2, 5 and 10 CG steps and with a direct solve, FOMAML.</summary>
    private static double[] ClosedForms(double[] h, double alpha, int steps)
    {
        double[] Each(Func<int, double> f) => [.. Enumerable.Range(0, D).Select(f)];
        var a = Each(j => h[j] - 5);
        var w = Each(j => Math.Sin(2 * j + 1));
        var wTest = Each(j => w[j] + 0.5 * Math.Cos(3 * j + 2));
        var theta = Each(j => Math.Cos(j + 1));
        var star = Each(j => (5 * theta[j] + a[j] * w[j]) / h[j]);
        var power = Each(j => Math.Pow(1 - alpha * h[j], steps));
        var v = Each(j => a[j] * (star[j] + power[j] * (theta[j] - star[j]) - wTest[j]));
        var exact = Each(j => 5 / h[j] * a[j] * (star[j] - wTest[j]));
        double Error(double[] g) => Norm(Each(j => g[j] - exact[j])) / Norm(exact);
        return
        [
            Error(Each(j => (5 / h[j] + power[j] * (1 - 5 / h[j])) * v[j])),
            Error(ConjugateGradients(h, v, 2)),
            Error(ConjugateGradients(h, v, 5)),
            Error(ConjugateGradients(h, v, 10)),
            Error(Each(j => 5 / h[j] * v[j])),
            Error(v),
        ];
    }

    /// <summary>
    /// CG as what it is in exact arithmetic: of all polynomials in M times v of degree below m, the one that is nearest in the
    /// energy norm. Solved by orthogonalising M^k v against each other in that norm, twice.
    /// </summary>
    private static double[] ConjugateGradients(double[] h, double[] v, int m)
    {
        var (basis, x, next) = (new List<double[]>(), new double[D], v);
        double Energy(double[] p, double[] q) => Enumerable.Range(0, D).Sum(j => p[j] * h[j] / 5 * q[j]);
        for (var k = 0; k < m; k++)
        {
            double[] q = [.. next];
            for (var pass = 0; pass < 2; pass++)
                foreach (var p in basis)
                {
                    var along = Energy(p, q);
                    q = [.. q.Zip(p, (s, t) => s - along * t)];
                }
            var size = Math.Sqrt(Energy(q, q));
            // An invariant subspace: the solution is reached.
            if (size <= 1e-12 * Norm(next))
                break;
            q = [.. q.Select(s => s / size)];
            basis.Add(q);
            // <q, x*> in the energy norm is q'v.
            var share = q.Zip(v, (s, t) => s * t).Sum();
            x = [.. x.Zip(q, (s, t) => s + share * t)];
            next = [.. q.Select((s, j) => h[j] / 5 * s)];
        }
        return x;
    }

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(e => e * e));
}
