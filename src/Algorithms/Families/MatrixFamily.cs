using Verify.Algorithms.Instances;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>Collections V_0..V_m of d x d matrices of spectral norm at most L (lemma 13).</summary>
public sealed class MatrixFamily : Family
{
    private enum Kind
    {
        /// <summary>-L q q', the same q in all.</summary>
        NegativeRankOne,

        /// <summary>-L I.</summary>
        NegativeIdentity,

        /// <summary>L times a reflection or a product of them.</summary>
        Orthogonal,

        /// <summary>L e_i e_j' with i above j.</summary>
        Nilpotent,

        /// <summary>Full, not symmetric: L times a convex combination of two orthogonal matrices.</summary>
        General,
        Mixed,
    }

    public override string Name => "matrices";
    public override string Description =>
        "collections of matrices: -L qq', -L I, orthogonal, nilpotent, non-symmetric, mixed";
    public override Shape Shape => MatrixShape.Instance;

    public override Layout DrawLayout(ref UniformStream stream, Limits limits) =>
        new(
            MatrixShape.Instance,
            stream.LogUniformInt(limits.D.Least, limits.D.Most),
            1,
            stream.LogUniformInt(limits.M.Least + 1, limits.M.Most + 1),
            (_, _) => []
        );

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        var d = layout.D;
        var L = stream.LogUniform(1e-3, 1e3);
        record[layout.OffsetOf(MatrixShape.Instance.L)] = L;
        var vs = record.Slice(layout.OffsetOf(MatrixShape.Instance.Vs), layout.Matrices * d * d);
        vs.Clear();
        var kind = (Kind)stream.Below(Enum.GetValues<Kind>().Length);
        var q = new double[d];
        Rotation.UnitVector(ref stream, q);
        for (var k = 0; k < layout.Matrices; k++)
        {
            var one = kind == Kind.Mixed ? (Kind)stream.Below((int)Kind.Mixed) : kind;
            Draw(one, L, d, q, ref stream, vs.Slice(k * d * d, d * d));
        }
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges) =>
        MultiStepMamlSetting.Draw(ref stream, ranges);

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    ) =>
        record[layout.OffsetOf(MatrixShape.Instance.Alpha)] =
            setting.Placement!(stream.Next()) / record[layout.OffsetOf(MatrixShape.Instance.L)];

    private static void Draw(Kind kind, double L, int d, double[] q, ref UniformStream stream, Span<double> v)
    {
        switch (kind)
        {
            case Kind.NegativeRankOne:
                for (var i = 0; i < d; i++)
                for (var j = 0; j < d; j++)
                    v[i * d + j] = -L * q[i] * q[j];
                break;
            case Kind.NegativeIdentity:
                for (var i = 0; i < d; i++)
                    v[i * d + i] = -L;
                break;
            case Kind.Orthogonal:
                AddOrthogonal(L, d, ref stream, v);
                break;
            case Kind.Nilpotent:
                var (row, column) = (stream.Below(d), stream.Below(d));
                if (row != column)
                    v[Math.Max(row, column) * d + Math.Min(row, column)] = L;
                break;
            default:
                var share = stream.Next();
                AddOrthogonal(L * share, d, ref stream, v);
                AddOrthogonal(L * (1 - share), d, ref stream, v);
                break;
        }
    }

    /// <summary>v += s Q, row by row.</summary>
    private static void AddOrthogonal(double s, int d, ref UniformStream stream, Span<double> v)
    {
        var rotation = Rotation.Draw(d, false, ref stream);
        var column = new double[d];
        for (var j = 0; j < d; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            rotation.Apply(column);
            for (var i = 0; i < d; i++)
                v[i * d + j] += s * column[i];
        }
    }
}
