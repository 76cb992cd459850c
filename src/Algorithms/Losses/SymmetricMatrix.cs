using System.Runtime.CompilerServices;
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

    /// <summary>y = A x, A packed.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="a">d(d+1)/2 packed elements.</param>
    /// <param name="x">d elements.</param>
    /// <param name="y">d elements, not overlapping x.</param>
    public static void Multiply<T, TStore>(int d, TStore a, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore>(d, a, x, y, Form.Product, y, default);

    /// <summary>y += A x.</summary>
    public static void MultiplyAdd<T, TStore>(int d, TStore a, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore>(d, a, x, y, Form.Started, y, default);

    /// <summary>y = b + A x.</summary>
    public static void MultiplyAdd<T, TStore>(int d, TStore a, TStore x, TStore b, TStore y)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore>(d, a, x, y, Form.Started, b, default);

    /// <summary>y = x + s A x.</summary>
    public static void Step<T, TStore>(int d, TStore a, TStore x, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct => Multiply<T, TStore>(d, a, x, y, Form.Step, y, s);

    /// <summary>y = x + s (b + A x).</summary>
    public static void Step<T, TStore>(int d, TStore a, TStore x, TStore b, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore>(d, a, x, y, Form.Started | Form.Step, b, s);

    /// <summary>What a product becomes on its way; each saves a pass over the vector.</summary>
    [Flags]
    private enum Form
    {
        Product = 0,

        /// <summary>Sums begin at given numbers, not at 0.</summary>
        Started = 1,

        /// <summary>The finished sum y becomes x + s y.</summary>
        Step = 2,
    }

    /// <summary>Whether two strips take the last strip with them, where that has two rows: known to the JIT.</summary>
    private interface ITail
    {
        static abstract bool HasTwoRows { get; }
    }

    private readonly struct NoTail : ITail
    {
        public static bool HasTwoRows => false;
    }

    private readonly struct TwoRowTail : ITail
    {
        public static bool HasTwoRows => true;
    }

    private static void Multiply<T, TStore>(int d, TStore a, TStore x, TStore y, Form form, TStore start, in T s)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        // What is done at the end is left to the last block of rows.
        var before = form & ~Form.Step;
        var first = 0;
        if (T.Registers == 0)
        {
            for (; first < d; first += Strip)
                AnyStrip<T, TStore>(first, Math.Min(Strip, d - first), a.At(PackedLength(first)), x, y, before, start);
            if (form != before)
                for (var i = 0; i < d; i++)
                    y[i] = T.Fma(s, y[i], x[i]);
            return;
        }
        if (T.Registers >= 32)
        {
            // The shortest strip is the one that goes alone.
            if ((d & Strip) != 0)
            {
                OneStrip<T, TStore>(0, a, x, y, d == Strip ? form : before, start, s);
                first = Strip;
            }
            for (; first + 2 * Strip <= d; first += 2 * Strip)
            {
                if (first + 2 * Strip + 2 == d)
                {
                    TwoStrips<T, TStore, TwoRowTail>(first, a.At(PackedLength(first)), x, y, form, start, s);
                    return;
                }
                TwoStrips<T, TStore, NoTail>(
                    first,
                    a.At(PackedLength(first)),
                    x,
                    y,
                    first + 2 * Strip == d ? form : before,
                    start,
                    s
                );
            }
        }
        else
            for (; first + Strip <= d; first += Strip)
                OneStrip<T, TStore>(
                    first,
                    a.At(PackedLength(first)),
                    x,
                    y,
                    first + Strip == d ? form : before,
                    start,
                    s
                );
        var height = d - first;
        if (height >= 2)
            TwoRows<T, TStore>(first, height, a.At(PackedLength(first)), x, y, height == 2 ? form : before, start, s);
        if (height % 2 != 0)
            LastRow<T, TStore>(first, height, a.At(PackedLength(first)), x, y, form, start, s);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoStrips<T, TStore, TTail>(
        int first,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
        where TTail : struct, ITail
    {
        var q = p.At(Strip * first + 10);
        // The tail follows the second strip.
        var r = q.At(Strip * (first + Strip) + 10);
        var xs = x.At(first);
        T x0 = xs[0],
            x1 = xs[1],
            x2 = xs[2],
            x3 = xs[3],
            x4 = xs[4],
            x5 = xs[5],
            x6 = xs[6],
            x7 = xs[7];
        T y0,
            y1,
            y2,
            y3,
            y4,
            y5,
            y6,
            y7;
        if ((form & Form.Started) != 0)
        {
            start = start.At(first);
            (y0, y1, y2, y3, y4, y5, y6, y7) = (
                start[0],
                start[1],
                start[2],
                start[3],
                start[4],
                start[5],
                start[6],
                start[7]
            );
        }
        else
            y0 = y1 = y2 = y3 = y4 = y5 = y6 = y7 = T.From(0.0);
        T x8 = default,
            x9 = default,
            y8 = default,
            y9 = default;
        if (TTail.HasTwoRows)
        {
            (x8, x9) = (xs[8], xs[9]);
            (y8, y9) = (form & Form.Started) != 0 ? (start[8], start[9]) : (T.From(0.0), T.From(0.0));
        }
        for (var c = 0; c < first; c += 2)
        {
            T xc = x[c],
                xd = x[c + 1];
            var yc = Column<T, TStore>(p, xc, y[c], x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
            yc = Column<T, TStore>(q, xc, yc, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
            if (TTail.HasTwoRows)
                yc = ColumnOfTwo<T, TStore>(r, xc, yc, x8, x9, ref y8, ref y9);
            y[c] = (form & Form.Step) != 0 ? T.Fma(s, yc, xc) : yc;
            var yd = Column<T, TStore>(p.At(Strip), xd, y[c + 1], x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
            yd = Column<T, TStore>(q.At(Strip), xd, yd, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
            if (TTail.HasTwoRows)
                yd = ColumnOfTwo<T, TStore>(r.At(2), xd, yd, x8, x9, ref y8, ref y9);
            y[c + 1] = (form & Form.Step) != 0 ? T.Fma(s, yd, xd) : yd;
            p = p.At(2 * Strip);
            q = q.At(2 * Strip);
            r = r.At(2 * 2);
        }
        Diagonal<T, TStore>(p, x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
        y0 = Column<T, TStore>(q, x0, y0, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        y1 = Column<T, TStore>(q.At(4), x1, y1, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        y2 = Column<T, TStore>(q.At(8), x2, y2, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        y3 = Column<T, TStore>(q.At(12), x3, y3, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        Diagonal<T, TStore>(q.At(16), x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        if (TTail.HasTwoRows)
        {
            y0 = ColumnOfTwo<T, TStore>(r.At(0), x0, y0, x8, x9, ref y8, ref y9);
            y1 = ColumnOfTwo<T, TStore>(r.At(2), x1, y1, x8, x9, ref y8, ref y9);
            y2 = ColumnOfTwo<T, TStore>(r.At(4), x2, y2, x8, x9, ref y8, ref y9);
            y3 = ColumnOfTwo<T, TStore>(r.At(6), x3, y3, x8, x9, ref y8, ref y9);
            y4 = ColumnOfTwo<T, TStore>(r.At(8), x4, y4, x8, x9, ref y8, ref y9);
            y5 = ColumnOfTwo<T, TStore>(r.At(10), x5, y5, x8, x9, ref y8, ref y9);
            y6 = ColumnOfTwo<T, TStore>(r.At(12), x6, y6, x8, x9, ref y8, ref y9);
            y7 = ColumnOfTwo<T, TStore>(r.At(14), x7, y7, x8, x9, ref y8, ref y9);
            DiagonalOfTwo<T, TStore>(r.At(16), x8, x9, ref y8, ref y9);
        }
        if ((form & Form.Step) != 0)
        {
            y0 = T.Fma(s, y0, x0);
            y1 = T.Fma(s, y1, x1);
            y2 = T.Fma(s, y2, x2);
            y3 = T.Fma(s, y3, x3);
            y4 = T.Fma(s, y4, x4);
            y5 = T.Fma(s, y5, x5);
            y6 = T.Fma(s, y6, x6);
            y7 = T.Fma(s, y7, x7);
            if (TTail.HasTwoRows)
            {
                y8 = T.Fma(s, y8, x8);
                y9 = T.Fma(s, y9, x9);
            }
        }
        y = y.At(first);
        (y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]) = (y0, y1, y2, y3, y4, y5, y6, y7);
        if (TTail.HasTwoRows)
            (y[8], y[9]) = (y8, y9);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneStrip<T, TStore>(int first, TStore p, TStore x, TStore y, Form form, TStore start, in T s)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        var xs = x.At(first);
        T x0 = xs[0],
            x1 = xs[1],
            x2 = xs[2],
            x3 = xs[3];
        T y0,
            y1,
            y2,
            y3;
        if ((form & Form.Started) != 0)
        {
            start = start.At(first);
            (y0, y1, y2, y3) = (start[0], start[1], start[2], start[3]);
        }
        else
            y0 = y1 = y2 = y3 = T.From(0.0);
        for (var c = 0; c < first; c += 2)
        {
            T xc = x[c],
                xd = x[c + 1];
            var yc = Column<T, TStore>(p, xc, y[c], x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
            y[c] = (form & Form.Step) != 0 ? T.Fma(s, yc, xc) : yc;
            var yd = Column<T, TStore>(p.At(Strip), xd, y[c + 1], x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
            y[c + 1] = (form & Form.Step) != 0 ? T.Fma(s, yd, xd) : yd;
            p = p.At(2 * Strip);
        }
        Diagonal<T, TStore>(p, x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
        if ((form & Form.Step) != 0)
        {
            y0 = T.Fma(s, y0, x0);
            y1 = T.Fma(s, y1, x1);
            y2 = T.Fma(s, y2, x2);
            y3 = T.Fma(s, y3, x3);
        }
        y = y.At(first);
        (y[0], y[1], y[2], y[3]) = (y0, y1, y2, y3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Column<T, TStore>(
        TStore p,
        T xc,
        T yc,
        T x0,
        T x1,
        T x2,
        T x3,
        ref T y0,
        ref T y1,
        ref T y2,
        ref T y3
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        T a0 = p[0],
            a1 = p[1],
            a2 = p[2],
            a3 = p[3];
        y0 = T.Fma(a0, xc, y0);
        y1 = T.Fma(a1, xc, y1);
        y2 = T.Fma(a2, xc, y2);
        y3 = T.Fma(a3, xc, y3);
        return T.Fma(a3, x3, T.Fma(a2, x2, T.Fma(a1, x1, T.Fma(a0, x0, yc))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Diagonal<T, TStore>(TStore p, T x0, T x1, T x2, T x3, ref T y0, ref T y1, ref T y2, ref T y3)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        T b10 = p[1],
            b20 = p[3],
            b21 = p[4],
            b30 = p[6],
            b31 = p[7],
            b32 = p[8];
        y0 = T.Fma(b30, x3, T.Fma(b20, x2, T.Fma(b10, x1, T.Fma(p[0], x0, y0))));
        y1 = T.Fma(b31, x3, T.Fma(b21, x2, T.Fma(p[2], x1, T.Fma(b10, x0, y1))));
        y2 = T.Fma(b32, x3, T.Fma(p[5], x2, T.Fma(b21, x1, T.Fma(b20, x0, y2))));
        y3 = T.Fma(p[9], x3, T.Fma(b32, x2, T.Fma(b31, x1, T.Fma(b30, x0, y3))));
    }

    /// <summary>The first two rows of a strip of two or three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows<T, TStore>(
        int first,
        int height,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        var xs = x.At(first);
        T x0 = xs[0],
            x1 = xs[1];
        T y0,
            y1;
        if ((form & Form.Started) != 0)
        {
            start = start.At(first);
            (y0, y1) = (start[0], start[1]);
        }
        else
            y0 = y1 = T.From(0.0);
        for (var c = 0; c < first; c += 2)
        {
            T xc = x[c],
                xd = x[c + 1];
            var yc = ColumnOfTwo<T, TStore>(p, xc, y[c], x0, x1, ref y0, ref y1);
            y[c] = (form & Form.Step) != 0 ? T.Fma(s, yc, xc) : yc;
            p = p.At(height);
            var yd = ColumnOfTwo<T, TStore>(p, xd, y[c + 1], x0, x1, ref y0, ref y1);
            y[c + 1] = (form & Form.Step) != 0 ? T.Fma(s, yd, xd) : yd;
            p = p.At(height);
        }
        DiagonalOfTwo<T, TStore>(p, x0, x1, ref y0, ref y1);
        if ((form & Form.Step) != 0)
        {
            y0 = T.Fma(s, y0, x0);
            y1 = T.Fma(s, y1, x1);
        }
        y = y.At(first);
        (y[0], y[1]) = (y0, y1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ColumnOfTwo<T, TStore>(TStore p, T xc, T yc, T x0, T x1, ref T y0, ref T y1)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        T a0 = p[0],
            a1 = p[1];
        y0 = T.Fma(a0, xc, y0);
        y1 = T.Fma(a1, xc, y1);
        return T.Fma(a1, x1, T.Fma(a0, x0, yc));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DiagonalOfTwo<T, TStore>(TStore p, T x0, T x1, ref T y0, ref T y1)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        var b10 = p[1];
        y0 = T.Fma(b10, x1, T.Fma(p[0], x0, y0));
        y1 = T.Fma(p[2], x1, T.Fma(b10, x0, y1));
    }

    /// <summary>The last row of a strip of one or three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LastRow<T, TStore>(
        int first,
        int height,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        var last = first + height - 1;
        var xr = x[last];
        var yr = (form & Form.Started) != 0 ? start[last] : T.From(0.0);
        p = p.At(height - 1);
        for (var c = 0; c < last; c++)
        {
            var e = p[0];
            var xc = x[c];
            yr = T.Fma(e, xc, yr);
            var yc = T.Fma(e, xr, y[c]);
            y[c] = (form & Form.Step) != 0 ? T.Fma(s, yc, xc) : yc;
            // Across the strip, then along the last row of its triangle.
            p = p.At(c < first - 1 ? height : 1);
        }
        yr = T.Fma(p[0], xr, yr);
        y[last] = (form & Form.Step) != 0 ? T.Fma(s, yr, xr) : yr;
    }

    private static void AnyStrip<T, TStore>(
        int first,
        int height,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        for (var k = first; k < first + height; k++)
            y[k] = form == Form.Started ? start[k] : T.From(0.0);
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
