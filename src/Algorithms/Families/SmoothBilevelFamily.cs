using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// Separable problems on which descent begins beside a maximum of G(., theta) along some axes, where each step stretches by up to 2,
/// and may arrive near a minimum: a cosine on a quadratic along these axes, convex quadratics along the others.
/// </summary>
public sealed class SmoothBilevelFamily : Family
{
    private const int MostDimensions = 4,
        MostSteps = 24,
        MostCosines = 2;

    public override string Name => "bilevel-nonconvex";
    public override string Description => "inner problems with a maximum beside the start; test loss linear";
    public override Shape Shape => SmoothBilevelShape.Instance;
    public override Limits Limits => Limits.Default with { D = (1, MostDimensions), Tasks = (1, 1) };

    public override Layout DrawLayout(ref UniformStream stream, Limits limits)
    {
        var d = stream.LogUniformInt(limits.D.Least, limits.D.Most);
        TermKind[] train =
        [
            TermKind.Quadratic,
            .. Enumerable.Repeat(TermKind.Cosine, Math.Min(d, 1 + stream.Below(MostCosines))),
        ];
        return new Layout(
            SmoothBilevelShape.Instance,
            d,
            limits.Tasks.Least,
            0,
            (f, _) => f == BilevelShape.Train ? train : [TermKind.Linear]
        );
    }

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        geometry.Resize(layout.D);
        for (var task = 0; task < layout.Tasks; task++)
            DrawTask(layout, task, ref stream, record, geometry);
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges)
    {
        var (leastT, mostT) = ranges.Range("T", 1, MostSteps);
        var T = stream.LogUniformInt(leastT, mostT);
        var (leastK, mostK) = ranges.Range("K", 0, T);
        var K = stream.LogUniformInt(leastK + 1, Math.Max(leastK, mostK) + 1) - 1;
        return new Setting(new Counts { [Count.T] = T, [Count.K] = Math.Min(T, K) });
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
        var (T, K) = (setting.Counts[Count.T], setting.Counts[Count.K]);
        var terms = layout.LossesOf(BilevelShape.Train)[0];
        var (lambda, beta) = (record[layout.OffsetOf(BilevelShape.Lambda)], record[layout.OffsetOf(BilevelShape.Beta)]);
        var quadratic = record[terms[0].Offset..];
        var theta = record.Slice(layout.OffsetOf(BilevelShape.Theta), d);
        var given = (stream.Chance(0.3) ? 1 : stream.LogUniform(0.1, 1)) / beta;
        record[layout.OffsetOf(BilevelShape.Step)] = given;
        // a is fitted to one of the two step sizes that readings take.
        var step = stream.Chance(0.5) ? given : 1 / beta;
        var local = double.PositiveInfinity;
        for (var j = 0; j < d; j++)
        {
            var a = quadratic[SymmetricMatrix.IndexOf(d, j, j)];
            var (amplitude, s) = j < terms.Length - 1 ? Cosine(record, terms[j + 1], d, j) : (0.0, 1.0);
            var center = geometry.Center[j];
            // It reaches the scale of the cosine where the last K steps begin.
            var offset = Math.Pow(2, K - T) * stream.Uniform(0.1, 4) * (stream.Chance(0.5) ? 1 : -1) / s;
            theta[j] = center + offset;
            // The center, where the cosine is flat, is stationary for G.
            quadratic[SymmetricMatrix.PackedLength(d) + j] = lambda * theta[j] - (a + lambda) * center;
            var x = offset;
            for (var t = 0; t < T; t++)
            {
                if (t >= T - K)
                    local = Math.Min(local, a + lambda - amplitude * s * s * Math.Cos(s * x));
                x -= step * ((a + lambda) * x - amplitude * s * Math.Sin(s * x));
            }
        }
        // Where no strong convexity is found, the hypothesis fails; without kept steps any number serves.
        record[layout.OffsetOf(BilevelShape.LocalConvexity)] =
            local > beta ? beta / 2
            : local > 0 ? local * (1 - (stream.Chance(0.5) ? 1e-9 : stream.Next()))
            : double.NaN;
    }

    private static void DrawTask(
        Layout layout,
        int task,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var d = layout.D;
        var terms = layout.LossesOf(BilevelShape.Train)[task];
        record[terms[0].Offset..(terms[0].Offset + TermLayout.Length(TermKind.Quadratic, d))].Clear();
        var curvature = stream.LogUniform(1e-2, 1e2);
        // Often lambda = beta: then each summand of the gradient weighs as much as the first.
        var lambda = curvature * (stream.Chance(0.5) ? 1 : stream.LogUniform(1e-2, 10));
        for (var j = 0; j < d; j++)
        {
            var isCosine = j < terms.Length - 1;
            geometry.Center[j] = stream.Chance(0.5) ? 0 : stream.Uniform(-1, 1);
            var mean =
                isCosine && stream.Chance(0.5) ? 0
                : isCosine ? curvature * stream.Uniform(-0.5, 0.5)
                : curvature * stream.Next();
            record[terms[0].Offset + SymmetricMatrix.IndexOf(d, j, j)] = mean - lambda;
            if (!isCosine)
                continue;
            var s = stream.LogUniform(1e-2, 1e2);
            var part = j == 0 ? curvature - Math.Abs(mean) : (curvature - Math.Abs(mean)) * stream.Next();
            var p = record[terms[j + 1].Offset..];
            // At the center the cosine bends G down.
            p[0] = part / (s * s);
            p[1] = -s * geometry.Center[j];
            var v = p.Slice(2, d);
            v.Clear();
            v[j] = s;
        }
        var c = record.Slice(layout.LossesOf(BilevelShape.Test)[task][0].Offset, d);
        if (stream.Chance(0.5))
        {
            c.Clear();
            c[0] = stream.LogUniform(1e-2, 1e2);
        }
        else
            Rotation.UnitVector(ref stream, c);
        record[layout.OffsetOf(BilevelShape.Lambda) + task] = lambda;
        var instance = new Instance(layout, [], record.ToArray());
        record[layout.OffsetOf(BilevelShape.Beta) + task] = SmoothBilevelShape
            .Instance.Establish<Interval>(instance, BilevelShape.Beta)![task]
            .Upper;
    }

    private static (double Amplitude, double Frequency) Cosine(Span<double> record, TermAt term, int d, int axis) =>
        (record[term.Offset], record[term.Offset + 2 + axis]);
}
