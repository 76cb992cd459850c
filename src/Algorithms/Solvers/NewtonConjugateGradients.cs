using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>
/// Hessian-free Newton steps on G(., theta), the inner solver of the Hessian-free variant of Rajeswaran et al. (2019, section
/// 4: 5 conjugate-gradient steps per direction, a line search, 3 rounds): a truncated direction, then backtracking.
/// </summary>
public static class NewtonConjugateGradients
{
    /// <summary>Conjugate-gradient steps per direction, as in the paper.</summary>
    public const int DirectionSteps = 5;

    /// <summary>The step is halved at most this often; then no step is taken.</summary>
    public const int MostHalvings = 30;

    /// <summary>The share of the decrease that the slope promises which a step must reach (Armijo).</summary>
    public const double SufficientDecrease = 1e-4;

    /// <summary>How many elements of scratch <see cref="Run"/> needs.</summary>
    public static int WorkLength(int d) => 3 * d + ConjugateGradients.WorkLength(d);

    /// <summary>
    /// x_{k+1} = x_k + t p, p after some conjugate-gradient steps from 0 on (H(x_k) + lambda I) p = -grad G(x_k), t the first of 1,
    /// 1/2, 1/4, ... with G(x_k + t p) at most G(x_k) + 1e-4 t p'grad G(x_k), chosen lane by lane; 0 where none is. A lane that has
    /// taken its rounds keeps its iterate.
    /// </summary>
    /// <param name="train">The terms of the train loss.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="lambda">The regularization, above 0.</param>
    /// <param name="theta">The meta-parameters, d elements.</param>
    /// <param name="m">The number of conjugate-gradient steps of a direction, an integer for each lane.</param>
    /// <param name="rounds">The number of directions, an integer for each lane.</param>
    /// <param name="x">d elements: the start, then the last iterate.</param>
    /// <param name="work">6d elements of scratch.</param>
    /// <returns>Gradients, products and the most vectors held; values of G are not counted, a gradient gives them along.</returns>
    public static Oracles Run<T, TStore>(
        ReadOnlySpan<TermAt> train,
        TStore record,
        int d,
        T lambda,
        TStore theta,
        T m,
        T rounds,
        TStore x,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var objective = new ProximalObjective<T, TStore>(train, record, d, lambda, theta);
        var g = work;
        var p = work.At(d);
        var trial = work.At(2 * d);
        var (zero, one, half) = (T.From(0.0), T.From(1.0), T.From(0.5));
        var most = T.Largest(rounds);
        var oracles = new Oracles(0, 0, 1 + WorkLength(d) / d);
        for (var k = 0; k < most; k++)
        {
            objective.Gradient(x, g);
            for (var i = 0; i < d; i++)
                g[i] = -g[i];
            var system = new LinearSystem<T, TStore>(train, record, d, x, lambda, one, g);
            var products = ConjugateGradients.Solve(system, isFromZero: true, m, p, work.At(3 * d));
            oracles += new Oracles(1, products, 0);

            var (value, slope) = (objective.Value(x), -Vectors.Dot<T, TStore>(d, g, p));
            // t is the step tried, taken the one accepted; 0 as long as none is.
            var (t, taken) = (one, zero);
            for (var halving = 0; halving <= MostHalvings; halving++)
            {
                Vectors.Combine<T, TStore>(d, x, t, p, trial);
                var bound = T.Fma(T.From(SufficientDecrease) * t, slope, value);
                var accepted = T.SelectLess(bound, objective.Value(trial), zero, t);
                taken = T.SelectLess(zero, taken, taken, accepted);
                t = half * t;
            }
            taken = T.SelectLess(T.From((double)k), rounds, taken, zero);
            Vectors.Add<T, TStore>(d, taken, p, x);
        }
        Masks.Spread<T, TStore>(d, rounds, x);
        return oracles;
    }
}
