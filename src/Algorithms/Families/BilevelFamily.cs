using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>What the test losses of a tile are.</summary>
public enum TestLoss
{
    /// <summary>c'phi: B = |c|, L = 0.</summary>
    Linear,

    /// <summary>Radial pseudo-Huber: B = slope, L = slope/scale.</summary>
    PseudoHuber,

    /// <summary>Quadratic, unrelated to the train loss: B infinite.</summary>
    Quadratic,
}

/// <summary>
/// Bilevel problems: an inner loss with cosines along eigenvectors of its quadratic (none, so rho = 0, or some), the spectrum of
/// lambda I + H between mu and beta = kappa mu with kappa from 1 to 1e6, and lambda over all of its admissible range: the train
/// loss convex, rank-deficient, indefinite or concave. phi* is chosen and theta derived; the test loss is unrelated.
/// </summary>
/// <param name="test">The test losses.</param>
/// <param name="cosines">Whether the train loss has cosines.</param>
/// <param name="largestCondition">The largest kappa.</param>
public class BilevelFamily(TestLoss test, bool cosines, double largestCondition = 1e6) : Family
{
    private const double LeastScale = 1e-2,
        LargestScale = 1e2;

    /// <summary>What doubles reach of an implicit gradient, relative to its size and to kappa.</summary>
    private const double Reachable = 1e-12;
    private const int MostCosines = 3;

    private enum Spectrum
    {
        LogUniform,
        Uniform,
        TwoValued,
        Clustered,
        Chebyshev,
    }

    public override string Name => $"bilevel-{(cosines ? "cosine" : "quadratic")}-{TestName}";
    public override string Description =>
        $"proximal inner problems, {(cosines ? "cosines along eigenvectors" : "quadratic")}, kappa 1 to 1e6; test loss {TestName}";
    public override Shape Shape => BilevelShape.Instance;

    /// <summary>The test losses, as names have them.</summary>
    protected string TestName =>
        test switch
        {
            TestLoss.Linear => "linear",
            TestLoss.PseudoHuber => "pseudo-huber",
            _ => "quadratic",
        };

    /// <summary>The largest T, k and m.</summary>
    protected virtual int MostSteps => 60;

    /// <summary>The number of cosines of each train loss.</summary>
    protected virtual int DrawCosines(int d, ref UniformStream stream) =>
        cosines ? Math.Min(d, 1 + stream.Below(MostCosines)) : 0;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits)
    {
        var d = stream.LogUniformInt(limits.D.Least, limits.D.Most);
        var n = stream.Chance(0.8)
            ? limits.Tasks.Least
            : Math.Clamp(1 + stream.Below(4), limits.Tasks.Least, limits.Tasks.Most);
        TermKind[] train = [TermKind.Quadratic, .. Enumerable.Repeat(TermKind.Cosine, DrawCosines(d, ref stream))];
        TermKind[] tests =
        [
            test switch
            {
                TestLoss.Linear => TermKind.Linear,
                TestLoss.PseudoHuber => TermKind.RadialPseudoHuber,
                _ => TermKind.Quadratic,
            },
        ];
        return new Layout(BilevelShape.Instance, d, n, 0, (f, _) => f == BilevelShape.Train ? train : tests);
    }

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        geometry.Resize(layout.D);
        for (var task = layout.Tasks - 1; task >= 0; task--)
        {
            DrawTrain(layout, task, ref stream, record, geometry);
            DrawTest(layout, task, ref stream, record, geometry);
        }
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        var (leastT, mostT) = ranges.Range("T", 1, MostSteps);
        var T = stream.LogUniformInt(leastT, mostT);
        var (leastK, mostK) = ranges.Range("K", 1, T);
        var (leastIterate, mostIterate) = ranges.Range("k", 0, MostSteps);
        var (leastM, mostM) = ranges.Range("m", 0, MostSteps);
        return new Setting(
            new Counts
            {
                [Count.T] = T,
                [Count.K] = Math.Min(T, stream.LogUniformInt(leastK, Math.Max(leastK, mostK))),
                [Count.Iterate] = stream.LogUniformInt(leastIterate + 1, mostIterate + 1) - 1,
                [Count.M] = stream.LogUniformInt(leastM + 1, mostM + 1) - 1,
            }
        );
    }

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var (mu, beta, rho) = (
            record[layout.OffsetOf(BilevelShape.Mu)],
            record[layout.OffsetOf(BilevelShape.Beta)],
            record[layout.OffsetOf(BilevelShape.Rho)]
        );
        var length = geometry.Length;
        foreach (var absent in new[] { BilevelShape.Theta, BilevelShape.Solver })
            record.Slice(layout.OffsetOf(absent), layout.LengthOf(absent)).Fill(double.NaN);

        // phi*, at the center of the train loss, near it and far from it.
        Place(layout, record, BilevelShape.PhiStar, geometry.Center, length, ref stream, geometry);
        var star = Vector(layout, record, BilevelShape.PhiStar).ToArray();
        var norm = Norm(star);

        // phi at a distance that may lie at the edge of what Lemma 3 admits, mu/(2 rho).
        var limit = rho > 0 ? mu / (2 * rho) : length;
        var distance = stream.Next() switch
        {
            < 0.15 => 0,
            < 0.35 => limit * (1 - stream.LogUniform(1e-6, 1e-1)),
            < 0.9 => limit * stream.LogUniform(1e-4, 1),
            _ => limit * stream.LogUniform(1, 1e3),
        };
        Move(layout, record, BilevelShape.Phi, star, distance, ref stream, geometry);
        Place(layout, record, BilevelShape.Phi1, star, length, ref stream, geometry);
        Place(
            layout,
            record,
            BilevelShape.Phi2,
            Vector(layout, record, BilevelShape.Phi1).ToArray(),
            length,
            ref stream,
            geometry
        );
        Place(layout, record, BilevelShape.X, star, length, ref stream, geometry);
        Place(
            layout,
            record,
            BilevelShape.Y,
            Vector(layout, record, BilevelShape.X).ToArray(),
            length,
            ref stream,
            geometry
        );
        // Never at phi* itself: what rounding then leaves would stand against a bound of 0.
        var start = Math.Max(length, norm) * stream.LogUniform(1e-3, 1e2);
        Move(layout, record, BilevelShape.X0, star, start, ref stream, geometry);
        var zero = new double[layout.D];
        Move(layout, record, BilevelShape.W0, zero, stream.LogUniform(LeastScale, LargestScale), ref stream, geometry);
        Move(layout, record, BilevelShape.U, zero, 1, ref stream, geometry);
        Move(layout, record, BilevelShape.W, zero, 1, ref stream, geometry);
        Move(
            layout,
            record,
            BilevelShape.E,
            zero,
            stream.Chance(0.3) ? 0 : stream.LogUniform(1e-6, 1e2),
            ref stream,
            geometry
        );

        Set(
            BilevelShape.Step,
            record,
            layout,
            stream.Chance(0.3) ? 2 / (mu + beta) : stream.LogUniform(1e-3, 2) / beta
        );
        Set(BilevelShape.Alpha, record, layout, (stream.Chance(0.5) ? 1 : stream.LogUniform(1e-3, 1)) / beta);
        Set(BilevelShape.Delta, record, layout, Math.Max(norm, length * 1e-3) * stream.LogUniform(1e-8, 10));
        Set(BilevelShape.Epsilon, record, layout, stream.LogUniform(1e-6, 10));
        // The radius D: barely enough, in one dimension |phi*| itself, where no rounding hides the edge, or more. Squares of a
        // number as good as 0 would be 0.
        Set(
            BilevelShape.D,
            record,
            layout,
            (norm > 0 ? norm : 1e-6 * length)
                * (1 + (stream.Chance(0.5) ? (layout.D == 1 ? 0 : 1e-12) : stream.LogUniform(1e-3, 1e3)))
        );
        Set(BilevelShape.ProductCost, record, layout, stream.Chance(0.5) ? 5 : stream.Uniform(1, 5));
        // Below mu by more than the rounding of a Hessian.
        Set(BilevelShape.LocalConvexity, record, layout, mu * (1 - 1e-9));
        var convexity = mu - record[layout.OffsetOf(BilevelShape.Lambda)];
        Set(BilevelShape.TrainConvexity, record, layout, convexity > 0 ? convexity : double.NaN);
        // A quadratic train loss admits any increment; along a cosine the inner solution moves by a small part of its length,
        // smaller where the curvature changes more within it.
        Set(
            BilevelShape.Increment,
            record,
            layout,
            length
                * stream.LogUniform(1e-4, 1)
                * (cosines ? 0.1 * Math.Pow(mu / beta, 1.5) : 1)
                * (mu / record[layout.OffsetOf(BilevelShape.Lambda)])
        );
        Move(layout, record, BilevelShape.G, zero, stream.LogUniform(LeastScale, 1e6), ref stream, geometry);
        KeepWithinReach(layout, record, geometry);
    }

    /// <summary>
    /// Raises epsilon to what rounding leaves within reach: of the linear solve, and of phi in its effect on the gradient.
    /// </summary>
    protected static void KeepWithinReach(Layout layout, Span<double> record, Geometry geometry)
    {
        var (mu, rho, B, L) = (
            record[layout.OffsetOf(BilevelShape.Mu)],
            record[layout.OffsetOf(BilevelShape.Rho)],
            record[layout.OffsetOf(BilevelShape.B)],
            record[layout.OffsetOf(BilevelShape.L)]
        );
        var kappa = record[layout.OffsetOf(BilevelShape.Beta)] / mu;
        var ratio = record[layout.OffsetOf(BilevelShape.Lambda)] / mu;
        var size = geometry.Length + Norm(geometry.Center) + Norm(Vector(layout, record, BilevelShape.PhiStar));
        var floor = Reachable * kappa * (ratio * B + (2 * ratio * rho * B / mu + ratio * L) * size);
        if (double.IsFinite(floor))
            Set(BilevelShape.Epsilon, record, layout, Math.Max(floor, record[layout.OffsetOf(BilevelShape.Epsilon)]));
    }

    /// <summary>Draws a train loss with lambda, mu, beta and rho, and leaves the geometry.</summary>
    protected virtual void DrawTrain(
        Layout layout,
        int task,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var d = layout.D;
        var terms = layout.LossesOf(BilevelShape.Train)[task];
        var mu = stream.LogUniform(LeastScale, LargestScale);
        var kappa = stream.Next() switch
        {
            // With cosines, nearly 1: the Hessian has to vary.
            < 0.1 => cosines ? 1 + stream.LogUniform(1e-5, 1) : 1,
            < 0.2 => largestCondition,
            _ => stream.LogUniform(1, largestCondition),
        };
        var beta = kappa * mu;
        // Rank-deficient train losses, strongly convex ones, indefinite ones and nearly or fully concave ones.
        var lambda = stream.Next() switch
        {
            < 0.3 => mu,
            < 0.55 => mu * stream.LogUniform(1e-3, 1),
            < 0.9 => mu * Math.Pow(kappa, stream.Next()),
            _ => beta * stream.LogUniform(1, 10),
        };
        var h = new double[d];
        var kind = (Spectrum)stream.Below(Enum.GetValues<Spectrum>().Length);
        var cluster = stream.LogUniform(1e-6, 1e-2);
        for (var j = 0; j < d; j++)
        {
            var u = stream.Next();
            h[j] = kind switch
            {
                Spectrum.LogUniform => mu * Math.Pow(kappa, u),
                Spectrum.Uniform => mu + (beta - mu) * u,
                Spectrum.TwoValued => u < 0.5 ? mu : beta,
                Spectrum.Clustered => u < 0.5
                    ? Math.Min(beta, mu * (1 + cluster * u))
                    : Math.Max(mu, beta * (1 - cluster * u)),
                _ => (mu + beta - (beta - mu) * Math.Cos(Math.PI * j / Math.Max(1, d - 1))) / 2,
            };
        }
        // The ends are attained: with one dimension and no cosine kappa is 1.
        (h[0], h[d - 1]) = (mu, beta);

        var rotation = Rotation.Draw(d, stream.Chance(0.3), ref stream);
        var frequency = stream.LogUniform(LeastScale, LargestScale);
        var (least, most, rho) = (double.PositiveInfinity, double.NegativeInfinity, 0.0);
        for (var k = 0; k < terms.Length - 1; k++)
        {
            // Along direction k the curvature of the whole ranges over [mu, beta], or a part of it.
            var isWhole = k == 0 && stream.Chance(0.5);
            var (low, high) = isWhole ? (mu, beta) : (Math.Min(h[k], beta), Math.Max(mu, h[k] * (1 - stream.Next())));
            (low, high) = (Math.Max(mu, Math.Min(low, high)), Math.Min(beta, Math.Max(low, high)));
            h[k] = (low + high) / 2;
            var s = k == 0 ? frequency : frequency * stream.LogUniform(0.1, 1);
            var amplitude = (high - low) / 2 / (s * s) * (stream.Chance(0.5) ? 1 : -1);
            rho = Math.Max(rho, Math.Abs(amplitude) * s * s * s);
            (least, most) = (Math.Min(least, low), Math.Max(most, high));
            var p = record[terms[k + 1].Offset..];
            p[0] = amplitude;
            p[1] = stream.Chance(0.5) ? 0 : stream.Uniform(-Math.PI, Math.PI);
            var v = p.Slice(2, d);
            v.Clear();
            v[k] = s;
            rotation.Apply(v);
        }
        for (var j = terms.Length - 1; j < d; j++)
            (least, most) = (Math.Min(least, h[j]), Math.Max(most, h[j]));

        for (var j = 0; j < d; j++)
            h[j] -= lambda;
        var a = rotation.Conjugate(h);
        var quadratic = record[terms[0].Offset..];
        SymmetricMatrix.Pack(a, quadratic);
        geometry.Length = cosines ? 1 / frequency : stream.LogUniform(LeastScale, LargestScale);
        Rotation.UnitVector(ref stream, geometry.Center);
        var far = stream.Chance(0.3) ? 0 : geometry.Length * stream.LogUniform(LeastScale, LargestScale);
        var b = quadratic.Slice(SymmetricMatrix.PackedLength(d), d);
        for (var i = 0; i < d; i++)
        {
            geometry.Center[i] *= far;
            b[i] = 0;
        }
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
            b[i] -= a[i, j] * geometry.Center[j];
        for (var k = 1; k < terms.Length; k++)
        {
            var p = record[terms[k].Offset..];
            for (var i = 0; i < d; i++)
                p[1] -= p[2 + i] * geometry.Center[i];
        }
        Array.Clear(geometry.Extreme);
        geometry.Extreme[stream.Chance(0.5) ? 0 : d - 1] = 1;
        rotation.Apply(geometry.Extreme);

        record[layout.OffsetOf(BilevelShape.Lambda) + task] = lambda;
        record[layout.OffsetOf(BilevelShape.Mu) + task] = least;
        record[layout.OffsetOf(BilevelShape.Beta) + task] = most;
        record[layout.OffsetOf(BilevelShape.Rho) + task] = rho;
    }

    private void DrawTest(Layout layout, int task, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        var d = layout.D;
        var p = record[layout.LossesOf(BilevelShape.Test)[task][0].Offset..];
        var size = stream.LogUniform(LeastScale, LargestScale);
        double B,
            L;
        var direction = new double[d];
        if (stream.Chance(0.5))
            geometry.Extreme.CopyTo(direction, 0);
        else
            Rotation.UnitVector(ref stream, direction);
        switch (test)
        {
            case TestLoss.Linear:
                for (var i = 0; i < d; i++)
                    p[i] = size * direction[i];
                (B, L) = (Norm(p[..d]), 0);
                break;
            case TestLoss.PseudoHuber:
                var scale = stream.LogUniform(LeastScale, LargestScale);
                // Far from the center, compared with the scale, the gradient is as long as it can be.
                var away = scale * stream.LogUniform(1e-2, 1e4);
                (p[0], p[1]) = (size, scale);
                for (var i = 0; i < d; i++)
                    p[2 + i] = geometry.Center[i] + away * direction[i];
                (B, L) = (size, size / scale);
                break;
            default:
                var spectrum = new double[d];
                for (var i = 0; i < d; i++)
                    spectrum[i] = size * stream.Uniform(-1, 1);
                spectrum[stream.Below(d)] = size;
                SymmetricMatrix.Pack(Rotation.Draw(d, stream.Chance(0.3), ref stream).Conjugate(spectrum), p);
                for (var i = 0; i < d; i++)
                    p[SymmetricMatrix.PackedLength(d) + i] = size * geometry.Length * direction[i];
                (B, L) = (double.PositiveInfinity, size);
                break;
        }
        record[layout.OffsetOf(BilevelShape.B) + task] = B;
        record[layout.OffsetOf(BilevelShape.L) + task] = L;
    }

    /// <summary>A point at a log-uniform distance from another one, or (one time in ten) that point itself.</summary>
    private static void Place(
        Layout layout,
        Span<double> record,
        Field field,
        double[] from,
        double length,
        ref UniformStream stream,
        Geometry geometry
    ) =>
        Move(
            layout,
            record,
            field,
            from,
            stream.Chance(0.1) ? 0 : length * stream.LogUniform(1e-3, 1e2),
            ref stream,
            geometry
        );

    /// <summary>from + r e, e the extreme eigenvector or a random direction.</summary>
    private static void Move(
        Layout layout,
        Span<double> record,
        Field field,
        double[] from,
        double r,
        ref UniformStream stream,
        Geometry geometry
    )
    {
        var e = new double[from.Length];
        if (stream.Chance(0.5))
            geometry.Extreme.CopyTo(e, 0);
        else
            Rotation.UnitVector(ref stream, e);
        var sign = stream.Chance(0.5) ? -r : r;
        var x = Vector(layout, record, field);
        for (var i = 0; i < e.Length; i++)
            x[i] = from[i] + sign * e[i];
    }

    private static void Set(Field field, Span<double> record, Layout layout, double value) =>
        record[layout.OffsetOf(field)] = value;

    private static Span<double> Vector(Layout layout, Span<double> record, Field field) =>
        record.Slice(layout.OffsetOf(field), layout.D);

    private static double Norm(ReadOnlySpan<double> x)
    {
        var square = 0.0;
        foreach (var value in x)
            square += value * value;
        return Math.Sqrt(square);
    }
}
