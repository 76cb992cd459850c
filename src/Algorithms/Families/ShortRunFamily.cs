using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// Bilevel problems on which runs are short enough to be certified step by step: d up to 3, kappa up to 1e4, and accuracies
/// for which the statements prescribe few steps, often just as many as the edge of a count.
/// </summary>
/// <param name="test">The test losses.</param>
/// <param name="cosines">Whether the train loss has cosines: in one dimension kappa is 1 without.</param>
public sealed class ShortRunFamily(TestLoss test, bool cosines) : BilevelFamily(test, cosines, largestCondition: 1e4)
{
    private const int MostDimensions = 3,
        MostPrescribed = 8;

    public override string Name => $"short-{base.Name}";
    public override string Description => $"{base.Description}, but d to {MostDimensions}, kappa to 1e4, few steps";
    public override Limits Limits => base.Limits with { D = (1, MostDimensions), Tasks = (1, 1) };
    protected override int MostSteps => 20;

    public override void DrawPoints(
        Layout layout,
        Setting setting,
        ref UniformStream stream,
        Span<double> record,
        Geometry geometry
    )
    {
        base.DrawPoints(layout, setting, ref stream, record, geometry);
        var (mu, beta, lambda) = (
            record[layout.OffsetOf(BilevelShape.Mu)],
            record[layout.OffsetOf(BilevelShape.Beta)],
            record[layout.OffsetOf(BilevelShape.Lambda)]
        );
        var (rho, B, L) = (
            record[layout.OffsetOf(BilevelShape.Rho)],
            record[layout.OffsetOf(BilevelShape.B)],
            record[layout.OffsetOf(BilevelShape.L)]
        );
        var kappa = beta / mu;
        var x0 = record.Slice(layout.OffsetOf(BilevelShape.X0), layout.D);
        if (stream.Chance(0.3))
            x0.Clear();
        var (norm, distance) = (0.0, 0.0);
        for (var i = 0; i < layout.D; i++)
        {
            var star = record[layout.OffsetOf(BilevelShape.PhiStar) + i];
            (norm, distance) = (norm + star * star, distance + Math.Pow(x0[i] - star, 2));
        }
        (norm, distance) = (Math.Sqrt(norm), Math.Sqrt(distance));
        if (norm == 0)
            Set(layout, record, BilevelShape.D, geometry.Length * stream.LogUniform(1e-6, 1));
        var D = record[layout.OffsetOf(BilevelShape.D)];

        // The counts 2 sqrt(kappa) log(2 kappa |x*|/delta) and kappa log(R/delta) are n there; then theorem 2's two.
        var n = stream.Below(MostPrescribed + 1);
        var decay = Math.Exp(-n / (2 * Math.Sqrt(kappa)));
        var delta = stream.Chance(0.5) ? 2 * kappa * norm * decay : distance * Math.Exp(-n / kappa);
        var part = 2 * lambda * rho * B / (mu * mu) + lambda * L / mu;
        var gradient = lambda / mu * B;
        var epsilon = stream.Below(4) switch
        {
            0 => 8 * kappa * D * part * decay,
            1 => 4 * kappa * gradient * decay,
            // An inner accuracy, or one of the linear solve, below what it starts from.
            2 => 2 * part * D * stream.LogUniform(1e-3, 1),
            _ => 2 * gradient * stream.LogUniform(1e-3, 1),
        };
        Set(layout, record, BilevelShape.Delta, delta * Near(ref stream));
        Set(layout, record, BilevelShape.Epsilon, epsilon * Near(ref stream));
        KeepWithinReach(layout, record, geometry);
    }

    /// <summary>1, a little more or less, or up to ten times more.</summary>
    private static double Near(ref UniformStream stream) =>
        stream.Next() switch
        {
            < 0.2 => 1,
            < 0.5 => 1 - stream.LogUniform(1e-9, 1e-1),
            < 0.8 => 1 + stream.LogUniform(1e-9, 1e-1),
            _ => stream.LogUniform(1, 10),
        };

    private static void Set(Layout layout, Span<double> record, Field field, double value) =>
        record[layout.OffsetOf(field)] = value > 0 && double.IsFinite(value) ? value : 1;
}
