using ILGPU;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;

namespace Verify.Ilgpu;

/// <summary>A tile within the buffers of a batch.</summary>
/// <param name="Plan">The counts of its instances and where their records hold what.</param>
/// <param name="Size">The length of a record.</param>
/// <param name="Record">Where the records begin.</param>
/// <param name="Output">Where the outputs begin.</param>
/// <param name="Scratch">Where the scratch begins.</param>
/// <param name="Train">The number of the first train loss.</param>
/// <param name="Test">The number of the first test loss.</param>
internal readonly record struct TileAt(
    MetaGradientPlan Plan,
    int Size,
    int Record,
    int Output,
    int Scratch,
    int Train,
    int Test
);

/// <summary>The buffers of a batch in the memory of a device.</summary>
/// <param name="Tiles">The tiles.</param>
/// <param name="Starts">Where the terms of each loss begin, and where the last ones end.</param>
/// <param name="Terms">The terms of all losses.</param>
/// <param name="Records">For each tile, element by element, lane by lane.</param>
/// <param name="Outputs">Likewise.</param>
/// <param name="Scratch">Likewise.</param>
/// <param name="Costs">What the first instance of each tile cost.</param>
internal readonly record struct BatchViews<T>(
    ArrayView<TileAt> Tiles,
    ArrayView<int> Starts,
    ArrayView<TermAt> Terms,
    ArrayView<T> Records,
    ArrayView<T> Outputs,
    ArrayView<T> Scratch,
    ArrayView<Oracles> Costs
)
    where T : unmanaged;

/// <summary>The meta-gradient trial on a device, one thread an instance.</summary>
internal static class MetaGradientKernel
{
    /// <summary>Thread i runs lane i mod 16 of tile i / 16, with the record in global memory.</summary>
    public static void FromGlobal<T>(Index1D thread, BatchViews<T> batch)
        where T : unmanaged, IReal<T>
    {
        var (tile, lane) = (thread.X / Tile.Size, thread.X % Tile.Size);
        var at = batch.Tiles[tile];
        Run(batch, tile, lane, new LaneStore<T>(batch.Records, at.Record + lane, Tile.Size));
    }

    /// <summary>
    /// A group of sixteen threads runs tile <paramref name="first"/> + its number. Each lane's record is read 4N times or
    /// more: it is copied into shared memory first. No lane reads another one's, so there is no barrier.
    /// </summary>
    public static void FromShared<T>(int first, BatchViews<T> batch)
        where T : unmanaged, IReal<T>
    {
        var (tile, lane) = (first + Grid.IdxX, Group.IdxX);
        var at = batch.Tiles[tile];
        var shared = SharedMemory.GetDynamic<T>();
        for (var e = 0; e < at.Size; e++)
            shared[e * Tile.Size + lane] = batch.Records[at.Record + e * Tile.Size + lane];
        Run(batch, tile, lane, new LaneStore<T>(shared, lane, Tile.Size));
    }

    private static void Run<T>(BatchViews<T> batch, int tile, int lane, LaneStore<T> record)
        where T : unmanaged, IReal<T>
    {
        var at = batch.Tiles[tile];
        var cost = MetaGradientTrial<MultiStepMaml>.Measure<T, LaneStore<T>, DeviceTerms, DeviceLosses>(
            at.Plan,
            new DeviceLosses(batch.Terms, batch.Starts, at.Train),
            new DeviceLosses(batch.Terms, batch.Starts, at.Test),
            record,
            new LaneStore<T>(batch.Outputs, at.Output + lane, Tile.Size),
            new LaneStore<T>(batch.Scratch, at.Scratch + lane, Tile.Size)
        );
        if (lane == 0)
            batch.Costs[tile] = cost;
    }
}
