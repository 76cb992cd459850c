using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>
/// The inverse of a full matrix by elimination with partial pivoting; where the type encloses, R near A^-1 with E = I - RA and
/// |E| &lt; 1 gives |A^-1 - R| &lt;= |R| |E|/(1 - |E|) (Frobenius norms), else nothing is known.
/// </summary>
public static class GeneralInverse
{
    /// <summary>How many elements of scratch <see cref="Of"/> needs.</summary>
    public static int WorkLength(int d) => d * d;

    /// <summary>Inverts.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="a">d x d elements, row by row.</param>
    /// <param name="inverse">Receives d x d elements.</param>
    /// <param name="work">d x d elements of scratch.</param>
    public static void Of<T, TStore>(int d, TStore a, TStore inverse, TStore work)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var (zero, one) = (T.From(0.0), T.From(1.0));
        for (var k = 0; k < d * d; k++)
        {
            work[k] = T.Point(a[k]);
            inverse[k] = k % (d + 1) == 0 ? one : zero;
        }
        for (var k = 0; k < d; k++)
        {
            // The largest pivot rises to row k, lane by lane.
            for (var i = k + 1; i < d; i++)
            {
                var (here, there) = (T.Abs(work[k * d + k]), T.Abs(work[i * d + k]));
                for (var j = 0; j < d; j++)
                {
                    Exchange<T, TStore>(here, there, work, k * d + j, i * d + j);
                    Exchange<T, TStore>(here, there, inverse, k * d + j, i * d + j);
                }
            }
            var pivot = work[k * d + k];
            for (var j = 0; j < d; j++)
            {
                work[k * d + j] = T.Point(work[k * d + j] / pivot);
                inverse[k * d + j] = T.Point(inverse[k * d + j] / pivot);
            }
            for (var i = 0; i < d; i++)
            {
                if (i == k)
                    continue;
                var factor = -work[i * d + k];
                for (var j = 0; j < d; j++)
                {
                    work[i * d + j] = T.Point(T.Fma(factor, work[k * d + j], work[i * d + j]));
                    inverse[i * d + j] = T.Point(T.Fma(factor, inverse[k * d + j], inverse[i * d + j]));
                }
            }
        }
        var (size, error) = (zero, zero);
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
        {
            var e = i == j ? one : zero;
            for (var k = 0; k < d; k++)
                e = T.Fma(-inverse[i * d + k], a[k * d + j], e);
            error += T.Pow(e, 2);
            size += T.Pow(inverse[i * d + j], 2);
        }
        error = T.Sqrt(error);
        var radius = T.Sqrt(size) * error / T.Max(zero, one - error);
        for (var k = 0; k < d * d; k++)
            inverse[k] = T.Widen(inverse[k], radius);
    }

    private static void Exchange<T, TStore>(T here, T there, TStore a, int upper, int lower)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var (x, y) = (a[upper], a[lower]);
        a[upper] = T.SelectLess(here, there, y, x);
        a[lower] = T.SelectLess(here, there, x, y);
    }
}
