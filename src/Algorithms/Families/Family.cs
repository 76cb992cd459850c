using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;

namespace Verify.Algorithms.Families;

/// <summary>
/// A map from the unit cube to instances of one shape, in two stages: tasks with their constants, then the setting
/// (step size and points) in which they are tried. Every instance of a tile shares a layout.
/// </summary>
public abstract class Family
{
    /// <summary>The name, which keys the random streams: renaming a family changes its instances.</summary>
    public abstract string Name { get; }

    /// <summary>One line for people.</summary>
    public abstract string Description { get; }
    public abstract Shape Shape { get; }

    /// <summary>The bounds on d, n and m where nothing holds them fixed.</summary>
    public virtual Limits Limits => Limits.Default;

    /// <summary>The blocks after which a family of few instances repeats itself; null where it does not.</summary>
    public virtual long? MostBlocks => null;

    /// <summary>Draws what a tile shares: d, n and the kinds of terms.</summary>
    /// <param name="stream">Uniform numbers.</param>
    /// <param name="limits">Bounds on the counts; the draw keeps within them.</param>
    public abstract Layout DrawLayout(ref UniformStream stream, Limits limits);

    /// <summary>Draws the tasks of one instance and its constants into the record.</summary>
    public abstract void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry);

    /// <summary>Draws what the instances of a tile share in one setting: its counts.</summary>
    /// <param name="stream">Uniform numbers.</param>
    /// <param name="ranges">What is held fixed, and what hypotheses admit.</param>
    public abstract Setting DrawSetting(ref UniformStream stream, IRanges ranges);

    /// <summary>Draws the points, step sizes and accuracies of one instance in a setting.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="stream">Uniform numbers.</param>
    /// <param name="record">The record that <see cref="DrawTasks"/> filled.</param>
    /// <param name="geometry">What <see cref="DrawTasks"/> left.</param>
    public abstract void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    );

    /// <summary>A stable number of the name (FNV-1a, folded to 24 bits), part of the key of the random streams.</summary>
    public uint Key
    {
        get
        {
            var hash = 2166136261u;
            foreach (var c in Name)
                hash = (hash ^ c) * 16777619u;
            return (hash >> 24) ^ (hash & 0xFFFFFF);
        }
    }

    public override string ToString() => Name;
}

/// <summary>Inclusive bounds on what is drawn; a fixed value is a range of one.</summary>
/// <param name="D">The dimension.</param>
/// <param name="Tasks">The number of tasks.</param>
/// <param name="M">The last index of a collection of matrices.</param>
public readonly record struct Limits((int Least, int Most) D, (int Least, int Most) Tasks, (int Least, int Most) M)
{
    /// <summary>d in 1..50, n in 1..8, m in 0..19.</summary>
    public static readonly Limits Default = new((1, 50), (1, 8), (0, 19));
}

/// <summary>What the placing of points knows of the tasks of one instance.</summary>
public sealed class Geometry
{
    /// <summary>A stationary point of the losses without their task-specific parts: d numbers.</summary>
    public double[] Center = [];

    /// <summary>A unit vector along which the curvature is extreme: d numbers.</summary>
    public double[] Extreme = [];

    /// <summary>The distance over which gradients change by their own size.</summary>
    public double Length;

    internal void Resize(int d)
    {
        if (Center.Length == d)
            return;
        (Center, Extreme) = (new double[d], new double[d]);
    }
}
