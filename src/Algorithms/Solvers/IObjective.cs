using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>What a first-order solver minimizes: a differentiable function of d variables.</summary>
public interface IObjective<T, TStore>
    where T : struct, IReal<T>
    where TStore : struct, IStore<T, TStore>, allows ref struct
{
    /// <summary>The dimension.</summary>
    int D { get; }

    /// <summary>g = the gradient at x, d elements each; g does not overlap x.</summary>
    void Gradient(TStore x, TStore g);

    /// <summary>y = x + s grad f(x), d elements each; y may be x.</summary>
    /// <param name="x">The point.</param>
    /// <param name="s">The step, below 0 for a descent.</param>
    /// <param name="g">d elements of scratch, which overlap neither.</param>
    /// <param name="y">The next point.</param>
    void Step(TStore x, in T s, TStore g, TStore y);
}
