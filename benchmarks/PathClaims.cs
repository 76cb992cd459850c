using System.Text.Json.Nodes;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Benchmarks;

/// <summary>
/// The claims on paths and meta-gradients stage by stage, as sampling does it: a tile is drawn, its groups are interleaved,
/// the trial runs from both points on every task, and all claims that read the trial are evaluated from its buffer.
/// </summary>
internal sealed class PathClaims(Team one, Team two, bool isQuick)
{
    private const int Steps = 5;
    private const int Tasks = 4;

    /// <summary>Quadratics, and cosines whose Hessians do not commute.</summary>
    public static readonly string[] Families = ["quadratic", "cosine-general"];

    private readonly int _samples = isQuick ? 5 : 15;
    private readonly int[] _dimensions = isQuick ? [4, 20] : [4, 10, 20, 50];
    private readonly int[] _tasks = isQuick ? [8] : [1, 2, 8];

    /// <summary>Whether lanes and the scalar engine gave the same sides.</summary>
    public bool IsConsistent { get; private set; } = true;

    public JsonArray Run<T>()
        where T : unmanaged, IMachineReal<T>
    {
        var result = new JsonArray();
        foreach (var family in Families)
        {
            foreach (var d in _dimensions)
                result.Add((JsonNode)Measure<T>(family, d, Tasks));
            foreach (var n in _tasks)
                result.Add((JsonNode)Measure<T>(family, 20, n));
        }
        return result;
    }

    /// <summary>Whether all widths give the same bits on one tile.</summary>
    public static bool Agree<T>(string family, int d, int tasks)
        where T : unmanaged, IMachineReal<T>
    {
        var real = new Stages<Real>(family, d, tasks).Sides();
        return Compare.SameBits(real, new Stages<T>(family, d, tasks).Sides())
            && Compare.SameBits(real, new Stages<Pair<T>>(family, d, tasks).Sides());
    }

    private JsonObject Measure<T>(string family, int d, int tasks)
        where T : unmanaged, IMachineReal<T>
    {
        var (real, single, pair) = (
            new Stages<Real>(family, d, tasks),
            new Stages<T>(family, d, tasks),
            new Stages<Pair<T>>(family, d, tasks)
        );
        IsConsistent &= Agree<T>(family, d, tasks);
        var seconds = Timed.Samples(
            _samples,
            [
                new(one, real.Trial),
                new(one, single.Draw),
                new(one, single.Load),
                new(one, single.Trial),
                new(one, single.Claims),
                new(one, pair.Load),
                new(one, pair.Trial),
                new(one, pair.Claims),
                new(two, single.Trial),
                new(two, pair.Trial),
            ]
        );
        double PerInstance(int k) => seconds[k][0] / Tile.Size;
        var best = PerInstance(6) < PerInstance(3) ? 5 : 2;
        return new JsonObject
        {
            ["family"] = family,
            ["d"] = d,
            ["n"] = tasks,
            ["N"] = Steps,
            ["claims"] = single.ClaimCount,
            ["flops"] = single.Flops,
            // Nanoseconds per instance on one thread; drawn tasks serve several settings.
            ["draw"] = 1e9 * PerInstance(1) / Tile.Settings,
            ["load"] = 1e9 * PerInstance(best),
            ["trial"] = 1e9 * PerInstance(best + 1),
            ["evaluate"] = 1e9 * PerInstance(best + 2),
            ["trialReal"] = 1e9 * PerInstance(0),
            ["rate1"] = 1 / PerInstance(best + 1),
            ["rate2"] = 2 / Math.Min(PerInstance(8), PerInstance(9)),
        };
    }

    /// <summary>The stages in one lane type; every thread of a team has tiles and buffers of its own.</summary>
    private sealed class Stages<T>
        where T : unmanaged, IMachineReal<T>
    {
        private const int Threads = 2;
        private const ulong Seed = 1;

        private readonly Family _family;
        private readonly Limits _limits;
        private readonly Trial _trial;
        private readonly Claim[] _claims;
        private readonly Setting _setting = new(
            new Counts { [Count.N] = Steps, [Count.J] = Steps },
            u => 0.01 + 0.1 * u
        );
        private readonly Tile[] _tiles = [.. Enumerable.Range(0, Threads).Select(_ => new Tile())];
        private readonly Tile[] _spares = [.. Enumerable.Range(0, Threads).Select(_ => new Tile())];
        private readonly TileRunner<T>[][] _runners = new TileRunner<T>[Threads][];
        private readonly double[] _sinks = new double[Threads * 8];

        public Stages(string family, int d, int tasks)
        {
            var registry = Registry.Default;
            _family = registry.Families.Single(f => f.Name == family);
            _limits = new Limits((d, d), (tasks, tasks), (0, 0));
            _trial = registry
                .Trials.OfType<MetaGradientTrial<Algorithms.MetaGradients.MultiStepMaml>>()
                .Single(t => t.Shape == _family.Shape);
            _claims =
            [
                .. registry.Claims.Where(c =>
                    c.Extent == Extent.Scalar && registry.TrialOf(c, _family.Shape) == _trial
                ),
            ];
            for (var worker = 0; worker < Threads; worker++)
            {
                DrawTile(_tiles[worker], worker);
                _runners[worker] = [.. Enumerable.Range(0, Tile.Size / T.Width).Select(_ => new TileRunner<T>())];
                LoadAll(worker);
                RunAll(worker);
            }
            var cost = _runners[0][0].Run(_trial, _tiles[0].Layout);
            var terms = _tiles[0].Layout.LossesOf(((MultiStepMamlShape)_family.Shape).Test)[0];
            Flops =
                cost.Gradients * terms.Sum(t => Problem.Flops(t.Kind, d).Gradient)
                + cost.HessianVectors * terms.Sum(t => Problem.Flops(t.Kind, d).Product);
        }

        public int ClaimCount => _claims.Length;

        /// <summary>Operations per instance of the oracles alone, without norms and sums.</summary>
        public double Flops { get; }

        public IBody Draw => new Body((worker, round) => DrawTile(_spares[worker], Threads * round + worker));
        public IBody Load => new Body((worker, _) => LoadAll(worker));
        public IBody Trial => new Body((worker, _) => RunAll(worker));
        public IBody Claims => new Body((worker, _) => _sinks[worker * 8] = EvaluateAll(worker));

        /// <summary>Both sides of every claim on the first tile, claim by claim, instance by instance.</summary>
        public double[] Sides() =>
            [
                .. from claim in _claims
                from side in new[] { claim.Lhs, claim.Rhs }
                from runner in _runners[0]
                let value = side.Evaluate(runner.Observables, 0)
                from lane in Enumerable.Range(0, T.Width)
                select T.Lane(value, lane),
            ];

        private void DrawTile(Tile tile, long index)
        {
            tile.Draw(_family, Seed, index, _limits);
            for (var s = 0; s < Tile.Settings; s++)
            for (var lane = 0; lane < Tile.Size; lane++)
                tile.DrawPoints(s, _setting, lane);
        }

        private void LoadAll(int worker)
        {
            for (var k = 0; k < _runners[worker].Length; k++)
                _runners[worker][k].Load(_tiles[worker], k * T.Width, _setting.Counts);
        }

        private void RunAll(int worker)
        {
            foreach (var runner in _runners[worker])
                runner.Run(_trial, _tiles[worker].Layout);
        }

        private double EvaluateAll(int worker)
        {
            var sum = T.From(0.0);
            foreach (var runner in _runners[worker])
            foreach (var claim in _claims)
            {
                sum += claim.Lhs.Evaluate(runner.Observables, 0) + claim.Rhs.Evaluate(runner.Observables, 0);
                foreach (var hypothesis in claim.Hypotheses)
                    if (hypothesis.Condition is Condition.Positive positive)
                        sum += positive.Item.Evaluate(runner.Observables, 0);
            }
            return T.Lane(sum, 0);
        }

        private sealed class Body(Action<int, int> round) : IBody
        {
            public void Run(int worker, int rounds)
            {
                for (var k = 0; k < rounds; k++)
                    round(worker, k);
            }
        }
    }
}
