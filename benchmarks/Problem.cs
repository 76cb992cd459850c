using Verify.Algorithms.Losses;

namespace Verify.Benchmarks;

/// <summary>
/// Instances with the loss x'Ax/2 + b'x, A dense and symmetric, plus a number of terms a cos(v'x + p): what every item
/// works on, the engine's and the peers'.
/// </summary>
internal sealed class Problem
{
    /// <summary>The regularization of CG and iMAML, at which I + H/lambda is positive definite for these instances.</summary>
    public const double Lambda = 8;

    /// <summary>The steps of conjugate gradients.</summary>
    public const int SolverSteps = 10;

    public Problem(int d, int cosines, int count)
    {
        (D, Cosines, Count) = (d, cosines, count);
        var packed = SymmetricMatrix.PackedLength(d);
        Terms =
        [
            new TermAt(TermKind.Quadratic, 0),
            .. Enumerable.Range(0, cosines).Select(k => new TermAt(TermKind.Cosine, packed + d + k * (2 + d))),
        ];
        Linear = packed;
        Start = packed + d + cosines * (2 + d);
        Alpha = Start + d;
        Result = Alpha + 1;
        Size = Result + d;
        var random = new Random(1);
        Records = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var record = Records[i] = new double[Size];
            for (var e = 0; e < Size; e++)
                record[e] = 2 * random.NextDouble() - 1;
            for (var e = 0; e < packed; e++)
                record[e] /= Math.Sqrt(d);
            foreach (var term in Terms[1..])
                for (var e = 0; e < d; e++)
                    record[term.Offset + 2 + e] /= Math.Sqrt(d);
            record[Alpha] = 0.05 + 0.05 * random.NextDouble();
        }
    }

    public int D { get; }
    public int Cosines { get; }
    public int Count { get; }
    public TermAt[] Terms { get; }

    /// <summary>Where b, the start, the step size and the result lie in a record, and its length.</summary>
    public int Linear { get; }
    public int Start { get; }
    public int Alpha { get; }
    public int Result { get; }
    public int Size { get; }

    public double[][] Records { get; }

    /// <summary>Operations of a gradient, an Fma being two.</summary>
    public double GradientFlops => Terms.Sum(t => Flops(t.Kind, D).Gradient);

    /// <summary>Operations of a Hessian-vector product.</summary>
    public double ProductFlops => Terms.Sum(t => Flops(t.Kind, D).Product);

    /// <summary>Those of them that many products at one point need once.</summary>
    public double FactorFlops => Cosines * (2.0 * D + 1 + CosFlops);

    /// <summary>Operations of a sine: its argument's reduction 7, its polynomial 18, its sign 3.</summary>
    private const double SinFlops = 28;

    /// <summary>Operations of a cosine, whose half turn costs three more.</summary>
    public const double CosFlops = SinFlops + 3;

    /// <summary>What one term costs.</summary>
    public static (double Gradient, double Product) Flops(TermKind kind, double d) =>
        kind switch
        {
            TermKind.Quadratic => (2 * d * d + d, 2 * d * d),
            TermKind.Cosine => (4 * d + 1 + SinFlops, 6 * d + 1 + CosFlops),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "the benchmarks do not use it"),
        };
}
