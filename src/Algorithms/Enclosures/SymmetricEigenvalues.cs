using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>
/// Extreme eigenvalues of symmetric d x d matrices, enclosed. Matrices are stored row by row; the element (i, j)
/// and the element (j, i) enclose the same number. NaN where an element is not finite.
/// </summary>
public static class SymmetricEigenvalues
{
    /// <summary>The largest eigenvalue; exact where a diagonal element that stands alone attains it.</summary>
    public static T Largest<T>(int d, T[] a)
        where T : struct, IEnclosure<T> => Extremes(d, a).Largest;

    /// <summary>The smallest eigenvalue.</summary>
    public static T Smallest<T>(int d, T[] a)
        where T : struct, IEnclosure<T> => Extremes(d, a).Smallest;

    /// <summary>Both of them, for the cost of one.</summary>
    public static (T Smallest, T Largest) Extremes<T>(int d, T[] a)
        where T : struct, IEnclosure<T>
    {
        if (!Array.TrueForAll(a, Enclosure.IsFinite))
            return (Enclosure.NaN<T>(), Enclosure.NaN<T>());
        if (Last.Find(a, out var extremes))
            return extremes;
        extremes = Blocks(d, a)
            .Select(block => ExtremesOfBlock(d, a, block))
            .Aggregate((x, y) => (T.Min(x.Smallest, y.Smallest), T.Max(x.Largest, y.Largest)));
        Last.Keep(a, extremes);
        return extremes;
    }

    /// <summary>
    /// What a thread asked for last: the tasks of an instance often have one matrix, and several constants need it. Of
    /// doubles alone, since the results of the longer types depend on their precision.
    /// </summary>
    private static class Last
    {
        [ThreadStatic]
        private static Interval[]? s_matrix;

        [ThreadStatic]
        private static (Interval Smallest, Interval Largest) s_extremes;

        public static bool Find<T>(T[] a, out (T Smallest, T Largest) extremes)
        {
            extremes = default;
            if (a is not Interval[] matrix || s_matrix is null || !Bytes(matrix).SequenceEqual(Bytes(s_matrix)))
                return false;
            extremes = ((T, T))(object)s_extremes;
            return true;
        }

        public static void Keep<T>(T[] a, (T, T) extremes)
        {
            if (a is Interval[] matrix)
                (s_matrix, s_extremes) = ([.. matrix], ((Interval, Interval))(object)extremes);
        }

        private static ReadOnlySpan<byte> Bytes(Interval[] a) => MemoryMarshal.AsBytes(a.AsSpan());
    }

    /// <summary>
    /// Whether the matrix is certainly positive definite: its smallest eigenvalue is, or all pivots of an LDL'
    /// factorisation are positive (which decides nearly singular matrices, given enough precision).
    /// </summary>
    public static bool IsPositiveDefinite<T>(int d, T[] a)
        where T : struct, IEnclosure<T> => T.Lower(Smallest(d, a)) > 0 || HasPositivePivots(d, a);

    /// <summary>
    /// The index sets into which exact zeros split the matrix; its eigenvalues are those of the diagonal blocks.
    /// </summary>
    internal static List<int[]> Blocks<T>(int d, T[] a)
        where T : struct, IEnclosure<T>
    {
        var blocks = new List<int[]>();
        var isTaken = new bool[d];
        for (var first = 0; first < d; first++)
        {
            if (isTaken[first])
                continue;
            var block = new List<int> { first };
            isTaken[first] = true;
            for (var k = 0; k < block.Count; k++)
            for (var j = 0; j < d; j++)
            {
                if (isTaken[j] || Enclosure.IsZero(a[block[k] * d + j]))
                    continue;
                isTaken[j] = true;
                block.Add(j);
            }
            block.Sort();
            blocks.Add([.. block]);
        }
        return blocks;
    }

    /// <summary>The extreme eigenvalues of the diagonal block with these indices, whose elements are finite.</summary>
    /// <remarks>
    /// With V the approximate eigenvectors, lambda_max = max over y of y'My/y'Wy with M = V'AV and W = V'V, provided
    /// that V is not singular. By Gershgorin y'My &lt;= g y'y and the eigenvalues of W lie in 1 +- e, so that e &lt; 1
    /// proves it not singular and lambda_max &lt;= g/(1 - e), or g/(1 + e) where g &lt; 0. From below, a Rayleigh
    /// quotient: any M_kk/W_kk. The smallest one is minus the largest of -A, for which V serves too.
    /// </remarks>
    internal static (T Smallest, T Largest) ExtremesOfBlock<T>(int d, T[] a, int[] block)
        where T : struct, IEnclosure<T>
    {
        var n = block.Length;
        if (n == 1)
            return (a[block[0] * d + block[0]], a[block[0] * d + block[0]]);
        T At(int i, int j) => a[block[i] * d + block[j]];

        var largest = 0.0;
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            largest = Math.Max(largest, Math.Max(Math.Abs(T.Lower(At(i, j))), Math.Abs(T.Upper(At(i, j)))));
        var (down, up) = Scaling<T>(largest);
        var scaled = new T[n * n];
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            scaled[i * n + j] = At(i, j) * down;

        Matrix<double> middle = DenseMatrix.Create(n, n, (i, j) => Enclosure.Middle(scaled[i * n + j]));
        var decomposition = middle.Evd(Symmetricity.Symmetric);
        // The vectors as rows, so that every product below is one of rows.
        var vectors = new T[n * n];
        for (var k = 0; k < n; k++)
        for (var i = 0; i < n; i++)
            vectors[k * n + i] = T.From(decomposition.EigenVectors[i, k]);
        var (m, w) = Congruences(n, scaled, vectors);

        var values = decomposition.EigenValues.Real();
        var e = T.UpperEnd(T.Max(GershgorinUpper(n, w) - T.From(1.0), T.From(1.0) - GershgorinLower(n, w)));
        var smallest = -Between(values.MinimumIndex(), -GershgorinLower(n, m), -1);
        return (smallest * up, Between(values.MaximumIndex(), GershgorinUpper(n, m), 1) * up);

        T Between(int best, T g, double sign)
        {
            var upper = T.Upper(e) < 1 ? g / T.Widen(T.From(1.0), e) : Enclosure.Infinity<T>();
            return Enclosure.Between(T.From(sign) * m[best * n + best] / w[best * n + best], upper);
        }
    }

    /// <summary>Powers of two: the first brings a matrix near 1, the second undoes it.</summary>
    internal static (T Down, T Up) Scaling<T>(double largest)
        where T : struct, IReal<T>
    {
        var exponent = largest > 0 ? Math.Clamp(Math.ILogB(largest), -1000, 1000) : 0;
        return (T.From(Math.ScaleB(1, -exponent)), T.From(Math.ScaleB(1, exponent)));
    }

    /// <summary>V A V' and V V' for rows V.</summary>
    private static (T[] M, T[] W) Congruences<T>(int n, T[] a, T[] v)
        where T : struct, IEnclosure<T>
    {
        var (va, m, w) = (new T[n * n], new T[n * n], new T[n * n]);
        Matrices.Multiply<T, Ref<T>>(n, new Ref<T>(ref v[0]), new Ref<T>(ref a[0]), new Ref<T>(ref va[0]));
        for (var i = 0; i < n; i++)
        for (var j = 0; j <= i; j++)
        {
            var row = new Ref<T>(ref v[j * n]);
            m[i * n + j] = m[j * n + i] = Vectors.Dot<T, Ref<T>>(n, new Ref<T>(ref va[i * n]), row);
            w[i * n + j] = w[j * n + i] = Vectors.Dot<T, Ref<T>>(n, new Ref<T>(ref v[i * n]), row);
        }
        return (m, w);
    }

    private static T GershgorinUpper<T>(int n, T[] a)
        where T : struct, IEnclosure<T> =>
        Enumerable.Range(0, n).Select(i => a[i * n + i] + Radius(n, a, i)).Aggregate(T.Max);

    private static T GershgorinLower<T>(int n, T[] a)
        where T : struct, IEnclosure<T> =>
        Enumerable.Range(0, n).Select(i => a[i * n + i] - Radius(n, a, i)).Aggregate(T.Min);

    private static T Radius<T>(int n, T[] a, int row)
        where T : struct, IEnclosure<T>
    {
        var sum = T.From(0.0);
        for (var j = 0; j < n; j++)
            if (j != row)
                sum += T.Abs(a[row * n + j]);
        return sum;
    }

    private static bool HasPositivePivots<T>(int d, T[] a)
        where T : struct, IEnclosure<T>
    {
        a = [.. a];
        for (var k = 0; k < d; k++)
        {
            if (!(T.Lower(a[k * d + k]) > 0))
                return false;
            for (var i = k + 1; i < d; i++)
            {
                var factor = -(a[i * d + k] / a[k * d + k]);
                for (var j = k + 1; j <= i; j++)
                    a[i * d + j] = T.Fma(factor, a[j * d + k], a[i * d + j]);
            }
        }
        return true;
    }
}
