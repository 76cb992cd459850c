using System.Globalization;
using System.Text;
using MathNet.Numerics.LinearAlgebra;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>Tables of tasks: by hand, against NumPy and MathNet, broken, and end to end.</summary>
public sealed class DataTests : IDisposable
{
    private readonly VerifyProgram _verify = new();

    public void Dispose() => _verify.Dispose();

    private string Path(string text)
    {
        _verify.Write("t.csv", text);
        return System.IO.Path.Combine(_verify.Folder, "t.csv");
    }

    private TaskData Squared(string text, double ridge = 0) =>
        TaskData.Read(Path(text), "task", "y", DataLoss.Squared, ridge);

    private TaskData Logistic(string text, double ridge = 0) =>
        TaskData.Read(Path(text), "task", "y", DataLoss.Logistic, ridge);

    private static void Encloses(double expected, Interval actual, double width = 1e-12)
    {
        Assert.True(
            actual.Lower <= expected * (1 + 1e-14) && expected * (1 - 1e-14) <= actual.Upper,
            $"{actual} does not contain {expected:R}"
        );
        Assert.True(actual.Upper - actual.Lower <= width * actual.Upper, $"{actual} is wide");
    }

    private static void IsExactly(double expected, Interval actual) =>
        Assert.Equal((expected, expected), (actual.Lower, actual.Upper));

    // ---- by hand

    [Fact]
    public void A_squared_task_of_two_rows_by_hand()
    {
        // X = [[1, 0], [1, 2]], y = (2, 0): X'X/2 = [[1, 1], [1, 2]] with the eigenvalues (3 +- sqrt 5)/2, -X'y/2 = (-1, 0).
        var data = Squared("task,a,b,y\nt,1,0,2\nt,1,2,0\n", 0.5);
        var task = Assert.Single(data.Tasks);
        var (kind, numbers) = Assert.Single(task.Terms);
        Assert.Equal(TermKind.Quadratic, kind);
        // The lower triangle, then b.
        Assert.Equal([1.5, 1, 2.5, -1, 0], numbers);
        Assert.Equal((2, 0.0, 0.0), (task.Rows, task.MatrixError, task.VectorError));
        var study = new TaskStudy(data, 3);
        var constants = Assert.Single(study.Tasks);
        Encloses(2 + Math.Sqrt(5) / 2, constants.L);
        Encloses(2 - Math.Sqrt(5) / 2, constants.Mu);
        Encloses((2 + Math.Sqrt(5) / 2) / (2 - Math.Sqrt(5) / 2), constants.Kappa);
        IsExactly(0, study.Rho);
        IsExactly(0, study.Sigma);
        IsExactly(0, study.B);
    }

    [Fact]
    public void Tasks_with_the_same_features_differ_by_their_linear_part()
    {
        // One feature, x = 1, 3: A = 5; b = -(y1 + 3 y2)/2 is -2 and 4, the mean deviation 3.
        var study = new TaskStudy(Squared("task,x,y\ns,1,1\ns,3,1\nt,1,-2\nt,3,-2\n"), 1);
        IsExactly(5, study.L);
        IsExactly(3, study.Sigma);
        // (1 + 5 alpha)^2 < 2.
        var rules = study.StepSizes();
        Assert.Contains(rules, r => r.Hypothesis.Name == "step-size");
        foreach (var rule in rules.Where(r => r.Hypothesis.Name == "step-size"))
        {
            Assert.Equal((Math.Sqrt(2) - 1) / 5, rule.Alpha!.Value, 1e-14);
            Assert.All(study.Evaluate(rule.Alpha.Value / 2), v => Assert.NotEqual(Outcome.Refuted, v.Outcome));
            var beyond = study.Evaluate(1.01 * rule.Alpha.Value).Single(v => v.Claim.Id == "ji2022.prop1");
            Assert.True(rule.Claims.Contains(beyond.Claim) != beyond.IsApplicable);
        }
    }

    [Fact]
    public void Tasks_with_other_features_have_no_sigma_and_claims_say_so()
    {
        var study = new TaskStudy(Squared("task,x,y\ns,1,1\nt,2,1\n"), 1);
        IsExactly(double.PositiveInfinity, study.Sigma);
        var verdicts = study.Evaluate(0.05);
        var prop1 = verdicts.Single(v => v.Claim.Id == "ji2022.prop1");
        Assert.Equal(["bounded-variance: sigma is infinite"], prop1.Obstacles);
        Assert.True(verdicts.Single(v => v.Claim.Id == "ji2022.lemma12").IsApplicable);
    }

    [Fact]
    public void A_known_refutation_shows_on_data()
    {
        // l = w^2/2 and its like at N = 1, alpha = 1: lemma 15 lacks its step size.
        var study = new TaskStudy(Squared("task,x,y\nt,1,0\n"), 1);
        var verdicts = study.Evaluate(1);
        Assert.Equal(Outcome.Refuted, verdicts.Single(v => v.Claim.Id == "ji2022.lemma15").Outcome);
        var repaired = verdicts.Single(v => v.Claim.Id == "ji2022.lemma15.with-step-size");
        Assert.Equal(["step-size does not hold"], repaired.Obstacles);
    }

    [Fact]
    public void A_logistic_task_of_one_row_by_hand()
    {
        // h(-2w): L = 4/4, rho = 8/(6 sqrt 3), no curvature far out; with r = 1 everything moves by 1 and sigma stays.
        var data = Logistic("task,x,y\nt,2,1\n");
        var (kind, numbers) = Assert.Single(data.Tasks[0].Terms);
        Assert.Equal(TermKind.RidgeLogistic, kind);
        Assert.Equal([1, 0, -2], numbers);
        var constants = new TaskStudy(data, 1).Tasks[0];
        IsExactly(1, constants.L);
        IsExactly(0, constants.Mu);
        IsExactly(double.PositiveInfinity, constants.Kappa);
        Encloses(8 / (6 * Math.Sqrt(3)), constants.Rho);
        constants = new TaskStudy(Logistic("task,x,y\nt,2,1\n", 1), 1).Tasks[0];
        IsExactly(2, constants.L);
        IsExactly(1, constants.Mu);
        // Opposite labels of one row: a linear part between them.
        Encloses(1, new TaskStudy(Logistic("task,x,y\ns,2,1\nt,2,-1\n"), 1).Sigma);
    }

    [Fact]
    public void Labels_0_and_1_stand_for_minus_1_and_1()
    {
        var zero = Logistic("task,x,y\nt,2,1\nt,3,0\n");
        var minus = Logistic("task,x,y\nt,2,1\nt,3,-1\n");
        Assert.Equal(minus.Tasks[0].Terms.Select(t => t.Numbers), zero.Tasks[0].Terms.Select(t => t.Numbers));
    }

    [Fact]
    public void A_task_with_fewer_rows_than_features_has_the_ridge_as_mu()
    {
        var few = new TaskStudy(Squared("task,a,b,y\nt,0.1,0.7,1\n", 0.25), 1).Tasks[0];
        Encloses(0.25, few.Mu, 1e-14);
        // Without it 0 up to rounding, and no condition number.
        few = new TaskStudy(Squared("task,a,b,y\nt,0.1,0.7,1\n"), 1).Tasks[0];
        Assert.True(few.Mu.Lower <= few.Task.MatrixError && few.Mu.Upper >= -few.Task.MatrixError);
        Assert.True(few.Mu.Upper < 1e-15 && !(few.Kappa.Upper < 1e15));
        // A feature that is 0 throughout: exactly so.
        IsExactly(0, new TaskStudy(Squared("task,a,b,y\nt,0,1,1\nt,0,2,1\n"), 1).Tasks[0].Mu);
    }

    [Fact]
    public void The_stored_matrix_is_as_far_from_the_data_as_it_says()
    {
        // 0.1 0.1 is no double: (0.1^2 + 0.2^2)/2 in numbers of 200 bits lies within the stated distance.
        var task = Squared("task,x,y\nt,0.1,1\nt,0.2,0.3\n").Tasks[0];
        using (BigInterval.At(200))
        {
            BigInterval Of(double x) => BigInterval.From(x);
            var exact = (Of(0.1) * Of(0.1) + Of(0.2) * Of(0.2)) / Of(2);
            var distance = BigInterval.Abs(exact - Of(task.Terms[0].Numbers[0]));
            Assert.True(BigInterval.CertainlyAtMost(distance, Of(task.MatrixError)));
            Assert.True(task.MatrixError is > 0 and < 1e-17);
        }
    }

    // ---- with a proximal inner problem

    [Fact]
    public void An_implicit_gradient_of_one_row_by_hand()
    {
        // (2w - 1)^2/2 = 2 w^2 - 2w: A = 4, b = -2. With lambda = 1, mu = beta = 5, phi* = (theta + 2)/5, which one step of
        // descent reaches, and the implicit gradient is (4 phi* - 2)/5: the bound lambda/mu of the Jacobian is attained.
        var study = new TaskStudy(Squared("task,x,y\nt,2,1\n"), 3);
        Assert.Equal(0, study.LeastLambda);
        var proximal = new ProximalStudy(study, 1);
        var task = Assert.Single(proximal.Tasks);
        IsExactly(5, task.Mu);
        IsExactly(5, task.Beta);
        IsExactly(1, task.Kappa);
        var verdicts = proximal.Evaluate();
        DataVerdict Of(string id) => verdicts.Single(v => v.Claim.Id == $"imaml2019.{id}");
        var gradient = Of("std.jacobian_norm.gradient");
        var theta = gradient.Worst.Instance[BilevelShape.Theta][0];
        var star = (theta + 2) / 5;
        Assert.Equal(star, gradient.Worst.Instance[BilevelShape.Phi][0], 1e-15);
        Assert.Equal(Math.Abs(star), gradient.Worst.Instance[BilevelShape.D][0], 1e-11);
        var norm = Math.Abs(4 * star - 2) / 5;
        Assert.All(
            new[] { gradient.Worst.Sides!.LhsLower, gradient.Worst.Sides.LhsUpper, gradient.Worst.Sides.RhsUpper },
            side => Assert.Equal(norm, side, 1e-14)
        );
        Assert.Equal(1, Of("std.jacobian_norm").Ratio!.Value, 1e-14);
        Assert.True(Of("F1.alg_star").IsApplicable);
        Assert.Equal(["lipschitz-test: outer.B is infinite"], Of("lemma3").Obstacles);
        // What is known to be false is false here too: a minimizer of w'Mw - w'v is half of M^-1 v.
        Assert.Equal(Outcome.Refuted, Of("eq7").Outcome);
        var costs = Of("theorem1");
        Assert.False(costs.IsApplicable);
        Assert.Equal(["tasks have no hvp_cost, the cost of a Hessian-vector product in gradients"], costs.Obstacles);
    }

    [Fact]
    public void A_bounded_test_gradient_lets_lemma_3_and_theorem_2_apply()
    {
        // log(1 + e^(-2w)): the gradient is at most 2, the curvature between 0 and 1, rho = 8/(6 sqrt 3).
        var proximal = new ProximalStudy(new TaskStudy(Logistic("task,x,y\nt,2,1\n"), 5), 2);
        var verdicts = proximal.Evaluate(seed: 3).ToDictionary(v => v.Claim.Id);
        var lemma3 = verdicts["imaml2019.lemma3"];
        var instance = lemma3.Worst.Instance;
        double Constant(Field field) => instance[field][0];
        Assert.Equal((2, 2, 3), (Constant(BilevelShape.B), Constant(BilevelShape.Mu), Constant(BilevelShape.Beta)));
        Assert.Equal(1, Constant(BilevelShape.L));
        Assert.Equal(8 / (6 * Math.Sqrt(3)), Constant(BilevelShape.Rho), 1e-14);
        foreach (var id in new[] { "lemma2.start-0", "lemma3", "theorem2.start-0", "theorem2.corrected" })
            Assert.Equal(
                (true, Outcome.Satisfied),
                (verdicts[$"imaml2019.{id}"].IsApplicable, verdicts[$"imaml2019.{id}"].Outcome)
            );
        // The same gradient of G at phi by hand; |phi - phi*| is at most its part 1/mu (definition 1).
        var (theta, phi) = (Constant(BilevelShape.Theta), Constant(BilevelShape.Phi));
        var slope = -2 / (1 + Math.Exp(2 * phi)) + 2 * (phi - theta);
        Assert.Equal(Math.Abs(slope) / 2, verdicts["imaml2019.def1"].Worst.Sides!.RhsUpper, 1e-14);
    }

    [Fact]
    public void The_tasks_tried_are_those_of_the_largest_condition()
    {
        // A = k^2 of 40 tasks: kappa is 1 whatever lambda, in two dimensions it is (k^2 + lambda)/lambda.
        var rows = string.Concat(Enumerable.Range(1, 40).Select(k => $"t{k},{k},0,1\n"));
        var proximal = new ProximalStudy(new TaskStudy(Squared("task,a,b,y\n" + rows), 2), 1);
        Assert.Equal(40, proximal.Tasks.Count);
        Assert.Equal(
            Enumerable.Range(0, ProximalStudy.MostTasks).Select(k => $"t{40 - k}"),
            proximal.Tried.Select(t => t.Task.Task.Task.Name)
        );
        Assert.Equal(1601, proximal.Tried[0].Task.Kappa.Upper, 1e-9);
    }

    [Fact]
    public void Every_claim_is_tried_or_listed_with_a_reason()
    {
        _verify.Write("u.csv", "task,x,y\nt,1,2\ns,2,1\n");
        string[] call = ["data", "u.csv", "--group", "task", "--target", "y", "--loss", "squared", "--alpha", "0.1"];
        var run = _verify.Run([.. call, "--lambda", "2", "--json"]);
        Assert.True(run.Status == 0, run.ToString());
        var claims = run.Json.Where(j => j["claim"] is not null).ToList();
        Assert.Equal(
            Registry.Default.Claims.Select(c => c.Id).Order(),
            claims.Select(j => (string)j["claim"]!).Order()
        );
        Assert.All(
            claims,
            j => Assert.True((bool)j["applies"]! || j["obstacles"]!.AsArray().Count > 0, j.ToJsonString())
        );
        Assert.Equal(2, run.Json.Count(j => (double?)j["lambda"] == 2 && j["innerProblem"] is not null));
        Assert.Contains(claims, j => (double?)j["lambda"] == 2 && (string?)j["outcome"] == "satisfied");
        Assert.Contains("(--lambda tries them)", _verify.Run(call).Output);
    }

    // ---- other derivations

    // numpy 1.24.2: X = the rows of a task in notebooks/data/scores.csv (labels.csv),
    // numpy.linalg.eigvalsh(X.T @ X / 20 + 0.1 * numpy.eye(3)) (X.T @ X / 80), largest and smallest.
    [Theory]
    [InlineData("scores", "t01", 1.4374359914927246, 0.6766462925622354)]
    [InlineData("scores", "t06", 1.1287701797037242, 0.2844411804478298)]
    [InlineData("scores", "t09", 2.800491238105093, 0.4240927472313522)]
    [InlineData("labels", "t01", 0.33435899787318113, 0)]
    [InlineData("labels", "t02", 0.6943178851899009, 0)]
    [InlineData("labels", "t12", 0.13479961400056503, 0)]
    public void Spectra_of_the_example_are_those_of_numpy(string file, string task, double largest, double smallest)
    {
        var isSquared = file == "scores";
        var data = TaskData.Read(
            System.IO.Path.Combine(Repository.Root, "notebooks", "data", file + ".csv"),
            "task",
            "y",
            isSquared ? DataLoss.Squared : DataLoss.Logistic,
            isSquared ? 0.1 : 0
        );
        Assert.Equal((12, 240), (data.Tasks.Count, data.Tasks.Sum(t => t.Rows)));
        var constants = new TaskStudy(data, 5).Tasks.Single(t => t.Task.Name == task);
        Assert.Equal(largest, constants.L.Upper, 1e-13);
        Assert.Equal(smallest, constants.Mu.Lower, 1e-13);
        Assert.True(constants.L.Upper - constants.L.Lower < 1e-13);
    }

    [Theory]
    [InlineData("squared", 0.1)]
    [InlineData("logistic", 0)]
    public void Fifty_tasks_end_to_end(string loss, double ridge)
    {
        var (text, gram) = Generated(50, 12, 4, loss == "logistic");
        _verify.Write("tasks.csv", text);
        var r = ridge.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "data",
            "tasks.csv",
            "--group",
            "task",
            "--target",
            "y",
            "--loss",
            loss,
            "--ridge",
            r,
            "--steps",
            "2",
        ];
        var run = _verify.Run([.. arguments, "--json"]);
        Assert.True(run.Status == 0, run.ToString());
        var tasks = run.Json.Where(j => j["task"] is not null).ToList();
        Assert.Equal(50, tasks.Count);
        var scale = loss == "logistic" ? 0.25 : 1;
        foreach (var (task, matrix) in tasks.Zip(gram))
        {
            var eigenvalues = matrix.Evd(Symmetricity.Symmetric).EigenValues.Real();
            Assert.Equal(ridge + scale * eigenvalues.Maximum(), (double)task["L"]![1]!, 1e-12);
            var mu = ridge + (loss == "logistic" ? 0 : eigenvalues.Minimum());
            Assert.Equal(mu, (double)task["mu"]![0]!, 1e-12);
        }
        var all = run.Json.Single(j => j["tasks"] is not null);
        Assert.Equal(tasks.Max(t => (double)t["L"]![1]!), (double)all["L"]![1]!);
        var isInfinite = loss == "squared";
        Assert.Equal(isInfinite ? "\"infinite\"" : null, isInfinite ? all["sigma"]![0]!.ToJsonString() : null);
        var rule = run.Json.First(j => (string?)j["hypothesis"] == "step-size");
        Assert.Equal((Math.Pow(2, 0.25) - 1) / (double)all["L"]![1]!, (double)rule["alpha"]!, 1e-12);
        var claims = run.Json.Where(j => j["claim"] is not null && j["outcome"] is not null).ToList();
        Assert.DoesNotContain(claims, c => (string?)c["outcome"] == "refuted");
        var prop1 = claims.Where(c => (string?)c["claim"] == "ji2022.prop1").ToList();
        Assert.All(prop1, c => Assert.Equal(!isInfinite, (bool)c["applies"]!));
        // The table says the same and fits.
        var table = _verify.Run(arguments);
        Assert.True(table.Status == 0, table.ToString());
        Assert.All(table.Lines, line => Assert.True(line.TrimEnd().Length <= 100, line));
        Assert.Contains(table.Lines, line => line.Contains("50 tasks, 600 rows, d = 4", StringComparison.Ordinal));
    }

    /// <summary>Rows in six decimals and X'X/n of what they say.</summary>
    private static (string Text, List<Matrix<double>> Gram) Generated(int tasks, int rows, int d, bool isLabel)
    {
        var text = new StringBuilder("task");
        for (var k = 0; k < d; k++)
            text.Append(CultureInfo.InvariantCulture, $",x{k}");
        text.Append(",y\n");
        var gram = new List<Matrix<double>>();
        for (var i = 0; i < tasks; i++)
        {
            var stream = new UniformStream(11, 0, (ulong)i, 0);
            var x = Matrix<double>.Build.Dense(rows, d);
            for (var row = 0; row < rows; row++)
            {
                text.Append(CultureInfo.InvariantCulture, $"task {i}");
                for (var k = 0; k < d; k++)
                {
                    x[row, k] = Math.Round(stream.Normal(), 6);
                    text.Append(CultureInfo.InvariantCulture, $",{x[row, k]:R}");
                }
                var y = isLabel ? stream.Below(2) : Math.Round(stream.Normal(), 6);
                text.Append(CultureInfo.InvariantCulture, $",{y:R}\n");
            }
            gram.Add(x.TransposeThisAndMultiply(x) / rows);
        }
        return (text.ToString(), gram);
    }

    // ---- files as they come

    [Fact]
    public void Marks_line_ends_and_quotes_do_not_matter()
    {
        var plain = Squared("task,x,y\nt,1,2\ns,3,4\nt,5,6\n");
        var other = Squared("\uFEFF\"task\",x,\"y\"\r\n\"t\",1,\"2\"\r\ns, 3,4e0\r\nt,5,6");
        Assert.Equal(["t", "s"], plain.Tasks.Select(t => t.Name));
        Assert.Equal(plain.Tasks.Select(t => (t.Name, t.Rows)), other.Tasks.Select(t => (t.Name, t.Rows)));
        Assert.Equal(plain.Tasks.Select(t => t.Terms[0].Numbers), other.Tasks.Select(t => t.Terms[0].Numbers));
        Assert.Equal("a,\"b\"\nc", Squared("task,x,y\n\"a,\"\"b\"\"\nc\",1,2\n").Tasks[0].Name);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("\uFEFF", "the file is empty")]
    [InlineData("task,x,y\n", "no row below the header")]
    [InlineData("group,x,y\nt,1,2\n", "no group column 'task'; the columns are group, x, y")]
    [InlineData("task;x;y\nt;1;2\n", "no group column 'task'; the columns are task;x;y")]
    [InlineData("task,x,z\nt,1,2\n", "no target column 'y'; the columns are task, x, z")]
    [InlineData("task,y\nt,1\n", "no feature column beside 'task' and 'y'")]
    [InlineData("task,x,x,y\nt,1,2,3\n", "line 1: columns 2 and 3 are both named 'x'")]
    [InlineData("task,,y\nt,1,2\n", "line 1: column 2 has no name")]
    [InlineData("task,x,y\nt,1,2\nt,one,2\n", "line 3, column 'x' is 'one', not a finite number")]
    [InlineData("task,x,y\nt,1,2\nt,,2\n", "line 3, column 'x' is empty")]
    [InlineData("task,x,y\nt,1,nan\n", "line 2, column 'y' is 'nan', not a finite number")]
    [InlineData("task,x,y\nt,1e999,1\n", "line 2, column 'x' is '1e999', not a finite number")]
    [InlineData("task,x,y\nt,1,2\n,3,4\n", "line 3, column 'task' is empty")]
    [InlineData("task,x,y\nt,1,2\nt,1\n", "line 3 has 2 cells, not 3 as the header")]
    [InlineData("task,x,y\nt,1,2\nt,1,2,3\n", "line 3 has 4 cells, not 3 as the header")]
    [InlineData("task,x,y\nt,1,2\n\nt,1,2\n", "line 3 is empty")]
    [InlineData("task,x,y\n\"t\n\",1,2\nt,1,b\n", "line 4, column 'y' is 'b', not a finite number")]
    [InlineData("task,x,y\nt,1e200,2\n", "task 't': the squares of its numbers overflow")]
    public void Broken_files_are_named_by_line(string text, string message) =>
        Assert.Equal($"{Path(text)}: {message}", Assert.Throws<InputException>(() => Squared(text)).Message);

    [Theory]
    [InlineData("task,x,y\nt,1,1\nt,1,2\n", "line 3, column 'y' is 2, no label: -1 and 1, or 0 and 1")]
    [InlineData(
        "task,x,y\nt,1,1\nt,1,0\nt,1,-1\n",
        "line 4, column 'y' is -1, but 0 on line 3: labels are -1 and 1, or 0 and 1"
    )]
    public void Other_labels_are_named_by_line(string text, string message) =>
        Assert.Equal($"{Path(text)}: {message}", Assert.Throws<InputException>(() => Logistic(text)).Message);

    [Theory]
    [InlineData("task,x,y\nt,\"1,2\nt,3,4\n")]
    [InlineData("task,x,y\nt,1\"2\",2\n")]
    public void Malformed_quotes_are_named_by_line(string text)
    {
        var fault = Assert.Throws<InputException>(() => Squared(text)).Message;
        Assert.StartsWith($"{Path(text)}: line 2", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused()
    {
        var path = Path("");
        File.WriteAllBytes(path, [.. "task,x,y\nt"u8, 0xE9, .. ",1,2\n"u8]);
        var fault = Assert.Throws<InputException>(() => TaskData.Read(path, "task", "y", DataLoss.Squared));
        Assert.Equal($"{path}: not UTF-8", fault.Message);
    }

    [Fact]
    public void Too_many_features_are_refused()
    {
        var columns = Enumerable.Range(0, TaskData.MostFeatures + 1).Select(k => $"x{k}").ToList();
        var text = $"task,{string.Join(',', columns)},y\n";
        Assert.Equal(
            $"{Path(text)}: 101 feature columns, above the limit of 100",
            Assert.Throws<InputException>(() => Squared(text)).Message
        );
    }

    [Theory]
    [InlineData(2, "verify: t.csv: no such file", "t.csv", "--loss", "squared")]
    [InlineData(2, "verify: --loss 'cubic' is neither squared nor logistic", "u.csv", "--loss", "cubic")]
    [InlineData(2, "verify: the ridge -1 is not", "u.csv", "--loss", "squared", "--ridge", "-1")]
    [InlineData(2, "verify: 0 steps are not in 1..10000", "u.csv", "--loss", "squared", "--steps", "0")]
    [InlineData(2, "verify: the step size -1 is not a number above 0", "u.csv", "--loss", "squared", "--alpha", "-1")]
    [InlineData(2, "verify: lambda 0 is not a number above 0", "u.csv", "--loss", "squared", "--lambda", "0")]
    [InlineData(2, "verify: lambda 1E-19 is not above ", "u.csv", "--loss", "squared", "--lambda", "1e-19")]
    [InlineData(2, "verify: Option '--loss' is required", "u.csv")]
    public void A_wrong_call_is_one_line(int status, string message, params string[] arguments)
    {
        // Singular but for rounding, which leaves an eigenvalue just below 0.
        _verify.Write("u.csv", "task,a,b,y\nt,0.1,0.7,2\n");
        var run = _verify.Run(["data", .. arguments, "--group", "task", "--target", "y"]);
        Assert.Equal(status, run.Status);
        Assert.StartsWith(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
