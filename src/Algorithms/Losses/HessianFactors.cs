using System.Runtime.CompilerServices;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>
/// Of each term's Hessian the factor that the point alone decides (a cosine's -a cos(v'x + p)), known for the first terms of a
/// loss: many products at one point need it once.
/// </summary>
internal interface IHessianFactors<T>
{
    /// <summary>For how many terms it is known.</summary>
    int Count { get; }

    /// <summary>The factor of a term.</summary>
    /// <param name="term">0..Count-1.</param>
    T this[int term] { get; }
}

/// <summary>None is known: each product computes them.</summary>
internal readonly struct NoFactors<T> : IHessianFactors<T>
    where T : struct
{
    public int Count => 0;

    public T this[int term] => default;
}

/// <summary>Those that <see cref="Loss.Factors"/> computed.</summary>
internal readonly ref struct KnownFactors<T>(ReadOnlySpan<T> factors) : IHessianFactors<T>
    where T : struct
{
    private readonly ReadOnlySpan<T> _factors = factors;

    public int Count => _factors.Length;

    public T this[int term] => _factors[term];
}

/// <summary>Room for the factors of the first terms: as many as the losses of the families have.</summary>
[InlineArray(Length)]
internal struct FactorBuffer<T>
    where T : struct
{
    public const int Length = 8;

    private T _first;
}
