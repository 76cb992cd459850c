using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Tests.Numerical;

/// <summary>Meta-gradients through the steps of an inner solver, on problems whose results are known in closed form.</summary>
public sealed class UnrolledTests
{
    private const double Lambda = 5,
        Alpha = 0.1;

    // l(phi) = 3 phi^2/2 - phi with lambda = 5: G'' = 8, phi* = (5 theta + 1)/8; L(phi) = 2 phi^2/2 + phi.
    private static readonly TermAt[] s_train = [new(TermKind.Quadratic, 0)];
    private static readonly TermAt[] s_test = [new(TermKind.Quadratic, 2)];
    private static readonly double[] s_record = [3, -1, 2, 1];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Back_propagation_has_the_closed_form_of_a_quadratic(int steps)
    {
        var (theta, gradient) = (1.5, Run(steps, 0).Full);
        var power = Math.Pow(1 - Alpha * 8, steps);
        var phi = (Lambda * theta + 1) / 8 + power * (theta - (Lambda * theta + 1) / 8);
        Assert.Equal((Lambda / 8 + power * (1 - Lambda / 8)) * (2 * phi + 1), gradient, 1e-13);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(9)]
    public void Truncation_splits_the_gradient(int kept)
    {
        var (full, part, rest) = Run(7, kept);
        Assert.Equal(full, part + rest, 1e-13);
        Assert.Equal(kept > 7, rest == 0);
        Assert.Equal(kept == 0, part == 0);
    }

    [Fact]
    public void First_order_MAML_and_Reptile_follow_their_updates()
    {
        Real[] record = [.. s_record.Select(x => new Real(x))];
        Real[] phi = [new(0.25)],
            theta = [new(1.5)],
            g = [default];
        FirstOrderMaml.MetaGradient<Real, Ref<Real>>(
            s_test,
            new Ref<Real>(ref record[0]),
            1,
            new(ref phi[0]),
            new(ref g[0])
        );
        Assert.Equal(1.5, g[0].Value);
        Reptile.MetaGradient<Real, Ref<Real>>(1, new(ref theta[0]), new(ref phi[0]), new(ref g[0]));
        Assert.Equal(1.25, g[0].Value);
    }

    private static (double Full, double Kept, double Dropped) Run(int steps, int kept)
    {
        Real[] record = [.. s_record.Select(x => new Real(x))];
        Real[] theta = [new(1.5)],
            path = new Real[steps + 1],
            work = new Real[2],
            full = new Real[1],
            part = new Real[1],
            rest = new Real[1];
        var at = new Ref<Real>(ref record[0]);
        var (lambda, alpha) = (new Real(Lambda), new Real(Alpha));
        var g = new ProximalObjective<Real, Ref<Real>>(s_train, at, 1, lambda, new(ref theta[0]));
        ProximalMaml.Descend(g, new(ref theta[0]), alpha, steps, new(ref path[0]), new Ref<Real>(ref work[0]));
        ProximalMaml.MetaGradient(
            g,
            s_test,
            at,
            lambda,
            alpha,
            steps,
            new(ref path[0]),
            new(ref full[0]),
            new(ref work[0])
        );
        TruncatedMaml.MetaGradient(
            g,
            s_test,
            at,
            lambda,
            alpha,
            steps,
            new Real(kept),
            new(ref path[0]),
            new(ref part[0]),
            new(ref rest[0]),
            new(ref work[0])
        );
        return (full[0].Value, part[0].Value, rest[0].Value);
    }
}
