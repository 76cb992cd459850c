using System.Runtime.CompilerServices;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>The vector operations that losses and algorithms share; every multiply-add is fused, in index order.</summary>
public static class Vectors
{
    /// <summary>x'y over d elements.</summary>
    public static T Dot<T, TStore>(int d, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var sum = x[0] * y[0];
        for (var i = 1; i < d; i++)
            sum = T.Fma(x[i], y[i], sum);
        return sum;
    }

    /// <summary>y += s x.</summary>
    public static void Add<T, TStore>(int d, T s, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
            y[i] = T.Fma(s, x[i], y[i]);
    }

    /// <summary>z = x + s y; z may be x or y.</summary>
    public static void Combine<T, TStore>(int d, TStore x, T s, TStore y, TStore z)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
            z[i] = T.Fma(s, y[i], x[i]);
    }

    /// <summary>y = t x + s y.</summary>
    /// <param name="d">The dimension.</param>
    /// <param name="t">The multiple of x.</param>
    /// <param name="x">d elements.</param>
    /// <param name="s">The multiple of y.</param>
    /// <param name="y">d elements.</param>
    /// <param name="form">x'y of the new y is added to it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Shift<T, TStore>(int d, in T t, TStore x, in T s, TStore y, ref T form)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        T shift = t,
            scale = s;
        var sum = form;
        for (var i = 0; i < d; i++)
        {
            var xi = x[i];
            var yi = T.Fma(scale, y[i], shift * xi);
            y[i] = yi;
            sum = T.Fma(xi, yi, sum);
        }
        form = sum;
    }

    /// <summary>y = x + s y, or t x + s y where x'y is summed.</summary>
    internal static void Finish<T, TStore, TSum>(int d, TStore x, TStore y, in T s, TSum sum)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TSum : struct, IFormSum<T>, allows ref struct
    {
        if (!TSum.IsTaken)
        {
            Combine<T, TStore>(d, x, s, y, y);
            return;
        }
        var value = sum.Value;
        Shift<T, TStore>(d, sum.Shift, x, s, y, ref value);
        sum.Value = value;
    }

    /// <summary>y = x.</summary>
    public static void Copy<T, TStore>(int d, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
            y[i] = x[i];
    }

    /// <summary>x = value in every element.</summary>
    public static void Fill<T, TStore>(int d, T value, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
            x[i] = value;
    }

    /// <summary>|x|, as |x_0| where d = 1 (squaring would lose the exactness and half of the range).</summary>
    public static T Norm<T, TStore>(int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        d == 1 ? T.Abs(x[0]) : T.Sqrt(SquaredNorm<T, TStore>(d, x));

    /// <summary>|x|^2; an enclosure of it is never negative.</summary>
    public static T SquaredNorm<T, TStore>(int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var sum = T.Square(x[0]);
        for (var i = 1; i < d; i++)
            sum += T.Square(x[i]);
        return sum;
    }

    /// <summary>|x - y|.</summary>
    public static T Distance<T, TStore>(int d, TStore x, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        if (d == 1)
            return T.Abs(x[0] - y[0]);
        var sum = T.Square(x[0] - y[0]);
        for (var i = 1; i < d; i++)
            sum += T.Square(x[i] - y[i]);
        return T.Sqrt(sum);
    }
}
