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
/// <param name="accelerator">The accelerator; the device owns it.</param>
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
            Run((MetaGradientTrial<MultiStepMaml>)trial, tiles);
    }

    private void Run(MetaGradientTrial<MultiStepMaml> trial, IReadOnlyList<TileRecord> tiles)
    {
        // Tiles that fit come last: those are the ones that the second kernel runs.
        var capacity = Math.Min(MostShared, accelerator.MaxSharedMemoryPerGroup) / (Tile.Size * Interop.SizeOf<T>());
        bool IsShared(TileRecord tile) => tile.Layout.D > LargestInGlobal && tile.Layout.Size <= capacity;
        var ordered = tiles.OrderBy(IsShared).ToList();
        var global = ordered.Count(t => !IsShared(t));

        var outputs = trial.Fills.Count;
        Upload(trial, ordered, outputs);
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
            var from = numbers.Slice(i * outputs * Tile.Size, outputs * Tile.Size);
            ordered[i].Outputs = MemoryMarshal.Cast<T, double>(from).ToArray();
            ordered[i].Cost = costs[i];
        }
    }

    private void Upload(MetaGradientTrial<MultiStepMaml> trial, List<TileRecord> tiles, int outputs)
    {
        var (record, scratch, losses) = (0, 0, 0);
        var places = new List<TileAt>();
        var starts = new List<int>();
        var terms = new List<TermAt>();
        foreach (var tile in tiles)
        {
            var plan = trial.PlanOf(tile.Layout, tile.Counts);
            var (train, test) = trial.LossesOf(tile.Layout);
            places.Add(
                new TileAt(
                    plan,
                    tile.Layout.Size,
                    record,
                    places.Count * outputs * Tile.Size,
                    scratch,
                    losses,
                    losses + train.Length
                )
            );
            foreach (var loss in train.Concat(test))
            {
                starts.Add(terms.Count);
                terms.AddRange(loss);
            }
            losses += train.Length + test.Length;
            record = checked(record + tile.Numbers.Length);
            scratch = checked(scratch + plan.ScratchLength * Tile.Size);
        }
        starts.Add(terms.Count);

        _tiles.Upload(CollectionsMarshal.AsSpan(places));
        _starts.Upload(CollectionsMarshal.AsSpan(starts));
        _terms.Upload(CollectionsMarshal.AsSpan(terms));
        _outputs.Resize(tiles.Count * outputs * Tile.Size);
        _scratch.Resize(scratch);
        _costs.Resize(tiles.Count);
        _records.Resize(record);
        for (var i = 0; i < tiles.Count; i++)
            _records.Upload(MemoryMarshal.Cast<double, T>(tiles[i].Numbers.AsSpan()), places[i].Record);
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
        accelerator.Dispose();
    }
}
