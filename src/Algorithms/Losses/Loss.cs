using System.Runtime.CompilerServices;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>A term of a loss within a record: its kind and where its numbers begin.</summary>
public readonly record struct TermAt(TermKind Kind, int Offset);

/// <summary>
/// The terms of one loss as kernels read them: an array of the CPU (<see cref="TermSpan"/>), or a buffer of a device, which
/// has no spans.
/// </summary>
public interface ITerms
{
    int Count { get; }

    /// <summary>A term.</summary>
    /// <param name="index">0..Count-1.</param>
    TermAt this[int index] { get; }
}

/// <summary>One loss per task.</summary>
public interface ILosses<TTerms>
    where TTerms : struct, ITerms, allows ref struct
{
    /// <summary>The terms of a task's loss.</summary>
    /// <param name="task">0..n-1.</param>
    TTerms this[int task] { get; }
}

/// <summary>The terms of the CPU: a span.</summary>
public readonly ref struct TermSpan(ReadOnlySpan<TermAt> terms) : ITerms
{
    private readonly ReadOnlySpan<TermAt> _terms = terms;

    public int Count => _terms.Length;

    public TermAt this[int index] => _terms[index];
}

/// <summary>The losses of the CPU: an array of terms per task.</summary>
public readonly struct LossArray(TermAt[][] losses) : ILosses<TermSpan>
{
    public TermSpan this[int task] => new(losses[task]);
}

/// <summary>
/// A loss, the sum of its terms, evaluated from a record of numbers. Vectors have d elements; outputs must not overlap
/// inputs.
/// </summary>
public static class Loss
{
    /// <summary>l(x).</summary>
    public static T Value<T, TStore>(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var sum = T.From(0.0);
        foreach (var term in terms)
            sum += Terms.Value<T, TStore>(term.Kind, record.At(term.Offset), d, x);
        return sum;
    }

    /// <summary>g = grad l(x).</summary>
    public static void Gradient<T, TStore>(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x, TStore g)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Gradient<T, TStore, TermSpan>(new TermSpan(terms), record, d, x, g);

    /// <summary>g = grad l(x).</summary>
    public static void Gradient<T, TStore, TTerms>(TTerms terms, TStore record, int d, TStore x, TStore g)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct =>
        Gradient<T, TStore, TTerms>(terms, record, d, x, g, false, default);

    /// <summary>y = x + s grad l(x).</summary>
    public static void Step<T, TStore, TTerms>(TTerms terms, TStore record, int d, TStore x, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
    {
        if (terms.Count == 1 && terms[0].Kind == TermKind.Quadratic)
            Terms.QuadraticStep<T, TStore>(record.At(terms[0].Offset), d, x, s, y);
        else
            Gradient<T, TStore, TTerms>(terms, record, d, x, y, true, s);
    }

    /// <summary>y = H(x) z, H the Hessian of l.</summary>
    public static void HessianVector<T, TStore>(
        ReadOnlySpan<TermAt> terms,
        TStore record,
        int d,
        TStore x,
        TStore z,
        TStore y
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        HessianVector<T, TStore, TermSpan>(new TermSpan(terms), record, d, x, z, y);

    /// <summary>y = H(x) z, H the Hessian of l.</summary>
    public static void HessianVector<T, TStore, TTerms>(
        TTerms terms,
        TStore record,
        int d,
        TStore x,
        TStore z,
        TStore y
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct =>
        HessianVector<T, TStore, TTerms, NoFactors<T>, NoSum<T>>(
            terms,
            record,
            d,
            x,
            default,
            z,
            y,
            false,
            default,
            default
        );

    /// <summary>y = t z + s H(x) z.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="record">The record that they index.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="x">The point, d elements.</param>
    /// <param name="factors">What <see cref="Factors"/> gave at x, of any number of terms.</param>
    /// <param name="t">The multiple of z.</param>
    /// <param name="s">The factor of the Hessian.</param>
    /// <param name="z">d elements.</param>
    /// <param name="y">d elements.</param>
    /// <returns>z'y.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HessianForm<T, TStore>(
        ReadOnlySpan<TermAt> terms,
        TStore record,
        int d,
        TStore x,
        ReadOnlySpan<T> factors,
        in T t,
        in T s,
        TStore z,
        TStore y
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        if (terms.Length == 1 && terms[0].Kind == TermKind.Quadratic)
            return SymmetricMatrix.Multiply<T, TStore>(d, record.At(terms[0].Offset), z, t, s, y);
        var form = T.From(0.0);
        HessianVector<T, TStore, TermSpan, KnownFactors<T>, FormSum<T>>(
            new TermSpan(terms),
            record,
            d,
            x,
            new KnownFactors<T>(factors),
            z,
            y,
            true,
            s,
            new FormSum<T>(in t, ref form)
        );
        return form;
    }

    /// <summary>The factors that products with H(x) have in common, of as many terms as there is room for.</summary>
    public static void Factors<T, TStore>(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x, Span<T> factors)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var all = new TermSpan(terms);
        var room = Math.Min(terms.Length, factors.Length);
        // In the order of the products, which have the same bits with them and without.
        var next = terms.Length > 0 && terms[0].Kind == TermKind.Quadratic ? 1 : 0;
        for (; next + Cosines.Group <= room && AreFourCosines<T, TermSpan>(all, next); next += Cosines.Group)
            Cosines.Factors<T, TStore, TermSpan>(
                all,
                next,
                record,
                d,
                x,
                out factors[next],
                out factors[next + 1],
                out factors[next + 2],
                out factors[next + 3]
            );
        for (; next < room; next++)
            factors[next] = Terms.Factor<T, TStore>(terms[next].Kind, record.At(terms[next].Offset), d, x);
    }

    /// <summary>y = z + s H(x) z.</summary>
    public static void HessianStep<T, TStore, TTerms>(
        TTerms terms,
        TStore record,
        int d,
        TStore x,
        TStore z,
        in T s,
        TStore y
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
        where TTerms : struct, ITerms, allows ref struct
    {
        if (terms.Count == 1 && terms[0].Kind == TermKind.Quadratic)
            SymmetricMatrix.Step<T, TStore>(d, record.At(terms[0].Offset), z, s, y);
        else
            HessianVector<T, TStore, TTerms, NoFactors<T>, NoSum<T>>(
                terms,
                record,
                d,
                x,
                default,
                z,
                y,
                true,
                s,
                default
            );
    }

    /// <summary>H(x) as d columns of d elements, column after column.</summary>
    /// <param name="unit">Scratch of d elements.</param>
    public static void Hessian<T, TStore>(
        ReadOnlySpan<TermAt> terms,
        TStore record,
        int d,
        TStore x,
        TStore columns,
        TStore unit
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        Vectors.Fill<T, TStore>(d, T.From(0.0), unit);
        for (var k = 0; k < d; k++)
        {
            unit[k] = T.From(1.0);
            HessianVector<T, TStore>(terms, record, d, x, unit, columns.At(k * d));
            unit[k] = T.From(0.0);
        }
    }

    private static void Gradient<T, TStore, TTerms>(
        TTerms terms,
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
        var next = 0;
        if (terms.Count > 0 && terms[0].Kind == TermKind.Quadratic)
        {
            var first = record.At(terms[0].Offset);
            Terms.QuadraticGradient<T, TStore>(first, d, x, y);
            next++;
        }
        else
            Vectors.Fill<T, TStore>(d, T.From(0.0), y);
        while (AreFourCosines<T, TTerms>(terms, next))
        {
            var isLast = isStep && terms.Count == next + Cosines.Group;
            Cosines.AddGradient<T, TStore, TTerms>(terms, next, record, d, x, y, isLast, s);
            if (isLast)
                return;
            next += Cosines.Group;
        }
        for (; next < terms.Count; next++)
        {
            var term = terms[next];
            Terms.AddGradient<T, TStore>(term.Kind, record.At(term.Offset), d, x, y);
        }
        if (isStep)
            Vectors.Combine<T, TStore>(d, x, s, y, y);
    }

    /// <summary>y = H(x) z; for a step, z + s H(x) z, or t z + s H(x) z where z'y is summed.</summary>
    private static void HessianVector<T, TStore, TTerms, TFactors, TSum>(
        TTerms terms,
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
        var next = 0;
        if (terms.Count > 0 && terms[0].Kind == TermKind.Quadratic)
        {
            var first = record.At(terms[0].Offset);
            SymmetricMatrix.Multiply<T, TStore>(d, first, z, y);
            next++;
        }
        else
            Vectors.Fill<T, TStore>(d, T.From(0.0), y);
        while (AreFourCosines<T, TTerms>(terms, next))
        {
            var isLast = isStep && terms.Count == next + Cosines.Group;
            Cosines.AddHessianVector<T, TStore, TTerms, TFactors, TSum>(
                terms,
                next,
                record,
                d,
                x,
                factors,
                z,
                y,
                isLast,
                s,
                sum
            );
            if (isLast)
                return;
            next += Cosines.Group;
        }
        for (; next < terms.Count; next++)
        {
            var term = terms[next];
            var p = record.At(term.Offset);
            var factor = next < factors.Count ? factors[next] : Terms.Factor<T, TStore>(term.Kind, p, d, x);
            Terms.AddHessianVector<T, TStore>(term.Kind, p, d, x, factor, z, y);
        }
        if (isStep)
            Vectors.Finish<T, TStore, TSum>(d, z, y, s, sum);
    }

    /// <summary>Whether the next four terms are cosines, and worth taking together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreFourCosines<T, TTerms>(TTerms terms, int next)
        where T : struct, IReal<T>
        where TTerms : struct, ITerms, allows ref struct =>
        T.Registers > 0
        && terms.Count >= next + Cosines.Group
        && terms[next].Kind == TermKind.Cosine
        && terms[next + 1].Kind == TermKind.Cosine
        && terms[next + 2].Kind == TermKind.Cosine
        && terms[next + 3].Kind == TermKind.Cosine;
}
