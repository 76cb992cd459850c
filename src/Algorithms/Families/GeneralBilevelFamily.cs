using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// Bilevel problems whose Hessians do not commute: cosines along directions in general position on a multiple of the identity, or on
/// a quadratic with two eigenvalues. mu, beta and rho are the safe ends of what the shape establishes.
/// </summary>
/// <param name="test">The test losses.</param>
public sealed class GeneralBilevelFamily(TestLoss test) : BilevelFamily(test, cosines: true)
{
    private const int MostDimensions = 8;

    public override string Name => $"bilevel-general-{TestName}";
    public override string Description =>
        $"proximal inner problems, cosines in general position: Hessians that do not commute; test loss {TestName}";
    public override Limits Limits => Limits.Default with { D = (1, MostDimensions) };

    // Short runs: after many the differences that are measured sink below rounding.
    protected override int MostSteps => 12;

    // Two cosines do not commute unless they are along the same line or orthogonal.
    protected override int DrawCosines(int d, ref UniformStream stream) => Math.Min(d, 2 + stream.Below(2));

    protected override void DrawTrain(
        Layout layout,
        int task,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var d = layout.D;
        var terms = layout.LossesOf(BilevelShape.Train)[task];
        // lambda I + A has the eigenvalues low and high; the cosines take away less than low.
        var low = stream.LogUniform(1e-2, 1e2);
        var high = stream.Chance(0.5) ? low : low * (1 + stream.LogUniform(1e-2, 1e3));
        var share = stream.Chance(0.3) ? stream.Uniform(0.5, 0.99) : stream.LogUniform(1e-3, 0.99);
        var lambda = stream.Next() switch
        {
            < 0.4 => low * stream.LogUniform(1e-3, 1),
            < 0.9 => low * (1 - share) * Math.Pow(high / low / (1 - share), stream.Next()),
            _ => high * stream.LogUniform(1, 10),
        };
        var h = new double[d];
        for (var i = 0; i < d; i++)
            h[i] = (i == 0 || stream.Chance(0.5) ? low : high) - lambda;
        var rotation = Rotation.Draw(d, low == high || stream.Chance(0.3), ref stream);
        var a = rotation.Conjugate(h);
        var quadratic = record[terms[0].Offset..];
        SymmetricMatrix.Pack(a, quadratic);

        var frequency = stream.LogUniform(1e-2, 1e2);
        geometry.Length = 1 / frequency;
        Rotation.UnitVector(ref stream, geometry.Center);
        var far = stream.Chance(0.3) ? 0 : geometry.Length * stream.LogUniform(1e-2, 1e2);
        for (var i = 0; i < d; i++)
            geometry.Center[i] *= far;
        // The low eigenvector, along which descent is slow and one cosine in two varies.
        Array.Clear(geometry.Extreme);
        geometry.Extreme[0] = 1;
        rotation.Apply(geometry.Extreme);
        var b = quadratic.Slice(SymmetricMatrix.PackedLength(d), d);
        for (var i = 0; i < d; i++)
        {
            b[i] = 0;
            for (var j = 0; j < d; j++)
                b[i] -= a[i, j] * geometry.Center[j];
        }
        for (var k = 1; k < terms.Length; k++)
        {
            var p = record[terms[k].Offset..];
            var v = p.Slice(2, d);
            if (k == 1 && stream.Chance(0.5))
                geometry.Extreme.CopyTo(v);
            else
                Rotation.UnitVector(ref stream, v);
            var s = k == 1 ? frequency : frequency * stream.LogUniform(0.1, 1);
            var part = share * low / (terms.Length - 1);
            p[0] = (stream.Chance(0.5) ? part : -part) / (s * s);
            // At the center the curvature is extreme, or the third derivative, or neither.
            p[1] = stream.Next() switch
            {
                < 0.35 => 0,
                < 0.7 => stream.Chance(0.5) ? Math.PI / 2 : -Math.PI / 2,
                _ => stream.Uniform(-Math.PI, Math.PI),
            };
            for (var i = 0; i < d; i++)
            {
                v[i] *= s;
                p[1] -= v[i] * geometry.Center[i];
            }
        }

        record[layout.OffsetOf(BilevelShape.Lambda) + task] = lambda;
        var instance = new Instance(layout, [], record.ToArray());
        foreach (var field in new[] { BilevelShape.Mu, BilevelShape.Beta, BilevelShape.Rho })
        {
            var constant = BilevelShape.Instance.Establish<Interval>(instance, field)![task];
            record[layout.OffsetOf(field) + task] = field.IsLowerBound ? constant.Lower : constant.Upper;
        }
    }
}
