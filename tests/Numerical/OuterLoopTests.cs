using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Tests.Numerical;

/// <summary>The outer loops on problems whose iterates are known.</summary>
public sealed class OuterLoopTests
{
    /// <summary>
    /// F = x^2/2 from 1, eta = 0.1, the default decays. By the recursion of Kingma and Ba: m_1 = 0.1, v_1 = 0.001, both
    /// corrected to 1, so x_1 = 1 - 0.1/(1 + 1e-8); then m_2 = 0.18, v_2 = 0.001809, corrected by 0.19 and 0.001999; the digits
    /// were computed with 40 of them.
    /// </summary>
    [Theory]
    [InlineData(1, 0.90000000099999999)]
    [InlineData(2, 0.80041222971233739)]
    [InlineData(3, 0.70158627450441421)]
    public void Adam_follows_its_recursion(int steps, double expected)
    {
        Assert.Equal(expected, AfterAdam<Real>(steps).Value, 1e-15);
        var enclosed = AfterAdam<Interval>(steps);
        Assert.InRange(expected, enclosed.Lower - 1e-16, enclosed.Upper + 1e-16);
        Assert.True(enclosed.Upper - enclosed.Lower < 1e-13);
        Assert.Equal(AfterAdam<Real>(steps).Value, Lane(AfterAdam<Lanes4>(steps)));
    }

    /// <summary>On a quadratic p (x - t)^2/2: x_k - t = (1 - eta p)^k (x_0 - t).</summary>
    [Fact]
    public void Descent_contracts_by_its_closed_form()
    {
        var x = Run<Real, OuterDescent<Real>>(new OuterDescent<Real>(new Real(0.125)), 2, 3, 5, 10);
        Assert.Equal(3 + Math.Pow(1 - 0.25, 10) * (5 - 3), x.Value, 1e-15);
    }

    /// <summary>
    /// Two tasks in one dimension, train a phi^2/2 + b phi and test c phi^2/2 + e phi: F' = sum_i (s_i/2)(c_i phi_i + e_i) with
    /// s_i = lambda/(a_i + lambda) and phi_i = s_i theta - b_i/(a_i + lambda), which has one zero.
    /// </summary>
    [Fact]
    public void The_outer_loop_with_implicit_meta_gradients_finds_the_stationary_point()
    {
        const double Lambda = 2;
        (double A, double B, double C, double E)[] tasks = [(1, -0.5, 2, 1), (3, 0.25, 0.5, -4)];
        var (slope, offset) = (0.0, 0.0);
        foreach (var (a, b, c, e) in tasks)
        {
            var s = Lambda / (a + Lambda);
            slope += s * c * s;
            offset += s * (e - c * b / (a + Lambda));
        }
        Real[] record = [.. tasks.SelectMany(t => new[] { t.A, t.B, t.C, t.E }).Select(v => new Real(v))];
        TermAt[] Terms(int offset) => [new(TermKind.Quadratic, offset)];
        TermAt[][] train = [Terms(0), Terms(4)];
        TermAt[][] test = [Terms(2), Terms(6)];
        var (theta, own, work) = (new Real[1], new Real[6], new Real[1 + Adam<Real>.StateLength(1)]);
        var objective = new ImplicitMetaObjective<Real, Ref<Real>>(
            train,
            test,
            new Ref<Real>(ref record[0]),
            1,
            new Real(Lambda),
            new Real(1.0 / 5),
            new Real(200),
            new Real(1),
            new Ref<Real>(ref own[0])
        );
        var g = new Real[1];
        objective.Gradient(new Ref<Real>(ref theta[0]), new Ref<Real>(ref g[0]));
        Assert.Equal(offset / 2, g[0].Value, 1e-14);
        OuterLoops.Run<Real, Ref<Real>, ImplicitMetaObjective<Real, Ref<Real>>, OuterDescent<Real>>(
            objective,
            new OuterDescent<Real>(new Real(1)),
            200,
            new Ref<Real>(ref theta[0]),
            new Ref<Real>(ref work[0])
        );
        Assert.Equal(-offset / slope, theta[0].Value, 1e-13);
    }

    private static T AfterAdam<T>(int steps)
        where T : struct, IReal<T> => Run<T, Adam<T>>(new Adam<T>(T.From(0.1m)), 1, 0, 1, steps);

    /// <summary>On p (x - t)^2/2 from x_0.</summary>
    private static T Run<T, TStep>(TStep rule, double p, double t, double start, int steps)
        where T : struct, IReal<T>
        where TStep : struct, IOuterStep<T>
    {
        T[] x = [T.From(start)];
        T[] numbers = [T.From(p), T.From(t), T.From(0.0)];
        var work = new T[OuterLoops.WorkLength<T, TStep>(1)];
        var objective = new CenteredQuadratic<T, Ref<T>>(
            1,
            new Ref<T>(ref numbers[0]),
            new Ref<T>(ref numbers[1]),
            new Ref<T>(ref numbers[2])
        );
        OuterLoops.Run<T, Ref<T>, CenteredQuadratic<T, Ref<T>>, TStep>(
            objective,
            rule,
            steps,
            new Ref<T>(ref x[0]),
            new Ref<T>(ref work[0])
        );
        return x[0];
    }

    private static double Lane<T>(T x)
        where T : unmanaged, IMachineReal<T> => T.Lane(x, T.Width - 1);
}
