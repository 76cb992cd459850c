using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// Convex quadratic meta-objectives of condition number 1 to 1e6 whose L_F is attained, with the accuracy at the edges of the
/// iteration count 4 L_F (F(0) - min F)/eps^2 (0, 1, 2, ... just reached or just missed) and errors from none to all of it.
/// </summary>
/// <param name="isSingular">Whether the Hessian is rank-deficient: exactly 0 along some of the axes, kappa that of the rest.</param>
public sealed class OuterQuadraticFamily(bool isSingular) : Family
{
    private const double LeastScale = 1e-2,
        LargestScale = 1e2,
        LargestCondition = 1e6,
        Edge = 1e-12;

    /// <summary>The most steps that an accuracy may make necessary: usually, and one time in two hundred.</summary>
    private const int MostSteps = 100,
        ManySteps = 2000;

    public override string Name => isSingular ? "outer-quadratic-singular" : "outer-quadratic";
    public override string Description =>
        $"convex quadratic meta-objectives{(isSingular ? ", rank-deficient" : "")}, kappa 1 to 1e6, inexact gradients with the error against the step";
    public override Shape Shape => OuterLoopShape.Instance;
    public override Limits Limits => Limits.Default with { D = (isSingular ? 2 : 1, 12) };

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(OuterLoopShape.Instance, stream.LogUniformInt(limits.D.Least, limits.D.Most), 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        var d = layout.D;
        geometry.Resize(d);
        var most = stream.LogUniform(LeastScale, LargestScale);
        var kappa = stream.Next() switch
        {
            < 0.1 => 1,
            < 0.2 => LargestCondition,
            < 0.6 => stream.LogUniform(1, 100),
            _ => stream.LogUniform(1, LargestCondition),
        };
        // Behind the rank there is nothing, and no rounding of a rotation.
        var rank = isSingular ? 1 + stream.Below(d - 1) : d;
        var isTwoValued = stream.Chance(0.5);
        var spectrum = new double[rank];
        for (var k = 0; k < rank; k++)
            spectrum[k] = isTwoValued
                ? (stream.Chance(0.5) ? most : most / kappa)
                : most / stream.LogUniform(1, Math.Max(kappa, 1 + Edge));
        (spectrum[rank - 1], spectrum[0]) = (most / kappa, most);
        var rotation = Rotation.Draw(rank, stream.Chance(0.6), ref stream);
        var (block, p) = (rotation.Conjugate(spectrum), new double[d, d]);
        for (var i = 0; i < rank; i++)
        for (var j = 0; j < rank; j++)
            p[i, j] = block[i, j];
        SymmetricMatrix.Pack(p, record[layout.OffsetOf(OuterLoopShape.P)..]);
        record[layout.OffsetOf(OuterLoopShape.LF)] = most;
        record[layout.OffsetOf(OuterLoopShape.LeastCurvature)] = isSingular ? 0 : spectrum[rank - 1];
        // t: along the flattest direction, where descent is slow, along the steepest one, anywhere, or at 0 itself.
        var t = geometry.Center;
        Array.Clear(t);
        switch (stream.Next())
        {
            case < 0.5:
                t[rank - 1] = 1;
                rotation.Apply(t);
                break;
            case < 0.6:
                t[0] = 1;
                rotation.Apply(t);
                break;
            case < 0.95:
                // Gradients of the same size along every eigenvector.
                for (var k = 0; k < d; k++)
                    t[k] = stream.Normal() / (k < rank ? spectrum[k] : most);
                rotation.Apply(t);
                break;
            default:
                break;
        }
        geometry.Length = stream.LogUniform(LeastScale, LargestScale);
        for (var k = 0; k < d; k++)
        {
            t[k] *= geometry.Length;
            record[layout.OffsetOf(OuterLoopShape.Center) + k] = t[k];
        }
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        var (least, most) = ranges.Range("N", 1, MostSteps);
        return new Setting(new Counts { [Count.N] = stream.LogUniformInt(least, most) });
    }

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var d = layout.D;
        var most = record[layout.OffsetOf(OuterLoopShape.LF)];
        var t = geometry.Center;
        var start = record.Slice(layout.OffsetOf(OuterLoopShape.Start), d);
        Rotation.UnitVector(ref stream, start);
        var distance = stream.Chance(0.1) ? 0 : geometry.Length * stream.LogUniform(1e-3, 1e2);
        var isNear = stream.Chance(0.5);
        for (var k = 0; k < d; k++)
            start[k] = (isNear ? t[k] : 0) + distance * start[k];

        var p = SymmetricMatrix.Unpack(d, record[layout.OffsetOf(OuterLoopShape.P)..]);
        var (gradient, gap) = At(p, t, new double[d]);
        var (gradientAtStart, gapAtStart) = At(p, t, start);

        // The accuracy: the gradient at the start misses it by a factor near 1, or the count is at an integer.
        var limit = stream.Chance(0.005) ? ManySteps : MostSteps;
        var epsilon = gradient > 0 ? gradient / stream.Uniform(0.9, 2.5) : stream.LogUniform(LeastScale, LargestScale);
        if (gap > 0 && stream.Chance(0.3))
        {
            var n = stream.LogUniformInt(1, limit);
            epsilon = Math.Sqrt(4 * most * gap / n) * (1 + Edge * stream.Uniform(-1, 1));
        }
        epsilon = Math.Max(epsilon, Math.Sqrt(4 * most * Math.Max(gap, gapAtStart) / limit));
        Set(OuterLoopShape.Epsilon, layout, record, epsilon);

        Set(
            OuterLoopShape.Fraction,
            layout,
            record,
            stream.Next() switch
            {
                < 0.1 => 0,
                < 0.3 => 0.5,
                < 0.5 => Math.Sqrt(0.5) * (1 - Edge),
                < 0.55 => 1,
                < 0.75 => 1 - stream.LogUniform(1e-9, 1),
                _ => stream.Next(),
            }
        );
        Set(OuterLoopShape.Step, layout, record, (stream.Chance(0.3) ? 1 : stream.LogUniform(1e-3, 1)) / most);
        var e = stream.Chance(0.1) ? 0 : (gradientAtStart > 0 ? gradientAtStart : 1) * stream.LogUniform(1e-6, 2);
        Set(OuterLoopShape.Error, layout, record, e);
    }

    private static void Set(Field field, Layout layout, Span<double> record, double value) =>
        record[layout.OffsetOf(field)] = value;

    /// <summary>|grad F| and F - min F at x.</summary>
    private static (double Gradient, double Gap) At(double[,] p, double[] t, ReadOnlySpan<double> x)
    {
        var (square, twice) = (0.0, 0.0);
        for (var i = 0; i < t.Length; i++)
        {
            var g = 0.0;
            for (var j = 0; j < t.Length; j++)
                g += p[i, j] * (x[j] - t[j]);
            square += g * g;
            twice += g * (x[i] - t[i]);
        }
        return (Math.Sqrt(square), Math.Max(0, twice / 2));
    }
}
