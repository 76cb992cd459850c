using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Benchmarks;

/// <summary>The kernels in one number type; public, and not sealed, because BenchmarkDotNet derives from it.</summary>
public unsafe class KernelBenchmarks<T>
    where T : unmanaged, IReal<T>
{
    private TermAt[] _terms = [];
    private T* _data;
    private int _x,
        _y,
        _z;

    /// <summary>The dimension.</summary>
    [Params(4, 10, 20, 50)]
    public int D { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var problem = new Problem(D, Suite.Cosines, 1);
        _terms = problem.Terms;
        (_x, _y, _z) = (problem.Start, problem.Size, problem.Size + D);
        _data = (T*)NativeMemory.AlignedAlloc((nuint)((problem.Size + 2 * D) * sizeof(T)), 64);
        for (var e = 0; e < problem.Size; e++)
            _data[e] = T.From(problem.Records[0][e]);
        for (var e = 0; e < 2 * D; e++)
            _data[_y + e] = T.From(0.1 * (e + 1) / D);
    }

    [GlobalCleanup]
    public void CleanUp() => NativeMemory.AlignedFree(_data);

    [Benchmark]
    public void MultiplyAdd() => SymmetricMatrix.MultiplyAdd<T, Ref<T>>(D, At(0), At(_x), At(_y));

    [Benchmark]
    public void Dot() => _data[_z] = Vectors.Dot<T, Ref<T>>(D, At(_x), At(_y));

    [Benchmark]
    public void Add() => Vectors.Add<T, Ref<T>>(D, _data[_x], At(_x), At(_y));

    [Benchmark]
    public void Cos()
    {
        for (var i = 0; i < D; i++)
            _data[_y + i] = T.Cos(_data[_x + i]);
    }

    [Benchmark]
    public void Gradient() => Loss.Gradient<T, Ref<T>>(_terms, At(0), D, At(_x), At(_y));

    [Benchmark]
    public void HessianVector() => Loss.HessianVector<T, Ref<T>>(_terms, At(0), D, At(_x), At(_z), At(_y));

    private Ref<T> At(int offset) => new(ref _data[offset]);
}

/// <summary>Runs the kernels under BenchmarkDotNet, in this process and briefly, so that they take about two minutes.</summary>
internal static class Kernels
{
    public static JsonObject Run<T>()
        where T : unmanaged, IMachineReal<T>
    {
        (string Name, int Width, Type Type)[] types =
        [
            ("scalar", 1, typeof(KernelBenchmarks<Real>)),
            ($"{T.Width} lanes", T.Width, typeof(KernelBenchmarks<T>)),
            ($"{2 * T.Width} lanes", 2 * T.Width, typeof(KernelBenchmarks<Pair<T>>)),
            ("interval", 1, typeof(KernelBenchmarks<Interval>)),
        ];
        var job = Job
            .Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithIterationCount(9)
            .WithIterationTime(TimeInterval.FromMilliseconds(40))
            .WithEvaluateOverhead(false);
        var artifacts = Directory.CreateTempSubdirectory("benchmarks-").FullName;
        var config = ManualConfig
            .CreateEmpty()
            .AddJob(job)
            .AddLogger(NullLogger.Instance)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .WithArtifactsPath(artifacts)
            .WithOptions(ConfigOptions.DisableLogFile);
        var rows = new Dictionary<(string, int), JsonObject>();
        foreach (var (name, width, type) in types)
        {
            Console.Error.WriteLine(name);
            foreach (var report in BenchmarkRunner.Run(type, config).Reports)
                Add(name, width, report);
        }
        Directory.Delete(artifacts, recursive: true);
        return new JsonObject
        {
            ["machine"] = Suite.Machine(),
            ["kernels"] = new JsonObject
            {
                ["types"] = new JsonArray([.. types.Select(t => (JsonNode)t.Name)]),
                ["rows"] = new JsonArray([.. rows.Values]),
            },
        };

        void Add(string type, int width, BenchmarkReport report)
        {
            var kernel = report.BenchmarkCase.Descriptor.WorkloadMethod.Name;
            var d = (int)report.BenchmarkCase.Parameters["D"];
            if (!rows.TryGetValue((kernel, d), out var row))
                rows[(kernel, d)] = row = new JsonObject
                {
                    ["kernel"] = kernel,
                    ["d"] = d,
                    ["flops"] = Flops(kernel, d),
                };
            row[type] = report.ResultStatistics!.Median / width;
        }
    }

    private static double Flops(string kernel, int d)
    {
        var problem = new Problem(d, Suite.Cosines, 1);
        return kernel switch
        {
            nameof(KernelBenchmarks<>.MultiplyAdd) => 2.0 * d * d,
            nameof(KernelBenchmarks<>.Cos) => Problem.CosFlops * d,
            nameof(KernelBenchmarks<>.Gradient) => problem.GradientFlops,
            nameof(KernelBenchmarks<>.HessianVector) => problem.ProductFlops,
            _ => 2.0 * d,
        };
    }
}
