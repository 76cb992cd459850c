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
    private const int DiagonalLength = Strip * (Strip + 1) / 2;

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
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore, NoSum<T>>(d, a, x, y, Form.Product, y, default, default);

    /// <summary>y += A x.</summary>
    public static void MultiplyAdd<T, TStore>(int d, TStore a, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore, NoSum<T>>(d, a, x, y, Form.Started, y, default, default);

    /// <summary>y = b + A x.</summary>
    public static void MultiplyAdd<T, TStore>(int d, TStore a, TStore x, TStore b, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore, NoSum<T>>(d, a, x, y, Form.Started, b, default, default);

    /// <summary>y = x + s A x.</summary>
    public static void Step<T, TStore>(int d, TStore a, TStore x, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore, NoSum<T>>(d, a, x, y, Form.Step, y, s, default);

    /// <summary>y = x + s (b + A x).</summary>
    public static void Step<T, TStore>(int d, TStore a, TStore x, TStore b, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Multiply<T, TStore, NoSum<T>>(d, a, x, y, Form.Started | Form.Step, b, s, default);

    /// <summary>y = t x + s A x.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="a">d(d+1)/2 packed elements.</param>
    /// <param name="x">d elements.</param>
    /// <param name="t">The multiple of x.</param>
    /// <param name="s">The factor of A.</param>
    /// <param name="y">d elements, not overlapping x.</param>
    /// <returns>x'y.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Multiply<T, TStore>(int d, TStore a, TStore x, in T t, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var form = T.From(0.0);
        Multiply<T, TStore, FormSum<T>>(d, a, x, y, Form.Step, y, s, new FormSum<T>(in t, ref form));
        return form;
    }

    /// <summary>What a product becomes on its way; each saves a pass over the vector.</summary>
    [Flags]
    private enum Form
    {
        Product = 0,

        /// <summary>Sums begin at given numbers, not at 0.</summary>
        Started = 1,

        /// <summary>The finished sum y becomes x + s y, or t x + s y where x'y is summed.</summary>
        Step = 2,
    }

    /// <summary>How many rows of a last, shorter strip the strips above take with them: a constant for the JIT.</summary>
    private interface ITail
    {
        static abstract int Rows { get; }
    }

    private readonly struct Tail0 : ITail
    {
        public static int Rows => 0;
    }

    private readonly struct Tail1 : ITail
    {
        public static int Rows => 1;
    }

    private readonly struct Tail2 : ITail
    {
        public static int Rows => 2;
    }

    private readonly struct Tail3 : ITail
    {
        public static int Rows => 3;
    }

    private static void Multiply<T, TStore, TSum>(
        int d,
        TStore a,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        // What is done at the end is left to the last rows.
        var before = form & ~Form.Step;
        var first = 0;
        if (T.Registers == 0 || d < Strip)
        {
            for (; first < d; first += Strip)
                AnyStrip<T, TStore>(first, Math.Min(Strip, d - first), a.At(PackedLength(first)), x, y, before, start);
            if (form != before)
                Vectors.Finish<T, TStore, TSum>(d, x, y, s, sum);
            return;
        }
        if (T.Registers < 32)
        {
            for (; first + Strip < d; first += Strip)
                OneStrip<T, TStore, NoSum<T>>(first, a.At(PackedLength(first)), x, y, before, start, s, default);
            if (first + Strip == d)
            {
                OneStrip<T, TStore, TSum>(first, a.At(PackedLength(first)), x, y, form, start, s, sum);
                return;
            }
            AnyStrip<T, TStore>(first, d - first, a.At(PackedLength(first)), x, y, before, start);
            if (form != before)
                Vectors.Finish<T, TStore, TSum>(d, x, y, s, sum);
            return;
        }
        if (d < 2 * Strip)
        {
            OnlyStrip<T, TStore, TSum>(d, a, x, y, form, start, s, sum);
            return;
        }
        // An odd strip goes alone where it is shortest.
        if ((d & Strip) != 0)
        {
            FirstStrip<T, TStore, Tail0, NoSum<T>>(a, x, y, before, start, s, default);
            first = Strip;
        }
        for (; first + 4 * Strip <= d; first += 2 * Strip)
            TwoStrips<T, TStore, Tail0, NoSum<T>>(first, a.At(PackedLength(first)), x, y, before, start, s, default);
        LastTwoStrips<T, TStore, TSum>(d, first, a.At(PackedLength(first)), x, y, form, start, s, sum);
    }

    /// <summary>All rows of a matrix below 8 x 8, which has one strip and its tail.</summary>
    private static void OnlyStrip<T, TStore, TSum>(
        int d,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        switch (d % Strip)
        {
            case 0:
                FirstStrip<T, TStore, Tail0, TSum>(p, x, y, form, start, s, sum);
                break;
            case 1:
                FirstStrip<T, TStore, Tail1, TSum>(p, x, y, form, start, s, sum);
                break;
            case 2:
                FirstStrip<T, TStore, Tail2, TSum>(p, x, y, form, start, s, sum);
                break;
            default:
                FirstStrip<T, TStore, Tail3, TSum>(p, x, y, form, start, s, sum);
                break;
        }
    }

    /// <summary>The last two whole strips, with the tail.</summary>
    private static void LastTwoStrips<T, TStore, TSum>(
        int d,
        int first,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        switch (d % Strip)
        {
            case 0:
                TwoStrips<T, TStore, Tail0, TSum>(first, p, x, y, form, start, s, sum);
                break;
            case 1:
                TwoStrips<T, TStore, Tail1, TSum>(first, p, x, y, form, start, s, sum);
                break;
            case 2:
                TwoStrips<T, TStore, Tail2, TSum>(first, p, x, y, form, start, s, sum);
                break;
            default:
                TwoStrips<T, TStore, Tail3, TSum>(first, p, x, y, form, start, s, sum);
                break;
        }
    }

    /// <summary>Eight rows and the tail: their sums stay in registers, and x and y are read once for all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoStrips<T, TStore, TTail, TSum>(
        int first,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTail : struct, ITail
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        T dot = T.From(0.0),
            t = sum.Shift;
        var q = p.At(Strip * first + DiagonalLength);
        var r = q.At(Strip * (first + Strip) + DiagonalLength);
        var xs = x.At(first);
        T x0 = xs[0],
            x1 = xs[1],
            x2 = xs[2],
            x3 = xs[3],
            x4 = xs[4],
            x5 = xs[5],
            x6 = xs[6],
            x7 = xs[7];
        T xa = default,
            xb = default,
            xc = default;
        if (TTail.Rows > 0)
            Tail<T, TStore, TTail>(xs.At(8), ref xa, ref xb, ref xc);
        T y0,
            y1,
            y2,
            y3,
            y4,
            y5,
            y6,
            y7;
        T ya = T.From(0.0),
            yb = ya,
            yc = ya;
        if ((form & Form.Started) != 0)
        {
            start = start.At(first);
            y0 = start[0];
            y1 = start[1];
            y2 = start[2];
            y3 = start[3];
            y4 = start[4];
            y5 = start[5];
            y6 = start[6];
            y7 = start[7];
            if (TTail.Rows > 0)
                Tail<T, TStore, TTail>(start.At(8), ref ya, ref yb, ref yc);
        }
        else
            y0 = y1 = y2 = y3 = y4 = y5 = y6 = y7 = T.From(0.0);
        for (var c = 0; c < first; c += 2)
        {
            T xn = x[c],
                yn = y[c];
            yn = Column<T, TStore>(p, xn, yn, x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
            yn = Column<T, TStore>(q, xn, yn, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
            if (TTail.Rows > 0)
                yn = TailColumn<T, TStore, TTail>(r, xn, yn, xa, xb, xc, ref ya, ref yb, ref yc);
            if ((form & Form.Step) != 0)
                yn = TSum.IsTaken ? Shifted(s, yn, t, xn, ref dot) : T.Fma(s, yn, xn);
            y[c] = yn;
            xn = x[c + 1];
            yn = y[c + 1];
            yn = Column<T, TStore>(p.At(Strip), xn, yn, x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
            yn = Column<T, TStore>(q.At(Strip), xn, yn, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
            if (TTail.Rows > 0)
                yn = TailColumn<T, TStore, TTail>(r.At(TTail.Rows), xn, yn, xa, xb, xc, ref ya, ref yb, ref yc);
            if ((form & Form.Step) != 0)
                yn = TSum.IsTaken ? Shifted(s, yn, t, xn, ref dot) : T.Fma(s, yn, xn);
            y[c + 1] = yn;
            p = p.At(2 * Strip);
            q = q.At(2 * Strip);
            r = r.At(2 * TTail.Rows);
        }
        Diagonal<T, TStore>(p, x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
        y0 = Column<T, TStore>(q, x0, y0, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        y1 = Column<T, TStore>(q.At(Strip), x1, y1, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        y2 = Column<T, TStore>(q.At(2 * Strip), x2, y2, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        y3 = Column<T, TStore>(q.At(3 * Strip), x3, y3, x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        Diagonal<T, TStore>(q.At(4 * Strip), x4, x5, x6, x7, ref y4, ref y5, ref y6, ref y7);
        if (TTail.Rows > 0)
        {
            y0 = TailColumn<T, TStore, TTail>(r, x0, y0, xa, xb, xc, ref ya, ref yb, ref yc);
            y1 = TailColumn<T, TStore, TTail>(r.At(TTail.Rows), x1, y1, xa, xb, xc, ref ya, ref yb, ref yc);
            y2 = TailColumn<T, TStore, TTail>(r.At(2 * TTail.Rows), x2, y2, xa, xb, xc, ref ya, ref yb, ref yc);
            y3 = TailColumn<T, TStore, TTail>(r.At(3 * TTail.Rows), x3, y3, xa, xb, xc, ref ya, ref yb, ref yc);
            y4 = TailColumn<T, TStore, TTail>(r.At(4 * TTail.Rows), x4, y4, xa, xb, xc, ref ya, ref yb, ref yc);
            y5 = TailColumn<T, TStore, TTail>(r.At(5 * TTail.Rows), x5, y5, xa, xb, xc, ref ya, ref yb, ref yc);
            y6 = TailColumn<T, TStore, TTail>(r.At(6 * TTail.Rows), x6, y6, xa, xb, xc, ref ya, ref yb, ref yc);
            y7 = TailColumn<T, TStore, TTail>(r.At(7 * TTail.Rows), x7, y7, xa, xb, xc, ref ya, ref yb, ref yc);
            TailDiagonal<T, TStore, TTail>(r.At(8 * TTail.Rows), xa, xb, xc, ref ya, ref yb, ref yc);
        }
        if (!TSum.IsTaken && (form & Form.Step) != 0)
        {
            y0 = T.Fma(s, y0, x0);
            y1 = T.Fma(s, y1, x1);
            y2 = T.Fma(s, y2, x2);
            y3 = T.Fma(s, y3, x3);
            y4 = T.Fma(s, y4, x4);
            y5 = T.Fma(s, y5, x5);
            y6 = T.Fma(s, y6, x6);
            y7 = T.Fma(s, y7, x7);
            if (TTail.Rows > 0)
                ya = T.Fma(s, ya, xa);
            if (TTail.Rows > 1)
                yb = T.Fma(s, yb, xb);
            if (TTail.Rows > 2)
                yc = T.Fma(s, yc, xc);
        }
        y = y.At(first);
        y[0] = y0;
        y[1] = y1;
        y[2] = y2;
        y[3] = y3;
        y[4] = y4;
        y[5] = y5;
        y[6] = y6;
        y[7] = y7;
        if (TTail.Rows > 0)
            y[8] = ya;
        if (TTail.Rows > 1)
            y[9] = yb;
        if (TTail.Rows > 2)
            y[10] = yc;
        if (!TSum.IsTaken)
            return;
        // From memory: with all rows in registers the method is too large for the JIT.
        for (var k = 0; k < 2 * Strip + TTail.Rows; k++)
            y[k] = Shifted(s, y[k], t, xs[k], ref dot);
        sum.Value = dot;
    }

    /// <summary>Four rows, for numbers of which the machine holds few.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneStrip<T, TStore, TSum>(
        int first,
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        T dot = T.From(0.0),
            t = sum.Shift;
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
            y0 = start[0];
            y1 = start[1];
            y2 = start[2];
            y3 = start[3];
        }
        else
            y0 = y1 = y2 = y3 = T.From(0.0);
        for (var c = 0; c < first; c++)
        {
            var xn = x[c];
            var yn = Column<T, TStore>(p, xn, y[c], x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
            if ((form & Form.Step) != 0)
                yn = TSum.IsTaken ? Shifted(s, yn, t, xn, ref dot) : T.Fma(s, yn, xn);
            y[c] = yn;
            p = p.At(Strip);
        }
        Diagonal<T, TStore>(p, x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
        if (TSum.IsTaken)
        {
            y0 = Shifted(s, y0, t, x0, ref dot);
            y1 = Shifted(s, y1, t, x1, ref dot);
            y2 = Shifted(s, y2, t, x2, ref dot);
            y3 = Shifted(s, y3, t, x3, ref dot);
            sum.Value = dot;
        }
        else if ((form & Form.Step) != 0)
        {
            y0 = T.Fma(s, y0, x0);
            y1 = T.Fma(s, y1, x1);
            y2 = T.Fma(s, y2, x2);
            y3 = T.Fma(s, y3, x3);
        }
        y = y.At(first);
        y[0] = y0;
        y[1] = y1;
        y[2] = y2;
        y[3] = y3;
    }

    /// <summary>The first four rows, with the tail where there are no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FirstStrip<T, TStore, TTail, TSum>(
        TStore p,
        TStore x,
        TStore y,
        Form form,
        TStore start,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTail : struct, ITail
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        var r = p.At(DiagonalLength);
        T x0 = x[0],
            x1 = x[1],
            x2 = x[2],
            x3 = x[3];
        T xa = default,
            xb = default,
            xc = default;
        if (TTail.Rows > 0)
            Tail<T, TStore, TTail>(x.At(4), ref xa, ref xb, ref xc);
        T y0,
            y1,
            y2,
            y3;
        T ya = T.From(0.0),
            yb = ya,
            yc = ya;
        if ((form & Form.Started) != 0)
        {
            y0 = start[0];
            y1 = start[1];
            y2 = start[2];
            y3 = start[3];
            if (TTail.Rows > 0)
                Tail<T, TStore, TTail>(start.At(4), ref ya, ref yb, ref yc);
        }
        else
            y0 = y1 = y2 = y3 = T.From(0.0);
        Diagonal<T, TStore>(p, x0, x1, x2, x3, ref y0, ref y1, ref y2, ref y3);
        if (TTail.Rows > 0)
        {
            y0 = TailColumn<T, TStore, TTail>(r, x0, y0, xa, xb, xc, ref ya, ref yb, ref yc);
            y1 = TailColumn<T, TStore, TTail>(r.At(TTail.Rows), x1, y1, xa, xb, xc, ref ya, ref yb, ref yc);
            y2 = TailColumn<T, TStore, TTail>(r.At(2 * TTail.Rows), x2, y2, xa, xb, xc, ref ya, ref yb, ref yc);
            y3 = TailColumn<T, TStore, TTail>(r.At(3 * TTail.Rows), x3, y3, xa, xb, xc, ref ya, ref yb, ref yc);
            TailDiagonal<T, TStore, TTail>(r.At(4 * TTail.Rows), xa, xb, xc, ref ya, ref yb, ref yc);
        }
        if (TSum.IsTaken)
        {
            T dot = T.From(0.0),
                t = sum.Shift;
            y0 = Shifted(s, y0, t, x0, ref dot);
            y1 = Shifted(s, y1, t, x1, ref dot);
            y2 = Shifted(s, y2, t, x2, ref dot);
            y3 = Shifted(s, y3, t, x3, ref dot);
            if (TTail.Rows > 0)
                ya = Shifted(s, ya, t, xa, ref dot);
            if (TTail.Rows > 1)
                yb = Shifted(s, yb, t, xb, ref dot);
            if (TTail.Rows > 2)
                yc = Shifted(s, yc, t, xc, ref dot);
            sum.Value = dot;
        }
        else if ((form & Form.Step) != 0)
        {
            y0 = T.Fma(s, y0, x0);
            y1 = T.Fma(s, y1, x1);
            y2 = T.Fma(s, y2, x2);
            y3 = T.Fma(s, y3, x3);
            if (TTail.Rows > 0)
                ya = T.Fma(s, ya, xa);
            if (TTail.Rows > 1)
                yb = T.Fma(s, yb, xb);
            if (TTail.Rows > 2)
                yc = T.Fma(s, yc, xc);
        }
        y[0] = y0;
        y[1] = y1;
        y[2] = y2;
        y[3] = y3;
        if (TTail.Rows > 0)
            y[4] = ya;
        if (TTail.Rows > 1)
            y[5] = yb;
        if (TTail.Rows > 2)
            y[6] = yc;
    }

    /// <summary>t x + s y, its product with x added to a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Shifted<T>(in T s, T y, T t, T x, ref T dot)
        where T : struct, IReal<T>
    {
        y = T.Fma(s, y, t * x);
        dot = T.Fma(x, y, dot);
        return y;
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
        where TStore : struct, IStore<T, TStore>, allows ref struct
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
        where TStore : struct, IStore<T, TStore>, allows ref struct
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tail<T, TStore, TTail>(TStore from, ref T a, ref T b, ref T c)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTail : struct, ITail
    {
        if (TTail.Rows > 0)
            a = from[0];
        if (TTail.Rows > 1)
            b = from[1];
        if (TTail.Rows > 2)
            c = from[2];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T TailColumn<T, TStore, TTail>(TStore p, T xn, T yn, T xa, T xb, T xc, ref T ya, ref T yb, ref T yc)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTail : struct, ITail
    {
        if (TTail.Rows > 0)
        {
            var e = p[0];
            ya = T.Fma(e, xn, ya);
            yn = T.Fma(e, xa, yn);
        }
        if (TTail.Rows > 1)
        {
            var e = p[1];
            yb = T.Fma(e, xn, yb);
            yn = T.Fma(e, xb, yn);
        }
        if (TTail.Rows > 2)
        {
            var e = p[2];
            yc = T.Fma(e, xn, yc);
            yn = T.Fma(e, xc, yn);
        }
        return yn;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TailDiagonal<T, TStore, TTail>(TStore p, T xa, T xb, T xc, ref T ya, ref T yb, ref T yc)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTail : struct, ITail
    {
        if (TTail.Rows > 0)
            ya = T.Fma(p[0], xa, ya);
        if (TTail.Rows > 1)
        {
            ya = T.Fma(p[1], xb, ya);
            yb = T.Fma(p[2], xb, T.Fma(p[1], xa, yb));
        }
        if (TTail.Rows > 2)
        {
            ya = T.Fma(p[3], xc, ya);
            yb = T.Fma(p[4], xc, yb);
            yc = T.Fma(p[5], xc, T.Fma(p[4], xb, T.Fma(p[3], xa, yc)));
        }
    }

    /// <summary>The plain loop, for numbers that no register holds and for d below four.</summary>
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
        where TStore : struct, IStore<T, TStore>, allows ref struct
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
