using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Algorithms.MetaGradients;

/// <summary>
/// MAML with the proximal inner objective G(., theta): T steps of gradient descent from theta, and the derivative of the test
/// loss through all of them (Rajeswaran, Finn, Kakade, Levine 2019, appendix D).
/// </summary>
public static class ProximalMaml
{
    /// <summary>How many elements of scratch <see cref="MetaGradient"/> needs.</summary>
    public static int WorkLength(int d) => 2 * d;

    /// <summary>phi_0 = theta, phi_{t+1} = phi_t - alpha grad G(phi_t, theta).</summary>
    /// <param name="g">The inner objective.</param>
    /// <param name="theta">The meta-parameters, d elements.</param>
    /// <param name="alpha">The step size.</param>
    /// <param name="T">The number of steps.</param>
    /// <param name="path">Receives T+1 rows of d elements.</param>
    /// <param name="work">d elements of scratch.</param>
    public static Oracles Descend<TReal, TStore>(
        in ProximalObjective<TReal, TStore> g,
        TStore theta,
        TReal alpha,
        int T,
        TStore path,
        TStore work
    )
        where TReal : struct, IReal<TReal>
        where TStore : struct, IStore<TReal, TStore>, allows ref struct
    {
        Vectors.Copy<TReal, TStore>(g.D, theta, path);
        GradientDescent.Path<TReal, TStore, ProximalObjective<TReal, TStore>>(g, alpha, T, path, work);
        return new Oracles(T, 0, T + 1);
    }

    /// <summary>
    /// sum_{t=0}^T B_t' A_{t+1}' ... A_T' v in reverse mode, v = grad L(phi_T), A_{t+1} = I - alpha (lambda I + H(phi_t)),
    /// B_t = alpha lambda I for t &gt;= 1 and B_0 = I, since the descent begins at theta.
    /// </summary>
    /// <param name="g">The inner objective.</param>
    /// <param name="test">The terms of the test loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="lambda">The regularization, above 0.</param>
    /// <param name="alpha">The step size.</param>
    /// <param name="T">The number of steps.</param>
    /// <param name="path">The T+1 rows that <see cref="Descend"/> filled.</param>
    /// <param name="gradient">Receives the d elements of the meta-gradient.</param>
    /// <param name="work">2d elements of scratch.</param>
    public static Oracles MetaGradient<TReal, TStore>(
        in ProximalObjective<TReal, TStore> g,
        ReadOnlySpan<TermAt> test,
        TStore record,
        TReal lambda,
        TReal alpha,
        int T,
        TStore path,
        TStore gradient,
        TStore work
    )
        where TReal : struct, IReal<TReal>
        where TStore : struct, IStore<TReal, TStore>, allows ref struct
    {
        var d = g.D;
        var adjoint = work;
        Loss.Gradient<TReal, TStore>(test, record, d, path.At(T * d), adjoint);
        Vectors.Fill<TReal, TStore>(d, TReal.From(0.0), gradient);
        for (var t = T; t >= 1; t--)
        {
            Vectors.Add<TReal, TStore>(d, alpha * lambda, adjoint, gradient);
            StepBack(g, alpha, path.At((t - 1) * d), adjoint, work.At(d));
        }
        Vectors.Add<TReal, TStore>(d, TReal.From(1.0), adjoint, gradient);
        return new Oracles(1, T, T + 1);
    }

    /// <summary>z := A' z, A = I - alpha (lambda I + H(x)) the derivative of one step taken at x.</summary>
    internal static void StepBack<TReal, TStore>(
        in ProximalObjective<TReal, TStore> g,
        TReal alpha,
        TStore x,
        TStore z,
        TStore work
    )
        where TReal : struct, IReal<TReal>
        where TStore : struct, IStore<TReal, TStore>, allows ref struct
    {
        g.HessianVector(x, z, work);
        Vectors.Add<TReal, TStore>(g.D, -alpha, work, z);
    }
}
