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
}
