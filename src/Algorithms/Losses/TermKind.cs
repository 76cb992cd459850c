namespace Verify.Algorithms.Losses;

/// <summary>The kinds of terms that a loss is a sum of, by their names in the instance format.</summary>
public enum TermKind
{
    /// <summary>x'Ax/2 + b'x with a symmetric A.</summary>
    Quadratic,

    /// <summary>c'x.</summary>
    Linear,

    /// <summary>amplitude cos(direction'x + phase).</summary>
    Cosine,

    /// <summary>slope scale (sqrt(1 + |x - center|^2/scale^2) - 1), scale &gt; 0.</summary>
    RadialPseudoHuber,

    /// <summary>weight sqrt(1 + (direction'x - offset)^2).</summary>
    RidgePseudoHuber,

    /// <summary>weight h(direction'x - offset), h(u) = u^2/2 for |u| &lt;= cap, else cap |u| - cap^2/2; cap &gt; 0.</summary>
    RidgeHuber,

    /// <summary>weight/6 sum |x_i|^3.</summary>
    AbsCubed,

    /// <summary>weight log(1 + exp(direction'x - offset)).</summary>
    RidgeLogistic,
}

/// <summary>A field of a term in the instance format.</summary>
public enum TermField
{
    Scalar,

    /// <summary>A number above 0.</summary>
    PositiveScalar,

    /// <summary>d numbers.</summary>
    Vector,

    /// <summary>A symmetric d x d matrix, stored packed (<see cref="SymmetricMatrix"/>).</summary>
    Symmetric,
}

/// <summary>The layout of each kind of term: its fields, one after the other in storage order.</summary>
public static class TermLayout
{
    /// <summary>The fields of a kind with their names in the instance format, in storage order.</summary>
    public static IReadOnlyList<(string Name, TermField Field)> Fields(TermKind kind) =>
        kind switch
        {
            TermKind.Quadratic => [("A", TermField.Symmetric), ("b", TermField.Vector)],
            TermKind.Linear => [("c", TermField.Vector)],
            TermKind.Cosine =>
            [
                ("amplitude", TermField.Scalar),
                ("phase", TermField.Scalar),
                ("direction", TermField.Vector),
            ],
            TermKind.RadialPseudoHuber =>
            [
                ("slope", TermField.Scalar),
                ("scale", TermField.PositiveScalar),
                ("center", TermField.Vector),
            ],
            TermKind.RidgePseudoHuber or TermKind.RidgeLogistic =>
            [
                ("weight", TermField.Scalar),
                ("offset", TermField.Scalar),
                ("direction", TermField.Vector),
            ],
            TermKind.RidgeHuber =>
            [
                ("weight", TermField.Scalar),
                ("offset", TermField.Scalar),
                ("cap", TermField.PositiveScalar),
                ("direction", TermField.Vector),
            ],
            TermKind.AbsCubed => [("weight", TermField.Scalar)],
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    /// <summary>The name in the instance format.</summary>
    public static string Name(TermKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];

    /// <summary>How many numbers a field takes in dimension d.</summary>
    public static int Length(TermField field, int d) =>
        field switch
        {
            TermField.Vector => d,
            TermField.Symmetric => SymmetricMatrix.PackedLength(d),
            _ => 1,
        };

    /// <summary>How many numbers a term takes in dimension d.</summary>
    public static int Length(TermKind kind, int d) => Fields(kind).Sum(f => Length(f.Field, d));
}
