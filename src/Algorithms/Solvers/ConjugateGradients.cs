using System.Runtime.CompilerServices;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Solvers;

/// <summary>The method of Hestenes and Stiefel (1952), matrix-free, without preconditioner or damping.</summary>
public static class ConjugateGradients
{
    /// <summary>Squares below this are about to lose their digits.</summary>
    private const double SmallestSquare = 1e-280;

    /// <summary>How many elements of scratch every method here needs.</summary>
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
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var square = Start(system, isFromZero, w, work);
        var (k, most) = (0, T.Largest(steps));
        for (; k < most; k++)
            square = Step(system, T.From((double)k), steps, square, w, work);
        Masks.Spread<T, TStore>(system.D, steps, w);
        return isFromZero ? k : k + 1;
    }

    /// <summary>The same, with the history of the residuals.</summary>
    /// <param name="squares">
    /// Receives |r_0|^2, |r_1|^2, ... of the recursive residuals: one number more than the largest count of all lanes. A lane
    /// that has taken its steps repeats its last one.
    /// </param>
    public static int Solve<T, TStore>(
        in LinearSystem<T, TStore> system,
        bool isFromZero,
        T steps,
        TStore w,
        TStore work,
        TStore squares
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        squares[0] = Start(system, isFromZero, w, work);
        var (k, most) = (0, T.Largest(steps));
        for (; k < most; k++)
            squares[k + 1] = Step(system, T.From((double)k), steps, squares[k], w, work);
        Masks.Spread<T, TStore>(system.D, steps, w);
        return isFromZero ? k : k + 1;
    }

    /// <summary>The first residual and direction, for runs that look at every iterate.</summary>
    /// <param name="system">The system.</param>
    /// <param name="isFromZero">As in <c>Solve</c>.</param>
    /// <param name="w">The start.</param>
    /// <param name="work">3d elements: what steps carry on.</param>
    /// <returns>|r_0|^2.</returns>
    public static T Start<T, TStore>(in LinearSystem<T, TStore> system, bool isFromZero, TStore w, TStore work)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var d = system.D;
        var r = work;
        var y = work.At(2 * d);
        if (isFromZero)
        {
            Vectors.Fill<T, TStore>(d, T.From(0.0), w);
            Vectors.Copy<T, TStore>(d, system.V, r);
        }
        else
        {
            system.Multiply(w, y);
            Vectors.Combine<T, TStore>(d, system.V, T.From(-1.0), y, r);
        }
        Vectors.Copy<T, TStore>(d, r, work.At(d));
        return Vectors.SquaredNorm<T, TStore>(d, r);
    }

    /// <summary>One step; a lane with k at or above its count keeps iterate and residual.</summary>
    /// <param name="system">The system.</param>
    /// <param name="k">The number of steps already taken.</param>
    /// <param name="steps">The number of steps to take, for each lane.</param>
    /// <param name="square">|r_k|^2.</param>
    /// <param name="w">x_k, then x_(k+1).</param>
    /// <param name="work">What <see cref="Start"/> and earlier steps left.</param>
    /// <returns>|r_(k+1)|^2.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Step<T, TStore>(
        in LinearSystem<T, TStore> system,
        in T k,
        in T steps,
        in T square,
        TStore w,
        TStore work
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var d = system.D;
        var p = work.At(d);
        var y = work.At(2 * d);
        var curvature = system.Multiply(p, y);
        var length = T.SelectLess(k, steps, square, T.From(0.0));
        return Move<T, TStore>(d, length, square, curvature, y, w, work, p);
    }

    /// <summary>
    /// w += a p, r -= a y and p = r + b p with a = length / curvature and b = |r|^2 / square after and before; a passes over
    /// all of them at once costs less than the operations of vectors one by one.
    /// </summary>
    /// <returns>|r|^2 of the new r.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Move<T, TStore>(
        int d,
        in T length,
        in T square,
        in T curvature,
        TStore y,
        TStore w,
        TStore r,
        TStore p
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var zero = T.From(0.0);
        // Where the type rounds, a residual whose square nearly underflows counts as 0; an enclosure tells them apart.
        var least = T.Encloses ? zero : T.From(SmallestSquare);
        // The curvature vanishes with the residual.
        var a = T.SelectLess(zero, curvature, length / curvature, zero);
        a = T.SelectLess(least, square, a, zero);
        var back = -a;
        // Known before the product: its latency is hidden. An enclosure divides once.
        var inverse = T.Encloses ? zero : T.From(1.0) / square;
        var sum = zero;
        for (var i = 0; i < d; i++)
        {
            w[i] = T.Fma(a, p[i], w[i]);
            var ri = T.Fma(back, y[i], r[i]);
            r[i] = ri;
            sum += T.Square(ri);
        }
        var b = T.SelectLess(least, square, T.Encloses ? sum / square : sum * inverse, zero);
        for (var i = 0; i < d; i++)
            p[i] = T.Fma(b, p[i], r[i]);
        return sum;
    }
}
