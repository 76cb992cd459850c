using System.Numerics;
using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Trials;

/// <summary>
/// A linear system S x = b, S symmetric positive definite: dense, or diagonal where it is given as the list of its diagonal.
/// The record begins with S packed and then b, the layout of a quadratic term.
/// </summary>
public sealed class LinearSystemShape : Shape
{
    /// <summary>The most steps an instance may ask for.</summary>
    public const int MostSteps = 100_000;

    /// <summary>Up to this dimension the number of eigenvalues in a residual is found by exact elimination.</summary>
    private const int MostExactDimension = 8;

    public static readonly Field S = new("M", FieldKind.Symmetric, Single: "h");
    public static readonly Field B = new("b", FieldKind.Vector);

    /// <summary>The start, under the names of an inner solver's start and of a linear solver's, which comes first; 0 where both are absent.</summary>
    public static readonly Field X0 = new("x0", FieldKind.Vector, Optional: true, Single: "start", Words: ["zero"]),
        W0 = new("w0", FieldKind.Vector, Optional: true, Single: "cg_start", Words: ["zero"]);
    public static readonly Field Kappa = new(
        "kappa",
        FieldKind.Scalar,
        LinearSolvers.Kappa,
        Domain.Positive,
        Optional: true,
        IsExactWhenAbsent: true
    );
    public static readonly Field Delta = new("delta", FieldKind.Scalar, Bilevel.Delta, Domain.Positive, Optional: true);

    /// <summary>How many distinct eigenvalues the first residual has parts of: derived from the numbers.</summary>
    public static readonly Field Grade = new(
        "grade",
        FieldKind.Scalar,
        LinearSolvers.Grade,
        Optional: true,
        Internal: true
    );

    internal static readonly Coordinate Condition = SharedCoordinates.Condition(LinearSolvers.Kappa);

    // After the fields that it lists.
    public static readonly LinearSystemShape Instance = new();

    private LinearSystemShape() { }

    public override string Name => "linear system";
    public override IReadOnlyList<Field> Fields { get; } = [S, B, X0, W0, Kappa, Delta, Grade];
    public override IReadOnlyList<CountField> Counts { get; } = [new(Count.M, 0, MostSteps, IsOptional: true)];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [
        SharedCoordinates.Dimension,
        Condition,
        Coordinate.Of("grade", LinearSolvers.Grade.Meaning, Bins.Whole, LinearSolvers.Grade),
        SharedCoordinates.Of(Count.M),
    ];
    public override (Coordinate X, Coordinate Y)? Map => (Condition, SharedCoordinates.Of(Count.M));

    public override T[]? Establish<T>(Instance instance, Field field) =>
        field == Kappa ? [ConditionNumber<T>(instance)]
        : field == Grade ? [GradeOf<T>(instance)]
        : null;

    /// <summary>Infinite where S is certainly not positive definite, NaN where that is open.</summary>
    private static T ConditionNumber<T>(Instance instance)
        where T : struct, IEnclosure<T>
    {
        var d = instance.Layout.D;
        var s = new T[d * d];
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
            s[i * d + j] = T.From(instance[S][SymmetricMatrix.IndexOf(d, i, j)]);
        var (smallest, largest) = SymmetricEigenvalues.Extremes(d, s);
        return T.Lower(smallest) > 0 ? largest / smallest
            : T.Upper(smallest) <= 0 ? T.From(double.PositiveInfinity)
            : T.From(double.NaN);
    }

    /// <summary>
    /// The grade of r_0 = b - S x_0, the dimension of the span of r_0, S r_0, S^2 r_0, ...: counted on the diagonal, by exact
    /// elimination in few dimensions, at most d otherwise.
    /// </summary>
    private static T GradeOf<T>(Instance instance)
        where T : struct, IEnclosure<T>
    {
        var d = instance.Layout.D;
        var s = SymmetricMatrix.Unpack(d, instance[S]);
        var b = instance[B].ToArray();
        var start = instance.Has(W0) ? instance[W0].ToArray() : instance[X0].ToArray();
        if (double.IsNaN(start[0]))
            Array.Clear(start);
        if (!s.Cast<double>().Concat(b).Concat(start).All(double.IsFinite))
            return T.From(double.NaN);
        if (IsDiagonal(d, s))
            return T.From(
                (double)
                    Enumerable
                        .Range(0, d)
                        // Rounded once, it is 0 only where it is 0 (or below every double).
                        .Where(i => Math.FusedMultiplyAdd(-s[i, i], start[i], b[i]) != 0)
                        .Select(i => s[i, i])
                        .Distinct()
                        .Count()
            );
        return d <= MostExactDimension ? T.From((double)KrylovRank(d, s, b, start)) : T.FromBounds(0, d);
    }

    private static bool IsDiagonal(int d, double[,] s)
    {
        for (var i = 0; i < d; i++)
        for (var j = 0; j < i; j++)
            if (s[i, j] != 0)
                return false;
        return true;
    }

    /// <summary>The rank of r, S r, ..., S^(d-1) r over the integers, all numbers times powers of two.</summary>
    private static int KrylovRank(int d, double[,] s, double[] b, double[] start)
    {
        var matrix = Integers([.. s.Cast<double>()]);
        // b - S x_0 = 2^-k (b 2^k - ...), with the scales of S and x_0 made explicit.
        var (scaleS, scaleX, scaleB) = (Scale([.. s.Cast<double>()]), Scale(start), Scale(b));
        var (x, right) = (Integers(start), Integers(b));
        var shift = scaleS + scaleX - scaleB;
        var r = new BigInteger[d];
        for (var i = 0; i < d; i++)
        {
            var product = BigInteger.Zero;
            for (var j = 0; j < d; j++)
                product += matrix[i * d + j] * x[j];
            r[i] = shift >= 0 ? right[i] - (product << shift) : (right[i] << -shift) - product;
        }
        var rows = new List<BigInteger[]>();
        for (var k = 0; k < d; k++)
        {
            var reduced = (BigInteger[])r.Clone();
            foreach (var row in rows)
            {
                var pivot = Array.FindIndex(row, v => !v.IsZero);
                var (mine, other) = (reduced[pivot], row[pivot]);
                if (mine.IsZero)
                    continue;
                for (var i = 0; i < d; i++)
                    reduced[i] = reduced[i] * other - mine * row[i];
            }
            // The span stops growing for good where it does not grow once.
            if (Array.TrueForAll(reduced, v => v.IsZero))
                break;
            var divisor = reduced.Aggregate(BigInteger.Zero, BigInteger.GreatestCommonDivisor);
            rows.Add(Array.ConvertAll(reduced, v => v / divisor));
            r = [.. Enumerable.Range(0, d).Select(i => Row(i))];
        }
        return rows.Count;

        BigInteger Row(int i)
        {
            var sum = BigInteger.Zero;
            for (var j = 0; j < d; j++)
                sum += matrix[i * d + j] * r[j];
            return sum;
        }
    }

    /// <summary>The least e for which every number is an integer times 2^e.</summary>
    private static int Scale(double[] numbers) =>
        numbers.Where(x => x != 0).Select(x => Math.ILogB(x) - 52).DefaultIfEmpty(0).Min() is var e && e < -1074
            ? -1074
            : e;

    private static BigInteger[] Integers(double[] numbers)
    {
        var e = Scale(numbers);
        return Array.ConvertAll(numbers, x => Exactly(x, e));
    }

    /// <summary>x 2^-e, an integer.</summary>
    private static BigInteger Exactly(double x, int e)
    {
        if (x == 0)
            return BigInteger.Zero;
        var own = Math.Max(Math.ILogB(x) - 52, -1074);
        // In two steps: 2^1074 is no double.
        var mantissa = Math.ScaleB(Math.ScaleB(x, -own / 2), -(own - own / 2));
        return new BigInteger(mantissa) << (own - e);
    }
}

/// <summary>The three numbers with which two prescribed counts are compared.</summary>
public sealed class StepCountShape : Shape
{
    public static readonly Field Kappa = new("kappa", FieldKind.Scalar, LinearSolvers.Kappa, Domain.Positive);
    public static readonly Field R = new("R", FieldKind.Scalar, LinearSolvers.R, Domain.Positive);
    public static readonly Field Delta = new("delta", FieldKind.Scalar, Bilevel.Delta, Domain.Positive);

    private static readonly Coordinate s_kappa = SharedCoordinates.Condition(LinearSolvers.Kappa),
        s_accuracy = SharedCoordinates.Share("delta/R", @"\delta/R", Bilevel.Delta, LinearSolvers.R);

    // After the fields that it lists.
    public static readonly StepCountShape Instance = new();

    private StepCountShape() { }

    public override string Name => "step counts";
    public override IReadOnlyList<Field> Fields { get; } = [Kappa, R, Delta];
    public override IReadOnlyList<CountField> Counts => [];
    public override IReadOnlyList<Coordinate> Coordinates { get; } = [s_kappa, s_accuracy];
    public override (Coordinate X, Coordinate Y)? Map => (s_kappa, s_accuracy);

    public override T[]? Establish<T>(Instance instance, Field field) => null;
}
