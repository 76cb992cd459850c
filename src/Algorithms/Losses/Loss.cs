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
        where TStore : IStore<T, TStore>, allows ref struct
    {
        if (terms.Length > 0 && terms[0].Kind == TermKind.Quadratic)
        {
            Terms.QuadraticGradient<T, TStore>(record.At(terms[0].Offset), d, x, g);
            terms = terms[1..];
        }
        else
            Vectors.Fill<T, TStore>(d, T.From(0.0), g);
        foreach (var term in terms)
            Terms.AddGradient<T, TStore>(term.Kind, record.At(term.Offset), d, x, g);
    }

    /// <summary>y = x + s grad l(x).</summary>
    public static void Step<T, TStore>(ReadOnlySpan<TermAt> terms, TStore record, int d, TStore x, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : IStore<T, TStore>, allows ref struct
    {
        if (terms.Length == 1 && terms[0].Kind == TermKind.Quadratic)
            Terms.QuadraticStep<T, TStore>(record.At(terms[0].Offset), d, x, s, y);
        else
        {
            Gradient<T, TStore>(terms, record, d, x, y);
            Vectors.Combine<T, TStore>(d, x, s, y, y);
        }
    }

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
        {
            HessianVector<T, TStore>(terms, record, d, x, z, y);
            Vectors.Combine<T, TStore>(d, z, s, y, y);
        }
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
        where TStore : IStore<T, TStore>, allows ref struct
    {
        if (terms.Length > 0 && terms[0].Kind == TermKind.Quadratic)
        {
            SymmetricMatrix.Multiply<T, TStore>(d, record.At(terms[0].Offset), z, y);
            terms = terms[1..];
        }
        else
            Vectors.Fill<T, TStore>(d, T.From(0.0), y);
        foreach (var term in terms)
            Terms.AddHessianVector<T, TStore>(term.Kind, record.At(term.Offset), d, x, z, y);
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
}
