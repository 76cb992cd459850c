using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Instances;

/// <summary>
/// A named number by which instances are described: what was tested is counted along it, and tightness is mapped over two
/// of them. It is read from the constants, the counts and what a claim prescribes, never from what a trial measures.
/// </summary>
/// <param name="name">The name, as facts write it; coordinates of one name have the same meaning and bins.</param>
/// <param name="meaning">What it is, as LaTeX.</param>
/// <param name="bins">Where its values are counted.</param>
public abstract class Coordinate(string name, string meaning, Bins bins)
{
    public string Name => name;
    public string Meaning => meaning;
    public Bins Bins => bins;

    /// <summary>The count that it is, or null.</summary>
    public virtual Count? Count => null;

    /// <summary>Its value; per-task constants are those of task 0. NaN where the instance has none.</summary>
    public abstract T Evaluate<T>(Observables<T> o)
        where T : struct, IReal<T>;

    public override string ToString() => name;

    /// <summary>A count of the instance.</summary>
    public static Coordinate Of(Count count) => new CountCoordinate(count);

    /// <summary>A constant, or a prescribed number.</summary>
    public static Coordinate Of(string name, string meaning, Bins bins, Slot slot) =>
        new SlotCoordinate(name, meaning, bins, slot);

    /// <summary>A product of two of them.</summary>
    public static Coordinate Product(string name, string meaning, Bins bins, Slot left, Slot right) =>
        new ProductCoordinate(name, meaning, bins, left, right);

    /// <summary>A quotient of two of them.</summary>
    public static Coordinate Quotient(string name, string meaning, Bins bins, Slot numerator, Slot denominator) =>
        new QuotientCoordinate(name, meaning, bins, numerator, denominator);

    private sealed class CountCoordinate(Count count) : Coordinate(count.Name, count.Meaning, Bins.Whole)
    {
        public override Count? Count => count;

        public override T Evaluate<T>(Observables<T> o) => T.From((double)o[count]);
    }

    private sealed class SlotCoordinate(string name, string meaning, Bins bins, Slot slot)
        : Coordinate(name, meaning, bins)
    {
        public override T Evaluate<T>(Observables<T> o) => o[slot];
    }

    private sealed class ProductCoordinate(string name, string meaning, Bins bins, Slot left, Slot right)
        : Coordinate(name, meaning, bins)
    {
        public override T Evaluate<T>(Observables<T> o) => o[left] * o[right];
    }

    private sealed class QuotientCoordinate(string name, string meaning, Bins bins, Slot numerator, Slot denominator)
        : Coordinate(name, meaning, bins)
    {
        public override T Evaluate<T>(Observables<T> o) => o[numerator] / o[denominator];
    }
}

/// <summary>
/// The bins of a coordinate: bin 0 lies below the first edge, bin i from edge i - 1 (inclusive) to edge i, the last one from
/// the last edge on. NaN is in none.
/// </summary>
public sealed class Bins
{
    // Nominal, so that every machine has the same doubles and people can read them.
    private static readonly int[] s_quarters = [10, 18, 32, 56];
    private static readonly int[] s_fifths = [10, 16, 25, 40, 63];

    private readonly double[] _edges;

    private Bins(double[] edges, bool isWhole) => (_edges, IsWhole) = (edges, isWhole);

    /// <summary>0, 1, ..., 9 one by one, then five bins to a decade up to 10,000.</summary>
    public static Bins Whole { get; } =
        new([.. Enumerable.Range(1, 9).Select(n => (double)n), .. Decades(s_fifths, 1, 4)], isWhole: true);

    /// <summary>Four bins to a decade, from 10^least to 10^most.</summary>
    public static Bins Log(int least, int most) => new(Decades(s_quarters, least, most), isWhole: false);

    /// <summary>Increasing.</summary>
    public IReadOnlyList<double> Edges => _edges;

    /// <summary>The number of bins, one more than edges.</summary>
    public int Count => _edges.Length + 1;

    /// <summary>Whether the values are whole numbers, so that an edge begins its bin as a number of its own.</summary>
    public bool IsWhole { get; }

    /// <summary>The bin of a value; -1 for NaN.</summary>
    public int Of(double value)
    {
        if (double.IsNaN(value))
            return -1;
        var place = Array.BinarySearch(_edges, value);
        return place >= 0 ? place + 1 : ~place;
    }

    private static double[] Decades(int[] steps, int least, int most) =>
        [
            .. from decade in Enumerable.Range(least, most - least) from step in steps select Scaled(step, decade),
            Scaled(10, most),
        ];

    /// <summary>step * 10^(decade - 1), rounded once.</summary>
    private static double Scaled(int step, int decade)
    {
        var power = 1.0;
        for (var i = 1; i < Math.Abs(decade - 1) + 1; i++)
            power *= 10;
        return decade >= 1 ? step * power : step / power;
    }
}
