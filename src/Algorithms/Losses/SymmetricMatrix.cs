using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>
/// Symmetric matrices packed in strips of four rows, in the order in which the product with a vector reads them: of the
/// strip that begins at row r, first the columns 0..r-1, each with its (up to) four elements, then the lower triangle
/// of the diagonal block by rows. Each element off the diagonal is loaded once and used for two multiply-adds, and a
/// product is one linear stream.
/// </summary>
public static class SymmetricMatrix
{
    private const int Strip = 4;

    /// <summary>d(d+1)/2.</summary>
    public static int PackedLength(int d) => d * (d + 1) / 2;

    /// <summary>The position of element (i, j) of a d x d matrix, in either order of i and j.</summary>
    public static int IndexOf(int d, int i, int j)
    {
        if (i < j)
            (i, j) = (j, i);
        var first = i - i % Strip;
        var height = Math.Min(Strip, d - first);
        var k = i - first;
        var start = PackedLength(first);
        return j < first ? start + j * height + k : start + first * height + PackedLength(k) + (j - first);
    }

    /// <summary>y += A x, A packed.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="a">d(d+1)/2 packed elements.</param>
    /// <param name="x">d elements.</param>
    /// <param name="y">d elements, not overlapping x.</param>
    public static void MultiplyAdd<T, TStore>(int d, TStore a, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var first = 0;
        for (; first + Strip <= d; first += Strip)
        {
            var xs = x.At(first);
            var ys = y.At(first);
            T x0 = xs[0],
                x1 = xs[1],
                x2 = xs[2],
                x3 = xs[3];
            T y0 = ys[0],
                y1 = ys[1],
                y2 = ys[2],
                y3 = ys[3];
            for (var c = 0; c < first; c++)
            {
                var column = a.At(PackedLength(first) + Strip * c);
                T a0 = column[0],
                    a1 = column[1],
                    a2 = column[2],
                    a3 = column[3];
                var xc = x[c];
                y0 = T.Fma(a0, xc, y0);
                y1 = T.Fma(a1, xc, y1);
                y2 = T.Fma(a2, xc, y2);
                y3 = T.Fma(a3, xc, y3);
                y[c] = T.Fma(a3, x3, T.Fma(a2, x2, T.Fma(a1, x1, T.Fma(a0, x0, y[c]))));
            }
            var block = a.At(PackedLength(first) + Strip * first);
            T b10 = block[1],
                b20 = block[3],
                b21 = block[4],
                b30 = block[6],
                b31 = block[7],
                b32 = block[8];
            ys[0] = T.Fma(b30, x3, T.Fma(b20, x2, T.Fma(b10, x1, T.Fma(block[0], x0, y0))));
            ys[1] = T.Fma(b31, x3, T.Fma(b21, x2, T.Fma(block[2], x1, T.Fma(b10, x0, y1))));
            ys[2] = T.Fma(b32, x3, T.Fma(block[5], x2, T.Fma(b21, x1, T.Fma(b20, x0, y2))));
            ys[3] = T.Fma(block[9], x3, T.Fma(b32, x2, T.Fma(b31, x1, T.Fma(b30, x0, y3))));
        }
        if (first < d)
            LastStrip<T, TStore>(d, first, a, x, y);
    }

    private static void LastStrip<T, TStore>(int d, int first, TStore a, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var height = d - first;
        var p = a.At(PackedLength(first));
        for (var c = 0; c < first; c++, p = p.At(height))
        {
            var xc = x[c];
            var yc = y[c];
            for (var k = 0; k < height; k++)
            {
                var e = p[k];
                y[first + k] = T.Fma(e, xc, y[first + k]);
                yc = T.Fma(e, x[first + k], yc);
            }
            y[c] = yc;
        }
        for (var k = 0; k < height; k++, p = p.At(k))
        {
            for (var l = 0; l < k; l++)
            {
                y[first + k] = T.Fma(p[l], x[first + l], y[first + k]);
                y[first + l] = T.Fma(p[l], x[first + k], y[first + l]);
            }
            y[first + k] = T.Fma(p[k], x[first + k], y[first + k]);
        }
    }

    /// <summary>The packed form of a symmetric matrix; its lower triangle is read.</summary>
    public static void Pack(double[,] dense, Span<double> packed)
    {
        var d = dense.GetLength(0);
        for (var i = 0; i < d; i++)
        for (var j = 0; j <= i; j++)
            packed[IndexOf(d, i, j)] = dense[i, j];
    }

    /// <summary>The dense form of a packed matrix.</summary>
    public static double[,] Unpack(int d, ReadOnlySpan<double> packed)
    {
        var dense = new double[d, d];
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
            dense[i, j] = packed[IndexOf(d, i, j)];
        return dense;
    }
}
