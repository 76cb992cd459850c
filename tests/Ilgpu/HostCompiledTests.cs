using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Trials;
using Verify.Ilgpu;

namespace Verify.Tests.Ilgpu;

/// <summary>
/// The OpenCL C that ILGPU generates, compiled as C by the compiler of the host, with contraction of products and sums
/// allowed: what no CPU accelerator shows and no GPU is needed for.
/// </summary>
public sealed unsafe class HostCompiledTests : IDisposable
{
    /// <summary>What C lacks of OpenCL C; the kernel's thread is a variable.</summary>
    private const string Before = """
        #include <math.h>
        #include <stdbool.h>
        #define __generic
        #define global
        #define kernel
        #define local
        #define private
        typedef unsigned long ulong;
        typedef unsigned int uint;
        static int thread;
        static int get_global_id(int axis) { return axis == 0 ? thread : 0; }
        static int max(int a, int b) { return a > b ? a : b; }
        static int min(int a, int b) { return a < b ? a : b; }
        static long as_long(double x) { union { double x; long n; } u = { .x = x }; return u.n; }
        static ulong as_ulong(double x) { return (ulong)as_long(x); }
        static double as_double(long n) { union { long n; double x; } u = { .n = n }; return u.x; }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("verify-opencl-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [HostCompilerFact]
    public void The_generated_code_equals_the_scalar_engine_bit_for_bit()
    {
        var library = NativeLibrary.Load(Compile(GeneratedCode.OpenCl(nameof(MetaGradientKernel.FromGlobal))));
        try
        {
            var run = (delegate* unmanaged<int, void*, void*, void*, void*, void*, void*, void*, void>)
                NativeLibrary.GetExport(library, "run");
            foreach (var trial in MultiStepMamlCatalogue.Trials.OfType<MetaGradientTrial<MultiStepMaml>>())
            {
                var drawn = MultiStepMamlCatalogue
                    .Families.Where(f => f.Shape == trial.Shape)
                    .SelectMany(f => Enumerable.Range(1, 17).Select(d => SelfTest.Draw(f, d, steps: 1 + d % 6)))
                    .ToList();
                var records = drawn.ConvertAll(x => new TileRecord(x.Tile, x.Counts));
                Run(run, trial, records);
                for (var k = 0; k < drawn.Count; k++)
                    Assert.Null(SelfTest.Difference(trial, drawn[k].Tile, records[k]));
            }
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    private static void Run(
        delegate* unmanaged<int, void*, void*, void*, void*, void*, void*, void*, void> run,
        MetaGradientTrial<MultiStepMaml> trial,
        List<TileRecord> tiles
    )
    {
        var plan = new BatchPlan(trial, tiles);
        double[] records = [.. tiles.SelectMany(t => t.Numbers)];
        var outputs = new double[plan.OutputLength];
        var scratch = new double[plan.ScratchLength];
        var costs = new Oracles[tiles.Count];
        fixed (TileAt* places = plan.Tiles)
        fixed (int* starts = plan.Starts)
        fixed (TermAt* terms = plan.Terms)
        fixed (
            double* record = records,
                output = outputs,
                work = scratch
        )
        fixed (Oracles* cost = costs)
            run(tiles.Count * Tile.Size, places, starts, terms, record, output, work, cost);
        for (var i = 0; i < tiles.Count; i++)
        {
            tiles[i].Outputs = outputs.AsSpan(plan.Tiles[i].Output, plan.OutputsPerTile).ToArray();
            tiles[i].Cost = costs[i];
        }
    }

    /// <summary>A library with the kernel and a loop over its threads.</summary>
    private string Compile(string source)
    {
        // The views: each the offset of its buffer, 0, and its length, which no kernel reads.
        var views = Regex.Match(source, @"struct (\w+_kernel) \w+\)").Groups[1].Value;
        var after = $$"""

            void run(int n, void* a, void* b, void* c, void* d, void* e, void* f, void* g)
            {
                struct {{views}} views = { 0 };
                for (thread = 0; thread < n; thread++)
                    Kernel_FromGlobal(a, b, c, d, e, f, g, n, views);
            }
            """;
        var (file, library) = (Path.Combine(_folder, "kernel.c"), Path.Combine(_folder, "kernel.so"));
        File.WriteAllText(file, Before + source + after);
        string[] options = ["-O2", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC", "-w"];
        using var compiler = Process.Start("cc", [.. options, "-o", library, file, "-lm"]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return library;
    }
}

/// <summary>Skipped, and says so, where there is no C compiler.</summary>
internal sealed class HostCompilerFactAttribute : FactAttribute
{
    public HostCompilerFactAttribute()
    {
        if (!"/usr/bin/cc /usr/local/bin/cc".Split(' ').Any(File.Exists))
            Skip = "no C compiler, cc";
    }
}
