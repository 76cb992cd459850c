using System.Runtime.InteropServices;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Verify.Algorithms.Trials;
using Verify.Bounds;
using Verify.Evidence;
using Complex = System.Numerics.Complex;
using Slots = Verify.Algorithms.Observables.LinearSolvers;

namespace Verify.Tests.Numerical;

/// <summary>
/// The solvers against other solvers, iterates worked out by hand and closed forms; in lanes, enclosures and with counts that
/// differ from lane to lane; and a planted mistake that the claims catch.
/// </summary>
public sealed class SolverTests
{
    private static readonly TermAt[] s_quadratic = [new(TermKind.Quadratic, 0)];

    // ---- The linear system

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    public void Conjugate_gradients_in_d_steps_are_the_direct_solve(int d)
    {
        var problem = Problem.Random(d, 20, seed: d);
        var expected = problem.Matrix.Cholesky().Solve(problem.Right);
        AssertClose(expected, problem.Conjugate(d), 1e-12);
        AssertClose(expected, problem.Direct(), 1e-13);
        AssertClose(problem.Matrix.Solve(problem.Right), problem.Direct(), 1e-13);
    }

    [Fact]
    public void Conjugate_gradients_minimize_the_energy_error_over_the_Krylov_space()
    {
        // The same by an orthonormal basis V of the space: w = V (V'SV)^-1 V'b.
        var problem = Problem.Random(8, 30, seed: 4);
        for (var m = 1; m <= 8; m++)
        {
            var columns = new List<Vector<double>> { problem.Right };
            while (columns.Count < m)
                columns.Add(problem.Matrix * columns[^1].Normalize(2));
            var basis = Matrix<double>.Build.DenseOfColumnVectors(columns).QR().Q.SubMatrix(0, 8, 0, m);
            var reduced = basis.Transpose() * problem.Matrix * basis;
            var expected = basis * reduced.Cholesky().Solve(basis.Transpose() * problem.Right);
            AssertClose(expected, problem.Conjugate(m), 1e-9);
        }
    }

    [Fact]
    public void Two_steps_of_conjugate_gradients_are_those_by_hand()
    {
        // S = diag(1, 4), b = (1, 1): a = 2/5; r = (3/5, -3/5), beta = 9/25, then x* = (1, 1/4).
        var problem = new Problem(DenseMatrix.OfDiagonalArray([1, 4]), DenseVector.OfArray([1, 1]));
        AssertClose(DenseVector.OfArray([0.4, 0.4]), problem.Conjugate(1), 1e-15);
        AssertClose(DenseVector.OfArray([1, 0.25]), problem.Conjugate(2), 1e-15);
        var (w, work, squares) = (new Real[2], new Real[6], new Real[4]);
        var record = problem.Record<Real>();
        ConjugateGradients.Solve(problem.System<Real>(record), true, new Real(3), At(w), At(work), At(squares));
        Assert.Equal(2.0, squares[0].Value, 1e-15);
        Assert.Equal(0.72, squares[1].Value, 1e-15);
        Assert.True(squares[2].Value < 1e-30 && squares[3].Value < 1e-30);
    }

    [Fact]
    public void The_history_leaves_the_iterates_as_they_are()
    {
        var problem = Problem.Random(9, 100, seed: 2);
        var (record, w, work, squares) = (problem.Record<Real>(), new Real[9], new Real[27], new Real[7]);
        ConjugateGradients.Solve(problem.System<Real>(record), true, new Real(6), At(w), At(work), At(squares));
        Assert.Equal(problem.Conjugate(6), w.Select(x => x.Value));
        var residual = problem.Right - problem.Matrix * DenseVector.OfEnumerable(w.Select(x => x.Value));
        Assert.Equal(residual.DotProduct(residual), squares[6].Value, 1e-10);
    }

    [Fact]
    public void No_step_keeps_the_start()
    {
        var problem = Problem.Random(3, 5, seed: 1);
        Assert.Equal([0.0, 0.0, 0.0], problem.Conjugate(0));
        Assert.Equal([1.0, 2.0, 3.0], problem.Conjugate(0, [1, 2, 3]));
    }

    [Fact]
    public void A_residual_of_0_keeps_the_iterate()
    {
        var problem = new Problem(DenseMatrix.OfDiagonalArray([2, 4]), DenseVector.OfArray([2, 8]));
        // At the solution, and one step before it with nothing rounded: S = 2I.
        Assert.Equal([1.0, 2.0], problem.Conjugate(5, [1, 2]));
        var scaled = new Problem(DenseMatrix.OfDiagonalArray([2, 2]), DenseVector.OfArray([2, 8]));
        Assert.Equal([1.0, 4.0], scaled.Conjugate(7));
        var nothing = new Problem(DenseMatrix.OfDiagonalArray([2, 2]), DenseVector.OfArray([0, 0]));
        Assert.Equal([0.0, 0.0], nothing.Conjugate(3));
        // Far beyond convergence, where squares underflow.
        Assert.All(Problem.Random(6, 2, seed: 3).Conjugate(4000), x => Assert.True(double.IsFinite(x)));
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_not_solved_in_enclosures()
    {
        Interval[] a = [Interval.From(1.0), default, Interval.From(2.0), Interval.FromBounds(3.9, 4.1)];
        Interval[] b = [Interval.From(1.0), Interval.From(1.0)];
        Cholesky.Factor<Interval, Ref<Interval>>(2, At(a));
        Cholesky.Solve<Interval, Ref<Interval>>(2, At(a), At(b), At(b));
        Assert.All(b, x => Assert.False(double.IsFinite(x.Upper - x.Lower)));
    }

    // ---- Descent

    [Fact]
    public void Two_steps_of_descent_are_those_by_hand()
    {
        // l = x^2, lambda = 2, theta = 1: grad G = 4x - 2, from 0 with step 1/8: 1/4, 3/8.
        var (record, x, work) = (Reals(2, 0), Reals(0), new Real[1]);
        var theta = Reals(1);
        var objective = new ProximalObjective<Real, Ref<Real>>(s_quadratic, At(record), 1, new Real(2), At(theta));
        var cost = Descend(objective, 0.125, 2, x, work);
        Assert.Equal((0.375, 2), (x[0].Value, cost));
        Assert.Equal(0.375 * 0.375 + 0.625 * 0.625, objective.Value(At(x)).Value, 1e-16);
        // The path holds the same iterates.
        var path = new Real[3];
        GradientDescent.Path<Real, Ref<Real>, ProximalObjective<Real, Ref<Real>>>(
            objective,
            new Real(0.125),
            2,
            At(path),
            At(work)
        );
        Assert.Equal([0.0, 0.25, 0.375], path.Select(p => p.Value));
    }

    [Fact]
    public void Three_steps_of_acceleration_are_those_by_hand()
    {
        // f = (x1^2 + 4 x2^2)/2 from (1, 1): step 1/4, momentum (2 - 1)/(2 + 1) = 1/3.
        // y = (3/4, 0), x = (2/3, -1/3); y = (1/2, 0), x = (5/12, 0); y = (5/16, 0).
        var record = Reals(1, 0, 4, 0, 0);
        double[][] expected =
        [
            [1, 1],
            [0.75, 0],
            [0.5, 0],
            [0.3125, 0],
        ];
        for (var k = 0; k < expected.Length; k++)
        {
            var (y, work, theta) = (Reals(1, 1), new Real[4], Reals(0, 0));
            var objective = new ProximalObjective<Real, Ref<Real>>(s_quadratic, At(record), 2, new Real(0), At(theta));
            var cost = AcceleratedGradient.Run<Real, Ref<Real>, ProximalObjective<Real, Ref<Real>>>(
                objective,
                new Real(1),
                new Real(4),
                new Real(k),
                At(y),
                At(work)
            );
            Assert.Equal(k, cost);
            AssertClose(DenseVector.OfArray(expected[k]), [.. y.Select(v => v.Value)], 1e-15);
        }
    }

    /// <summary>Per coordinate x_k = y_k + m (y_k - y_(k-1)), a recurrence of two terms solved by its roots.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(40)]
    public void Acceleration_is_its_closed_form_on_quadratics(int k)
    {
        // None with a double root.
        double[] h = [1.1, 1.5, 3, 7, 8.9];
        const double Momentum = 0.5;
        var (y, work) = (Reals(1, 1, 1, 1, 1), new Real[10]);
        var problem = new Problem(DenseMatrix.OfDiagonalArray(h), DenseVector.OfArray(new double[5]));
        var record = problem.Record<Real>();
        AcceleratedGradient.Run<Real, Ref<Real>, LinearSystem<Real, Ref<Real>>>(
            problem.System<Real>(record),
            new Real(1),
            new Real(9),
            new Real(k),
            At(y),
            At(work)
        );
        for (var i = 0; i < h.Length; i++)
        {
            // y_(j+1) = q ((1 + m) y_j - m y_(j-1)), q = 1 - h/9, with y_(-1) = y_0 = 1.
            var q = 1 - h[i] / 9;
            var half = new Complex(q * (1 + Momentum) / 2, 0);
            var root = Complex.Sqrt(half * half - q * Momentum);
            var (plus, minus) = (half + root, half - root);
            var expected = (Complex.Pow(plus, k) * (q - minus) - Complex.Pow(minus, k) * (q - plus)) / (plus - minus);
            Assert.Equal(expected.Real, y[i].Value, 1e-14);
        }
    }

    // ---- The synthetic problem of figure 2a, coordinate by coordinate in the eigenbasis of A (catalogue section 7)

    [Theory]
    [InlineData("linear", 0.004)]
    [InlineData("log", 0.004)]
    [InlineData("rank5", 0.004)]
    [InlineData("log", 2.0 / 255)]
    public void Descent_and_the_implicit_gradient_are_their_closed_forms(string spectrum, double alpha)
    {
        const int D = 50,
            Steps = 20;
        const double Lambda = 5;
        var h = Enumerable
            .Range(0, D)
            .Select(j =>
                spectrum switch
                {
                    "linear" => 5.0 * (j + 1),
                    "log" => 5 * Math.Pow(50, j / 49.0),
                    _ => j < 45 ? 5 : 5 + 49.0 * (j - 44),
                }
            )
            .ToArray();
        var a = h.Select(x => x - Lambda).ToArray();
        var train = Enumerable.Range(0, D).Select(j => -a[j] * Math.Sin(2 * j + 1)).ToArray();
        var test = Enumerable
            .Range(0, D)
            .Select(j => -a[j] * (Math.Sin(2 * j + 1) + Math.Cos(3 * j + 2) / 2))
            .ToArray();
        var theta = Enumerable.Range(0, D).Select(j => Math.Cos(j + 1)).ToArray();

        var size = SymmetricMatrix.PackedLength(D);
        var record = new Real[2 * (size + D)];
        for (var j = 0; j < D; j++)
        {
            var at = SymmetricMatrix.IndexOf(D, j, j);
            (record[at], record[size + D + at]) = (new Real(a[j]), new Real(a[j]));
            (record[size + j], record[2 * size + D + j]) = (new Real(train[j]), new Real(test[j]));
        }
        TermAt[] tests = [new(TermKind.Quadratic, size + D)];
        double[] Run(int m)
        {
            var (phi, g, work) = (Reals(theta), new Real[D], new Real[ImplicitMaml.WorkLength(D)]);
            var start = Reals(theta);
            var cost = ImplicitMaml.MetaGradient(
                s_quadratic,
                tests,
                At(record),
                D,
                new Real(Lambda),
                At(start),
                new Real(alpha),
                new Real(Steps),
                new Real(m),
                At(phi),
                At(g),
                At(work)
            );
            Assert.Equal(new Oracles(Steps + 1, m, 6), cost);
            for (var j = 0; j < D; j++)
            {
                var star = (Lambda * theta[j] - train[j]) / h[j];
                var expected = star + Math.Pow(1 - alpha * h[j], Steps) * (theta[j] - star);
                Assert.Equal(expected, phi[j].Value, 1e-13);
            }
            return [.. g.Select(x => x.Value)];
        }

        var v = new double[D];
        for (var j = 0; j < D; j++)
        {
            var star = (Lambda * theta[j] - train[j]) / h[j];
            v[j] = a[j] * (star + Math.Pow(1 - alpha * h[j], Steps) * (theta[j] - star)) + test[j];
        }
        // M has six distinct eigenvalues for rank 5: six steps solve; otherwise as many as there are coordinates, and a few.
        var exact = DenseVector.OfEnumerable(v.Zip(h, (x, y) => Lambda / y * x));
        AssertClose(exact, Run(spectrum == "rank5" ? 6 : 60), 1e-11);
        // FOMAML is no step from v, but from 0 it is 0.
        Assert.All(Run(0), x => Assert.Equal(0, x));
    }

    // ---- Lanes, counts, NaN

    [Fact]
    public void Lanes_with_counts_of_their_own_are_single_runs_bit_for_bit()
    {
        AssertLanes<Lanes2>();
        AssertLanes<Lanes4>();
        AssertLanes<Lanes8>();
        AssertLanes<Pair<Lanes8>>();
    }

    [Fact]
    public void A_count_that_is_NaN_gives_NaN()
    {
        var problem = Problem.Random(3, 10, seed: 9);
        foreach (var solver in Enum.GetValues<Solver>())
        {
            var all = Run<Lanes2>(solver, [problem, problem], [double.NaN, 2], 3);
            Assert.All(all[0], x => Assert.True(double.IsNaN(x), $"{solver}"));
            Assert.Equal(Run<Real>(solver, [problem], [2], 3)[0], all[1]);
            Assert.All(Run<Real>(solver, [problem], [double.NaN], 3)[0], x => Assert.True(double.IsNaN(x)));
        }
    }

    private static void AssertLanes<T>()
        where T : unmanaged, IMachineReal<T>
    {
        foreach (var d in new[] { 1, 2, 7 })
        foreach (var solver in Enum.GetValues<Solver>())
        {
            var problems = Enumerable.Range(0, T.Width).Select(k => Problem.Random(d, 30, seed: 100 + k)).ToArray();
            var counts = Enumerable.Range(0, T.Width).Select(k => (double)(3 * k % 11)).ToArray();
            var lanes = Run<T>(solver, problems, counts, d);
            for (var k = 0; k < T.Width; k++)
                Assert.Equal(Run<Real>(solver, [problems[k]], [counts[k]], d)[0], lanes[k]);
        }
    }

    private enum Solver
    {
        Conjugate,
        Descent,
        Accelerated,
        Implicit,
    }

    /// <summary>The results of one problem per lane, each with its own count.</summary>
    private static double[][] Run<T>(Solver solver, Problem[] problems, double[] counts, int d)
        where T : unmanaged, IMachineReal<T>
    {
        var records = problems.Select(p => p.Record<Real>()).ToArray();
        var record = Interleaved<T>(records);
        var steps = Interleaved<T>([.. counts.Select(c => Reals(c))])[0];
        var (w, work, g) = (new T[d], new T[6 * d], new T[d]);
        var problem = problems[0];
        var start = Interleaved<T>([.. problems.Select(p => Reals([.. p.Right * 0.1]))]);
        start.CopyTo(w, 0);
        switch (solver)
        {
            case Solver.Conjugate:
                ConjugateGradients.Solve(problem.System<T>(record), false, steps, At(w), At(work));
                break;
            case Solver.Descent:
                GradientDescent.Run<T, Ref<T>, LinearSystem<T, Ref<T>>>(
                    problem.System<T>(record),
                    T.From(0.02),
                    steps,
                    At(w),
                    At(work)
                );
                break;
            case Solver.Accelerated:
                AcceleratedGradient.Run<T, Ref<T>, LinearSystem<T, Ref<T>>>(
                    problem.System<T>(record),
                    T.From(1.0),
                    T.From(30.0),
                    steps,
                    At(w),
                    At(work)
                );
                break;
            default:
                ImplicitMaml.MetaGradient(
                    s_quadratic,
                    s_quadratic,
                    At(record),
                    d,
                    T.From(2.0),
                    At(start),
                    T.From(0.02),
                    steps,
                    steps,
                    At(w),
                    At(g),
                    At(work)
                );
                w = g;
                break;
        }
        return [.. Enumerable.Range(0, T.Width).Select(k => w.Select(x => T.Lane(x, k)).ToArray())];
    }

    private static T[] Interleaved<T>(Real[][] records)
        where T : unmanaged, IMachineReal<T>
    {
        var result = new T[records[0].Length];
        var doubles = MemoryMarshal.Cast<T, double>(result.AsSpan());
        for (var e = 0; e < result.Length; e++)
        for (var k = 0; k < T.Width; k++)
            doubles[e * T.Width + k] = records[k][e].Value;
        return result;
    }

    // ---- Enclosures

    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(6, 5)]
    public void Enclosures_contain_the_exact_iterates(int d, int steps)
    {
        var problem = Problem.Random(d, 9, seed: 20 + d);
        // Exact to some hundred digits: a point for what follows.
        BigInterval[] conjugate,
            descent,
            accelerated;
        using (BigInterval.At(1024))
        {
            conjugate = Conjugate<BigInterval>(problem, steps);
            descent = Descent<BigInterval>(problem, steps);
            accelerated = Accelerated<BigInterval>(problem, steps);
        }
        AssertContains(Conjugate<Interval>(problem, steps), conjugate);
        AssertContains(Descent<Interval>(problem, steps), descent);
        AssertContains(Accelerated<Interval>(problem, steps), accelerated);
        using (BigInterval.At(192))
        {
            Assert.All(Conjugate<BigInterval>(problem, steps).Zip(conjugate), x => AssertOverlap(x.First, x.Second));
            Assert.All(Descent<BigInterval>(problem, steps).Zip(descent), x => AssertOverlap(x.First, x.Second));
            Assert.All(
                Accelerated<BigInterval>(problem, steps).Zip(accelerated),
                x => AssertOverlap(x.First, x.Second)
            );
        }
        // The doubles lie near: the same algorithm.
        var doubles = problem.Conjugate(steps);
        for (var i = 0; i < d; i++)
            Assert.Equal(BigMiddle(conjugate[i]), doubles[i], 1e-12);
    }

    private static void AssertContains(Interval[] narrow, BigInterval[] exact)
    {
        foreach (var (x, y) in narrow.Zip(exact))
        {
            Assert.True(x.Lower <= y.Upper.ToDoubleUp() && y.Lower.ToDoubleDown() <= x.Upper, $"{x} misses {y}");
            Assert.True(x.Upper - x.Lower < 1e-6, $"{x} is wide");
        }
    }

    private static void AssertOverlap(BigInterval x, BigInterval y)
    {
        Assert.False(x.Upper < y.Lower || y.Upper < x.Lower, $"{x} misses {y}");
        Assert.True((x.Upper - x.Lower).ToDoubleUp() < 1e-30, $"{x} is wide");
    }

    private static double BigMiddle(BigInterval x) => x.Lower.ToDoubleDown() / 2 + x.Upper.ToDoubleUp() / 2;

    private static T[] Conjugate<T>(Problem problem, int steps)
        where T : struct, IReal<T>
    {
        var d = problem.Right.Count;
        var (record, w, work) = (problem.Record<T>(), new T[d], new T[3 * d]);
        ConjugateGradients.Solve(problem.System<T>(record), true, T.From((double)steps), At(w), At(work));
        return w;
    }

    private static T[] Descent<T>(Problem problem, int steps)
        where T : struct, IReal<T>
    {
        var d = problem.Right.Count;
        var (record, w, work) = (problem.Record<T>(), Zeros<T>(d), new T[d]);
        GradientDescent.Run<T, Ref<T>, LinearSystem<T, Ref<T>>>(
            problem.System<T>(record),
            T.From(0.1),
            T.From((double)steps),
            At(w),
            At(work)
        );
        return w;
    }

    private static T[] Accelerated<T>(Problem problem, int steps)
        where T : struct, IReal<T>
    {
        var d = problem.Right.Count;
        var (record, w, work) = (problem.Record<T>(), Zeros<T>(d), new T[2 * d]);
        AcceleratedGradient.Run<T, Ref<T>, LinearSystem<T, Ref<T>>>(
            problem.System<T>(record),
            T.From(1.0),
            T.From(9.0),
            T.From((double)steps),
            At(w),
            At(work)
        );
        return w;
    }

    // ---- The claims

    /// <summary>
    /// Where the Chebyshev bound is attained it is attained: certified to 30 digits. S = diag(1, .., kappa) at the extrema of
    /// T_m with b = (+-1/sqrt 2, +-1, .., +-1/sqrt 2) as far as doubles hold these numbers.
    /// </summary>
    [Theory]
    [InlineData("[1, 4]", "[1, 1]", 4, 1, 1e-30)]
    [InlineData("[1, 9]", "[3, -3]", 9, 1, 1e-30)]
    [InlineData("[0.5, 128]", "[1, 1]", 256, 1, 1e-30)]
    [InlineData("[1, 5, 9]", "[0.7071067811865476, 1, 0.7071067811865476]", 9, 2, 1e-15)]
    [InlineData("[1, 2.25, 4.75, 6]", "[0.7071067811865476, 1, -1, 0.7071067811865476]", 6, 3, 1e-15)]
    public void The_Chebyshev_bound_is_certified_to_be_attained(
        string h,
        string b,
        double kappa,
        int m,
        double tolerance
    )
    {
        var (claim, trial, instance) = Read(
            "imaml2019.std.cg_chebyshev",
            $$"""{"h": {{h}}, "b": {{b}}, "kappa": {{kappa}}, "m": {{m}}}"""
        );
        using (BigInterval.At(384))
        {
            var o = Certifier.Measure<BigInterval>(claim, trial, instance);
            var ratio = claim.Lhs.Evaluate(o, 0) / claim.Rhs.Evaluate(o, 0) - BigInterval.From(1.0);
            Assert.True(ratio.Lower.ToDoubleDown() > -tolerance && ratio.Upper.ToDoubleUp() < tolerance, $"{ratio}");
        }
        Assert.NotEqual(Outcome.Refuted, Certifier.WithRisingPrecision(claim, trial, instance).Outcome);
    }

    /// <summary>
    /// S = diag(1, 4), b = (1, 1), x* = (1, 1/4): |x*|_S^2 = 5/4; after a step e = (-3/5, 3/20), |e|_S^2 = 9/20, |e|^2 = 153/400;
    /// c = 1/3. From x0 = (0, 1) the residual is (1, -3): a = 10/37, e = (-27/37, -9/148), |e|^2 = 11745/148^2.
    /// </summary>
    [Theory]
    [InlineData("cg_energy", "", 1, 0.67082039324993691, 0.74535599249992990)]
    [InlineData("cg_chebyshev", "", 1, 0.67082039324993691, 0.67082039324993691)]
    [InlineData("cg_euclid", "", 1, 0.61846584384264912, 1.37436854187255353)]
    [InlineData("cg_monotone", "", 1, 0.61846584384264912, 1.03077640640441514)]
    [InlineData("cg_energy", "", 0, 1.11803398874989485, 2.23606797749978969)]
    [InlineData("cg_chebyshev", "", 0, 1.11803398874989485, 1.11803398874989485)]
    [InlineData("cg_finite", "", 2, 0, 1.03077640640441514e-10)]
    [InlineData("cg_monotone", """, "x0": [0, 1]""", 1, 0.7322591297914234, 1.25)]
    [InlineData("cg_monotone", """, "w0": [0, 1]""", 1, 0.7322591297914234, 1.25)]
    [InlineData("cg_monotone", """, "start": "zero" """, 1, 0.61846584384264912, 1.03077640640441514)]
    public void Sides_are_those_by_hand(string name, string start, int m, double lhs, double rhs)
    {
        var (claim, trial, instance) = Read(
            "imaml2019.std." + name,
            $$"""{"h": [1, 4], "b": [1, 1], "kappa": 4, "m": {{m}}{{start}}}"""
        );
        var (left, right) = CaseFile.Sides(claim, trial, instance);
        Assert.Equal(lhs, left, 1e-11);
        Assert.Equal(rhs, right, 1e-11);
    }

    [Fact]
    public void A_dense_system_is_that_of_its_diagonal_form()
    {
        // M = [[2.5, 1.5], [1.5, 2.5]] has eigenvalues 1 and 4 along (1, -1) and (1, 1); b = (1, 0) has equal parts of both.
        var (claim, trial, dense) = Read(
            "imaml2019.std.cg_chebyshev",
            """{"M": [[2.5, 1.5], [1.5, 2.5]], "b": [1, 0], "m": 1}"""
        );
        Assert.Equal(4, dense[LinearSystemShape.Kappa][0], 1e-14);
        var (lhs, rhs) = CaseFile.Sides(claim, trial, dense);
        Assert.Equal(rhs, lhs, 1e-14);
        Assert.Equal(Math.Sqrt(0.225), lhs, 1e-14);
        Assert.Equal(
            4.0,
            LinearSystemShape.Instance.Establish<Interval>(dense, LinearSystemShape.Kappa)![0].Upper,
            1e-12
        );
    }

    [Theory]
    [InlineData("""{"h": [1, 1, 10, 10], "b": [1, 2, 3, -1]}""", 2)]
    [InlineData("""{"h": [1, 2, 3], "b": [1, 0, 1]}""", 2)]
    [InlineData("""{"h": [1, 2, 3], "b": [1, 2, 3], "x0": [1, 1, 0]}""", 1)]
    [InlineData("""{"M": [[2, 1, 1], [1, 2, 1], [1, 1, 2]], "b": [1, 0, 0]}""", 2)]
    [InlineData("""{"M": [[2, 1, 1], [1, 2, 1], [1, 1, 2]], "b": [1, 1, 1]}""", 1)]
    [InlineData("""{"M": [[1.5, 0.25], [0.25, 1e-300]], "b": [1, 0]}""", 2)]
    [InlineData("""{"M": [[2, 1], [1, 2]], "b": [3, 3], "x0": [1, 1]}""", 0)]
    public void Eigenvalues_in_the_residual_are_counted_exactly(string json, int grade)
    {
        var (_, _, instance) = Read("imaml2019.std.cg_chebyshev", json.Replace("}", """, "m": 1}"""));
        var counted = LinearSystemShape.Instance.Establish<Interval>(instance, LinearSystemShape.Grade)![0];
        Assert.Equal((grade, grade), (counted.Lower, counted.Upper));
    }

    /// <summary>The implementation solves I + H/lambda, and one that solves H/lambda is caught.</summary>
    [Theory]
    [InlineData("cg_energy")]
    [InlineData("cg_chebyshev")]
    [InlineData("cg_euclid")]
    public void Conjugate_gradients_on_H_instead_of_I_plus_H_over_lambda_are_caught(string name)
    {
        var claim = Claim(name);
        var options = new RunOptions { Budget = 2048, Family = "linear-system-low-rank" };
        Verdict With(IReadOnlyList<Algorithms.Trials.Trial> trials) =>
            new Run(new Registry([claim], trials, Registry.Default.Families), options)
                .Execute([claim])
                .Single()
                .Verdict;
        Assert.Equal(Verdict.NotRefuted, With(Registry.Default.Trials));
        Assert.Equal(Verdict.Refuted, With([new OnHAlone()]));
    }

    /// <summary>Statements with a step fewer, or with half the steps, are refuted: the hypothesis and the count matter.</summary>
    [Fact]
    public void Half_the_steps_and_a_step_fewer_are_not_enough()
    {
        var finite = Claim("cg_finite");
        AssertRefuted(Planted.With(finite, hypotheses: [finite.Hypotheses[0], Positive(new GradePlus(2))]));
        var count = Claim("cg_count");
        AssertRefuted(Planted.With(count, prescribes: [count.Prescribes[0], Half(count.Prescribes[1])]));
    }

    /// <summary>
    /// A statement about a run in doubles is certified by that run: here one step of rounding is beyond any floor of 0, and the
    /// enclosed error is that of the doubles.
    /// </summary>
    [Fact]
    public void A_run_in_doubles_is_certified_as_it_is()
    {
        var (claim, trial, instance) = Read(
            "imaml2019.std.cg_energy.floating-point",
            """{"h": [3, 3], "b": [1, 2], "kappa": 1, "m": 1}"""
        );
        var x = new Problem(DenseMatrix.OfDiagonalArray([3, 3]), DenseVector.OfArray([1, 2])).Conjugate(1);
        using (BigInterval.At(384))
        {
            var o = Certifier.Measure<BigInterval>(claim, trial, instance);
            var expected = BigInterval.Sqrt(
                BigInterval.From(3.0)
                    * (
                        BigInterval.Pow(BigInterval.From(x[0]) - BigInterval.From(1.0) / BigInterval.From(3.0), 2)
                        + BigInterval.Pow(BigInterval.From(x[1]) - BigInterval.From(2.0) / BigInterval.From(3.0), 2)
                    )
            );
            AssertOverlap(o[Slots.ComputedEnergy], expected);
            Assert.True(o[Slots.ComputedEnergy].Lower.ToDoubleDown() > 0);
        }
        Assert.Equal(Outcome.Satisfied, Certifier.WithRisingPrecision(claim, trial, instance).Outcome);
        var bare = claim.Wrong.Single().Item2;
        Assert.Equal(Outcome.Refuted, Certifier.WithRisingPrecision(bare, trial, instance).Outcome);
    }

    // ---- Helpers

    private static Claim Claim(string name) => Registry.Default.Claims.First(c => c.Id == "imaml2019.std." + name);

    private static (Claim Claim, Algorithms.Trials.Trial Trial, Instance Instance) Read(string id, string json)
    {
        var claim = Registry.Default.Claims.First(c => c.Id == id);
        using var document = JsonDocument.Parse($$"""{"instance": {{json}}}""");
        var (trial, instance) = CaseFile.ReadInstance(document.RootElement, claim, Registry.Default);
        return (claim, trial, instance);
    }

    private static void AssertRefuted(Claim claim)
    {
        var registry = new Registry([claim], Registry.Default.Trials, Registry.Default.Families);
        var report = new Run(registry, new RunOptions { Budget = 8192 }).Execute([claim]).Single();
        Assert.Equal(Verdict.Refuted, report.Verdict);
    }

    private static Hypothesis Positive(IFormula formula) =>
        new("planted", "", Condition.NewPositive(formula), Governed.Nothing);

    private static Prescription Half(Prescription x) => new(x.Slot, new Halved(x.Value), x.IsCount);

    /// <summary>m - grade + slack.</summary>
    private sealed class GradePlus(int slack) : IFormula
    {
        public T Evaluate<T>(Observables<T> o, int k)
            where T : struct, IReal<T> => T.From((double)(o[Count.M] + slack)) - o[Slots.Grade];
    }

    private sealed class Halved(IFormula whole) : IFormula
    {
        public T Evaluate<T>(Observables<T> o, int k)
            where T : struct, IReal<T> => whole.Evaluate(o, k) * T.From(0.5);
    }

    /// <summary>Conjugate gradients on S - I, measured as a solver of S x = b.</summary>
    private sealed class OnHAlone : LinearSystemTrial
    {
        public override string Name => "planted";
        public override IReadOnlyList<Slot> Fills { get; } =
        [.. Prepared, Slots.StartError, Slots.StartEnergy, Slots.Error, Slots.Energy, Slots.PreviousError];

        public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
        {
            var d = layout.D;
            var system = SystemOf(layout, record);
            var planted = SystemOf(layout, record, T.From(-1.0));
            var star = At(o, Slots.Solution);
            var w = scratch.Take(d);
            var work = scratch.Take(ConjugateGradients.WorkLength(d));
            var errors = scratch.Take(2 * d);
            var all = o[Slots.Steps];
            Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), w);
            (o[Slots.StartError], o[Slots.StartEnergy]) = Errors(system, w, star, errors);
            ConjugateGradients.Solve(planted, false, all - T.From(1.0), w, work);
            (o[Slots.PreviousError], _) = Errors(system, w, star, errors);
            Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), w);
            ConjugateGradients.Solve(planted, false, all, w, work);
            (o[Slots.Error], o[Slots.Energy]) = Errors(system, w, star, errors);
            return new Oracles(0, 0, 0);
        }
    }

    private static Ref<T> At<T>(T[] x)
        where T : struct, IReal<T> => new(ref x[0]);

    private static Real[] Reals(params double[] x) => Array.ConvertAll(x, v => new Real(v));

    private static T[] Zeros<T>(int d)
        where T : struct, IReal<T> => [.. Enumerable.Repeat(T.From(0.0), d)];

    private static int Descend(
        in ProximalObjective<Real, Ref<Real>> f,
        double alpha,
        int steps,
        Real[] x,
        Real[] work
    ) =>
        GradientDescent.Run<Real, Ref<Real>, ProximalObjective<Real, Ref<Real>>>(
            f,
            new Real(alpha),
            new Real(steps),
            At(x),
            At(work)
        );

    private static void AssertClose(Vector<double> expected, double[] actual, double tolerance)
    {
        var error = (expected - DenseVector.OfArray(actual)).L2Norm();
        Assert.True(error <= tolerance * expected.L2Norm(), $"{error}: {expected} against {string.Join(", ", actual)}");
    }

    /// <summary>S x = b.</summary>
    private sealed record Problem(Matrix<double> Matrix, Vector<double> Right)
    {
        /// <summary>A dense system with eigenvalues from 1 to kappa.</summary>
        public static Problem Random(int d, double kappa, int seed)
        {
            var random = new Random(seed);
            var q = Matrix<double>.Build.Dense(d, d, (_, _) => random.NextDouble() - 0.5).QR().Q;
            var h = Enumerable
                .Range(0, d)
                .Select(j =>
                    1
                    + (kappa - 1)
                        * (
                            j == 0 ? 0
                            : j == d - 1 ? 1
                            : random.NextDouble()
                        )
                );
            var s = q * DenseMatrix.OfDiagonalArray([.. h]) * q.Transpose();
            return new((s + s.Transpose()) / 2, Vector<double>.Build.Dense(d, _ => random.NextDouble() * 2 - 1));
        }

        /// <summary>S packed, and b.</summary>
        public T[] Record<T>()
            where T : struct, IReal<T>
        {
            var d = Right.Count;
            var packed = new double[SymmetricMatrix.PackedLength(d)];
            SymmetricMatrix.Pack(Matrix.ToArray(), packed);
            return [.. packed.Concat(Right).Select(T.From)];
        }

        public LinearSystem<T, Ref<T>> System<T>(T[] record)
            where T : struct, IReal<T>
        {
            var d = Right.Count;
            var b = new Ref<T>(ref record[SymmetricMatrix.PackedLength(d)]);
            return new(s_quadratic, At(record), d, b, T.From(0.0), T.From(1.0), b);
        }

        public double[] Conjugate(int steps, double[]? start = null)
        {
            var d = Right.Count;
            var (record, w, work) = (Record<Real>(), Reals(start ?? new double[d]), new Real[3 * d]);
            var products = ConjugateGradients.Solve(
                System<Real>(record),
                start is null,
                new Real(steps),
                At(w),
                At(work)
            );
            Assert.Equal(start is null ? steps : steps + 1, products);
            return [.. w.Select(x => x.Value)];
        }

        public double[] Direct()
        {
            var d = Right.Count;
            var factors = Matrix.ToRowMajorArray().Select(x => new Real(x)).ToArray();
            var x = Reals([.. Right]);
            Cholesky.Factor<Real, Ref<Real>>(d, At(factors));
            Cholesky.Solve<Real, Ref<Real>>(d, At(factors), At(x), At(x));
            return [.. x.Select(v => v.Value)];
        }
    }
}
