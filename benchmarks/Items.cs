using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Benchmarks;

/// <summary>What is computed for one instance, or one per lane: from its record, into the result of its record.</summary>
internal interface IItem
{
    /// <summary>The name in tables and for the peers.</summary>
    static abstract string Name { get; }

    /// <summary>The scratch it needs, in elements.</summary>
    static abstract int WorkLength(int d, int steps);

    /// <summary>Operations per instance, an Fma being two, a division one.</summary>
    static abstract double Flops(Problem problem, int steps);

    static abstract void Run<T>(Problem problem, Ref<T> record, int steps, Ref<T> work)
        where T : struct, IReal<T>;
}

/// <summary>N gradient steps and the meta-gradient through them, with the same loss as test loss.</summary>
internal readonly struct MetaGradient : IItem
{
    public static string Name => "meta-gradient";

    public static int WorkLength(int d, int steps) => (steps + 3) * d;

    public static double Flops(Problem p, int steps) =>
        (steps + 1) * p.GradientFlops + steps * (p.ProductFlops + 4.0 * p.D);

    public static void Run<T>(Problem p, Ref<T> record, int steps, Ref<T> work)
        where T : struct, IReal<T>
    {
        var alpha = record[p.Alpha];
        var path = work.At(2 * p.D);
        Vectors.Copy<T, Ref<T>>(p.D, record.At(p.Start), path);
        var terms = new TermSpan(p.Terms);
        MultiStepMaml.Descend<T, Ref<T>, TermSpan>(terms, record, p.D, steps, alpha, path, work);
        var result = record.At(p.Result);
        MultiStepMaml.MetaGradient<T, Ref<T>, TermSpan>(terms, terms, record, p.D, steps, alpha, path, result, work);
    }
}

/// <summary>Conjugate gradients on (I + H/lambda) y = b, H the Hessian at the start.</summary>
internal readonly struct LinearSolve : IItem
{
    public static string Name => "CG";

    public static int WorkLength(int d, int steps) => ConjugateGradients.WorkLength(d);

    public static double Flops(Problem p, int steps) =>
        p.FactorFlops + steps * (p.ProductFlops - p.FactorFlops + 13.0 * p.D + 2) + 2 * p.D + 1;

    public static void Run<T>(Problem p, Ref<T> record, int steps, Ref<T> work)
        where T : struct, IReal<T>
    {
        var (one, scale) = (T.From(1.0), T.From(1 / Problem.Lambda));
        var v = record.At(p.Linear);
        var system = new LinearSystem<T, Ref<T>>(p.Terms, record, p.D, record.At(p.Start), one, scale, v);
        ConjugateGradients.Solve(system, isFromZero: true, T.From((double)steps), record.At(p.Result), work);
    }
}

/// <summary>Implicit MAML: inner steps on the proximal objective, then conjugate gradients.</summary>
internal readonly struct Implicit : IItem
{
    public static string Name => "iMAML";

    public static int WorkLength(int d, int steps) => d + ImplicitMaml.WorkLength(d);

    public static double Flops(Problem p, int steps) =>
        steps * (p.GradientFlops + 5.0 * p.D) + p.GradientFlops + LinearSolve.Flops(p, Problem.SolverSteps);

    public static void Run<T>(Problem p, Ref<T> record, int steps, Ref<T> work)
        where T : struct, IReal<T>
    {
        var theta = record.At(p.Start);
        Vectors.Copy<T, Ref<T>>(p.D, theta, work);
        ImplicitMaml.MetaGradient<T, Ref<T>>(
            p.Terms,
            p.Terms,
            record,
            p.D,
            T.From(Problem.Lambda),
            theta,
            record[p.Alpha],
            T.From((double)steps),
            T.From((double)Problem.SolverSteps),
            work,
            record.At(p.Result),
            work.At(p.D)
        );
    }
}
