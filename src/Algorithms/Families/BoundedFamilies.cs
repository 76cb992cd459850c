using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>
/// Sums of cosines alone: bounded, hence bounded below, and near a maximum of theirs concave with curvature close to -L.
/// The bounded stand-in for the concave quadratic at which the bounds of the paper are attained.
/// </summary>
public sealed class LowFrequencyFamily(MultiStepMamlShape shape) : CollectionFamily(shape)
{
    private const int MostCosines = 4;

    public override string Description => "low-frequency cosines, nearly concave where the path runs, bounded below";
    protected override string BaseName => "low-frequency";
    protected override bool HasQuadratic => false;

    protected override int DrawCosines(int d, ref UniformStream stream) =>
        Math.Min(d, stream.Chance(0.5) ? 1 : 1 + stream.Below(MostCosines));

    protected override void DrawShared(double L, ref UniformStream stream, SharedLoss shared, Geometry geometry)
    {
        var frequency = stream.LogUniform(LeastScale, LargestScale);
        var rotation = Rotation.Draw(geometry.Extreme.Length, stream.Chance(0.5), ref stream);
        for (var k = 0; k < shared.Amplitudes.Length; k++)
        {
            var s = k == 0 ? frequency : frequency * stream.LogUniform(0.1, 1);
            shared.Frequencies[k] = s;
            shared.Amplitudes[k] = (k == 0 || stream.Chance(0.5) ? L : L * stream.Next()) / (s * s);
            shared.Directions[k][k] = s;
            rotation.Apply(shared.Directions[k]);
        }
        shared.BoundedBelow = 1;
        geometry.Length = 1 / frequency;
        Array.Clear(geometry.Extreme);
        geometry.Extreme[0] = 1;
        rotation.Apply(geometry.Extreme);
    }
}

/// <summary>One dimension, one cosine of high frequency and any phase: rho far above L, many stationary points.</summary>
public sealed class HighFrequencyFamily(MultiStepMamlShape shape) : CollectionFamily(shape)
{
    public override string Description => "one-dimensional cosines of high frequency";
    protected override string BaseName => "high-frequency";
    protected override bool HasQuadratic => false;

    protected override int DrawDimension(Limits limits, ref UniformStream stream) => 1;

    protected override int DrawCosines(int d, ref UniformStream stream) => 1;

    protected override void DrawShared(double L, ref UniformStream stream, SharedLoss shared, Geometry geometry)
    {
        var s = stream.LogUniform(1, LargestScale);
        shared.Frequencies[0] = shared.Directions[0][0] = s;
        shared.Amplitudes[0] = L / (s * s);
        shared.Phases[0] = stream.Uniform(-Math.PI, Math.PI);
        shared.BoundedBelow = 1;
        geometry.Length = 1;
        geometry.Extreme[0] = 1;
    }
}
