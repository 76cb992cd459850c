using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Algorithms.MetaGradients;

/// <summary>How the outer loop moves the meta-parameters along a meta-gradient.</summary>
public interface IOuterStep<T>
    where T : struct, IReal<T>
{
    /// <summary>How many elements a rule keeps from step to step, all 0 before the first one.</summary>
    static abstract int StateLength(int d);

    /// <summary>Takes one step.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="k">The number of steps taken before, from 0.</param>
    /// <param name="g">The meta-gradient, d elements.</param>
    /// <param name="state">What the rule keeps.</param>
    /// <param name="theta">The meta-parameters, d elements.</param>
    void Step<TStore>(int d, int k, TStore g, TStore state, TStore theta)
        where TStore : struct, IStore<T, TStore>, allows ref struct;
}

/// <summary>theta := theta - eta g (Rajeswaran et al. 2019, eq. (5)).</summary>
/// <param name="eta">The step size.</param>
public readonly struct OuterDescent<T>(T eta) : IOuterStep<T>
    where T : struct, IReal<T>
{
    public static int StateLength(int d) => 0;

    public void Step<TStore>(int d, int k, TStore g, TStore state, TStore theta)
        where TStore : struct, IStore<T, TStore>, allows ref struct => Vectors.Add<T, TStore>(d, -eta, g, theta);
}

/// <summary>Adam, algorithm 1 of Kingma and Ba (ICLR 2015), with both bias corrections.</summary>
/// <param name="eta">The step size (alpha there).</param>
/// <param name="beta1">The decay of the mean of the gradients, in [0, 1).</param>
/// <param name="beta2">The decay of the mean of their squares, in [0, 1).</param>
/// <param name="epsilon">Added to the root of the mean square, above 0.</param>
public readonly struct Adam<T>(T eta, T beta1, T beta2, T epsilon) : IOuterStep<T>
    where T : struct, IReal<T>
{
    /// <summary>The step size with the decays 0.9 and 0.999 and epsilon 1e-8, the defaults of the paper.</summary>
    public Adam(T eta)
        : this(eta, T.From(0.9m), T.From(0.999m), T.From(0.00000001m)) { }

    public static int StateLength(int d) => 2 * d;

    public void Step<TStore>(int d, int k, TStore g, TStore state, TStore theta)
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var m = state;
        var v = state.At(d);
        var one = T.From(1.0);
        var meanCorrection = one - T.Pow(beta1, k + 1);
        var squareCorrection = one - T.Pow(beta2, k + 1);
        for (var i = 0; i < d; i++)
        {
            m[i] = T.Fma(beta1, m[i], (one - beta1) * g[i]);
            v[i] = T.Fma(beta2, v[i], (one - beta2) * T.Pow(g[i], 2));
            theta[i] -= eta * (m[i] / meanCorrection) / (T.Sqrt(v[i] / squareCorrection) + epsilon);
        }
    }
}

/// <summary>The outer loop: steps along the gradient of a meta-objective (Rajeswaran et al. 2019, algorithm 1).</summary>
public static class OuterLoops
{
    /// <summary>How many elements of scratch <see cref="Run"/> needs.</summary>
    public static int WorkLength<T, TStep>(int d)
        where T : struct, IReal<T>
        where TStep : struct, IOuterStep<T> => d + TStep.StateLength(d);

    /// <summary>Takes steps from theta.</summary>
    /// <param name="f">The meta-objective, by its gradient: exact, or what a meta-learner computes.</param>
    /// <param name="rule">How a step is taken.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="theta">d elements: the start, then the last iterate.</param>
    /// <param name="work">d elements of scratch and the state of the rule.</param>
    public static void Run<T, TStore, TObjective, TStep>(
        in TObjective f,
        in TStep rule,
        int steps,
        TStore theta,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TObjective : IObjective<T, TStore>, allows ref struct
        where TStep : struct, IOuterStep<T>
    {
        var state = work.At(f.D);
        Vectors.Fill<T, TStore>(TStep.StateLength(f.D), T.From(0.0), state);
        for (var k = 0; k < steps; k++)
        {
            f.Gradient(theta, work);
            rule.Step(f.D, k, work, state, theta);
        }
    }
}

/// <summary>
/// The meta-objective of a batch of tasks by its approximate gradient: the average of the tasks' implicit meta-gradients
/// (Rajeswaran et al. 2019, algorithms 1 and 2), each with T inner steps from theta and m steps of conjugate gradients.
/// </summary>
/// <param name="train">The terms of each task's train loss.</param>
/// <param name="test">The terms of each task's test loss.</param>
/// <param name="record">The record that they index.</param>
/// <param name="d">The dimension.</param>
/// <param name="lambda">The regularization, above 0.</param>
/// <param name="alpha">The inner step size.</param>
/// <param name="T">The number of inner steps.</param>
/// <param name="m">The number of steps of conjugate gradients.</param>
/// <param name="work">6d elements of scratch, of this objective alone.</param>
public readonly ref struct ImplicitMetaObjective<TReal, TStore>(
    ReadOnlySpan<TermAt[]> train,
    ReadOnlySpan<TermAt[]> test,
    TStore record,
    int d,
    TReal lambda,
    TReal alpha,
    TReal T,
    TReal m,
    TStore work
) : IObjective<TReal, TStore>
    where TReal : struct, IReal<TReal>
    where TStore : struct, IStore<TReal, TStore>, allows ref struct
{
    private readonly ReadOnlySpan<TermAt[]> _train = train;
    private readonly ReadOnlySpan<TermAt[]> _test = test;
    private readonly TStore _record = record;
    private readonly TStore _work = work;
    private readonly TReal _lambda = lambda;
    private readonly TReal _alpha = alpha;
    private readonly TReal _t = T;
    private readonly TReal _m = m;

    public int D => d;

    public void Gradient(TStore x, TStore g)
    {
        var phi = _work;
        var task = _work.At(d);
        var share = TReal.From(1.0) / TReal.From((double)_train.Length);
        Vectors.Fill<TReal, TStore>(d, TReal.From(0.0), g);
        for (var i = 0; i < _train.Length; i++)
        {
            Vectors.Copy<TReal, TStore>(d, x, phi);
            ImplicitMaml.MetaGradient(
                _train[i],
                _test[i],
                _record,
                d,
                _lambda,
                x,
                _alpha,
                _t,
                _m,
                phi,
                task,
                _work.At(2 * d)
            );
            Vectors.Add<TReal, TStore>(d, share, task, g);
        }
    }

    public void Step(TStore x, in TReal s, TStore g, TStore y)
    {
        Gradient(x, g);
        Vectors.Combine<TReal, TStore>(d, x, s, g, y);
    }
}
