using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>Quadratics x'Ax/2 + b'x with prescribed spectra, rotated or along the axes; tasks differ in b.</summary>
public sealed class QuadraticFamily(MultiStepMamlShape shape) : CollectionFamily(shape)
{
    public override string Description =>
        "rotated quadratics: spectra at -L and L, two-point, clustered, uniform, definite, rank-deficient";
    protected override string BaseName => "quadratic";
    protected override bool HasQuadratic => true;

    protected override int DrawCosines(int d, ref UniformStream stream) => 0;

    protected override void DrawShared(double L, ref UniformStream stream, SharedLoss shared, Geometry geometry)
    {
        var spectrum = new double[geometry.Extreme.Length];
        var kind = Spectrum.DrawKind(ref stream);
        Spectrum.Draw(kind, L, ref stream, spectrum);
        var rotation = Rotation.Draw(spectrum.Length, stream.Chance(0.25), ref stream);
        shared.A = rotation.Conjugate(spectrum);
        shared.Rest = L;
        shared.BoundedBelow = Spectrum.BoundedBelow(kind);
        geometry.Length = stream.LogUniform(LeastScale, LargestScale);
        Array.Clear(geometry.Extreme);
        geometry.Extreme[0] = 1;
        rotation.Apply(geometry.Extreme);
    }
}
