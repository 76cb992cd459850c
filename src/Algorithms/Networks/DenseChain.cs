using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Networks;

/// <summary>
/// A chain of dense layers a_l = sin(W_l a_{l-1}) on one input, with the loss |a_L - y|^2/2, and its gradient by reverse mode:
/// the model on which Assumption 1 of Rajeswaran et al. (2019) is counted. Weights stand layer after layer, row by row.
/// </summary>
public static class DenseChain
{
    /// <summary>W, the number of weights.</summary>
    /// <param name="widths">The widths of the layers, input first.</param>
    public static int Weights(ReadOnlySpan<int> widths)
    {
        var sum = 0;
        for (var l = 1; l < widths.Length; l++)
            sum += widths[l] * widths[l - 1];
        return sum;
    }

    /// <summary>The loss; what it leaves in the activations serves <see cref="Gradient"/>.</summary>
    /// <param name="widths">The widths of the layers, input first.</param>
    /// <param name="weights">W elements.</param>
    /// <param name="activations">One element per unit, layer after layer; the input's are given.</param>
    /// <param name="slopes">One element per unit: receives the derivatives of the layers' sines.</param>
    /// <param name="target">y, one element per unit of the last layer.</param>
    public static T Value<T, TStore>(
        ReadOnlySpan<int> widths,
        TStore weights,
        TStore activations,
        TStore slopes,
        TStore target
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var l = 1; l < widths.Length; l++)
        {
            var (rows, columns) = (widths[l], widths[l - 1]);
            var to = activations.At(columns);
            var slope = slopes.At(columns);
            for (var i = 0; i < rows; i++)
            {
                var z = T.From(0.0);
                for (var j = 0; j < columns; j++)
                    z = T.Fma(weights[i * columns + j], activations[j], z);
                (to[i], slope[i]) = T.SinCos(z);
            }
            weights = weights.At(rows * columns);
            activations = to;
            slopes = slope;
        }
        var loss = T.From(0.0);
        for (var i = 0; i < widths[^1]; i++)
            loss += T.Pow(activations[i] - target[i], 2);
        return T.From(0.5) * loss;
    }

    /// <summary>The gradient in the weights, W elements, after a forward pass; the adjoints reach back to the input.</summary>
    /// <param name="widths">The widths of the layers, input first.</param>
    /// <param name="weights">W elements.</param>
    /// <param name="activations">One element per unit, layer after layer; the input's are given.</param>
    /// <param name="slopes">One element per unit of scratch.</param>
    /// <param name="adjoints">One element per unit of scratch.</param>
    /// <param name="target">y, one element per unit of the last layer.</param>
    /// <param name="gradient">Receives W elements.</param>
    public static void Gradient<T, TStore>(
        ReadOnlySpan<int> widths,
        TStore weights,
        TStore activations,
        TStore slopes,
        TStore adjoints,
        TStore target,
        TStore gradient
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        Value<T, TStore>(widths, weights, activations, slopes, target);
        var (unit, weight) = (0, Weights(widths));
        for (var l = 0; l < widths.Length - 1; l++)
            unit += widths[l];
        for (var i = 0; i < widths[^1]; i++)
            adjoints[unit + i] = activations[unit + i] - target[i];
        for (var l = widths.Length - 1; l > 0; l--)
        {
            var (rows, columns) = (widths[l], widths[l - 1]);
            weight -= rows * columns;
            var from = unit - columns;
            for (var j = 0; j < columns; j++)
                adjoints[from + j] = T.From(0.0);
            for (var i = 0; i < rows; i++)
            {
                var adjoint = adjoints[unit + i] * slopes[unit + i];
                for (var j = 0; j < columns; j++)
                {
                    var at = weight + i * columns + j;
                    adjoints[from + j] = T.Fma(weights[at], adjoint, adjoints[from + j]);
                    gradient[at] = T.Fma(adjoint, activations[from + j], T.From(0.0));
                }
            }
            unit = from;
        }
    }
}
