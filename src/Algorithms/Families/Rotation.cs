using Verify.Algorithms.Random;

namespace Verify.Algorithms.Families;

/// <summary>A rotation as a product of Householder reflections I - 2 h h', or the identity.</summary>
internal sealed class Rotation
{
    private const int Reflections = 3;
    private readonly List<double[]> _unit = [];

    /// <summary>Draws a rotation of R^d; the identity where <paramref name="isAxis"/> is set.</summary>
    public static Rotation Draw(int d, bool isAxis, ref UniformStream stream)
    {
        var rotation = new Rotation();
        for (var k = 0; k < (isAxis || d == 1 ? 0 : Math.Min(Reflections, d)); k++)
        {
            var h = new double[d];
            UnitVector(ref stream, h);
            rotation._unit.Add(h);
        }
        return rotation;
    }

    /// <summary>x := Q x.</summary>
    public void Apply(Span<double> x)
    {
        foreach (var h in _unit)
        {
            var s = 0.0;
            for (var i = 0; i < h.Length; i++)
                s += h[i] * x[i];
            for (var i = 0; i < h.Length; i++)
                x[i] -= 2 * s * h[i];
        }
    }

    /// <summary>Q diag(spectrum) Q', dense, exactly symmetric.</summary>
    public double[,] Conjugate(ReadOnlySpan<double> spectrum)
    {
        var d = spectrum.Length;
        var a = new double[d, d];
        for (var i = 0; i < d; i++)
            a[i, i] = spectrum[i];
        var p = new double[d];
        foreach (var h in _unit)
        {
            // (I - 2hh') A (I - 2hh') = A - h q' - q h' with p = 2Ah, q = p - (h'p) h.
            var along = 0.0;
            for (var i = 0; i < d; i++)
            {
                p[i] = 0;
                for (var j = 0; j < d; j++)
                    p[i] += 2 * a[i, j] * h[j];
                along += p[i] * h[i];
            }
            for (var i = 0; i < d; i++)
                p[i] -= along * h[i];
            for (var i = 0; i < d; i++)
            for (var j = 0; j <= i; j++)
                a[i, j] = a[j, i] = a[i, j] - h[i] * p[j] - p[i] * h[j];
        }
        return a;
    }

    /// <summary>Fills x with a uniformly distributed unit vector.</summary>
    public static void UnitVector(ref UniformStream stream, Span<double> x)
    {
        var square = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = stream.Normal();
            square += x[i] * x[i];
        }
        var norm = Math.Sqrt(square);
        for (var i = 0; i < x.Length; i++)
            x[i] =
                norm > 0 ? x[i] / norm
                : i == 0 ? 1
                : 0;
    }
}
