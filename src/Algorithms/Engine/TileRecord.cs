using Verify.Algorithms.Instances;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Engine;

/// <summary>
/// A tile in one of its settings, copied for a device: its numbers element by element, lane by lane, and in the same order
/// what a trial measured, the slots that it fills one after the other.
/// </summary>
public sealed class TileRecord
{
    /// <summary>Copies a tile as it is now.</summary>
    /// <param name="tile">Drawn, with its setting.</param>
    /// <param name="counts">N, j and the like, shared by the tile.</param>
    public TileRecord(Tile tile, Counts counts)
    {
        (Layout, Counts) = (tile.Layout, counts);
        Numbers = new double[Layout.Size * Tile.Size];
        for (var lane = 0; lane < Tile.Size; lane++)
        {
            var from = tile.Record(lane);
            for (var e = 0; e < from.Length; e++)
                Numbers[e * Tile.Size + lane] = from[e];
        }
    }

    public Layout Layout { get; }
    public Counts Counts { get; }

    /// <summary>Layout.Size x Tile.Size numbers.</summary>
    public double[] Numbers { get; }

    /// <summary>The numbers of the slots x Tile.Size, once a device has run.</summary>
    public double[] Outputs { get; set; } = [];

    /// <summary>What one instance cost, once a device has run.</summary>
    public Oracles Cost { get; set; }
}

/// <summary>A device that runs trials on many tiles at once, besides the lanes of the CPU.</summary>
public interface IBatchDevice
{
    /// <summary>The name by which it is asked for.</summary>
    string Name { get; }

    /// <summary>Whether it runs a trial; the lanes of the CPU run the others.</summary>
    bool Runs(Trial trial);

    /// <summary>Fills the outputs and the costs of the tiles, bit-equal to the scalar engine. Any thread may call it.</summary>
    /// <param name="trial">A trial that it runs.</param>
    /// <param name="tiles">Tiles of the trial's shape, each with its own layout and counts.</param>
    void Run(Trial trial, IReadOnlyList<TileRecord> tiles);
}
