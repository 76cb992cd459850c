using System.Runtime.CompilerServices;
using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Engine;

/// <summary>
/// Sixteen instances of one layout, whatever the lane width, with the streams that drew them: every number of them is a
/// function of (seed, family, index).
/// </summary>
public sealed class Tile
{
    /// <summary>The number of instances.</summary>
    public const int Size = 16;

    /// <summary>The settings in which each draw of tasks is tried.</summary>
    public const int Settings = 4;

    private enum Stage : uint
    {
        Layout,
        Tasks,
        Counts,
        Setting,
    }

    private readonly double[][] _records = new double[Size][];
    private readonly Geometry[] _geometries = [.. Enumerable.Range(0, Size).Select(_ => new Geometry())];
    private Family _family = null!;
    private ulong _seed;
    private long _index;

    public Layout Layout { get; private set; } = null!;

    /// <summary>The record of one instance.</summary>
    public ReadOnlySpan<double> Record(int lane) => _records[lane].AsSpan(0, Layout.Size);

    /// <summary>Draws the tasks.</summary>
    /// <param name="family">The family.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="index">The number of the tile, from 0.</param>
    /// <param name="limits">Bounds on d and n.</param>
    public void Draw(Family family, ulong seed, long index, Limits limits)
    {
        (_family, _seed, _index) = (family, seed, index);
        var stream = Stream(Stage.Layout, index);
        Layout = family.DrawLayout(ref stream, limits);
        for (var lane = 0; lane < Size; lane++)
        {
            if (_records[lane] is null || _records[lane].Length < Layout.Size)
                _records[lane] = new double[Layout.Size];
            stream = Stream(Stage.Tasks, index * Size + lane);
            family.DrawTasks(Layout, ref stream, _records[lane].AsSpan(0, Layout.Size), _geometries[lane]);
        }
    }

    /// <summary>Draws a setting, which the instances share.</summary>
    /// <param name="number">0..Settings-1.</param>
    /// <param name="ranges">What is held fixed, and what hypotheses admit.</param>
    public Setting DrawSetting(int number, IRanges ranges)
    {
        var stream = Stream(Stage.Counts, _index * Settings + number);
        return _family.DrawSetting(ref stream, ranges);
    }

    /// <summary>Draws the points of one instance in one setting.</summary>
    /// <param name="number">0..Settings-1.</param>
    /// <param name="setting">The setting of that number.</param>
    /// <param name="lane">0..Size-1.</param>
    public void DrawPoints(int number, Setting setting, int lane)
    {
        var stream = Stream(Stage.Setting, (_index * Settings + number) * Size + lane);
        _family.DrawPoints(Layout, setting, ref stream, _records[lane].AsSpan(0, Layout.Size), _geometries[lane]);
    }

    private UniformStream Stream(Stage stage, long index) => new(_seed, _family.Key, (ulong)index, (uint)stage);
}

/// <summary>Runs trials on a tile in one lane type, group by group of <c>Width</c> instances.</summary>
public sealed class TileRunner<T>
    where T : unmanaged, IMachineReal<T>
{
    private readonly Scratch<T> _records = new();
    private readonly Scratch<T> _scratch = new();

    /// <summary>What the last trial measured, with the constants of the group.</summary>
    public Observables<T> Observables { get; } = new();

    /// <summary>Interleaves the records of the group that begins at a lane: element by element, lane by lane.</summary>
    public void Load(Tile tile, int firstLane, Counts counts)
    {
        _records.Reset();
        var size = tile.Layout.Size;
        var record = _records.Take(size);
        ref var doubles = ref Unsafe.As<T, double>(ref record.Origin);
        for (var lane = 0; lane < T.Width; lane++)
        {
            var from = tile.Record(firstLane + lane);
            for (var e = 0; e < size; e++)
                Unsafe.Add(ref doubles, e * T.Width + lane) = from[e];
        }
        tile.Layout.Load(counts, record, Observables);
    }

    /// <summary>Loads the constants of the group that begins at a lane, and what a device measured on it.</summary>
    public void Load(TileRecord tile, Trial trial, int firstLane)
    {
        _records.Reset();
        var size = tile.Layout.Size;
        tile.Layout.Load(tile.Counts, Group(tile.Numbers, size, firstLane), Observables);
        var outputs = Group(tile.Outputs, tile.Outputs.Length / Tile.Size, firstLane);
        var place = 0;
        foreach (var slot in trial.Fills)
        foreach (ref var value in Observables.Vector(slot))
            value = outputs[place++];
    }

    private Ref<T> Group(double[] numbers, int length, int firstLane)
    {
        var group = _records.Take(length);
        ref var doubles = ref Unsafe.As<T, double>(ref group.Origin);
        for (var e = 0; e < length; e++)
        for (var lane = 0; lane < T.Width; lane++)
            Unsafe.Add(ref doubles, e * T.Width + lane) = numbers[e * Tile.Size + firstLane + lane];
        return group;
    }

    /// <summary>Prepares a trial on the loaded group: what a claim's prescriptions read.</summary>
    public void Prepare(Trial trial, Layout layout)
    {
        _records.Reset();
        _scratch.Reset();
        trial.Prepare(layout, _records.Take(layout.Size), Observables, _scratch);
    }

    /// <summary>Runs a prepared trial on the loaded group.</summary>
    public Oracles Run(Trial trial, Layout layout)
    {
        _records.Reset();
        _scratch.Reset();
        return trial.Run(layout, _records.Take(layout.Size), Observables, _scratch);
    }
}
