using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Algorithms.MetaGradients;

/// <summary>
/// Implicit MAML of Rajeswaran, Finn, Kakade, Levine (NeurIPS 2019), algorithm 2: an inner solver on the proximal
/// objective, then conjugate gradients on M(phi) g = grad L(phi), M = I + H/lambda.
/// </summary>
public static class ImplicitMaml
{
    /// <summary>How many elements of scratch <see cref="MetaGradient"/> needs.</summary>
    public static int WorkLength(int d) => d + ConjugateGradients.WorkLength(d);

    /// <summary>One task's meta-gradient with gradient descent inside.</summary>
    /// <param name="train">The terms of the train loss.</param>
    /// <param name="test">The terms of the test loss.</param>
    /// <param name="record">The record that both index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="lambda">The regularization, above 0.</param>
    /// <param name="theta">The meta-parameters, d elements.</param>
    /// <param name="alpha">The inner step size.</param>
    /// <param name="T">The number of inner steps, an integer for each lane.</param>
    /// <param name="m">The number of conjugate-gradient steps, from 0, an integer for each lane.</param>
    /// <param name="phi">d elements: the inner start, then the adapted parameters.</param>
    /// <param name="g">Receives the d elements of the meta-gradient.</param>
    /// <param name="work">4d elements of scratch.</param>
    public static Oracles MetaGradient<TReal, TStore>(
        ReadOnlySpan<TermAt> train,
        ReadOnlySpan<TermAt> test,
        TStore record,
        int d,
        TReal lambda,
        TStore theta,
        TReal alpha,
        TReal T,
        TReal m,
        TStore phi,
        TStore g,
        TStore work
    )
        where TReal : struct, IReal<TReal>
        where TStore : struct, IStore<TReal, TStore>, allows ref struct
    {
        var objective = new ProximalObjective<TReal, TStore>(train, record, d, lambda, theta);
        var v = work;
        var inner = GradientDescent.Run<TReal, TStore, ProximalObjective<TReal, TStore>>(
            objective,
            alpha,
            T,
            phi,
            work
        );
        Loss.Gradient<TReal, TStore>(test, record, d, phi, v);
        var (one, scale) = (TReal.From(1.0), TReal.From(1.0) / lambda);
        var system = new LinearSystem<TReal, TStore>(train, record, d, phi, one, scale, v);
        var products = ConjugateGradients.Solve(system, isFromZero: true, m, g, work.At(d));
        // phi, v, g and the three vectors of the linear solver, whatever T and m.
        return new Oracles(inner + 1, products, 6);
    }
}
