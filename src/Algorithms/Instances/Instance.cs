using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Instances;

/// <summary>One explicit instance: its layout, its counts and its record of doubles. Absent fields are NaN.</summary>
public sealed class Instance(Layout layout, Counts counts, double[] record)
{
    public Layout Layout { get; } = layout;
    public Shape Shape => Layout.Shape;
    public Counts Counts { get; } = counts;

    /// <summary><see cref="Layout.Size"/> numbers.</summary>
    public double[] Record { get; } = record;

    /// <summary>The numbers of a field that holds no losses.</summary>
    public Span<double> this[Field field] => Record.AsSpan(Layout.OffsetOf(field), Layout.LengthOf(field));

    /// <summary>Whether the field's numbers are there.</summary>
    public bool Has(Field field) => field.Kind == FieldKind.Losses || !double.IsNaN(this[field][0]);

    /// <summary>The numbers of one term.</summary>
    public ReadOnlySpan<double> Term(TermAt term) => Record.AsSpan(term.Offset, TermLayout.Length(term.Kind, Layout.D));

    /// <summary>The record in another number type, each double exactly.</summary>
    public T[] Lift<T>()
        where T : struct, IReal<T> => Array.ConvertAll(Record, T.From);

    /// <summary>A copy with its own counts and record.</summary>
    public Instance Copy() => new(Layout, new Counts(Counts), [.. Record]);

    /// <summary>A copy with another value of a number.</summary>
    /// <exception cref="ArgumentException">The shape has no field of one number for it.</exception>
    public Instance With(Slot slot, double value)
    {
        var field = Shape.FieldOf(slot);
        if (field is null || field.Kind == FieldKind.Losses || Layout.LengthOf(field) != 1)
            throw new ArgumentException($"{Shape} has no number {slot}", nameof(slot));
        var copy = Copy();
        copy[field][0] = value;
        return copy;
    }

    /// <summary>A copy with another count of steps.</summary>
    /// <exception cref="ArgumentException">The instance has no such count, or its record depends on it.</exception>
    public Instance With(Count count, int value)
    {
        var isLength = count == Count.D || count == Count.Tasks || count == Count.M && Layout.Matrices > 0;
        if (isLength || !Counts.ContainsKey(count))
            throw new ArgumentException($"{Shape} has no count {count} of steps", nameof(count));
        var copy = Copy();
        copy.Counts[count] = value;
        return copy;
    }
}
