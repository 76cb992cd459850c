using Verify.Algorithms.Random;

namespace Verify.Algorithms.Families;

/// <summary>The spectra of the quadratic families; each has an eigenvalue of absolute value exactly L.</summary>
internal enum SpectrumKind
{
    Concave,
    Convex,
    Endpoints,
    TwoPoint,
    Clustered,
    Uniform,
    Definite,
    RankDeficient,
}

internal static class Spectrum
{
    private const double LargestCondition = 1e6;
    private static readonly int s_kinds = Enum.GetValues<SpectrumKind>().Length;

    public static SpectrumKind DrawKind(ref UniformStream stream) => (SpectrumKind)stream.Below(s_kinds);

    /// <summary>Fills a spectrum; eigenvalue 0 is the extreme one, -L wherever the kind has negative ones.</summary>
    public static void Draw(SpectrumKind kind, double L, ref UniformStream stream, Span<double> spectrum)
    {
        var second = stream.Uniform(-L, L);
        var cluster = stream.LogUniform(1e-9, 1e-3);
        for (var i = 0; i < spectrum.Length; i++)
        {
            var u = stream.Next();
            spectrum[i] = kind switch
            {
                SpectrumKind.Concave => -L,
                SpectrumKind.Convex => L,
                SpectrumKind.Endpoints => u < 0.5 ? -L : L,
                SpectrumKind.TwoPoint => u < 0.5 ? -L : second,
                SpectrumKind.Clustered => u < 0.5 ? -L * (1 - cluster * u) : second * (1 - cluster * u),
                SpectrumKind.Uniform => (2 * u - 1) * L,
                SpectrumKind.Definite => L * stream.LogUniform(1 / LargestCondition, 1),
                _ => u < 0.5 ? 0 : (4 * u - 3) * L,
            };
        }
        spectrum[0] = kind is SpectrumKind.Convex or SpectrumKind.Definite ? L : -L;
    }

    /// <summary>Whether x'Ax/2 + b'x with this spectrum is bounded below whatever b: 1 yes, -1 no.</summary>
    public static double BoundedBelow(SpectrumKind kind) =>
        kind is SpectrumKind.Convex or SpectrumKind.Definite ? 1 : -1;
}
