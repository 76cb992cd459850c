using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>The linear systems of a family.</summary>
public enum LinearSystemKind
{
    /// <summary>Along the axes, with eigenvalues that are repeated exactly.</summary>
    Diagonal,

    /// <summary>The same, rotated.</summary>
    Dense,

    /// <summary>The extremal systems of conjugate gradients: m + 1 eigenvalues at the extrema of T_m.</summary>
    Chebyshev,

    /// <summary>I + H/lambda with H = X'X, X of fewer rows than columns, all numbers exact.</summary>
    LowRank,
}

/// <summary>
/// Linear systems S x = b, d up to 100, with the spectrum of S between mu and kappa mu, kappa from 1 to 1e6: log-uniform,
/// uniform, two-valued, clustered, at Chebyshev points, equal; b general, along few eigenvectors, or extremal; starts at 0, near
/// x* and far from it. The extremal systems depend on the number of steps, so that all is drawn with the points.
/// </summary>
/// <param name="kind">Which systems.</param>
public sealed class LinearSystemFamily(LinearSystemKind kind) : Family
{
    private const double LeastScale = 1e-2,
        LargestScale = 1e2,
        LargestCondition = 1e6;
    private const int MostDimensions = 100,
        MostSteps = 120,
        MostRank = 5;

    /// <summary>What a prescribed run may cost: steps times d^2, and steps.</summary>
    private const double MostProducts = 3e5,
        MostPrescribed = 1500;

    private enum Spectrum
    {
        LogUniform,
        Uniform,
        TwoValued,
        Clustered,
        Chebyshev,
        Equal,
    }

    private enum RightSide
    {
        General,
        FewEigenvectors,

        /// <summary>Coordinates h^p times normal ones: either end of the spectrum dominates.</summary>
        OneEnd,

        /// <summary>All of the same size, halved in the square at both ends: extremal on Chebyshev points.</summary>
        Extremal,
    }

    public override string Name =>
        kind switch
        {
            LinearSystemKind.Diagonal => "linear-system-diagonal",
            LinearSystemKind.Dense => "linear-system-dense",
            LinearSystemKind.Chebyshev => "linear-system-chebyshev",
            _ => "linear-system-low-rank",
        };
    public override string Description =>
        kind switch
        {
            LinearSystemKind.Diagonal => "diagonal systems, kappa 1 to 1e6; starts at 0 and far",
            LinearSystemKind.Dense => "rotated systems, kappa 1 to 1e6; starts at 0 and far",
            LinearSystemKind.Chebyshev => "systems on which the Chebyshev bound of conjugate gradients is attained",
            _ => "I + H/lambda, H of rank below d: at most rank + 1 distinct eigenvalues",
        };
    public override Shape Shape => LinearSystemShape.Instance;
    public override Limits Limits => new((kind == LinearSystemKind.Chebyshev ? 2 : 1, MostDimensions), (1, 1), (0, 0));

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(LinearSystemShape.Instance, stream.LogUniformInt(limits.D.Least, limits.D.Most), 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry) =>
        geometry.Resize(layout.D);

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        // Without a step every bound here is an identity or trivial; `--set m=0` asks for it.
        var (least, most) = ranges.Range("m", 1, MostSteps);
        return new Setting(new Counts { [Count.M] = stream.LogUniformInt(least + 1, most + 1) - 1 });
    }

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var m = setting.Counts[Count.M];
        record.Fill(double.NaN);
        var (norm, kappa) =
            kind == LinearSystemKind.LowRank
                ? DrawLowRank(layout, ref stream, record)
                : DrawSpectral(layout, m, ref stream, record);
        record[layout.OffsetOf(LinearSystemShape.Kappa)] = kappa;
        record[layout.OffsetOf(LinearSystemShape.Delta)] = DrawAccuracy(layout.D, m, norm, kappa, ref stream);
    }

    /// <summary>
    /// The accuracy for which cg_count prescribes n steps: the m of the setting, for which extremal systems are extremal, or
    /// any number that may be afforded.
    /// </summary>
    private static double DrawAccuracy(int d, int m, double norm, double kappa, ref UniformStream stream)
    {
        var root = Math.Sqrt(kappa);
        var most = Math.Min(MostPrescribed, MostProducts / d / d);
        // Accuracies far below what doubles resolve say nothing.
        most = Math.Min(most, root / 2 * Math.Log(2 * root * 1e13));
        var n = Math.Floor(stream.Chance(0.5) ? Math.Min(m, most) : Math.Exp(stream.Next() * Math.Log(1 + most)) - 1);
        // In the middle between two counts, or just above one.
        var inside = stream.Chance(0.5) ? 0.5 : stream.LogUniform(1e-6, 0.5);
        return 2 * root * norm * Math.Exp(-2 * (n - inside) / root);
    }

    private (double Norm, double Kappa) DrawSpectral(
        Layout layout,
        int m,
        ref UniformStream stream,
        Span<double> record
    )
    {
        var d = layout.D;
        // The coordinates in which the residual lives.
        var active = kind == LinearSystemKind.Chebyshev ? Math.Min(d, m + 1) : d;
        var mu = stream.Chance(0.3) ? 1 : stream.LogUniform(LeastScale, LargestScale);
        var kappa = DrawCondition(ref stream);
        var beta = kappa * mu;
        var h = new double[d];
        var spectrum =
            kind == LinearSystemKind.Chebyshev
                ? Spectrum.Chebyshev
                : (Spectrum)stream.Below(Enum.GetValues<Spectrum>().Length);
        DrawSpectrum(spectrum, mu, kappa, active, h, ref stream);

        var side =
            kind == LinearSystemKind.Chebyshev
                ? RightSide.Extremal
                : (RightSide)stream.Below(Enum.GetValues<RightSide>().Length);
        var b = new double[d];
        DrawRightSide(side, active, h, b, ref stream);
        var (norm, star) = (0.0, new double[d]);
        for (var j = 0; j < d; j++)
        {
            star[j] = b[j] / h[j];
            norm += star[j] * star[j];
        }
        norm = Math.Sqrt(norm);

        // A start at x0: the residual b is kept, the right side moved, so that what is extremal stays extremal.
        var start = new double[d];
        var isFromZero = stream.Chance(kind == LinearSystemKind.Chebyshev ? 0.8 : 0.5);
        if (!isFromZero)
        {
            Rotation.UnitVector(ref stream, start);
            var far = norm * stream.LogUniform(1e-2, 1e4);
            for (var j = 0; j < d; j++)
            {
                start[j] *= far;
                b[j] = Math.FusedMultiplyAdd(h[j], start[j], b[j]);
            }
            norm = Math.Sqrt(start.Zip(star, (x, y) => (x + y) * (x + y)).Sum());
        }

        var rotation = Rotation.Draw(d, kind != LinearSystemKind.Dense, ref stream);
        SymmetricMatrix.Pack(rotation.Conjugate(h), record);
        record[layout.OffsetOf(LinearSystemShape.Grade)] =
            kind == LinearSystemKind.Dense
                ? d
                : Enumerable
                    .Range(0, d)
                    .Where(j => Math.FusedMultiplyAdd(-h[j], start[j], b[j]) != 0)
                    .Select(j => h[j])
                    .Distinct()
                    .Count();
        rotation.Apply(b);
        b.CopyTo(record[layout.OffsetOf(LinearSystemShape.B)..]);
        if (!isFromZero)
        {
            rotation.Apply(start);
            start.CopyTo(record[layout.OffsetOf(LinearSystemShape.X0)..]);
        }
        return (norm, h.Max() / h.Min());
    }

    private static double DrawCondition(ref UniformStream stream) =>
        stream.Next() switch
        {
            < 0.05 => 1,
            < 0.15 => LargestCondition,
            < 0.3 => Math.Pow(2 + stream.Below(9), 2),
            < 0.45 => 1 + stream.LogUniform(1e-6, 1),
            _ => stream.LogUniform(1, LargestCondition),
        };

    private static void DrawSpectrum(
        Spectrum kind,
        double mu,
        double kappa,
        int active,
        double[] h,
        ref UniformStream stream
    )
    {
        var beta = kappa * mu;
        var cluster = stream.LogUniform(1e-12, 1e-2);
        for (var j = 0; j < h.Length; j++)
        {
            var u = stream.Next();
            h[j] = kind switch
            {
                Spectrum.LogUniform => mu * Math.Pow(kappa, u),
                Spectrum.Uniform => mu + (beta - mu) * u,
                Spectrum.TwoValued => u < 0.5 ? mu : beta,
                Spectrum.Clustered => u < 0.5
                    ? Math.Min(beta, mu * (1 + cluster * u))
                    : Math.Max(mu, beta * (1 - cluster * (u - 0.5))),
                Spectrum.Chebyshev when j < active => (
                    mu + beta - (beta - mu) * Math.Cos(Math.PI * j / Math.Max(1, active - 1))
                ) / 2,
                Spectrum.Chebyshev => mu + (beta - mu) * u,
                _ => mu,
            };
            h[j] = Math.Clamp(h[j], mu, beta);
        }
        if (kind != Spectrum.Equal)
            // The ends are attained; in one dimension kappa is 1.
            (h[0], h[active - 1]) = (mu, active > 1 ? beta : mu);
    }

    private static void DrawRightSide(RightSide kind, int active, double[] h, double[] b, ref UniformStream stream)
    {
        var scale = stream.Chance(0.3) ? 1 : stream.LogUniform(LeastScale, LargestScale);
        var power = stream.Uniform(-1, 1.5);
        for (var j = 0; j < active; j++)
            b[j] = kind switch
            {
                RightSide.General => scale * stream.Normal(),
                RightSide.OneEnd => scale * Math.Pow(h[j] / h[0], power) * stream.Normal(),
                RightSide.Extremal => scale
                    * (j == 0 || j == active - 1 ? Math.Sqrt(0.5) : 1)
                    * (stream.Chance(0.5) ? 1 : -1),
                _ => 0,
            };
        if (kind == RightSide.FewEigenvectors)
            for (var k = stream.Below(4); k >= 0; k--)
                b[stream.Below(active)] = scale * stream.Normal();
        // Never all 0: the count of steps asks for the logarithm of |x*|.
        if (Array.TrueForAll(b, x => x == 0))
            b[0] = scale;
    }

    /// <summary>S, x* and x0 of few bits, so that b = S x* is exact.</summary>
    private static (double Norm, double Kappa) DrawLowRank(Layout layout, ref UniformStream stream, Span<double> record)
    {
        var d = layout.D;
        var r = stream.Below(Math.Min(d, MostRank + 1));
        var lambda = Math.ScaleB(1, 4 - stream.Below(20));
        var x = new double[r, d];
        for (var i = 0; i < r; i++)
        for (var j = 0; j < d; j++)
            x[i, j] = stream.Below(5) - 2;
        var s = new double[d, d];
        for (var j = 0; j < d; j++)
        for (var k = 0; k < d; k++)
        {
            for (var i = 0; i < r; i++)
                s[j, k] += x[i, j] * x[i, k];
            s[j, k] = s[j, k] / lambda + (j == k ? 1 : 0);
        }
        SymmetricMatrix.Pack(s, record);
        var (star, start) = (new double[d], new double[d]);
        for (var j = 0; j < d; j++)
            star[j] = stream.Below(9) - 4;
        star[0] = star[0] == 0 ? 1 : star[0];
        var far = Math.ScaleB(1, stream.Below(12) - 2);
        var b = record.Slice(layout.OffsetOf(LinearSystemShape.B), d);
        for (var j = 0; j < d; j++)
        {
            b[j] = 0;
            for (var k = 0; k < d; k++)
                b[j] += s[j, k] * star[k];
            start[j] = far * (stream.Below(9) - 4);
        }
        if (stream.Chance(0.5))
            start.CopyTo(record[layout.OffsetOf(LinearSystemShape.X0)..]);
        record[layout.OffsetOf(LinearSystemShape.Grade)] = Math.Min(r + 1, d);

        // H has an eigenvalue 0, so that the smallest one of S is 1.
        var largest = 0.0;
        if (r > 0)
        {
            var gram = DenseMatrix.OfArray(x);
            largest = (gram * gram.Transpose()).Evd(Symmetricity.Symmetric).EigenValues.Real().Maximum();
        }
        return (Math.Sqrt(star.Sum(v => v * v)), 1 + Math.Max(0, largest) / lambda);
    }
}

/// <summary>kappa, R and delta of two prescribed counts: kappa near 1 and large, delta near where a count begins, and far.</summary>
public sealed class StepCountFamily : Family
{
    public override string Name => "step-counts";
    public override string Description => "kappa 1 to 1e6 and delta around the accuracies at which counts begin";
    public override Shape Shape => StepCountShape.Instance;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(StepCountShape.Instance, 1, 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry) =>
        geometry.Resize(layout.D);

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges) => new(new Counts());

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var kappa = stream.Next() switch
        {
            < 0.15 => 1,
            < 0.4 => 1 + stream.LogUniform(1e-12, 1),
            _ => stream.LogUniform(1, 1e6),
        };
        var R = stream.Chance(0.5) ? 1 : stream.LogUniform(1e-3, 1e3);
        var near = stream.LogUniform(1e-12, 1) * (stream.Chance(0.5) ? 1 : -1);
        var root = Math.Sqrt(kappa);
        var delta = stream.Next() switch
        {
            // Where the first count, or the second, leaves 0; delta near R; any accuracy.
            < 0.3 => 2 * root * R * Math.Exp(near),
            < 0.4 => 2 * kappa * R * Math.Exp(near),
            < 0.6 => R * Math.Exp(near),
            _ => R * stream.LogUniform(1e-12, 1e4),
        };
        record[layout.OffsetOf(StepCountShape.Kappa)] = kappa;
        record[layout.OffsetOf(StepCountShape.R)] = R;
        record[layout.OffsetOf(StepCountShape.Delta)] = delta;
    }
}
