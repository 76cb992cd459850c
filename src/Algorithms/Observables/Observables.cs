using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Observables;

/// <summary>
/// What a formula reads: the constants and counts of an instance and what trials measured on it. With lanes, one object
/// speaks for <c>Width</c> instances that share their counts.
/// </summary>
public sealed class Observables<T>
    where T : struct, IReal<T>
{
    private readonly Dictionary<Count, int> _counts = [];
    private T[][] _values = [];

    /// <summary>The slots read since it was set; null (the default) records nothing.</summary>
    public ISet<Slot>? Reads { get; set; }

    /// <summary>The counts that were asked for since it was set; null (the default) records nothing.</summary>
    public ISet<Count>? CountReads { get; set; }

    /// <summary>A number of the instance.</summary>
    /// <exception cref="KeyNotFoundException">The instance has no such count.</exception>
    public int this[Count count]
    {
        get
        {
            CountReads?.Add(count);
            return _counts.TryGetValue(count, out var n) ? n : throw new KeyNotFoundException($"no count {count}");
        }
        set => _counts[count] = value;
    }

    /// <summary>The value of a scalar slot.</summary>
    public T this[Slot slot]
    {
        get => Vector(slot)[0];
        set => Vector(slot)[0] = value;
    }

    /// <summary>All the numbers of a slot: 1, d or n of them.</summary>
    /// <exception cref="KeyNotFoundException">The slot's extent is a count that the instance does not have.</exception>
    public Span<T> Vector(Slot slot)
    {
        Reads?.Add(slot);
        if (slot.Index >= _values.Length)
            Array.Resize(ref _values, slot.Index + 16);
        var length = LengthOf(slot);
        ref var values = ref _values[slot.Index];
        if (values is null || values.Length < length)
            values = new T[length];
        return values.AsSpan(0, length);
    }

    /// <summary>How many numbers the slot holds for this instance.</summary>
    public int LengthOf(Slot slot) =>
        slot.Extent switch
        {
            Extent.Dimension => _counts[Count.D],
            Extent.Tasks => _counts[Count.Tasks],
            _ => 1,
        };
}
