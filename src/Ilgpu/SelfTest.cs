using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Evidence;

namespace Verify.Ilgpu;

/// <summary>
/// What a device must pass before it is used, since ILGPU compiles an operation that it does not know to zero without a
/// word: tiles of every family in small and middle dimensions, equal bit for bit to the scalar engine.
/// </summary>
internal static class SelfTest
{
    private static readonly int[] s_dimensions = [1, 2, 3, 4, 5, 7, 8, 11, 18];

    /// <summary>Returns where the device passes.</summary>
    /// <exception cref="InputException">It does not; the message says at which number.</exception>
    public static void Pass(IBatchDevice device)
    {
        foreach (var trial in MultiStepMamlCatalogue.Trials.Where(device.Runs))
        {
            var tiles = MultiStepMamlCatalogue
                .Families.Where(f => f.Shape == trial.Shape)
                .SelectMany(f => s_dimensions.Select((d, k) => Draw(f, d, steps: 1 + k % 4)))
                .ToList();
            var records = tiles.ConvertAll(t => new TileRecord(t.Tile, t.Counts));
            device.Run(trial, records);
            for (var k = 0; k < tiles.Count; k++)
                if (Difference(trial, tiles[k].Tile, records[k]) is { } difference)
                    throw new InputException(
                        $"--device {device.Name} is refused: {trial.Name} on {tiles[k].Family} with d = "
                            + $"{records[k].Layout.D}, N = {records[k].Counts[Count.N]}: {difference} (the scalar engine)"
                    );
        }
    }

    /// <summary>What a device and the scalar engine disagree about first, as "slot is x, not y"; null where they agree.</summary>
    /// <param name="trial">The trial that the device has run.</param>
    /// <param name="tile">The tile, still in the setting of the record.</param>
    /// <param name="record">What the device returned.</param>
    internal static string? Difference(Trial trial, Tile tile, TileRecord record)
    {
        var scalar = new TileRunner<Real>();
        for (var lane = 0; lane < Tile.Size; lane++)
        {
            scalar.Load(tile, lane, record.Counts);
            var cost = scalar.Run(trial, tile.Layout);
            if (cost != record.Cost)
                return $"the cost is {record.Cost}, not {cost}";
            var place = 0;
            foreach (var slot in trial.Fills)
            foreach (var expected in scalar.Observables.Vector(slot))
            {
                var found = record.Outputs[place++ * Tile.Size + lane];
                if (Bits(found) != Bits(expected.Value))
                    return $"{slot} is {found:R}, not {expected}";
            }
        }
        return null;
    }

    /// <summary>A tile of given dimension and steps, in a setting.</summary>
    internal static (Family Family, Tile Tile, Counts Counts) Draw(Family family, int d, int steps)
    {
        var tile = new Tile();
        var tasks = 1 + d % 3;
        tile.Draw(family, seed: 1, index: d, new Limits((d, d), (tasks, tasks), (0, 0)));
        var counts = new Counts { [Count.N] = steps, [Count.J] = d % (steps + 1) };
        for (var lane = 0; lane < Tile.Size; lane++)
            tile.DrawPoints(0, new Setting(counts, u => 0.01 + u), lane);
        return (family, tile, counts);
    }

    /// <summary>The bits, with one NaN for all.</summary>
    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);
}
