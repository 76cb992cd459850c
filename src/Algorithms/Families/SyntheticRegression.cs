using Verify.Algorithms.Engine;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Algorithms.Families;

/// <summary>The spectra of A + lambda I in the reference protocol of figure 2(a); all have condition number 50.</summary>
public enum RegressionSpectrum
{
    /// <summary>h_j = 5(j+1).</summary>
    Linear,

    /// <summary>h_j = 5 50^(j/49).</summary>
    Log,

    /// <summary>h_j = 5 for j &lt; 45, then 54, 103, 152, 201, 250: data of rank five.</summary>
    Rank5,
}

/// <summary>The relative errors of the methods' meta-gradients after a number of GD steps.</summary>
public readonly record struct MetaGradientErrors<T>(T Maml, T TwoCg, T FiveCg, T Exact, T FirstOrder);

/// <summary>
/// The reference protocol of figure 2(a) of Rajeswaran, Finn, Kakade, Levine (2019), section F.1, with every choice that the
/// text leaves open made: d = 50, lambda = 5, linear regression in the eigenbasis of A with train weights sin(2j+1), test
/// weights sin(2j+1) + cos(3j+2)/2, theta_j = cos(j+1). Its numbers are reals, written by formulas: each number type has its own.
/// </summary>
public static class SyntheticRegression
{
    public const int D = 50;
    public const double Lambda = 5,
        Mu = 5,
        Beta = 250;

    /// <summary>The columns of the figure: numbers of GD steps.</summary>
    public static IReadOnlyList<int> GdSteps { get; } = [1, 2, 5, 10, 20, 50, 100];

    /// <summary>The inner step sizes: 1/beta and 2/(mu + beta).</summary>
    public static IReadOnlyList<double> StepSizes { get; } = [1 / Beta, 2 / (Mu + Beta)];

    /// <summary>From here on an error has reached its limit: enclosures of the limit hold for every number of steps above.</summary>
    private const int ManySteps = 5000;

    private static readonly int s_matrix = SymmetricMatrix.PackedLength(D);
    private static readonly TermAt[] s_train = [new(TermKind.Quadratic, 0)];
    private static readonly TermAt[] s_test = [new(TermKind.Quadratic, s_matrix + D)];

    /// <summary>h_j, the eigenvalues of A + lambda I.</summary>
    public static T Eigenvalue<T>(RegressionSpectrum spectrum, int j)
        where T : struct, IReal<T> =>
        spectrum switch
        {
            RegressionSpectrum.Linear => T.From(5.0 * (j + 1)),
            RegressionSpectrum.Log => T.From(5.0) * T.Exp(T.From((double)j) / T.From(49.0) * T.Log(T.From(50.0))),
            _ => T.From(j < 45 ? 5 : 5 + 49.0 * (j - 44)),
        };

    /// <summary>The errors of all methods after T GD steps on G from theta, CG from 0.</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="alpha">The inner step size.</param>
    /// <param name="steps">T.</param>
    /// <param name="scratch">Working memory.</param>
    public static MetaGradientErrors<T> Errors<T>(RegressionSpectrum spectrum, T alpha, int steps, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        var problem = new Problem<T>(spectrum, scratch);
        var path = scratch.Take((steps + 1) * D);
        var g = scratch.Take(D);
        var work = scratch.Take(2 * D);
        var objective = new ProximalObjective<T, Ref<T>>(s_train, problem.Record, D, T.From(Lambda), problem.Theta);
        ProximalMaml.Descend(objective, problem.Theta, alpha, steps, path, work);
        ProximalMaml.MetaGradient(objective, s_test, problem.Record, T.From(Lambda), alpha, steps, path, g, work);
        var maml = problem.Error(g);
        var phi = path.At(steps * D);
        var two = problem.ImplicitError(phi, 2, scratch);
        var five = problem.ImplicitError(phi, 5, scratch);
        problem.SolveExactly(phi, g);
        var exact = problem.Error(g);
        FirstOrderMaml.MetaGradient<T, Ref<T>>(s_test, problem.Record, D, phi, g);
        return new(maml, two, five, exact, problem.Error(g));
    }

    /// <summary>The error of iMAML alone, with any number of CG steps.</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="alpha">The inner step size.</param>
    /// <param name="steps">T.</param>
    /// <param name="m">The number of CG steps.</param>
    /// <param name="scratch">Working memory.</param>
    public static T ImplicitError<T>(RegressionSpectrum spectrum, T alpha, int steps, int m, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        var problem = new Problem<T>(spectrum, scratch);
        var phi = scratch.Take(D);
        Vectors.Copy<T, Ref<T>>(D, problem.Theta, phi);
        GradientDescent.Run<T, Ref<T>, ProximalObjective<T, Ref<T>>>(
            new ProximalObjective<T, Ref<T>>(s_train, problem.Record, D, T.From(Lambda), problem.Theta),
            alpha,
            T.From((double)steps),
            phi,
            scratch.Take(D)
        );
        return problem.ImplicitError(phi, m, scratch);
    }

    /// <summary>
    /// The limit, as T grows, of the error of iMAML with m CG steps. phi_T - phi* = (I - alpha(A + lambda I))^T (theta - phi*),
    /// coordinate by coordinate at most |1 - alpha h|^5000 |theta - phi*| from T = 5000 on, if alpha is below 2/beta: enclosures
    /// contain the errors of all these T.
    /// </summary>
    public static T TerminalError<T>(RegressionSpectrum spectrum, T alpha, int m, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        var problem = new Problem<T>(spectrum, scratch);
        var phi = scratch.Take(D);
        for (var j = 0; j < D; j++)
        {
            var contraction = T.Pow(T.Abs(T.From(1.0) - alpha * Eigenvalue<T>(spectrum, j)), ManySteps);
            phi[j] = T.Widen(problem.PhiStar[j], contraction * T.Abs(problem.Theta[j] - problem.PhiStar[j]));
        }
        return problem.ImplicitError(phi, m, scratch);
    }

    /// <summary>One spectrum's losses, theta, phi* and exact meta-gradient.</summary>
    private readonly ref struct Problem<T>
        where T : struct, IReal<T>
    {
        private readonly Ref<T> _h;
        private readonly Ref<T> _exact;
        private readonly Ref<T> _v;

        public Problem(RegressionSpectrum spectrum, Scratch<T> scratch)
        {
            var record = scratch.Take(2 * (s_matrix + D));
            var theta = scratch.Take(D);
            var star = scratch.Take(D);
            var eigenvalues = scratch.Take(D);
            var (zero, half, lambda) = (T.From(0.0), T.From(0.5), T.From(Lambda));
            Vectors.Fill<T, Ref<T>>(2 * (s_matrix + D), zero, record);
            for (var j = 0; j < D; j++)
            {
                var h = Eigenvalue<T>(spectrum, j);
                var a = h - lambda;
                var w = T.Sin(T.From(2.0 * j + 1));
                var diagonal = SymmetricMatrix.IndexOf(D, j, j);
                record[diagonal] = record[s_matrix + D + diagonal] = a;
                record[s_matrix + j] = -a * w;
                record[s_matrix + D + s_matrix + j] = -a * T.Fma(half, T.Cos(T.From(3.0 * j + 2)), w);
                theta[j] = T.Cos(T.From(j + 1.0));
                eigenvalues[j] = h;
                // phi* = (A + lambda I)^-1 (lambda theta - b).
                star[j] = T.Fma(lambda, theta[j], -record[s_matrix + j]) / h;
            }
            Record = record;
            Theta = theta;
            PhiStar = star;
            _h = eigenvalues;
            _exact = scratch.Take(D);
            _v = scratch.Take(D);
            SolveExactly(PhiStar, _exact);
        }

        public Ref<T> Record { get; }
        public Ref<T> Theta { get; }
        public Ref<T> PhiStar { get; }

        /// <summary>g = lambda (A + lambda I)^-1 grad L(phi), by a direct solve: the matrix is diagonal.</summary>
        public void SolveExactly(Ref<T> phi, Ref<T> g)
        {
            Loss.Gradient<T, Ref<T>>(s_test, Record, D, phi, g);
            for (var j = 0; j < D; j++)
                g[j] *= T.From(Lambda) / _h[j];
        }

        /// <summary>|g - g*|/|g*|.</summary>
        public T Error(Ref<T> g) => Vectors.Distance<T, Ref<T>>(D, g, _exact) / Vectors.Norm<T, Ref<T>>(D, _exact);

        /// <summary>The error of m CG steps from 0 on (I + A/lambda) g = grad L(phi).</summary>
        public T ImplicitError(Ref<T> phi, int m, Scratch<T> scratch)
        {
            var g = scratch.Take(D);
            var work = scratch.Take(ConjugateGradients.WorkLength(D));
            Loss.Gradient<T, Ref<T>>(s_test, Record, D, phi, _v);
            var scale = T.From(1.0) / T.From(Lambda);
            var system = new LinearSystem<T, Ref<T>>(s_train, Record, D, phi, T.From(1.0), scale, _v);
            ConjugateGradients.Solve(system, isFromZero: true, T.From((double)m), g, work);
            return Error(g);
        }
    }
}
