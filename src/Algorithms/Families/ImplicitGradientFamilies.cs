using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// One dimension, a quadratic and one or two cosines, G mostly not convex, lambda from far above to just above what bounds G
/// from below: half of them even around theta, so that minimizers that are not theta itself come in pairs. The test loss is linear.
/// </summary>
public sealed class NonconvexScalarFamily : Family
{
    public override string Name => "bilevel-nonconvex-scalar";
    public override string Description =>
        "one dimension, a quadratic and cosines, G mostly not convex, half of them even around theta";
    public override Shape Shape => NonconvexBilevelShape.Instance;
    public override Limits Limits { get; } = new((1, 1), (1, 1), (0, 0));

    public override Layout DrawLayout(ref UniformStream stream, Limits limits)
    {
        TermKind[] train = [TermKind.Quadratic, .. Enumerable.Repeat(TermKind.Cosine, 1 + stream.Below(2))];
        return new(Shape, 1, 1, 0, (f, _) => f == BilevelShape.Train ? train : [TermKind.Linear]);
    }

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        geometry.Resize(1);
        record.Fill(double.NaN);
        var terms = layout.LossesOf(BilevelShape.Train)[0];
        // A convex quadratic, none, and a concave one that lambda still outweighs.
        var lambda = stream.LogUniform(1e-2, 1e2);
        var a = stream.Below(3) switch
        {
            0 => lambda * stream.LogUniform(1e-2, 1e2),
            1 => 0,
            _ => -lambda * (1 - stream.LogUniform(1e-3, 1)),
        };
        var isEven = stream.Chance(0.5);
        var frequency = stream.LogUniform(1e-1, 1e1);
        var p = record[terms[0].Offset..];
        (p[0], p[1]) = (a, isEven ? 0 : (a + lambda) / frequency * stream.Uniform(-2, 2));
        var (least, rho, most) = (a + lambda, 0.0, a + lambda);
        foreach (var term in terms[1..])
        {
            var direction = frequency * (term == terms[1] ? 1 : stream.Uniform(0.5, 2));
            var curvature = (a + lambda) * stream.LogUniform(0.3, 20) * (stream.Chance(0.7) ? 1 : -1);
            p = record[term.Offset..];
            (p[0], p[1], p[2]) = (
                curvature / (direction * direction),
                isEven ? 0 : stream.Uniform(-Math.PI, Math.PI),
                direction
            );
            (least, most) = (least - Math.Abs(curvature), most + Math.Abs(curvature));
            rho += Math.Abs(curvature * direction);
        }
        record[layout.OffsetOf(BilevelShape.Lambda)] = lambda;
        record[layout.OffsetOf(BilevelShape.Mu)] = least;
        record[layout.OffsetOf(BilevelShape.Beta)] = most;
        record[layout.OffsetOf(BilevelShape.Rho)] = rho;
        var slope = (stream.Chance(0.5) ? 1 : -1) * stream.LogUniform(1e-1, 1e1);
        record[layout.LossesOf(BilevelShape.Test)[0][0].Offset] = slope;
        (record[layout.OffsetOf(BilevelShape.B)], record[layout.OffsetOf(BilevelShape.L)]) = (Math.Abs(slope), 0);
        (geometry.Length, geometry.Center[0]) = (1 / frequency, isEven ? 0 : double.NaN);
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges) =>
        // What other statements count; none is tried here.
        new(
            new Counts
            {
                [Count.T] = 0,
                [Count.K] = 0,
                [Count.Iterate] = 0,
                [Count.M] = 0,
            }
        );

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        record[layout.OffsetOf(BilevelShape.Theta)] =
            geometry.Center[0] == 0 ? 0 : geometry.Length * stream.Uniform(-10, 10);
        record[layout.OffsetOf(BilevelShape.W)] = (stream.Chance(0.5) ? 1 : -1) * stream.LogUniform(0.1, 10);
        record[layout.OffsetOf(BilevelShape.U)] = record[layout.OffsetOf(BilevelShape.W)];
        record[layout.OffsetOf(BilevelShape.Increment)] = geometry.Length * stream.LogUniform(1e-4, 1e-1);
    }
}

/// <summary>M and Delta = M K with |K| at most 1/2, and often just that: K = -I/2, rank one, orthogonal, or full.</summary>
public sealed class NeumannFamily : Family
{
    private const int MostDimensions = 12;

    public override string Name => "perturbed-matrices";
    public override string Description => "M full, not symmetric, and Delta = M K with |K| up to 1/2";
    public override Shape Shape => NeumannShape.Instance;
    public override Limits Limits { get; } = new((1, MostDimensions), (1, 1), (0, 0));

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(NeumannShape.Instance, stream.LogUniformInt(limits.D.Least, limits.D.Most), 1, 0, (_, _) => []);

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        var d = layout.D;
        var m = record.Slice(layout.OffsetOf(NeumannShape.M), d * d);
        var delta = record.Slice(layout.OffsetOf(NeumannShape.Delta), d * d);
        var scale = stream.LogUniform(1e-2, 1e2);
        var kind = stream.Below(3);
        // Twice the identity (and -I/2 times some number for K), a rotation, or a rotation and a triangle above it.
        var rotation = Rotation.Draw(d, kind == 0, ref stream);
        var column = new double[d];
        for (var j = 0; j < d; j++)
        {
            Array.Clear(column);
            column[j] = kind == 0 ? 2 : scale;
            if (kind > 0)
                rotation.Apply(column);
            for (var i = 0; i < d; i++)
                m[i * d + j] = column[i] + (kind == 2 && i < j ? scale * stream.Uniform(-1, 1) / d : 0);
        }

        // At the edge of what is admitted where nothing is rounded, near it, well within, and beyond.
        var form = kind == 0 ? 0 : stream.Below(4);
        var size = stream.Next() switch
        {
            < 0.3 when kind == 0 => 0.5,
            < 0.6 => 0.5 * (1 - stream.LogUniform(1e-9, 1e-3)),
            < 0.9 => stream.Uniform(0, 0.5),
            _ => stream.Uniform(0.5, 0.9),
        };
        var k = new double[d, d];
        var turned = Rotation.Draw(d, false, ref stream);
        var q = new double[d];
        Rotation.UnitVector(ref stream, q);
        for (var j = 0; j < d; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            if (form >= 2)
                turned.Apply(column);
            for (var i = 0; i < d; i++)
                k[i, j] = form switch
                {
                    0 => i == j ? -size : 0,
                    1 => -size * q[i] * q[j],
                    2 => size * column[i],
                    _ => size * column[i] * stream.Next() / Math.Sqrt(d),
                };
        }
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
        {
            var sum = 0.0;
            for (var l = 0; l < d; l++)
                sum += m[i * d + l] * k[l, j];
            delta[i * d + j] = sum;
        }
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges) => new(new Counts());

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    ) { }
}

/// <summary>Samples of a linear regression, as many as tasks elsewhere, and a point.</summary>
public sealed class RegressionFamily : Family
{
    public override string Name => "regression";
    public override string Description => "rows x and numbers y of any size, and a point phi";
    public override Shape Shape => RegressionShape.Instance;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(
            RegressionShape.Instance,
            stream.LogUniformInt(limits.D.Least, limits.D.Most),
            stream.LogUniformInt(limits.Tasks.Least, limits.Tasks.Most),
            0,
            (_, _) => []
        );

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        Fill(layout, RegressionShape.X, ref stream, record);
        Fill(layout, RegressionShape.Y, ref stream, record);
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges) => new(new Counts());

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    ) => Fill(layout, RegressionShape.Phi, ref stream, record);

    private static void Fill(Layout layout, Field field, ref UniformStream stream, Span<double> record)
    {
        var scale = stream.LogUniform(1e-2, 1e2);
        foreach (ref var x in record.Slice(layout.OffsetOf(field), layout.LengthOf(field)))
            x = scale * stream.Uniform(-1, 1);
    }
}
