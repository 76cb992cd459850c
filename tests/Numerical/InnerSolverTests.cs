using System.Runtime.Intrinsics;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Networks;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;
using Verify.Algorithms.Trials;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>Inner solvers against solutions found another way, and the operation counts of derivatives of a network.</summary>
public sealed class InnerSolverTests
{
    private const double Lambda = 0.5;

    // x'Ax/2 + b'x with A = (2 1; 1 3), b = (1, -2); then 0.4 cos(x_0 + 0.3).
    private static readonly double[] s_record = [2, 1, 3, 1, -2, 0.4, 0.3, 1, 0];
    private static readonly TermAt[] s_quadratic = [new(TermKind.Quadratic, 0)];
    private static readonly TermAt[] s_withCosine = [new(TermKind.Quadratic, 0), new(TermKind.Cosine, 5)];
    private static readonly double[] s_theta = [1.5, -0.5];

    [Fact]
    public void A_full_direction_solves_a_quadratic()
    {
        // (A + lambda I) x = lambda theta - b, by Cramer's rule.
        var (p, q) = (Lambda * s_theta[0] - 1, Lambda * s_theta[1] + 2);
        double[] expected = [(p * 3.5 - q) / 7.75, (q * 2.5 - p) / 7.75];
        var (x, _) = Newton(s_quadratic, m: 2, rounds: 1);
        Assert.Equal(expected[0], x[0], 14);
        Assert.Equal(expected[1], x[1], 14);
        var (shorter, _) = Newton(s_quadratic, m: 1, rounds: 1);
        Assert.True(Math.Abs(shorter[0] - expected[0]) > 1e-3);
    }

    [Fact]
    public void Three_rounds_of_five_steps_come_with_a_certificate()
    {
        var (x, cost) = Newton(s_withCosine, NewtonConjugateGradients.DirectionSteps, rounds: 3);
        var (star, _) = Newton(s_withCosine, m: 2, rounds: 12);
        // Definition 1: |x - phi*| <= |grad G(x)|/mu, with mu at least 0.5 + 1.38 - 0.4.
        var certificate = Norm(GradientOfG(x)) / 1.48;
        Assert.True(Norm([x[0] - star[0], x[1] - star[1]]) <= certificate + 1e-15);
        Assert.True(certificate < 1e-5, $"{certificate}");
        Assert.True(Norm(GradientOfG(star)) < 1e-14);
        Assert.Equal(new Oracles(3, 15, 7), cost);
    }

    /// <summary>
    /// T = kappa log(R/delta) steps of size 1/beta along the eigenvector of mu shrink it by (1 - 1/kappa)^T; more steps than
    /// enclosures are carried through one by one.
    /// </summary>
    [Fact]
    public void Many_steps_on_a_quadratic_are_enclosed()
    {
        const double Kappa = 500,
            Shrunk = 256;
        var claim = Registry.Default.Matching("imaml2019.table1.maml_gd.distance").Single();
        using var json = System.Text.Json.JsonDocument.Parse(
            $$"""
            { "instance": { "inner": { "loss": [{ "kind": "quadratic", "A": [[500, -499], [-499, 500]], "b": [0, 0] }],
              "lam": 1, "mu": 2, "beta": {{2 * Kappa}}, "rho": 0 },
              "phi_star": [0, 0], "x0": [0.5, 0.5], "delta": {{Math.Sqrt(0.5) / Shrunk}} } }
            """
        );
        var (trial, instance) = CaseFile.ReadInstance(json.RootElement, claim, Registry.Default);
        var certificate = Certifier.WithIntervals(claim, trial, instance);
        var steps = Math.Ceiling(Kappa * Math.Log(Shrunk));
        var expected = Math.Sqrt(0.5) * Math.Pow(1 - 1 / Kappa, steps);
        Assert.True(steps > Trial.FewSteps);
        Assert.Equal(Outcome.Satisfied, certificate.Outcome);
        Assert.InRange(expected, certificate.Sides!.LhsLower - 1e-12, certificate.Sides.LhsUpper + 1e-12);
        Assert.True(certificate.Sides.LhsUpper - certificate.Sides.LhsLower < 1e-9);
    }

    [Fact]
    public void Lanes_stop_after_their_own_rounds()
    {
        Lanes4[] record = [.. s_record.Select(Lanes4.From)],
            theta = [.. s_theta.Select(Lanes4.From)],
            work = new Lanes4[NewtonConjugateGradients.WorkLength(2)],
            x = new Lanes4[2];
        NewtonConjugateGradients.Run<Lanes4, Ref<Lanes4>>(
            s_withCosine,
            new(ref record[0]),
            2,
            Lanes4.From(Lambda),
            new(ref theta[0]),
            Lanes4.From(1.0),
            new Lanes4(Vector256.Create(0.0, 1, 2, 3)),
            new(ref x[0]),
            new(ref work[0])
        );
        for (var lane = 0; lane < 4; lane++)
        {
            var (alone, _) = Newton(s_withCosine, m: 1, rounds: lane);
            Assert.Equal(alone[0], x[0].Value[lane]);
            Assert.Equal(alone[1], x[1].Value[lane]);
        }
    }

    [Fact]
    public void The_line_search_shortens_a_step_that_would_climb()
    {
        // 20 cos x + x^2/4: at 3.5 the direction of one step, along the negative gradient, overshoots by far.
        double[] record = [0, 0, 20, 0, 1],
            x = [4.5];
        TermAt[] loss = [new(TermKind.Quadratic, 0), new(TermKind.Cosine, 2)];
        double Value(double z) => 20 * Math.Cos(z) + Lambda / 2 * z * z;
        for (var round = 0; round < 4; round++)
        {
            var before = Value(x[0]);
            (x, _) = Newton(loss, 1, 1, record, [0], x);
            Assert.True(Value(x[0]) <= before);
        }
    }

    [Fact]
    public void A_chains_gradient_is_that_of_forward_differentiation()
    {
        var random = new System.Random(1);
        int[] widths = [3, 4, 2];
        var (units, count) = (widths.Sum(), DenseChain.Weights(widths));
        double[] weights = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
        double[] input = [0.3, -0.7, 1.1],
            target = [0.2, -0.4];
        var gradient = Gradient(widths, [.. weights.Select(Real.From)], [.. input.Select(Real.From)], target);
        for (var k = 0; k < count; k++)
        {
            Dual<Real>[] moved = [.. weights.Select(Dual<Real>.From)];
            moved[k] = Dual<Real>.Variable(Real.From(weights[k]));
            Dual<Real>[] activations = [.. input.Select(Dual<Real>.From), .. new Dual<Real>[units - 3]];
            var slopes = new Dual<Real>[units];
            Dual<Real>[] y = [.. target.Select(Dual<Real>.From)];
            var value = DenseChain.Value<Dual<Real>, Ref<Dual<Real>>>(
                widths,
                new(ref moved[0]),
                new(ref activations[0]),
                new(ref slopes[0]),
                new(ref y[0])
            );
            Assert.Equal(value.Slope.Value, gradient[k].Value, 12);
        }
    }

    /// <summary>The numbers of Assumption 1, multiply-adds on weights: W forth, 3W with the way back, 9W on pairs.</summary>
    [Theory]
    [InlineData(50, 1)]
    [InlineData(10, 20, 20, 5)]
    public void Derivatives_of_a_chain_cost_what_is_claimed(params int[] widths)
    {
        var W = DenseChain.Weights(widths);
        Counted.MultiplyAdds = 0;
        var target = new double[widths[^1]];
        var input = Enumerable.Repeat(0.5, widths[0]);
        Gradient<Counted>(
            widths,
            [.. Enumerable.Repeat(0.1, W).Select(Counted.From)],
            [.. input.Select(Counted.From)],
            target
        );
        Assert.Equal(3 * W, Counted.MultiplyAdds);
        Counted.MultiplyAdds = 0;
        Gradient<Dual<Counted>>(
            widths,
            [.. Enumerable.Repeat(0.1, W).Select(Dual<Counted>.From)],
            [.. input.Select(Dual<Counted>.From)],
            target
        );
        // And one for each unit behind the input, where the adjoint meets the slope, and one for the half of the loss.
        Assert.Equal(9 * W + widths[1..].Sum() + 1, Counted.MultiplyAdds);
    }

    private static T[] Gradient<T>(int[] widths, T[] weights, T[] input, double[] target)
        where T : struct, IReal<T>
    {
        var units = widths.Sum();
        T[] activations = [.. input, .. new T[units - input.Length]],
            y = [.. target.Select(T.From)],
            gradient = new T[weights.Length],
            slopes = new T[units],
            adjoints = new T[units];
        DenseChain.Gradient<T, Ref<T>>(
            widths,
            new(ref weights[0]),
            new(ref activations[0]),
            new(ref slopes[0]),
            new(ref adjoints[0]),
            new(ref y[0]),
            new(ref gradient[0])
        );
        return gradient;
    }

    private static (double[], Oracles) Newton(TermAt[] loss, int m, int rounds) =>
        Newton(loss, m, rounds, s_record, s_theta, [0, 0]);

    private static (double[], Oracles) Newton(
        TermAt[] loss,
        int m,
        int rounds,
        double[] numbers,
        double[] at,
        double[] start
    )
    {
        var d = start.Length;
        Real[] record = [.. numbers.Select(Real.From)],
            theta = [.. at.Select(Real.From)],
            x = [.. start.Select(Real.From)],
            work = new Real[NewtonConjugateGradients.WorkLength(d)];
        var cost = NewtonConjugateGradients.Run<Real, Ref<Real>>(
            loss,
            new(ref record[0]),
            d,
            Real.From(Lambda),
            new(ref theta[0]),
            Real.From((double)m),
            Real.From((double)rounds),
            new(ref x[0]),
            new(ref work[0])
        );
        return ([.. x.Select(r => r.Value)], cost);
    }

    private static double[] GradientOfG(double[] x) =>
        [
            2 * x[0] + x[1] + 1 - 0.4 * Math.Sin(x[0] + 0.3) + Lambda * (x[0] - s_theta[0]),
            x[0] + 3 * x[1] - 2 + Lambda * (x[1] - s_theta[1]),
        ];

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(e => e * e));

    /// <summary>A double that counts multiply-adds.</summary>
    private readonly struct Counted(double value) : IReal<Counted>
    {
        public static int MultiplyAdds;
        private readonly double _value = value;

        public static Counted operator +(Counted a, Counted b) => new(a._value + b._value);

        public static Counted operator -(Counted a, Counted b) => new(a._value - b._value);

        public static Counted operator *(Counted a, Counted b) => new(a._value * b._value);

        public static Counted operator /(Counted a, Counted b) => new(a._value / b._value);

        public static Counted operator -(Counted a) => new(-a._value);

        public static Counted Fma(Counted a, Counted b, Counted c)
        {
            MultiplyAdds++;
            return new(a._value * b._value + c._value);
        }

        public static Counted Sqrt(Counted a) => new(Math.Sqrt(a._value));

        public static Counted Abs(Counted a) => new(Math.Abs(a._value));

        public static Counted Min(Counted a, Counted b) => new(Math.Min(a._value, b._value));

        public static Counted Max(Counted a, Counted b) => new(Math.Max(a._value, b._value));

        public static Counted IsLess(Counted a, Counted b) => new(a._value < b._value ? 1 : 0);

        public static Counted SelectLess(Counted a, Counted b, Counted x, Counted y) => a._value < b._value ? x : y;

        public static double Largest(Counted a) => a._value;

        public static Counted Ceiling(Counted a) => new(Math.Ceiling(a._value));

        public static Counted Pow(Counted a, int n) => new(Math.Pow(a._value, n));

        public static (Counted Sin, Counted Cos) SinCos(Counted a) =>
            (new(Math.Sin(a._value)), new(Math.Cos(a._value)));

        public static Counted Exp(Counted a) => new(Math.Exp(a._value));

        public static Counted Log(Counted a) => new(Math.Log(a._value));

        public static Counted Cbrt(Counted a) => new(Math.Cbrt(a._value));

        public static Counted From(double value) => new(value);

        public static Counted From(decimal value) => new((double)value);
    }
}
