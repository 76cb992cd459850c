using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>
/// S x = b, S symmetric positive definite and dense, solved approximately; where the type encloses, the error is enclosed by
/// the residual: |x - S^-1 b| &lt;= |b - S x|/s for any s at or below the smallest eigenvalue (Definition 2's certificate in
/// Rajeswaran et al. 2019). Elimination in interval arithmetic itself loses a factor at every step.
/// </summary>
public static class CertifiedSolve
{
    /// <summary>How many elements of scratch <see cref="Solve"/> needs.</summary>
    public static int WorkLength(int d) => 2 * d;

    /// <summary>Approximate factors S = L D L', as <see cref="Cholesky"/> has them, each of them a single number.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="s">d x d elements, row by row; the lower triangle is read.</param>
    /// <param name="factors">Receives d x d elements.</param>
    public static void Factor<T, TStore>(int d, TStore s, TStore factors)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
        {
            var row = factors.At(i * d);
            for (var j = 0; j < i; j++)
            {
                var other = factors.At(j * d);
                var sum = T.Point(s[i * d + j]);
                for (var k = 0; k < j; k++)
                    sum = T.Fma(-row[k], other[k], sum);
                row[j] = T.Point(sum);
            }
            var pivot = T.Point(s[i * d + i]);
            for (var j = 0; j < i; j++)
            {
                var scaled = row[j];
                var l = T.Point(scaled / factors[j * d + j]);
                pivot = T.Fma(-l, scaled, pivot);
                row[j] = l;
            }
            row[i] = T.Point(pivot);
        }
    }

    /// <summary>x near S^-1 b, single numbers, without a bound; x may be b.</summary>
    public static void Approximate<T, TStore>(int d, TStore factors, TStore b, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
        {
            var sum = T.Point(b[i]);
            for (var j = 0; j < i; j++)
                sum = T.Fma(-factors[i * d + j], x[j], sum);
            x[i] = T.Point(sum);
        }
        for (var i = 0; i < d; i++)
            x[i] = T.Point(x[i] / factors[i * d + i]);
        for (var i = d - 1; i >= 0; i--)
        {
            var sum = x[i];
            for (var j = i + 1; j < d; j++)
                sum = T.Fma(-factors[j * d + i], x[j], sum);
            x[i] = T.Point(sum);
        }
    }

    /// <summary>x = S^-1 b, with one step of iterative refinement; enclosed where the type encloses.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="s">S, d x d elements, row by row.</param>
    /// <param name="factors">Those of <see cref="Factor"/>.</param>
    /// <param name="least">At or below the smallest eigenvalue of S; where it is not above 0, nothing is known of x.</param>
    /// <param name="b">d elements.</param>
    /// <param name="x">Receives d elements; overlaps nothing.</param>
    /// <param name="work">2d elements of scratch.</param>
    public static void Solve<T, TStore>(int d, TStore s, TStore factors, T least, TStore b, TStore x, TStore work)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var r = work;
        var y = work.At(d);
        Approximate<T, TStore>(d, factors, b, x);
        Residual<T, TStore>(d, s, x, b, r);
        Approximate<T, TStore>(d, factors, r, y);
        for (var i = 0; i < d; i++)
            x[i] = T.Point(x[i] + y[i]);
        Residual<T, TStore>(d, s, x, b, r);
        var radius = Vectors.Norm<T, TStore>(d, r) / T.Max(T.From(0.0), least);
        for (var i = 0; i < d; i++)
            x[i] = T.Widen(x[i], radius);
    }

    /// <summary>r = b - S x.</summary>
    private static void Residual<T, TStore>(int d, TStore s, TStore x, TStore b, TStore r)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
        {
            var sum = b[i];
            for (var j = 0; j < d; j++)
                sum = T.Fma(-s[i * d + j], x[j], sum);
            r[i] = sum;
        }
    }
}
