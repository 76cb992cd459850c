using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.MetaGradients;

/// <summary>First-order MAML (Finn, Abbeel, Levine 2017): the derivative of the inner solver is left out.</summary>
public static class FirstOrderMaml
{
    /// <summary>grad L(phi).</summary>
    /// <param name="test">The terms of the test loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="phi">The adapted parameters, d elements.</param>
    /// <param name="gradient">Receives d elements.</param>
    public static Oracles MetaGradient<T, TStore>(
        ReadOnlySpan<TermAt> test,
        TStore record,
        int d,
        TStore phi,
        TStore gradient
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        Loss.Gradient<T, TStore>(test, record, d, phi, gradient);
        return new Oracles(1, 0, 1);
    }
}

/// <summary>Reptile (Nichol, Achiam, Schulman 2018): towards the adapted parameters, without a test loss.</summary>
public static class Reptile
{
    /// <summary>theta - phi.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="theta">The meta-parameters, d elements.</param>
    /// <param name="phi">The adapted parameters, d elements.</param>
    /// <param name="gradient">Receives d elements.</param>
    public static Oracles MetaGradient<T, TStore>(int d, TStore theta, TStore phi, TStore gradient)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        Vectors.Combine<T, TStore>(d, theta, T.From(-1.0), phi, gradient);
        return new Oracles(0, 0, 1);
    }
}
