using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.ImplicitGradient;

namespace Verify.Algorithms.Trials;

/// <summary>Two full matrices M and Delta (Rajeswaran et al. 2019, proof of Lemma 3).</summary>
public sealed class NeumannShape : Shape
{
    public static readonly Field M = new("M", FieldKind.Matrix);
    public static readonly Field Delta = new("Delta", FieldKind.Matrix);

    // After the fields that it lists.
    public static readonly NeumannShape Instance = new();

    private NeumannShape() { }

    public override string Name => "perturbed-matrix";
    public override IReadOnlyList<Field> Fields { get; } = [M, Delta];
    public override IReadOnlyList<CountField> Counts => [];
    public override IReadOnlyList<Coordinate> Coordinates { get; } = [SharedCoordinates.Dimension];

    public override T[]? Establish<T>(Instance instance, Field field) => null;
}

/// <summary>The norms of M^-1 Delta and of (I + M^-1 Delta)^-1.</summary>
public sealed class NeumannTrial : Trial
{
    public override string Name => "a perturbed inverse";
    public override Shape Shape => NeumannShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } = [Slots.NeumannFactor, Slots.NeumannInverse];
    public override bool IsCubic => true;

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var size = d * d;
        var inverse = scratch.Take(size);
        var product = scratch.Take(size);
        var work = scratch.Take(GeneralInverse.WorkLength(d));
        GeneralInverse.Of<T, Ref<T>>(d, record.At(layout.OffsetOf(NeumannShape.M)), inverse, work);
        Matrices.Multiply<T, Ref<T>>(d, inverse, record.At(layout.OffsetOf(NeumannShape.Delta)), product);
        o[Slots.NeumannFactor] = SpectralNorm.Of(d, product, scratch);
        for (var i = 0; i < d; i++)
            product[i * d + i] += T.From(1.0);
        GeneralInverse.Of<T, Ref<T>>(d, product, inverse, work);
        o[Slots.NeumannInverse] = SpectralNorm.Of(d, inverse, scratch);
        return default;
    }
}

/// <summary>Linear regression: a row x and a number y per sample, and a point phi (Appendix F.1).</summary>
public sealed class RegressionShape : Shape
{
    public static readonly Field X = new("X", FieldKind.Rows);
    public static readonly Field Y = new("y", FieldKind.PerTask);
    public static readonly Field Phi = new("phi", FieldKind.Vector);

    // After the fields that it lists.
    public static readonly RegressionShape Instance = new();

    private RegressionShape() { }

    public override string Name => "regression";

    // X first: it says how many samples there are, and d.
    public override IReadOnlyList<Field> Fields { get; } = [X, Y, Phi];
    public override IReadOnlyList<CountField> Counts => [];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [SharedCoordinates.Dimension, SharedCoordinates.Tasks];

    public override T[]? Establish<T>(Instance instance, Field field) => null;
}

/// <summary>The squared loss of a linear regression, from the residuals and from the moments.</summary>
public sealed class RegressionTrial : Trial
{
    public override string Name => "the loss of a linear regression";
    public override Shape Shape => RegressionShape.Instance;
    public override IReadOnlyList<Slot> Fills { get; } =
    [Slots.RegressionLoss, Slots.RegressionQuadratic, Slots.RegressionLinear];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var (d, n) = (layout.D, layout.Tasks);
        var x = record.At(layout.OffsetOf(RegressionShape.X));
        var y = record.At(layout.OffsetOf(RegressionShape.Y));
        var phi = record.At(layout.OffsetOf(RegressionShape.Phi));
        var zero = T.From(0.0);
        var (samples, half) = (T.From((double)n), T.From(0.5));
        var loss = zero;
        for (var i = 0; i < n; i++)
        {
            var residual = Vectors.Dot<T, Ref<T>>(d, phi, x.At(i * d)) - y[i];
            loss += T.Pow(residual, 2) - T.Pow(y[i], 2);
        }
        o[Slots.RegressionLoss] = half * loss / samples;

        var (quadratic, linear) = (zero, zero);
        for (var j = 0; j < d; j++)
        {
            var moment = zero;
            for (var i = 0; i < n; i++)
                moment = T.Fma(x[i * d + j], y[i], moment);
            linear = T.Fma(moment / samples, phi[j], linear);
            var row = zero;
            for (var k = 0; k < d; k++)
            {
                var element = zero;
                for (var i = 0; i < n; i++)
                    element = T.Fma(x[i * d + j], x[i * d + k], element);
                row = T.Fma(element / samples, phi[k], row);
            }
            quadratic = T.Fma(row, phi[j], quadratic);
        }
        o[Slots.RegressionQuadratic] = half * quadratic;
        o[Slots.RegressionLinear] = linear;
        return default;
    }
}
