using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>What the directions of ridge terms have to do with each other; each is a vector of doubles, not 0.</summary>
internal static class Directions
{
    private const int Sweeps = 200;

    /// <summary>v'w.</summary>
    public static T Dot<T>(double[] v, double[] w)
        where T : struct, IReal<T>
    {
        var sum = T.From(0.0);
        for (var i = 0; i < v.Length; i++)
            sum = T.Fma(T.From(v[i]), T.From(w[i]), sum);
        return sum;
    }

    /// <summary>v'w in plain double arithmetic.</summary>
    public static double Dot(double[] v, double[] w)
    {
        var sum = 0.0;
        for (var i = 0; i < v.Length; i++)
            sum += v[i] * w[i];
        return sum;
    }

    /// <summary>|x|, exact where at most one component is not zero.</summary>
    public static T Norm<T>(IEnumerable<T> x)
        where T : struct, IEnclosure<T>
    {
        T[] components = [.. x.Where(c => !Enclosure.IsZero(c))];
        return components.Length switch
        {
            0 => T.From(0.0),
            1 => T.Abs(components[0]),
            _ => T.Sqrt(components.Select(c => T.Pow(c, 2)).Aggregate((a, b) => a + b)),
        };
    }

    /// <summary>|v|.</summary>
    public static T Norm<T>(double[] v)
        where T : struct, IEnclosure<T> => Norm(v.Select(T.From));

    /// <summary>Whether every two are orthogonal, exactly.</summary>
    public static bool AreOrthogonal<T>(IReadOnlyList<double[]> directions)
        where T : struct, IEnclosure<T>
    {
        for (var k = 0; k < directions.Count; k++)
        for (var l = 0; l < k; l++)
            if (!Enclosure.IsZero(Dot<T>(directions[k], directions[l])))
                return false;
        return true;
    }

    /// <summary>
    /// Whether they are certainly linearly independent: the Gram matrix of the (nearly) normalised ones is positive
    /// definite. Then some point x gives all of them any values of direction'x at once.
    /// </summary>
    public static bool AreIndependent<T>(IReadOnlyList<double[]> directions)
        where T : struct, IEnclosure<T>
    {
        var n = directions.Count;
        if (n == 0)
            return true;
        if (n > directions[0].Length)
            return false;
        double[][] units = [.. directions.Select(Normalised)];
        var gram = new T[n * n];
        for (var k = 0; k < n; k++)
        for (var l = 0; l < n; l++)
            gram[k * n + l] = Dot<T>(units[k], units[l]);
        return SymmetricEigenvalues.IsPositiveDefinite(n, gram);
    }

    /// <summary>v/|v|, in double arithmetic: a positive multiple of v up to rounding.</summary>
    public static double[] Normalised(double[] v)
    {
        var largest = v.Max(Math.Abs);
        var scaled = Array.ConvertAll(v, x => x / largest);
        var norm = Math.Sqrt(Dot(scaled, scaled));
        return Array.ConvertAll(scaled, x => x / norm);
    }

    /// <summary>
    /// Coefficients c that bring b - sum c_k v_k close to its least length, in double arithmetic (Gauss and Seidel;
    /// at once where the directions are orthogonal). Whatever they are, they may serve in an enclosure.
    /// </summary>
    public static double[] Project(double[] b, IReadOnlyList<double[]> directions)
    {
        var coefficients = new double[directions.Count];
        double[] rest = [.. b];
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var isChanged = false;
            for (var k = 0; k < directions.Count; k++)
            {
                var v = directions[k];
                var next = coefficients[k] + Dot(rest, v) / Dot(v, v);
                if (next == coefficients[k])
                    continue;
                isChanged = true;
                for (var i = 0; i < rest.Length; i++)
                    rest[i] -= (next - coefficients[k]) * v[i];
                coefficients[k] = next;
            }
            if (!isChanged)
                break;
        }
        return coefficients;
    }

    /// <summary>A point x at which direction'x is near each of these values, in double arithmetic (Kaczmarz).</summary>
    public static double[] Solve(IReadOnlyList<double[]> directions, IReadOnlyList<double> values, int d)
    {
        var x = new double[d];
        for (var sweep = 0; sweep < Sweeps; sweep++)
        for (var k = 0; k < directions.Count; k++)
        {
            var v = directions[k];
            var step = (values[k] - Dot(v, x)) / Dot(v, v);
            for (var i = 0; i < d; i++)
                x[i] += step * v[i];
        }
        return x;
    }
}
