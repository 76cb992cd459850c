using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.MetaGradients;

/// <summary>What a run asked of its oracles, counted as it went.</summary>
/// <param name="Gradients">Evaluations of a gradient.</param>
/// <param name="HessianVectors">Products of a Hessian with a vector.</param>
/// <param name="StoredVectors">The most vectors of d numbers held at once for a later step.</param>
public readonly record struct Oracles(int Gradients, int HessianVectors, int StoredVectors)
{
    public static Oracles operator +(Oracles a, Oracles b) =>
        new(a.Gradients + b.Gradients, a.HessianVectors + b.HessianVectors, Math.Max(a.StoredVectors, b.StoredVectors));
}

/// <summary>
/// An algorithm that adapts parameters to a task by steps on its train loss and differentiates the test loss of the
/// result. Your own goes here: implement it and hand it to the trials as their type argument.
/// </summary>
public interface IMetaLearner
{
    /// <summary>The inner loop: from row 0 of the path, fills rows 1..N.</summary>
    /// <param name="train">The terms of the train loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="N">The number of inner steps.</param>
    /// <param name="alpha">The inner step size.</param>
    /// <param name="path">N+1 rows of d elements.</param>
    /// <param name="work">2d elements of scratch.</param>
    static abstract Oracles Descend<T, TStore, TTerms>(
        TTerms train,
        TStore record,
        int d,
        int N,
        T alpha,
        TStore path,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct;

    /// <summary>The outer gradient of one task at row 0 of a path that <see cref="Descend"/> has filled.</summary>
    /// <param name="train">The terms of the train loss.</param>
    /// <param name="test">The terms of the test loss.</param>
    /// <param name="record">The record that both index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="N">The number of inner steps.</param>
    /// <param name="alpha">The inner step size.</param>
    /// <param name="path">N+1 rows of d elements.</param>
    /// <param name="g">Receives the d elements of the result.</param>
    /// <param name="work">2d elements of scratch.</param>
    static abstract Oracles MetaGradient<T, TStore, TTerms>(
        TTerms train,
        TTerms test,
        TStore record,
        int d,
        int N,
        T alpha,
        TStore path,
        TStore g,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct;
}
