namespace Verify.Algorithms.Numbers;

/// <summary>What <see cref="EnclosedFunctions{T}"/> needs to know of an enclosing type.</summary>
internal interface ISeries<T> : IEnclosure<T>
    where T : struct, ISeries<T>
{
    /// <summary>1/0!, 1/1!, ... down to 2^-8 of the last place of 1.</summary>
    static abstract T[] InverseFactorials { get; }

    /// <summary>1, 1/3, 1/5, ...: a fifth as many as results have bits, and two more.</summary>
    static abstract T[] OddReciprocals { get; }

    /// <summary>x - n pi/2 for an integer n of at most 2^53.</summary>
    static abstract T MinusHalfPis(T x, double n);

    /// <summary>x - n ln 2 for an integer n of at most 2^53.</summary>
    static abstract T MinusLn2s(T x, double n);

    /// <summary>x = m 2^e with m near 1 (within a factor of sqrt 2) for one positive x.</summary>
    static abstract (T Mantissa, int Exponent) Split(T x);

    /// <summary>2^n x, for x between 1/2 and 2.</summary>
    static abstract T Scale(T x, int n);
}
