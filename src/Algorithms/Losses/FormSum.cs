using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>Whether a product y becomes t x + s y with x'y summed; where not, that costs no argument and no register.</summary>
internal interface IFormSum<T>
{
    static abstract bool IsTaken { get; }

    /// <summary>t.</summary>
    T Shift { get; }

    /// <summary>x'y of what is finished.</summary>
    T Value { get; set; }
}

/// <summary>Nothing is summed.</summary>
internal readonly struct NoSum<T> : IFormSum<T>
    where T : struct
{
    public static bool IsTaken => false;

    public T Shift => default;

    public T Value
    {
        get => default;
        set { }
    }
}

/// <summary>The sum, at a place of the caller's.</summary>
internal readonly ref struct FormSum<T>(ref readonly T shift, ref T value) : IFormSum<T>
    where T : struct
{
    private readonly ref readonly T _shift = ref shift;
    private readonly ref T _value = ref value;

    public static bool IsTaken => true;

    public T Shift => _shift;

    public T Value
    {
        get => _value;
        set => _value = value;
    }
}
