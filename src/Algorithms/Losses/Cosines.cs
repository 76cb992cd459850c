using System.Runtime.CompilerServices;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>
/// Terms a cos(v'x + p), each at its first number, one by one or four at a time: four chains of multiply-adds hide each
/// other's latency, and the vector to which they add is read and written once.
/// </summary>
internal static class Cosines
{
    /// <summary>How many are taken together.</summary>
    public const int Group = 4;

    /// <summary>Where the direction begins, after the amplitude and the phase.</summary>
    public const int Direction = 2;

    /// <summary>v'x + p.</summary>
    public static T Argument<T, TStore>(TStore p, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Vectors.Dot<T, TStore>(d, p.At(Direction), x) + p[1];

    /// <summary>g += the gradient of one term.</summary>
    public static void AddGradient<T, TStore>(TStore p, int d, TStore x, TStore g)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Vectors.Add<T, TStore>(
            d,
            Slope<T, TStore>(p, Vectors.Dot<T, TStore>(d, p.At(Direction), x)),
            p.At(Direction),
            g
        );

    /// <summary>The factor of the Hessian of one term, -a cos(v'x + p).</summary>
    public static T Factor<T, TStore>(TStore p, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Curvature<T, TStore>(p, Vectors.Dot<T, TStore>(d, p.At(Direction), x));

    /// <summary>y += the gradient of four terms from the next one on; for a step, y = x + s y after that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradient<T, TStore, TTerms>(
        TTerms terms,
        int next,
        TStore record,
        int d,
        TStore x,
        TStore y,
        bool isStep,
        in T s
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
    {
        var p0 = record.At(terms[next].Offset);
        var p1 = record.At(terms[next + 1].Offset);
        var p2 = record.At(terms[next + 2].Offset);
        var p3 = record.At(terms[next + 3].Offset);
        Dots<T, TStore>(d, p0, p1, p2, p3, x, out var u0, out var u1, out var u2, out var u3);
        var c0 = Slope<T, TStore>(p0, u0);
        var c1 = Slope<T, TStore>(p1, u1);
        var c2 = Slope<T, TStore>(p2, u2);
        var c3 = Slope<T, TStore>(p3, u3);
        Add<T, TStore, NoSum<T>>(d, p0, p1, p2, p3, c0, c1, c2, c3, y, isStep, x, s, default);
    }

    /// <summary>y += the Hessian of four terms from the next one on, times z; for a step, y = z + s y after that, or y = t z + s y where z'y is summed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddHessianVector<T, TStore, TTerms, TFactors, TSum>(
        TTerms terms,
        int next,
        TStore record,
        int d,
        TStore x,
        TFactors factors,
        TStore z,
        TStore y,
        bool isStep,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
        where TFactors : struct, IHessianFactors<T>, allows ref struct
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        var p0 = record.At(terms[next].Offset);
        var p1 = record.At(terms[next + 1].Offset);
        var p2 = record.At(terms[next + 2].Offset);
        var p3 = record.At(terms[next + 3].Offset);
        T f0,
            f1,
            f2,
            f3;
        if (next + Group <= factors.Count)
        {
            f0 = factors[next];
            f1 = factors[next + 1];
            f2 = factors[next + 2];
            f3 = factors[next + 3];
        }
        else
            Factors<T, TStore, TTerms>(terms, next, record, d, x, out f0, out f1, out f2, out f3);
        Dots<T, TStore>(d, p0, p1, p2, p3, z, out var t0, out var t1, out var t2, out var t3);
        var c0 = t0 * f0;
        var c1 = t1 * f1;
        var c2 = t2 * f2;
        var c3 = t3 * f3;
        Add<T, TStore, TSum>(d, p0, p1, p2, p3, c0, c1, c2, c3, y, isStep, z, s, sum);
    }

    /// <summary>The factors of the Hessians of four terms from the next one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Factors<T, TStore, TTerms>(
        TTerms terms,
        int next,
        TStore record,
        int d,
        TStore x,
        out T f0,
        out T f1,
        out T f2,
        out T f3
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
    {
        var p0 = record.At(terms[next].Offset);
        var p1 = record.At(terms[next + 1].Offset);
        var p2 = record.At(terms[next + 2].Offset);
        var p3 = record.At(terms[next + 3].Offset);
        Dots<T, TStore>(d, p0, p1, p2, p3, x, out var u0, out var u1, out var u2, out var u3);
        f0 = Curvature<T, TStore>(p0, u0);
        f1 = Curvature<T, TStore>(p1, u1);
        f2 = Curvature<T, TStore>(p2, u2);
        f3 = Curvature<T, TStore>(p3, u3);
    }

    // What follows is inlined where the registers hold it: a number handed over in memory goes by the stack, whose numbers
    // lie across two cache lines. Where they do not, a caller with all of it would be too large for the JIT.

    /// <summary>-a sin(u + p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Slope<T, TStore>(TStore p, in T u)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        T.Registers < 32 ? SlopeCall(p, u) : -(p[0] * T.Sin(u + p[1]));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T SlopeCall<T, TStore>(TStore p, in T u)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct => -(p[0] * T.Sin(u + p[1]));

    /// <summary>-a cos(u + p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Curvature<T, TStore>(TStore p, in T u)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        T.Registers < 32 ? CurvatureCall(p, u) : -(p[0] * T.Cos(u + p[1]));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T CurvatureCall<T, TStore>(TStore p, in T u)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct => -(p[0] * T.Cos(u + p[1]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dots<T, TStore>(
        int d,
        TStore p0,
        TStore p1,
        TStore p2,
        TStore p3,
        TStore x,
        out T u0,
        out T u1,
        out T u2,
        out T u3
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        p0 = p0.At(Direction);
        p1 = p1.At(Direction);
        p2 = p2.At(Direction);
        p3 = p3.At(Direction);
        // The even and the odd elements apart: four chains alone would leave the multipliers waiting.
        T s0 = T.From(0.0),
            s1 = s0,
            s2 = s0,
            s3 = s0,
            t0 = s0,
            t1 = s0,
            t2 = s0,
            t3 = s0;
        for (var left = d; left > 1; left -= 2)
        {
            T xi = x[0],
                xj = x[1];
            s0 = T.Fma(xi, p0[0], s0);
            s1 = T.Fma(xi, p1[0], s1);
            s2 = T.Fma(xi, p2[0], s2);
            s3 = T.Fma(xi, p3[0], s3);
            t0 = T.Fma(xj, p0[1], t0);
            t1 = T.Fma(xj, p1[1], t1);
            t2 = T.Fma(xj, p2[1], t2);
            t3 = T.Fma(xj, p3[1], t3);
            x = x.At(2);
            p0 = p0.At(2);
            p1 = p1.At(2);
            p2 = p2.At(2);
            p3 = p3.At(2);
        }
        if (d % 2 != 0)
        {
            var xi = x[0];
            s0 = T.Fma(xi, p0[0], s0);
            s1 = T.Fma(xi, p1[0], s1);
            s2 = T.Fma(xi, p2[0], s2);
            s3 = T.Fma(xi, p3[0], s3);
        }
        u0 = s0 + t0;
        u1 = s1 + t1;
        u2 = s2 + t2;
        u3 = s3 + t3;
    }

    /// <summary>y += the directions of four terms times the factors, then, for a step, y = x + s y, or t x + s y where x'y is summed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T, TStore, TSum>(
        int d,
        TStore p0,
        TStore p1,
        TStore p2,
        TStore p3,
        in T c0,
        in T c1,
        in T c2,
        in T c3,
        TStore y,
        bool isStep,
        TStore x,
        in T s,
        TSum sum
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        p0 = p0.At(Direction);
        p1 = p1.At(Direction);
        p2 = p2.At(Direction);
        p3 = p3.At(Direction);
        T a0 = c0,
            a1 = c1,
            a2 = c2,
            a3 = c3;
        T dot = T.From(0.0),
            t = sum.Shift;
        for (var i = 0; i < d; i++)
        {
            var yi = y[i];
            yi = T.Fma(a0, p0[i], yi);
            yi = T.Fma(a1, p1[i], yi);
            yi = T.Fma(a2, p2[i], yi);
            yi = T.Fma(a3, p3[i], yi);
            if (isStep && TSum.IsTaken)
            {
                var xi = x[i];
                yi = T.Fma(s, yi, t * xi);
                dot = T.Fma(xi, yi, dot);
            }
            else if (isStep)
                yi = T.Fma(s, yi, x[i]);
            y[i] = yi;
        }
        if (isStep && TSum.IsTaken)
            sum.Value = dot;
    }
}
