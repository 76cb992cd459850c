using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>
/// The direct solve of S x = b, S symmetric positive definite and dense: S = L D L' without pivoting. In enclosures a pivot
/// that may be 0 leaves nothing known.
/// </summary>
public static class Cholesky
{
    /// <summary>Replaces S by its factors: L below the diagonal, D on it.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="a">d x d elements, row by row; the lower triangle is read.</param>
    public static void Factor<T, TStore>(int d, TStore a)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
        {
            var row = a.At(i * d);
            for (var j = 0; j < i; j++)
            {
                // L_ij D_j so far; the division by D_j follows once the whole row is there.
                var other = a.At(j * d);
                var sum = row[j];
                for (var k = 0; k < j; k++)
                    sum = T.Fma(-row[k], other[k], sum);
                row[j] = sum;
            }
            var pivot = row[i];
            for (var j = 0; j < i; j++)
            {
                var scaled = row[j];
                var l = scaled / a[j * d + j];
                pivot = T.Fma(-l, scaled, pivot);
                row[j] = l;
            }
            row[i] = pivot;
        }
    }

    /// <summary>x = S^-1 b from the factors; x may be b.</summary>
    public static void Solve<T, TStore>(int d, TStore factors, TStore b, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
        {
            var sum = b[i];
            for (var j = 0; j < i; j++)
                sum = T.Fma(-factors[i * d + j], x[j], sum);
            x[i] = sum;
        }
        for (var i = 0; i < d; i++)
            x[i] /= factors[i * d + i];
        for (var i = d - 1; i >= 0; i--)
        {
            var sum = x[i];
            for (var j = i + 1; j < d; j++)
                sum = T.Fma(-factors[j * d + i], x[j], sum);
            x[i] = sum;
        }
    }
}
