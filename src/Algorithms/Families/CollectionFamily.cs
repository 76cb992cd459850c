using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>What the tasks of one instance share: a quadratic, and cosines whose directions have eigenvalues under it.</summary>
public sealed class SharedLoss(int d, int cosines)
{
    /// <summary>The matrix of the quadratic term, d x d; unused where the family has none.</summary>
    public double[,] A = new double[0, 0];

    /// <summary>The directions v_k.</summary>
    public readonly double[][] Directions = [.. Enumerable.Range(0, cosines).Select(_ => new double[d])];

    /// <summary>|v_k|.</summary>
    public readonly double[] Frequencies = new double[cosines];

    /// <summary>The amplitudes a_k; a task's are at most as large.</summary>
    public readonly double[] Amplitudes = new double[cosines];

    /// <summary>The phases at the center.</summary>
    public readonly double[] Phases = new double[cosines];

    /// <summary>The eigenvalue of A that belongs to each direction.</summary>
    public readonly double[] Eigenvalues = new double[cosines];

    /// <summary>The largest |eigenvalue| of A on the complement of the directions.</summary>
    public double Rest;

    /// <summary>Whether the directions are orthogonal; else A is a multiple of the identity.</summary>
    public bool IsOrthogonal = true;

    /// <summary>Whether every task is bounded below, whatever its linear part: 1 yes, -1 no, NaN open.</summary>
    public double BoundedBelow;

    /// <summary>L of the shared loss with these amplitudes, in double arithmetic.</summary>
    public double GradientLipschitz(ReadOnlySpan<double> amplitudes)
    {
        var largest = Rest;
        if (IsOrthogonal)
            for (var k = 0; k < amplitudes.Length; k++)
                largest = Math.Max(
                    largest,
                    Math.Abs(Eigenvalues[k]) + Math.Abs(amplitudes[k]) * Frequencies[k] * Frequencies[k]
                );
        else
            largest = Math.Abs(Eigenvalues[0]) + LargestEigenvalue(amplitudes, 0);
        return largest;
    }

    /// <summary>rho of the shared loss with these amplitudes, in double arithmetic.</summary>
    public double HessianLipschitz(ReadOnlySpan<double> amplitudes)
    {
        if (!IsOrthogonal)
            return LargestEigenvalue(amplitudes, 1);
        var largest = 0.0;
        for (var k = 0; k < amplitudes.Length; k++)
            largest = Math.Max(largest, Math.Abs(amplitudes[k]) * Math.Pow(Frequencies[k], 3));
        return largest;
    }

    /// <summary>The largest eigenvalue of sum_k |a_k| |v_k|^power v_k v_k', which is that of a K x K Gram matrix.</summary>
    private double LargestEigenvalue(ReadOnlySpan<double> amplitudes, int power)
    {
        var k = amplitudes.Length;
        var weights = new double[k];
        for (var i = 0; i < k; i++)
            weights[i] = Math.Sqrt(Math.Abs(amplitudes[i]) * Math.Pow(Frequencies[i], power));
        Matrix<double> gram = DenseMatrix.Create(
            k,
            k,
            (i, j) => weights[i] * weights[j] * Directions[i].Zip(Directions[j], (x, y) => x * y).Sum()
        );
        return gram.Evd(Symmetricity.Symmetric).EigenValues.Max(z => z.Real);
    }
}

/// <summary>
/// Collections of tasks that share a quadratic and the directions of their cosines, so that sigma and b_i are finite. The
/// tasks differ either in their linear part, or in amplitude and phase of cosines along orthogonal directions (of one,
/// where the directions are not orthogonal); both give sigma and b_i in closed form.
/// </summary>
public abstract class CollectionFamily(MultiStepMamlShape shape) : Family
{
    /// <summary>The range of L, and of what else sets a scale.</summary>
    protected const double LeastScale = 1e-3,
        LargestScale = 1e3;

    /// <summary>
    /// The least distance between two points as a part of their size: closer ones share their leading digits, and in
    /// doubles the difference of what is computed from them is rounding.
    /// </summary>
    private const double LeastNearness = 1e-4;

    /// <summary>What one loss has of its own.</summary>
    private sealed record Own(double[] Shift, double[] Amplitudes, double[] Phases);

    public override Shape Shape => shape;
    public override string Name => (shape is PairShape ? "paired-" : "") + BaseName;

    /// <summary>The name without the mark of pairs.</summary>
    protected abstract string BaseName { get; }

    /// <summary>Whether losses have a quadratic term, and with it a linear part.</summary>
    protected abstract bool HasQuadratic { get; }

    /// <summary>The number of cosines of a tile, at most d.</summary>
    protected abstract int DrawCosines(int d, ref UniformStream stream);

    /// <summary>The dimension of a tile.</summary>
    protected virtual int DrawDimension(Limits limits, ref UniformStream stream) =>
        stream.LogUniformInt(limits.D.Least, limits.D.Most);

    /// <summary>
    /// Draws the shared part with constant L; sets the geometry's extreme direction and length, and no center.
    /// </summary>
    protected abstract void DrawShared(double L, ref UniformStream stream, SharedLoss shared, Geometry geometry);

    public override Layout DrawLayout(ref UniformStream stream, Limits limits)
    {
        var d = DrawDimension(limits, ref stream);
        // Powers of two: the equal probabilities are doubles and sum to 1.
        var n = Math.Clamp(stream.Chance(0.5) ? 1 : 2 << stream.Below(3), limits.Tasks.Least, limits.Tasks.Most);
        TermKind[] kinds =
        [
            .. Enumerable.Repeat(TermKind.Quadratic, HasQuadratic ? 1 : 0),
            .. Enumerable.Repeat(TermKind.Cosine, DrawCosines(d, ref stream)),
        ];
        return new Layout(shape, d, n, 0, (_, _) => kinds);
    }

    public override void DrawTasks(Layout layout, ref UniformStream stream, Span<double> record, Geometry geometry)
    {
        var (d, n) = (layout.D, layout.Tasks);
        var (train, test) = (layout.LossesOf(shape.Train), layout.LossesOf(shape.Test));
        var cosines = train[0].Count(t => t.Kind == TermKind.Cosine);
        geometry.Resize(d);
        var shared = new SharedLoss(d, cosines);
        DrawShared(stream.LogUniform(LeastScale, LargestScale), ref stream, shared, geometry);
        var distance = stream.Chance(0.5) ? 0 : geometry.Length * stream.LogUniform(LeastScale, LargestScale);
        Rotation.UnitVector(ref stream, geometry.Center);
        foreach (ref var c in geometry.Center.AsSpan())
            c *= distance;

        var isShift = HasQuadratic && (cosines == 0 || stream.Chance(0.5));
        var between = Strength(isShift, shared, geometry, ref stream);
        var within = stream.Chance(0.2) ? 0 : Strength(isShift, shared, geometry, ref stream);
        double L = 0,
            rho = 0;
        var common = new Own(new double[d], shared.Amplitudes, shared.Phases);
        var own = new Own[n];
        for (var i = 0; i < n; i++)
        {
            own[i] = i == 0 ? common : Vary(common, isShift, between, shared, ref stream);
            Store(layout, test[i], shared, own[i], geometry, record, ref L, ref rho);
            record[layout.OffsetOf(shape.P) + i] = 1.0 / n;
            if (shape is not PairShape pairs)
                continue;
            var other = within == 0 ? own[i] : Vary(own[i], isShift, within, shared, ref stream);
            Store(layout, train[i], shared, other, geometry, record, ref L, ref rho);
            record[layout.OffsetOf(pairs.Gaps) + i] = Gap(shared, own[i], other);
        }
        record[layout.OffsetOf(shape.L)] = L;
        record[layout.OffsetOf(shape.Rho)] = rho;
        record[layout.OffsetOf(shape.Sigma)] = Spread(shared, own);
        record[layout.OffsetOf(shape.BoundedBelow)] = shared.BoundedBelow;
    }

    public override Setting DrawSetting(ref UniformStream stream, IRanges ranges) =>
        MultiStepMamlSetting.Draw(ref stream, ranges);

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        var alphaL = setting.Placement!(stream.Next());
        var L = record[layout.OffsetOf(shape.L)];
        record[layout.OffsetOf(shape.Alpha)] = alphaL / L;
        // Half of the points lie so close that the N steps still end within the range where curvature is nearly constant.
        var growth = stream.Chance(0.5) ? Math.Pow(1 + alphaL, setting.Counts[Observables.Count.N]) : 1;
        var w = record.Slice(layout.OffsetOf(shape.W), layout.D);
        var u = record.Slice(layout.OffsetOf(shape.U), layout.D);
        var distance = Norm(geometry.Center);
        var radius = Place(geometry.Center, geometry, growth, distance * LeastNearness, ref stream, w);
        if (stream.Chance(0.3))
            Place(geometry.Center, geometry, growth, distance * LeastNearness, ref stream, u);
        else
            Place(w, geometry, growth, Math.Max(distance, radius) * LeastNearness, ref stream, u);
    }

    /// <summary>x = from + r e with e the extreme direction or a random one; returns r, which is 0 or log-uniform.</summary>
    private static double Place(
        ReadOnlySpan<double> from,
        Geometry geometry,
        double growth,
        double least,
        ref UniformStream stream,
        Span<double> x
    )
    {
        var isAligned = stream.Chance(0.5);
        var isAt = stream.Chance(0.1);
        var r = Math.Max(least, isAt ? 0 : geometry.Length * stream.LogUniform(1e-6, 1e2) / growth);
        var e = new double[x.Length];
        if (isAligned)
            geometry.Extreme.CopyTo(e, 0);
        else
            Rotation.UnitVector(ref stream, e);
        var sign = stream.Chance(0.5) ? -r : r;
        for (var i = 0; i < x.Length; i++)
            x[i] = from[i] + sign * e[i];
        return r;
    }

    private static double Norm(ReadOnlySpan<double> x)
    {
        var square = 0.0;
        foreach (var value in x)
            square += value * value;
        return Math.Sqrt(square);
    }

    private static double Strength(bool isShift, SharedLoss shared, Geometry geometry, ref UniformStream stream) =>
        isShift ? stream.LogUniform(LeastScale, LargestScale) : stream.LogUniform(LeastScale, 1);

    private static Own Vary(Own parent, bool isShift, double strength, SharedLoss shared, ref UniformStream stream)
    {
        if (isShift)
        {
            var shift = new double[parent.Shift.Length];
            Rotation.UnitVector(ref stream, shift);
            for (var i = 0; i < shift.Length; i++)
                shift[i] = parent.Shift[i] + strength * shift[i];
            return parent with { Shift = shift };
        }
        double[] amplitudes = [.. parent.Amplitudes],
            phases = [.. parent.Phases];
        for (var k = 0; k < (shared.IsOrthogonal ? amplitudes.Length : 1); k++)
        {
            amplitudes[k] *= 1 - strength * stream.Next();
            phases[k] += strength * stream.Uniform(-Math.PI, Math.PI);
        }
        return parent with { Amplitudes = amplitudes, Phases = phases };
    }

    private static void Store(
        Layout layout,
        TermAt[] terms,
        SharedLoss shared,
        Own own,
        Geometry geometry,
        Span<double> record,
        ref double L,
        ref double rho
    )
    {
        var d = layout.D;
        L = Math.Max(L, shared.GradientLipschitz(own.Amplitudes));
        rho = Math.Max(rho, shared.HessianLipschitz(own.Amplitudes));
        var k = 0;
        foreach (var term in terms)
        {
            var p = record[term.Offset..];
            if (term.Kind == TermKind.Quadratic)
            {
                SymmetricMatrix.Pack(shared.A, p);
                var b = p[SymmetricMatrix.PackedLength(d)..];
                for (var i = 0; i < d; i++)
                {
                    b[i] = own.Shift[i];
                    for (var j = 0; j < d; j++)
                        b[i] -= shared.A[i, j] * geometry.Center[j];
                }
                continue;
            }
            var v = shared.Directions[k];
            p[0] = own.Amplitudes[k];
            p[1] = own.Phases[k];
            for (var i = 0; i < d; i++)
            {
                p[1] -= v[i] * geometry.Center[i];
                p[2 + i] = v[i];
            }
            k++;
        }
    }

    /// <summary>
    /// sigma, from sup over theta of E|Im(e^(i theta) beta)|^2 = (E|beta|^2 + |E beta^2|)/2 for the deviations beta of the
    /// complex amplitudes a e^(i phase) from their mean, summed over orthogonal directions.
    /// </summary>
    private static double Spread(SharedLoss shared, Own[] tasks)
    {
        var (n, square) = (tasks.Length, 0.0);
        for (var i = 0; i < shared.A.GetLength(0); i++)
        {
            var mean = tasks.Average(t => t.Shift[i]);
            square += tasks.Average(t => (t.Shift[i] - mean) * (t.Shift[i] - mean));
        }
        for (var k = 0; k < shared.Amplitudes.Length; k++)
        {
            var alphas = Array.ConvertAll(tasks, t => Complex(t, k));
            var mean = alphas.Aggregate((x, y) => x + y) / n;
            var absolute = alphas.Average(x => Math.Pow((x - mean).Magnitude, 2));
            var complex = alphas.Aggregate(System.Numerics.Complex.Zero, (s, x) => s + (x - mean) * (x - mean)) / n;
            square += shared.Frequencies[k] * shared.Frequencies[k] * (absolute + complex.Magnitude) / 2;
        }
        return Math.Sqrt(square);
    }

    /// <summary>b_i, by the same argument for a single deviation.</summary>
    private static double Gap(SharedLoss shared, Own test, Own train)
    {
        var square = 0.0;
        for (var i = 0; i < test.Shift.Length; i++)
            square += Math.Pow(test.Shift[i] - train.Shift[i], 2);
        for (var k = 0; k < shared.Amplitudes.Length; k++)
            square += Math.Pow(shared.Frequencies[k] * (Complex(test, k) - Complex(train, k)).Magnitude, 2);
        return Math.Sqrt(square);
    }

    private static System.Numerics.Complex Complex(Own own, int k) =>
        System.Numerics.Complex.FromPolarCoordinates(own.Amplitudes[k], own.Phases[k]);
}
