using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>The method of Hestenes and Stiefel (1952), matrix-free, without preconditioner or damping.</summary>
public static class ConjugateGradients
{
    private const double SmallestSquare = 1e-280;

    /// <summary>How many elements of scratch <see cref="Solve"/> needs.</summary>
    public static int WorkLength(int d) => 3 * d;

    /// <summary>
    /// Takes steps on S w = v, S symmetric positive definite. A lane that has taken its steps keeps its iterate, and so does
    /// one whose residual is exactly 0.
    /// </summary>
    /// <param name="system">The system.</param>
    /// <param name="isFromZero">Whether w starts at 0 (what it holds is not read) or at what it holds, for one product more.</param>
    /// <param name="steps">The number of steps, an integer for each lane.</param>
    /// <param name="w">d elements: the start, then the last iterate.</param>
    /// <param name="work">3d elements of scratch.</param>
    /// <returns>The products of S that one instance took, the largest count of all lanes.</returns>
    public static int Solve<T, TStore>(
        in LinearSystem<T, TStore> system,
        bool isFromZero,
        T steps,
        TStore w,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        var d = system.D;
        var (products, zero) = (0, T.From(0.0));
        var r = work;
        var p = work.At(d);
        var y = work.At(2 * d);
        if (isFromZero)
        {
            Vectors.Fill<T, TStore>(d, zero, w);
            Vectors.Copy<T, TStore>(d, system.V, r);
        }
        else
        {
            system.Multiply(w, y);
            products++;
            Vectors.Combine<T, TStore>(d, system.V, T.From(-1.0), y, r);
        }
        Vectors.Copy<T, TStore>(d, r, p);
        var square = Vectors.SquaredNorm<T, TStore>(d, r);
        // Squares below this are about to lose their digits: where the type rounds, such a residual counts as 0.
        var least = T.Largest(T.Widen(zero, T.From(1.0))) > 0 ? zero : T.From(SmallestSquare);
        var most = T.Largest(steps);
        for (var k = 0; k < most; k++)
        {
            system.Multiply(p, y);
            products++;
            var a = T.SelectLess(least, square, square / Vectors.Dot<T, TStore>(d, p, y), zero);
            a = T.SelectLess(T.From((double)k), steps, a, zero);
            Vectors.Add<T, TStore>(d, a, p, w);
            Vectors.Add<T, TStore>(d, -a, y, r);
            var next = Vectors.SquaredNorm<T, TStore>(d, r);
            var b = T.SelectLess(least, square, next / square, zero);
            for (var i = 0; i < d; i++)
                p[i] = T.Fma(b, p[i], r[i]);
            square = next;
        }
        Masks.Spread<T, TStore>(d, steps, w);
        return products;
    }
}
