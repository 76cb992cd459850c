using Verify.Algorithms.Engine;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Trials;

namespace Verify.Ilgpu;

/// <summary>Where the tiles of a batch lie in its buffers, and the terms of their losses.</summary>
internal sealed class BatchPlan
{
    private readonly List<int> _starts = [];
    private readonly List<TermAt> _terms = [];

    /// <summary>Lays tiles out one after the other.</summary>
    /// <exception cref="OverflowException">The batch has 2^31 numbers or more.</exception>
    public BatchPlan(MetaGradientTrial<MultiStepMaml> trial, IReadOnlyList<TileRecord> tiles)
    {
        OutputsPerTile = trial.Fills.Count * Tile.Size;
        Tiles = new TileAt[tiles.Count];
        for (var i = 0; i < tiles.Count; i++)
        {
            var layout = tiles[i].Layout;
            var plan = trial.PlanOf(layout, tiles[i].Counts);
            var (train, test) = trial.LossesOf(layout);
            Tiles[i] = new TileAt(plan, layout.Size, RecordLength, OutputLength, ScratchLength, Add(train), Add(test));
            checked
            {
                RecordLength += layout.Size * Tile.Size;
                OutputLength += OutputsPerTile;
                ScratchLength += plan.ScratchLength * Tile.Size;
            }
        }
        _starts.Add(_terms.Count);
    }

    public TileAt[] Tiles { get; }

    /// <summary>Where the terms of each loss begin, and where the last ones end.</summary>
    public int[] Starts => [.. _starts];

    /// <summary>The terms of all losses.</summary>
    public TermAt[] Terms => [.. _terms];

    public int RecordLength { get; }
    public int OutputLength { get; }
    public int ScratchLength { get; }

    /// <summary>The numbers that the trial measures on the instances of a tile.</summary>
    public int OutputsPerTile { get; }

    /// <summary>Adds one loss per task and returns the number of the first.</summary>
    private int Add(TermAt[][] losses)
    {
        var first = _starts.Count;
        foreach (var loss in losses)
        {
            _starts.Add(_terms.Count);
            _terms.AddRange(loss);
        }
        return first;
    }
}
