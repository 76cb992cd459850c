namespace Verify.Algorithms.Numbers;

/// <summary>What <see cref="EnclosedFunctions{T}"/> needs to know of an enclosing type.</summary>
internal interface ISeries<T> : IEnclosure<T>
    where T : struct, ISeries<T>
{
    /// <summary>The number of bits that results should have.</summary>
    static abstract int Bits { get; }

    /// <summary>1/0!, 1/1!, ... down to below 2^-Bits/2^8.</summary>
    static abstract T[] InverseFactorials { get; }

    /// <summary>x - n pi/2 for an integer n of at most 2^53.</summary>
    static abstract T MinusHalfPis(T x, double n);

    /// <summary>x - n ln 2 for an integer n of at most 2^53.</summary>
    static abstract T MinusLn2s(T x, double n);

    /// <summary>x = m 2^e with m near 1 (within a factor of sqrt 2) for one positive x.</summary>
    static abstract (T Mantissa, int Exponent) Split(T x);

    /// <summary>2^n x, for x between 1/2 and 2.</summary>
    static abstract T Scale(T x, int n);
}
