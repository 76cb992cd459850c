using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>A term of a loss within a record: its kind and where its numbers begin.</summary>
public readonly record struct TermAt(TermKind Kind, int Offset);

/// <summary>
/// A loss, the sum of its terms, evaluated from a record of numbers. Vectors have d elements; outputs must not overlap
/// inputs.
/// </summary>
public static class Loss
{
    /// <summary>l(x).</summary>
    public static T Value<T, TStore>(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        var sum = T.From(0.0);
        foreach (var term in terms)
            sum += Terms.Value<T, TStore>(term.Kind, record.At(term.Offset), d, x);
        return sum;
    }

    /// <summary>g = grad l(x).</summary>
    public static void Gradient<T, TStore>(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x, TStore g)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct =>
        Gradient<T, TStore>(terms, record, d, x, g, false, default);

    /// <summary>y = x + s grad l(x).</summary>
    public static void Step<T, TStore>(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        if (terms.Length == 1 && terms[0].Kind == TermKind.Quadratic)
            Terms.QuadraticStep<T, TStore>(record.At(terms[0].Offset), d, x, s, y);
        else
            Gradient<T, TStore>(terms, record, d, x, y, true, s);
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
        where TStore : IStore<T, TStore>, allows ref struct =>
        HessianVector<T, TStore>(terms, record, d, x, z, y, false, default);

    /// <summary>y = z + s H(x) z.</summary>
    public static void HessianStep<T, TStore>(
        ReadOnlySpan<TermAt> terms,
        TStore record,
        int d,
        TStore x,
        TStore z,
        in T s,
        TStore y
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        if (terms.Length == 1 && terms[0].Kind == TermKind.Quadratic)
            SymmetricMatrix.Step<T, TStore>(d, record.At(terms[0].Offset), z, s, y);
        else
            HessianVector<T, TStore>(terms, record, d, x, z, y, true, s);
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
        where TStore : IStore<T, TStore>, allows ref struct
    {
        Vectors.Fill<T, TStore>(d, T.From(0.0), unit);
        for (var k = 0; k < d; k++)
        {
            unit[k] = T.From(1.0);
            HessianVector<T, TStore>(terms, record, d, x, unit, columns.At(k * d));
            unit[k] = T.From(0.0);
        }
    }

    private static void Gradient<T, TStore>(
        ReadOnlySpan<TermAt> terms,
        TStore record,
        int d,
        TStore x,
        TStore y,
        bool isStep,
        in T s
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        if (terms.Length > 0 && terms[0].Kind == TermKind.Quadratic)
        {
            var first = record.At(terms[0].Offset);
            Terms.QuadraticGradient<T, TStore>(first, d, x, y);
            terms = terms[1..];
        }
        else
            Vectors.Fill<T, TStore>(d, T.From(0.0), y);
        while (AreFourCosines<T>(terms))
        {
            var isLast = isStep && terms.Length == Cosines.Group;
            Cosines.AddGradient<T, TStore>(terms, record, d, x, y, isLast, s);
            if (isLast)
                return;
            terms = terms[Cosines.Group..];
        }
        foreach (var term in terms)
            Terms.AddGradient<T, TStore>(term.Kind, record.At(term.Offset), d, x, y);
        if (isStep)
            Vectors.Combine<T, TStore>(d, x, s, y, y);
    }

    private static void HessianVector<T, TStore>(
        ReadOnlySpan<TermAt> terms,
        TStore record,
        int d,
        TStore x,
        TStore z,
        TStore y,
        bool isStep,
        in T s
    )
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        if (terms.Length > 0 && terms[0].Kind == TermKind.Quadratic)
        {
            var first = record.At(terms[0].Offset);
            SymmetricMatrix.Multiply<T, TStore>(d, first, z, y);
            terms = terms[1..];
        }
        else
            Vectors.Fill<T, TStore>(d, T.From(0.0), y);
        while (AreFourCosines<T>(terms))
        {
            var isLast = isStep && terms.Length == Cosines.Group;
            Cosines.AddHessianVector<T, TStore>(terms, record, d, x, z, y, isLast, s);
            if (isLast)
                return;
            terms = terms[Cosines.Group..];
        }
        foreach (var term in terms)
            Terms.AddHessianVector<T, TStore>(term.Kind, record.At(term.Offset), d, x, z, y);
        if (isStep)
            Vectors.Combine<T, TStore>(d, z, s, y, y);
    }

    /// <summary>Whether the next four terms are cosines, and worth taking together.</summary>
    private static bool AreFourCosines<T>(ReadOnlySpan<TermAt> terms)
        where T : struct, IReal<T> =>
        T.Registers > 0
        && terms.Length >= Cosines.Group
        && terms[0].Kind == TermKind.Cosine
        && terms[1].Kind == TermKind.Cosine
        && terms[2].Kind == TermKind.Cosine
        && terms[3].Kind == TermKind.Cosine;
}
