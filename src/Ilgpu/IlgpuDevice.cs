using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;

namespace Verify.Ilgpu;

/// <summary>
/// An accelerator that runs the meta-gradient trials of multi-step MAML in one number type, on buffers that it keeps from
/// batch to batch. Threads take turns.
/// </summary>
/// <param name="name">The name by which it is asked for.</param>
/// <param name="accelerator">The accelerator, which outlives the device.</param>
internal sealed class IlgpuDevice<T>(string name, Accelerator accelerator) : IBatchDevice, IDisposable
    where T : unmanaged, IReal<T>
{
    /// <summary>
    /// Up to this dimension a record is left in global memory: the caches hold what is read again. (Measured on GPUs by
    /// nobody yet.)
    /// </summary>
    private const int LargestInGlobal = 6;

    /// <summary>The bytes of shared memory that every CUDA device gives to a group without being asked for more.</summary>
    private const int MostShared = 48 << 10;

    private readonly Action<Index1D, BatchViews<T>> _fromGlobal = accelerator.LoadAutoGroupedStreamKernel<
        Index1D,
        BatchViews<T>
    >(MetaGradientKernel.FromGlobal);
    private readonly Action<KernelConfig, int, BatchViews<T>> _fromShared = accelerator.LoadStreamKernel<
        int,
        BatchViews<T>
    >(MetaGradientKernel.FromShared);

    private readonly Buffer<TileAt> _tiles = new(accelerator);
    private readonly Buffer<int> _starts = new(accelerator);
    private readonly Buffer<TermAt> _terms = new(accelerator);
    private readonly Buffer<T> _records = new(accelerator);
    private readonly Buffer<T> _outputs = new(accelerator);
    private readonly Buffer<T> _scratch = new(accelerator);
    private readonly Buffer<Oracles> _costs = new(accelerator);

    public string Name => name;

    public bool Runs(Trial trial) => trial is MetaGradientTrial<MultiStepMaml>;

    public void Run(Trial trial, IReadOnlyList<TileRecord> tiles)
    {
        lock (accelerator)
        {
            // A CUDA context is current to one thread.
            accelerator.Bind();
            Run((MetaGradientTrial<MultiStepMaml>)trial, tiles);
        }
    }

    private void Run(MetaGradientTrial<MultiStepMaml> trial, IReadOnlyList<TileRecord> tiles)
    {
        // Tiles that fit come last: those are the ones that the second kernel runs.
        var capacity = Math.Min(MostShared, accelerator.MaxSharedMemoryPerGroup) / (Tile.Size * Interop.SizeOf<T>());
        // ILGPU 1.5.3 keeps the address of dynamic local memory in a variable of the program, which not every OpenCL has.
        bool IsShared(TileRecord tile) =>
            accelerator.AcceleratorType != AcceleratorType.OpenCL
            && tile.Layout.D > LargestInGlobal
            && tile.Layout.Size <= capacity;
        var ordered = tiles.OrderBy(IsShared).ToList();
        var global = ordered.Count(t => !IsShared(t));

        var plan = new BatchPlan(trial, ordered);
        Upload(plan, ordered);
        var batch = new BatchViews<T>(
            _tiles.View,
            _starts.View,
            _terms.View,
            _records.View,
            _outputs.View,
            _scratch.View,
            _costs.View
        );
        if (global > 0)
            _fromGlobal(global * Tile.Size, batch);
        if (global < ordered.Count)
        {
            var size = ordered.Skip(global).Max(t => t.Layout.Size) * Tile.Size;
            var config = new KernelConfig(
                ordered.Count - global,
                Tile.Size,
                SharedMemoryConfig.RequestDynamic<T>(size)
            );
            _fromShared(config, global, batch);
        }
        accelerator.Synchronize();

        var numbers = _outputs.Download().AsSpan();
        var costs = _costs.Download();
        for (var i = 0; i < ordered.Count; i++)
        {
            var from = numbers.Slice(plan.Tiles[i].Output, plan.OutputsPerTile);
            ordered[i].Outputs = MemoryMarshal.Cast<T, double>(from).ToArray();
            ordered[i].Cost = costs[i];
        }
    }

    private void Upload(BatchPlan plan, List<TileRecord> tiles)
    {
        _tiles.Upload(plan.Tiles);
        _starts.Upload(plan.Starts);
        _terms.Upload(plan.Terms);
        _outputs.Resize(plan.OutputLength);
        _scratch.Resize(plan.ScratchLength);
        _costs.Resize(tiles.Count);
        _records.Resize(plan.RecordLength);
        for (var i = 0; i < tiles.Count; i++)
            _records.Upload(MemoryMarshal.Cast<double, T>(tiles[i].Numbers.AsSpan()), plan.Tiles[i].Record);
    }

    public void Dispose()
    {
        _tiles.Dispose();
        _starts.Dispose();
        _terms.Dispose();
        _records.Dispose();
        _outputs.Dispose();
        _scratch.Dispose();
        _costs.Dispose();
    }
}
