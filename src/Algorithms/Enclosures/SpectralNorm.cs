using System.Reflection;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>The spectral norm of a full d x d matrix, stored row by row; of its transpose as well.</summary>
public static class SpectralNorm
{
    private const int LargestWithMoreSquarings = 16;

    /// <summary>Both ends, with proof; exact for a diagonal matrix. NaN where an element is not finite.</summary>
    /// <remarks>
    /// The square root of the largest eigenvalue of M'M, block by block where columns are exactly orthogonal. A block
    /// of one column has the length of that column for its norm.
    /// </remarks>
    public static T Enclose<T>(int d, T[] matrix)
        where T : struct, IEnclosure<T>
    {
        if (!Array.TrueForAll(matrix, Enclosure.IsFinite))
            return Enclosure.NaN<T>();
        var (down, up) = SymmetricEigenvalues.Scaling<T>(
            matrix.Max(x => Math.Max(Math.Abs(T.Lower(x)), Math.Abs(T.Upper(x))))
        );
        var scaled = Array.ConvertAll(matrix, x => x * down);
        var gram = new T[d * d];
        Matrices.Gram<T, Ref<T>>(d, new Ref<T>(ref scaled[0]), new Ref<T>(ref gram[0]));
        var largest = T.From(0.0);
        foreach (var block in SymmetricEigenvalues.Blocks(d, gram))
        {
            var norm =
                block.Length == 1
                    ? Directions.Norm(Enumerable.Range(0, d).Select(i => scaled[i * d + block[0]]))
                    : T.Sqrt(T.Max(T.From(0.0), SymmetricEigenvalues.ExtremesOfBlock(d, gram, block).Largest));
            largest = T.Max(largest, norm);
        }
        return largest * up;
    }

    /// <summary>
    /// For kernels: an enclosure where the type encloses; where it rounds, |Mx|/|x| for the x that repeated squaring of
    /// M'M finds, which is a lower bound up to rounding.
    /// </summary>
    /// <remarks>
    /// After k squarings singular values that differ by a relative r are weighted (1 - r)^(2^(k+1)), so that what x
    /// keeps of the smaller ones costs at most about 2^-(k+2) of the norm: 6e-11 for 32, 2e-7 for 20, and nothing where
    /// r is well above that. All lanes take the same steps.
    /// </remarks>
    public static T Of<T>(int d, Ref<T> matrix, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        if (Enclosing<T>.Enclose is { } enclose)
        {
            var elements = new T[d * d];
            for (var k = 0; k < elements.Length; k++)
                elements[k] = matrix[k];
            return enclose(d, elements);
        }
        return d == 1 ? T.Abs(matrix[0]) : BySquaring(d, matrix, scratch);
    }

    private static T BySquaring<T>(int d, Ref<T> matrix, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        var size = d * d;
        var scaled = scratch.Take(size);
        var gram = scratch.Take(size);
        var square = scratch.Take(size);
        var x = scratch.Take(d);
        var y = scratch.Take(d);
        // Of the zero matrix nothing is divided by zero, and 0 comes out.
        var (zero, one, tiny) = (T.From(0.0), T.From(1.0), T.From(1e-300));
        var scale = T.Abs(matrix[0]);
        for (var k = 1; k < size; k++)
            scale = T.Max(scale, T.Abs(matrix[k]));
        var divisor = T.Max(scale, tiny);
        for (var k = 0; k < size; k++)
            scaled[k] = matrix[k] / divisor;

        Matrices.Gram<T, Ref<T>>(d, scaled, gram);
        var squarings = d <= LargestWithMoreSquarings ? 32 : 20;
        for (var step = 0; step <= squarings; step++)
        {
            var trace = gram[0];
            for (var k = 1; k < d; k++)
                trace += gram[k * d + k];
            var inverse = one / T.Max(trace, tiny);
            for (var k = 0; k < size; k++)
                gram[k] *= inverse;
            if (step == squarings)
                break;
            // Of a symmetric matrix, and again symmetric bit by bit.
            Matrices.Multiply<T, Ref<T>>(d, gram, gram, square);
            var last = gram;
            gram = square;
            square = last;
        }

        // The longest column of what is now nearly a projection: its diagonal holds the squared lengths.
        Vectors.Copy<T, Ref<T>>(d, gram, x);
        var longest = gram[0];
        for (var k = 1; k < d; k++)
        {
            var length = gram[k * d + k];
            var isLonger = T.IsLess(longest, length);
            var isNot = one - isLonger;
            for (var i = 0; i < d; i++)
                x[i] = T.Fma(isLonger, gram[k * d + i], isNot * x[i]);
            longest = T.Max(longest, length);
        }
        for (var i = 0; i < d; i++)
            y[i] = Vectors.Dot<T, Ref<T>>(d, scaled.At(i * d), x);
        return scale * Vectors.Norm<T, Ref<T>>(d, y) / T.Max(Vectors.Norm<T, Ref<T>>(d, x), tiny);
    }

    /// <summary><see cref="Enclose"/> for a type that encloses, else null; found once per type.</summary>
    private static class Enclosing<T>
        where T : struct, IReal<T>
    {
        public static readonly Func<int, T[], T>? Enclose = typeof(T)
            .GetInterfaces()
            .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnclosure<>))
            ? typeof(SpectralNorm)
                .GetMethod(nameof(SpectralNorm.Enclose), BindingFlags.Public | BindingFlags.Static)!
                .MakeGenericMethod(typeof(T))
                .CreateDelegate<Func<int, T[], T>>()
            : null;
    }
}
