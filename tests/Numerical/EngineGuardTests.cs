using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;
using Verify.Evidence;
using Xunit.Abstractions;

namespace Verify.Tests.Numerical;

/// <summary>What the batch engine promises besides its results: the same bits in every width, no garbage, tight kernels.</summary>
public sealed class EngineGuardTests(ITestOutputHelper output)
{
    private const int LargestDimension = 64;

    /// <summary>Every remainder of the kernels' strips, family and number of tasks, then larger ones; deep, all of them.</summary>
    private static readonly IEnumerable<int> s_dimensions =
        Environment.GetEnvironmentVariable("VERIFY_BUDGET") == "deep"
            ? Enumerable.Range(1, LargestDimension)
            : [.. Enumerable.Range(1, 20), 33, LargestDimension];

    /// <summary>No trial gives this: where it is found, a slot that the trial names was not filled.</summary>
    private const double Unfilled = -1.2345678e-301;

    private static readonly IReadOnlyList<Trial> s_trials = Registry.Default.Trials;

    private static readonly Dictionary<Trial, Claim> s_claims = s_trials
        .Where(t => t.Takes.Count > 0)
        .ToDictionary(t => t, t => Registry.Default.Claims.First(c => Registry.Default.TrialsOf(c).Contains(t)));

    [Fact]
    public void Every_width_repeats_the_scalar_engine_bit_for_bit()
    {
        var (real, lanes2, lanes4, lanes8, lanes16) = (
            new TileRunner<Real>(),
            new TileRunner<Lanes2>(),
            new TileRunner<Lanes4>(),
            new TileRunner<Lanes8>(),
            new TileRunner<Pair<Lanes8>>()
        );
        var (finite, all) = (s_trials.ToDictionary(t => t, _ => 0), s_trials.ToDictionary(t => t, _ => 0));
        foreach (var d in s_dimensions)
        foreach (var byShape in s_trials.GroupBy(t => t.Shape))
        {
            var tile = Draw(byShape.Key, d, out var counts);
            foreach (var trial in byShape)
            {
                var expected = Measure(real, tile, counts, trial);
                Assert.DoesNotContain(Unfilled, expected.Values);
                finite[trial] += expected.Values.Count(double.IsFinite);
                all[trial] += expected.Values.Length;
                AssertEqual(expected, Measure(lanes2, tile, counts, trial), $"{trial.Name}, d = {d}, 2 lanes");
                AssertEqual(expected, Measure(lanes4, tile, counts, trial), $"{trial.Name}, d = {d}, 4 lanes");
                AssertEqual(expected, Measure(lanes8, tile, counts, trial), $"{trial.Name}, d = {d}, 8 lanes");
                AssertEqual(expected, Measure(lanes16, tile, counts, trial), $"{trial.Name}, d = {d}, 16 lanes");
            }
        }
        foreach (var trial in s_trials)
        {
            output.WriteLine($"{trial.Name}: {finite[trial]} finite of {all[trial]}");
            // A prescribed count above what is run here leaves no number.
            var least = trial.Takes.Count > 0 ? all[trial] / 20 : all[trial] / 2;
            Assert.True(
                all[trial] == 0 || finite[trial] > least,
                $"{trial.Name}: mostly not finite, the test shows little"
            );
        }
    }

    [Fact]
    public void A_warm_engine_allocates_nothing()
    {
        var failures = new List<string>();
        foreach (var d in new[] { 1, 7, 20 })
        foreach (var trial in s_trials)
        {
            var tile = Draw(trial.Shape, d, out var counts);
            foreach (
                var (type, bytes) in new[]
                {
                    (nameof(Real), Allocated<Real>(tile, counts, trial)),
                    (nameof(Lanes8), Allocated<Lanes8>(tile, counts, trial)),
                }
            )
                if (bytes != 0)
                    failures.Add($"{trial.Name} ({trial.Shape.Name}), d = {d}, {type}: {bytes} bytes");
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>
    /// A method that inlines too much is left with calls to operators and runs several times slower; the results do not
    /// show it. The kernels are compiled as a run compiles them, with counters after a quick start, and at once.
    /// </summary>
    [Theory]
    [InlineData(
        "ji2022.prop1",
        true,
        "SymmetricMatrix:FirstStrip SymmetricMatrix:TwoStrips Cosines:AddGradient Cosines:AddHessianVector Vectors:Dot "
            + "Vectors:Add Vectors:Combine"
    )]
    [InlineData(
        "ji2022.prop1",
        false,
        "SymmetricMatrix:FirstStrip SymmetricMatrix:TwoStrips Cosines:AddGradient Cosines:AddHessianVector Vectors:Dot "
            + "Vectors:Add Vectors:Combine"
    )]
    [InlineData("imaml2019.std.cg_chebyshev", true, "ConjugateGradients:Step SymmetricMatrix:TwoStrips")]
    public void Kernels_call_no_operator_of_the_number_type(string claim, bool isTiered, string kernels)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            output.WriteLine("not checked: no AVX-512 here");
            return;
        }
        (string Method, string[] Lines)[] listings = [];
        (string Method, string[] Lines)[] Of(string kernel) =>
            [.. listings.Where(x => x.Method.Contains($".{kernel}[", StringComparison.Ordinal))];
        // Two threads compile, and now and then one writes into the other's listing.
        for (var attempt = 0; attempt < 3 && kernels.Split(' ').Any(k => Of(k).Length == 0); attempt++)
            listings = Disassemble(claim, isTiered);
        foreach (var kernel in kernels.Split(' '))
        {
            Assert.True(Of(kernel).Length > 0, $"no optimized listing of {kernel} over Lanes8");
            foreach (var (method, lines) in Of(kernel))
            {
                output.WriteLine($"{method}: {lines.Length} lines");
                Assert.Contains(lines, line => line.Contains("zmm", StringComparison.Ordinal));
                Assert.Empty(lines.Where(IsOperatorCall).Select(line => $"{kernel}: {line.Trim()}"));
            }
        }
    }

    [Theory]
    [InlineData("       call     [Verify.Algorithms.Numbers.Lanes8:op_Addition(a,a):a]", true)]
    [InlineData(
        "       call     [Verify.Algorithms.Numbers.Ref`1[Verify.Algorithms.Numbers.Lanes8]:get_Item(int):a:this]",
        true
    )]
    [InlineData("       tail.jmp [Verify.Algorithms.Numbers.Lanes8:Fma(a,a,a):a]", true)]
    [InlineData(
        "       call     [Verify.Algorithms.Losses.SymmetricMatrix:LastStrip[Verify.Algorithms.Numbers.Lanes8](int)]",
        false
    )]
    [InlineData("       vfmadd213pd zmm0, zmm1, zmmword ptr [rax]", false)]
    public void A_call_to_an_operator_is_recognized(string line, bool isCall) =>
        Assert.Equal(isCall, IsOperatorCall(line));

    private static bool IsOperatorCall(string line) =>
        Regex.IsMatch(
            line,
            @"^\s*(call|tail\.jmp|jmp)\b.*\b(Lanes8|Vector512|Ref`1\[[^:]*\]|IReal`1\[[^:]*\]|IStore`2\[[^:]*\]):\w+"
        );

    /// <summary>Runs a claim and lists its optimized kernels over Lanes8.</summary>
    private static (string Method, string[] Lines)[] Disassemble(string claim, bool isTiered)
    {
        var folder = Directory.CreateTempSubdirectory("verify-disassembly-").FullName;
        try
        {
            var file = Path.Combine(folder, "listing.asm");
            var start = new ProcessStartInfo("dotnet")
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "verify.dll"),
                .. $"run {claim} --budget 4096 --width 8 --threads 1".Split(' '),
            ];
            foreach (var argument in arguments)
                start.ArgumentList.Add(argument);
            start.Environment["DOTNET_JitDisasm"] =
                "FirstStrip TwoStrips AddGradient AddHessianVector Dot Add Combine Step";
            start.Environment["DOTNET_JitStdOutFile"] = file;
            start.Environment["DOTNET_TieredCompilation"] = isTiered ? "1" : "0";
            // Counts calls from the start, so that a short run reaches the last tier.
            start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0";
            var run = VerifyProgram.End(Process.Start(start)!);
            Assert.True(run.Status == 0, run.ToString());
            return [.. Listings(File.ReadAllText(file))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Method, string[] Lines)> Listings(string text)
    {
        const string Header = "; Assembly listing for method ";
        foreach (var listing in text.Split(Header).Skip(1))
        {
            var lines = listing.Split('\n');
            var isOptimized =
                lines[0].Contains("(Tier1", StringComparison.Ordinal)
                || lines[0].Contains("(FullOpts", StringComparison.Ordinal);
            // Over pairs and dual numbers, too, the name contains Lanes8.
            var isWhole = lines.Any(l => l.StartsWith("; Total bytes of code", StringComparison.Ordinal));
            if (
                isOptimized
                && isWhole
                && lines[0].Contains("[Verify.Algorithms.Numbers.Lanes8,", StringComparison.Ordinal)
            )
                yield return (lines[0], lines[1..]);
        }
    }

    /// <summary>A tile of a family of the shape, another one for each d in turn, with one setting.</summary>
    private static Tile Draw(Shape shape, int d, out Counts counts)
    {
        var families = Registry.Default.Families.Where(f => f.Shape == shape).ToArray();
        var tasks = 1 + d % 3;
        var tile = new Tile();
        tile.Draw(families[d % families.Length], 20220001, d, new Limits((d, d), (tasks, tasks), (0, 3)));
        var steps = d <= 16 ? 1 + d % 5 : 1 + d % 2;
        counts = [];
        foreach (var field in shape.Counts)
            counts[field.Count] = field.Count == Count.N || field.Count == Count.T ? steps : d % (steps + 1);
        for (var lane = 0; lane < Tile.Size; lane++)
            tile.DrawPoints(0, new Setting(counts, u => 0.01 + 0.5 * u), lane);
        return tile;
    }

    /// <summary>All numbers that a trial measures on a tile, slot by slot, element by element, lane by lane.</summary>
    private static (double[] Values, Oracles Cost, string[] Names) Measure<T>(
        TileRunner<T> runner,
        Tile tile,
        Counts counts,
        Trial trial
    )
        where T : unmanaged, IMachineReal<T>
    {
        var cost = default(Oracles);
        var values = new List<(int Slot, int Element, int Lane, double Value)>();
        for (var first = 0; first < Tile.Size; first += T.Width)
        {
            runner.Load(tile, first, counts);
            foreach (var slot in trial.Fills)
                runner.Observables.Vector(slot).Fill(T.From(Unfilled));
            Prepare(runner, tile, trial);
            var one = runner.Run(trial, tile.Layout);
            // Of all lanes, where each lane does not have its own.
            cost = new Oracles(
                cost.Gradients + (trial.Fills.Contains(Cost.Gradients) ? 0 : T.Width * one.Gradients),
                cost.HessianVectors + (trial.Fills.Contains(Cost.HessianVectors) ? 0 : T.Width * one.HessianVectors),
                one.StoredVectors
            );
            for (var s = 0; s < trial.Fills.Count; s++)
            {
                var vector = runner.Observables.Vector(trial.Fills[s]);
                for (var k = 0; k < vector.Length; k++)
                for (var lane = 0; lane < T.Width; lane++)
                    values.Add((s, k, first + lane, T.Lane(vector[k], lane)));
            }
        }
        values.Sort((a, b) => (a.Slot, a.Element, a.Lane).CompareTo((b.Slot, b.Element, b.Lane)));
        return (
            [.. values.Select(x => x.Value)],
            cost,
            [.. values.Select(x => $"{trial.Fills[x.Slot]}[{x.Element}] of lane {x.Lane}")]
        );
    }

    private static void AssertEqual(
        (double[] Values, Oracles Cost, string[] Names) expected,
        (double[] Values, Oracles Cost, string[] Names) actual,
        string what
    )
    {
        Assert.Equal(expected.Cost, actual.Cost);
        Assert.Equal(expected.Values.Length, actual.Values.Length);
        for (var k = 0; k < expected.Values.Length; k++)
            if (Bits(expected.Values[k]) != Bits(actual.Values[k]))
                Assert.Fail($"{what}, {actual.Names[k]}: {actual.Values[k]:R}, not {expected.Values[k]:R}");
    }

    /// <summary>The bits, with one NaN for all.</summary>
    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);

    /// <summary>The bytes that a run of all groups of a tile allocates once it is warm.</summary>
    private static long Allocated<T>(Tile tile, Counts counts, Trial trial)
        where T : unmanaged, IMachineReal<T>
    {
        var runner = new TileRunner<T>();
        RunAll(runner, tile, counts, trial);
        // The least of several: a method compiled again meanwhile may leave something behind.
        var least = long.MaxValue;
        for (var k = 0; k < 5 && least > 0; k++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            RunAll(runner, tile, counts, trial);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private static void RunAll<T>(TileRunner<T> runner, Tile tile, Counts counts, Trial trial)
        where T : unmanaged, IMachineReal<T>
    {
        for (var first = 0; first < Tile.Size; first += T.Width)
        {
            runner.Load(tile, first, counts);
            Prepare(runner, tile, trial);
            runner.Run(trial, tile.Layout);
        }
    }

    /// <summary>With what a claim that runs this trial prescribes, a hundred steps at most.</summary>
    private static void Prepare<T>(TileRunner<T> runner, Tile tile, Trial trial)
        where T : unmanaged, IMachineReal<T>
    {
        runner.Prepare(trial, tile.Layout);
        if (trial.Takes.Count > 0)
            Prescriptions.Fill(s_claims[trial], runner.Observables, 100);
    }
}
