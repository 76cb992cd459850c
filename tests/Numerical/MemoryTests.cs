using System.Text.Json;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Networks;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Verify.Evidence;
using Inner = Verify.Algorithms.Observables.InnerSolvers;

namespace Verify.Tests.Numerical;

/// <summary>
/// The vectors that methods say they hold against those that they touch, by a store that notes every element read or written. What
/// they are handed is longer than what they ask for.
/// </summary>
public sealed class MemoryTests
{
    private static readonly double[] s_matrix = [2, 0.5, -0.25, 1.5, 0.125];

    public static TheoryData<int, int, int, int> Runs
    {
        get
        {
            var runs = new TheoryData<int, int, int, int>();
            foreach (var d in new[] { 1, 2, 5 })
            foreach (var T in new[] { 1, 4, 9 })
            foreach (var (K, m) in new[] { (0, 1), (1, 4), (3, 2), (9, 7) })
                runs.Add(d, T, K, m);
            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Methods_hold_what_they_say(int d, int T, int K, int m)
    {
        var problem = new Problem(d);
        var said = Measured("imaml2019.table1.maml-memory", $$"""{ "T": {{T}}, "m": {{m}}, "h": 5 }""");
        var (t, alpha) = (new Real(T), new Real(0.25));

        // First-order MAML: phi, beside the gradient of the step.
        var (phi, g, work) = (new Meter(4 * d), new Meter(4 * d), new Meter(8 * d));
        GradientDescent.Run<Real, Metered, ProximalObjective<Real, Metered>>(
            problem.Objective,
            alpha,
            t,
            phi.Store,
            work.Store
        );
        var oracles = FirstOrderMaml.MetaGradient<Real, Metered>(problem.Loss, problem.Record, d, phi.Store, g.Store);
        Assert.Equal(oracles.StoredVectors, phi.Vectors(d));
        Assert.Equal((1, 1), (g.Vectors(d), work.Vectors(d)));

        // Implicit MAML: all of it, whatever T and m.
        (phi, g, work) = (new Meter(4 * d), new Meter(4 * d), new Meter(8 * d));
        oracles = ImplicitMaml.MetaGradient(
            problem.Loss,
            problem.Loss,
            problem.Record,
            d,
            Problem.Lambda,
            problem.Theta,
            alpha,
            t,
            new Real(m),
            phi.Store,
            g.Store,
            work.Store
        );
        Assert.Equal(oracles.StoredVectors, phi.Vectors(d) + g.Vectors(d) + work.Vectors(d));
        Assert.Equal(said[Inner.ImplicitVectors].Value, oracles.StoredVectors);

        // MAML: the iterates, and a fixed number of others.
        var path = new Meter((T + 4) * d);
        (g, work) = (new Meter(4 * d), new Meter(8 * d));
        oracles = ProximalMaml.Descend(problem.Objective, problem.Theta, alpha, T, path.Store, work.Store);
        oracles += ProximalMaml.MetaGradient(
            problem.Objective,
            problem.Loss,
            problem.Record,
            Problem.Lambda,
            alpha,
            T,
            path.Store,
            g.Store,
            work.Store
        );
        Assert.Equal(oracles.StoredVectors, path.Vectors(d));
        Assert.Equal(said[Inner.UnrolledVectors].Value, oracles.StoredVectors);
        Assert.Equal(3, g.Vectors(d) + work.Vectors(d));

        // Truncated: the last iterates.
        var full = g;
        var rows = new Meter((T + 4) * d);
        (g, work) = (new Meter(4 * d), new Meter(8 * d));
        oracles = Truncated(problem, alpha, T, K, rows, g, work);
        Assert.Equal(oracles.StoredVectors, rows.Vectors(d));
        Assert.InRange(g.Vectors(d) + work.Vectors(d), 2, 3);
        if (K <= T)
        {
            var truncated = Measured(
                "imaml2019.table1.truncated-memory",
                $$"""{ "T": {{T}}, "m": {{m}}, "K": {{K}}, "h": 5 }"""
            );
            Assert.Equal(truncated[Inner.TruncatedVectors].Value, oracles.StoredVectors);
        }
        // Its gradient is that of the method that holds them all.
        var (kept, dropped) = (new Meter(d), new Meter(d));
        TruncatedMaml.MetaGradient(
            problem.Objective,
            problem.Loss,
            problem.Record,
            Problem.Lambda,
            alpha,
            T,
            new Real(K),
            path.Store,
            kept.Store,
            dropped.Store,
            new Meter(2 * d).Store
        );
        for (var i = 0; i < d; i++)
            Assert.Equal(kept.Store[i].Value, g.Store[i].Value);
        // With all T + 1 summands it is the full one.
        Truncated(problem, alpha, T, T + 1, rows, g, work);
        for (var i = 0; i < d; i++)
            Assert.Equal(full.Store[i].Value, g.Store[i].Value);
    }

    /// <summary>Both solvers of theorem 2 in a row: the first leaves phi alone behind.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    public void Two_solvers_in_a_row_hold_what_they_say(int d, bool isAccelerated)
    {
        var problem = new Problem(d);
        var (phi, first, v, w, second) = (
            new Meter(2 * d),
            new Meter(8 * d),
            new Meter(2 * d),
            new Meter(2 * d),
            new Meter(8 * d)
        );
        var (one, four, steps) = (new Real(1), new Real(4), new Real(3));
        AcceleratedGradient.Run<Real, Metered, ProximalObjective<Real, Metered>>(
            problem.Objective,
            one,
            four,
            steps,
            phi.Store,
            first.Store
        );
        Loss.Gradient<Real, Metered>(problem.Loss, problem.Record, d, phi.Store, v.Store);
        var system = new LinearSystem<Real, Metered>(problem.Loss, problem.Record, d, phi.Store, one, one, v.Store);
        if (isAccelerated)
            AcceleratedGradient.Run<Real, Metered, LinearSystem<Real, Metered>>(
                system,
                one,
                four,
                steps,
                w.Store,
                second.Store
            );
        else
            ConjugateGradients.Solve(system, isFromZero: false, steps, w.Store, second.Store);
        var held = new[] { phi, v, w, second }.Sum(x => x.Vectors(d));
        Assert.True(phi.Vectors(d) + first.Vectors(d) <= held);

        var id = $"imaml2019.theorem2.start-0{(isAccelerated ? ".solver-agd" : "")}";
        var said = Measured(
            id,
            """
            { "inner": { "loss": [{ "kind": "quadratic", "A": [[0, 0], [0, 3]], "b": [0, 0] }], "lam": 1, "mu": 1, "beta": 4,
              "rho": 0 }, "outer": { "loss": [{ "kind": "linear", "c": [1, 0] }], "B": 1, "L": 0 }, "phi_star": [1, 0],
              "D": 1, "eps": 1 }
            """
        );
        Assert.Equal(said[Inner.StoredVectors].Value, held);
    }

    /// <summary>Algorithm 1 with algorithm 2 in it, whatever the counts.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 2)]
    public void The_outer_loop_holds_what_it_says(int d, int steps, int tasks)
    {
        var problem = new Problem(d);
        var (theta, work, own) = (new Meter(2 * d), new Meter(4 * d), new Meter(12 * d));
        var losses = Enumerable.Repeat(problem.Loss, tasks).ToArray();
        var objective = new ImplicitMetaObjective<Real, Metered>(
            losses,
            losses,
            problem.Record,
            d,
            Problem.Lambda,
            new Real(0.25),
            new Real(4),
            new Real(2),
            own.Store
        );
        OuterLoops.Run<Real, Metered, ImplicitMetaObjective<Real, Metered>, OuterDescent<Real>>(
            objective,
            new OuterDescent<Real>(new Real(0.5)),
            steps,
            theta.Store,
            work.Store
        );
        var said = Measured(
            "imaml2019.corollary1.total-memory.constant-4",
            $$"""
            { "inner": { "lam": 1, "mu": 1, "beta": 4, "rho": 0 }, "outer": { "B": 1, "L": 1 }, "D": 1, "eps": 2,
              "hvp_cost": 5, "LF": 1, "gap": {{steps}}, "batch": {{tasks}} }
            """
        );
        Assert.Equal(said[OuterLoop.StoredVectors].Value, new[] { theta, work, own }.Sum(x => x.Vectors(d)));
    }

    /// <summary>A chain's activations, and a second number beside each where a Hessian-vector product carries pairs.</summary>
    [Theory]
    [InlineData(3, 4, 2)]
    [InlineData(10, 1)]
    public void Reverse_mode_holds_every_activation(params int[] widths)
    {
        var (units, weights) = (widths.Sum(), new Meter(DenseChain.Weights(widths)));
        var (activations, slopes, adjoints) = (new Meter(2 * units), new Meter(2 * units), new Meter(2 * units));
        DenseChain.Gradient<Real, Metered>(
            widths,
            weights.Store,
            activations.Store,
            slopes.Store,
            adjoints.Store,
            new Meter(widths[^1]).Store,
            new Meter(DenseChain.Weights(widths)).Store
        );
        var said = Measured(
            "imaml2019.appC.reverse_mode.memory",
            $$"""{ "widths": [{{string.Join(", ", widths)}}] }"""
        );
        Assert.Equal(said[Inner.GradientMemory].Value, activations.Vectors(1));
        Assert.Equal(said[Inner.ProductMemory].Value, 2 * activations.Vectors(1));
        // The slopes of the sines stand in the place of their arguments, which no layer of the input has.
        Assert.Equal(units - widths[0], slopes.Vectors(1));
    }

    private static Oracles Truncated(Problem problem, Real alpha, int T, int K, Meter rows, Meter g, Meter work) =>
        TruncatedMaml.Adapt(
            problem.Objective,
            problem.Loss,
            problem.Record,
            Problem.Lambda,
            problem.Theta,
            alpha,
            T,
            K,
            rows.Store,
            g.Store,
            work.Store
        );

    /// <summary>What the trial of a claim fills on an instance.</summary>
    private static Observables<Real> Measured(string id, string instance)
    {
        var claim = Registry.Default.Matching(id).Single();
        using var json = JsonDocument.Parse($$"""{ "instance": {{instance}} }""");
        var (trial, read) = CaseFile.ReadInstance(json.RootElement, claim, Registry.Default);
        return Certifier.Measure<Real>(claim, trial, read);
    }

    /// <summary>A tridiagonal quadratic for train and test loss, and theta.</summary>
    private sealed class Problem
    {
        private readonly int _d;

        public static readonly Real Lambda = new(1);

        public Problem(int d)
        {
            _d = d;
            var record = new Meter(SymmetricMatrix.PackedLength(d) + d);
            var theta = new Meter(d);
            for (var i = 0; i < d; i++)
            {
                record.Store.Set(SymmetricMatrix.IndexOf(d, i, i), s_matrix[i]);
                if (i > 0)
                    record.Store.Set(SymmetricMatrix.IndexOf(d, i, i - 1), 0.25);
                record.Store.Set(SymmetricMatrix.PackedLength(d) + i, 1.0 / (i + 1));
                theta.Store.Set(i, 1 - i);
            }
            (Record, Theta) = (record.Store, theta.Store);
        }

        public TermAt[] Loss { get; } = [new(TermKind.Quadratic, 0)];
        public Metered Record { get; }
        public Metered Theta { get; }
        public ProximalObjective<Real, Metered> Objective => new(Loss, Record, _d, Lambda, Theta);
    }

    /// <summary>Memory that knows which of its elements were touched.</summary>
    private sealed class Meter(int length)
    {
        private readonly HashSet<int> _touched = [];

        public Real[] Values { get; } = new Real[length];
        public Metered Store => new(this, 0);

        public ref Real Touch(int index)
        {
            _touched.Add(index);
            return ref Values[index];
        }

        /// <summary>The vectors of d numbers touched; each of them whole.</summary>
        public int Vectors(int d)
        {
            Assert.Equal(0, _touched.Count % d);
            Assert.Equal(_touched.Count / d, _touched.Select(i => i / d).Distinct().Count());
            return _touched.Count / d;
        }
    }

    private readonly struct Metered(Meter meter, int origin) : IStore<Real, Metered>
    {
        public Real this[int index]
        {
            get => meter.Touch(origin + index);
            set => meter.Touch(origin + index) = value;
        }

        public Metered At(int offset) => new(meter, origin + offset);

        public void Set(int index, double value) => meter.Values[origin + index] = new Real(value);
    }
}
