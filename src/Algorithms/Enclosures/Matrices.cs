using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>Products of full d x d matrices, stored row by row; each element is one chain of Fma, in index order.</summary>
public static class Matrices
{
    private const int Block = 4;

    /// <summary>The identity.</summary>
    public static void Identity<T, TStore>(int d, TStore a)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var k = 0; k < d * d; k++)
            a[k] = T.From(k % (d + 1) == 0 ? 1.0 : 0.0);
    }

    /// <summary>c = a b; c overlaps neither.</summary>
    public static void Multiply<T, TStore>(int d, TStore a, TStore b, TStore c)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
            RowTimes<T, TStore>(d, a.At(i * d), b, c.At(i * d));
    }

    /// <summary>c = a (I - alpha b), as a - alpha (a b); c overlaps neither.</summary>
    public static void MultiplyByIdentityMinus<T, TStore>(int d, TStore a, T alpha, TStore b, TStore c)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        Multiply<T, TStore>(d, a, b, c);
        for (var k = 0; k < d * d; k++)
            c[k] = T.Fma(-alpha, c[k], a[k]);
    }

    /// <summary>c = b'b, symmetric bit by bit; c does not overlap b.</summary>
    public static void Gram<T, TStore>(int d, TStore b, TStore c)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        for (var i = 0; i < d; i++)
        for (var j = 0; j <= i; j++)
        {
            // An enclosed square is not negative, which a product of two enclosures does not know.
            var sum = i == j ? T.Pow(b[i], 2) : b[i] * b[j];
            for (var k = 1; k < d; k++)
            {
                T x = b[k * d + i],
                    y = b[k * d + j];
                sum = i == j ? sum + T.Pow(x, 2) : T.Fma(x, y, sum);
            }
            c[i * d + j] = c[j * d + i] = sum;
        }
    }

    /// <summary>z = x'b for a row x: four elements of the result at a time, held in registers.</summary>
    private static void RowTimes<T, TStore>(int d, TStore x, TStore b, TStore z)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var j = 0;
        for (; j + Block <= d; j += Block)
        {
            var column = b.At(j);
            var first = x[0];
            T z0 = first * column[0],
                z1 = first * column[1],
                z2 = first * column[2],
                z3 = first * column[3];
            for (var k = 1; k < d; k++)
            {
                var row = column.At(k * d);
                var s = x[k];
                z0 = T.Fma(s, row[0], z0);
                z1 = T.Fma(s, row[1], z1);
                z2 = T.Fma(s, row[2], z2);
                z3 = T.Fma(s, row[3], z3);
            }
            (z[j], z[j + 1], z[j + 2], z[j + 3]) = (z0, z1, z2, z3);
        }
        for (; j < d; j++)
        {
            var sum = x[0] * b[j];
            for (var k = 1; k < d; k++)
                sum = T.Fma(x[k], b[k * d + j], sum);
            z[j] = sum;
        }
    }
}
