using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

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
}
