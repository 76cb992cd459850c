using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;

namespace Verify.Algorithms.Families;

/// <summary>How the directions of the cosines lie.</summary>
public enum Directions
{
    /// <summary>Along coordinate axes, eigenvectors of a diagonal A: L and rho are exact.</summary>
    Axes,

    /// <summary>Along eigenvectors of a rotated A.</summary>
    Eigenvectors,

    /// <summary>In general position, A a multiple of the identity: Hessians at different points do not commute.</summary>
    General,
}

/// <summary>
/// Cosines with a quadratic, A = diag or rotated, sharing out L between both. The frequency is log-uniform, so that rho
/// ranges on its own.
/// </summary>
public sealed class CosineFamily(MultiStepMamlShape shape, Directions directions) : CollectionFamily(shape)
{
    private const int MostCosines = 4;

    public override string Description =>
        directions switch
        {
            Directions.Axes => "quadratics and cosines along the axes: exact L, rho and sigma",
            Directions.Eigenvectors => "quadratics and cosines along their rotated eigenvectors",
            _ => "cosines in general position: Hessians that do not commute",
        };
    protected override string BaseName =>
        directions switch
        {
            Directions.Axes => "cosine-axis",
            Directions.Eigenvectors => "cosine-rotated",
            _ => "cosine-general",
        };
    protected override bool HasQuadratic => true;

    protected override int DrawCosines(int d, ref UniformStream stream) =>
        directions == Directions.General
            ? Math.Min(d, 2 + stream.Below(MostCosines - 1))
            : Math.Min(d, 1 + stream.Below(MostCosines));

    protected override void DrawShared(double L, ref UniformStream stream, SharedLoss shared, Geometry geometry)
    {
        var d = geometry.Extreme.Length;
        var frequency = stream.LogUniform(LeastScale, LargestScale);
        geometry.Length = 1 / frequency;
        // The share of L that the cosines have; 1 leaves no quadratic and a loss that is bounded below.
        var share = stream.Chance(0.3) ? 1 : stream.Next();
        var isConvex = stream.Chance(0.5);
        var spectrum = new double[d];
        var kind = isConvex ? SpectrumKind.Definite : Spectrum.DrawKind(ref stream);
        if (share < 1)
            Spectrum.Draw(kind, L * (1 - share), ref stream, spectrum);
        shared.BoundedBelow = share == 1 ? double.NaN : Spectrum.BoundedBelow(kind);
        if (directions == Directions.General)
            DrawGeneral(L * share, frequency, ref stream, shared, spectrum, geometry);
        else
            DrawOrthogonal(L * share, frequency, ref stream, shared, spectrum, geometry);
    }

    private void DrawOrthogonal(
        double strength,
        double frequency,
        ref UniformStream stream,
        SharedLoss shared,
        double[] spectrum,
        Geometry geometry
    )
    {
        var rotation = Rotation.Draw(spectrum.Length, directions == Directions.Axes, ref stream);
        shared.A = rotation.Conjugate(spectrum);
        for (var k = 0; k < shared.Amplitudes.Length; k++)
        {
            var s = k == 0 ? frequency : frequency * stream.LogUniform(0.1, 1);
            var part = k == 0 ? strength : strength * stream.Next();
            shared.Frequencies[k] = s;
            shared.Amplitudes[k] = (stream.Chance(0.5) ? part : -part) / (s * s);
            shared.Phases[k] = stream.Chance(0.5) ? 0 : stream.Uniform(-Math.PI, Math.PI);
            shared.Eigenvalues[k] = spectrum[k];
            shared.Directions[k][k] = s;
            rotation.Apply(shared.Directions[k]);
        }
        shared.Rest = spectrum.Skip(shared.Amplitudes.Length).Select(Math.Abs).DefaultIfEmpty(0).Max();
        Array.Clear(geometry.Extreme);
        geometry.Extreme[0] = 1;
        rotation.Apply(geometry.Extreme);
    }

    private static void DrawGeneral(
        double strength,
        double frequency,
        ref UniformStream stream,
        SharedLoss shared,
        double[] spectrum,
        Geometry geometry
    )
    {
        shared.IsOrthogonal = false;
        shared.A = new double[spectrum.Length, spectrum.Length];
        for (var i = 0; i < spectrum.Length; i++)
            shared.A[i, i] = spectrum[0];
        for (var k = 0; k < shared.Amplitudes.Length; k++)
        {
            var s = k == 0 ? frequency : frequency * stream.LogUniform(0.1, 1);
            shared.Frequencies[k] = s;
            shared.Amplitudes[k] = strength * stream.Next() * (stream.Chance(0.5) ? 1 : -1) / (s * s);
            shared.Phases[k] = stream.Chance(0.5) ? 0 : stream.Uniform(-Math.PI, Math.PI);
            shared.Eigenvalues[k] = spectrum[0];
            Rotation.UnitVector(ref stream, shared.Directions[k]);
            if (k == 0)
                shared.Directions[0].CopyTo(geometry.Extreme, 0);
            for (var i = 0; i < spectrum.Length; i++)
                shared.Directions[k][i] *= s;
        }
    }
}
