using System.Runtime.InteropServices;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>
/// Vector fields F_i(x) = b_i - sum_k Im(z_ik e^(i v_k'x)) v_k + G_i(x) with weights p_i, |G_i| &lt;= B_i: the
/// differences of gradients of losses that share their quadratic part. A cosine a cos(v'x + phi) gives z = a e^(i phi), any
/// other ridge term the middle of its slopes to b and the rest to G.
/// </summary>
internal sealed class GradientDeviations<T>
    where T : struct, IEnclosure<T>
{
    private const int Ascents = 20;

    private enum Growth
    {
        Bounded,
        Unbounded,
        Unknown,
    }

    private readonly T[] _weights;
    private readonly T[][] _linear;
    private readonly T[] _bounds;
    private readonly Growth _growth;

    /// <summary>v_k, and z_ik by direction and field.</summary>
    private readonly List<(double[] Direction, (T Cos, T Sin)[] Waves)> _waves = [];

    private GradientDeviations(T[] weights, T[][] linear, IEnumerable<(double[], (T, T)[])> waves)
    {
        (_weights, _linear, _bounds) = (weights, linear, []);
        _waves.AddRange(waves);
    }

    /// <summary>The gradients of some losses less the gradient of one, but for those of its bounded terms that are not named.</summary>
    private GradientDeviations(
        IReadOnlyList<LossTerms> losses,
        LossTerms reference,
        IReadOnlyList<BoundedTerm> bounded,
        T[] weights
    )
    {
        _weights = weights;
        _linear = [.. losses.Select(l => Minus(l.Linear<T>(), reference.Linear<T>()))];
        _bounds = new T[losses.Count];
        for (var f = 0; f < losses.Count; f++)
        {
            var own = BoundedTerms(losses[f]);
            foreach (var term in Without(own, bounded, t => (t.Key, t.Ridge?.Tilt)))
                term.Ridge?.AddCentralGradient(1, _linear[f]);
            foreach (var term in Without(bounded, own, t => (t.Key, t.Ridge?.Tilt)))
                term.Ridge?.AddCentralGradient(-1, _linear[f]);
            _bounds[f] = BoundOf(
                losses[f].D,
                [.. Without(own, bounded, t => t.Key), .. Without(bounded, own, t => t.Key)]
            );
        }
        // Quadratics that differ have gradients that differ without bound, and cubes even more so.
        T[] unbounded =
        [
            .. losses.SelectMany(l =>
                Minus(l.Matrix<T>(), reference.Matrix<T>()).Append(l.Cubes<T>() - reference.Cubes<T>())
            ),
        ];
        _growth =
            Array.Exists(unbounded, Enclosure.ExcludesZero) ? Growth.Unbounded
            : Array.TrueForAll(unbounded, Enclosure.IsZero) ? Growth.Bounded
            : Growth.Unknown;

        foreach (var direction in losses.Append(reference).SelectMany(Cosines).Select(c => c.Direction))
        {
            if (_waves.Exists(w => w.Direction.AsSpan().SequenceEqual(direction)))
                continue;
            (T Cos, T Sin)[] waves = [.. losses.Select(l => WaveOf(l, reference, direction))];
            if (!Array.TrueForAll(waves, w => Enclosure.IsZero(w.Cos) && Enclosure.IsZero(w.Sin)))
                _waves.Add((direction, waves));
        }
    }

    /// <summary>The gradient of one loss less that of another.</summary>
    public static GradientDeviations<T> Between(LossTerms loss, LossTerms reference) =>
        new([loss], reference, BoundedTerms(reference), [T.From(1.0)]);

    /// <summary>The gradients of some losses less their mean.</summary>
    /// <param name="losses">At least one.</param>
    /// <param name="weights">Enclosures of numbers that sum to 1.</param>
    public static GradientDeviations<T> FromMean(IReadOnlyList<LossTerms> losses, T[] weights)
    {
        // Whatever is taken from all alike does not matter: the fewest bounded terms are left if it is what all share.
        var shared = BoundedTerms(losses[0]);
        foreach (var loss in losses.Skip(1))
            shared = Without(shared, Without(shared, BoundedTerms(loss), t => t.Key), t => t.Key);
        var deviations = new GradientDeviations<T>(losses, losses[0], shared, weights);
        deviations.Center();
        return deviations;
    }

    /// <summary>Takes the weighted mean of the fields away from each; the exact weights sum to 1.</summary>
    /// <remarks>
    /// The bounds stand: E|G_i - EG|^2 &lt;= E|G_i|^2.
    /// </remarks>
    private void Center()
    {
        for (var i = 0; i < _linear[0].Length; i++)
        {
            var mean = Mean(f => _linear[f][i]);
            foreach (var b in _linear)
                b[i] -= mean;
        }
        foreach (var (_, waves) in _waves)
        {
            var mean = (Cos: Mean(f => waves[f].Cos), Sin: Mean(f => waves[f].Sin));
            for (var f = 0; f < waves.Length; f++)
                waves[f] = (waves[f].Cos - mean.Cos, waves[f].Sin - mean.Sin);
        }
    }

    /// <summary>sup over x of sqrt(sum_i p_i |F_i(x)|^2).</summary>
    public T Supremum()
    {
        if (_growth != Growth.Bounded)
            return _growth == Growth.Unbounded ? Enclosure.Infinity<T>() : Enclosure.NaN<T>();
        var square = SquaredSupremum();
        var supremum = T.Sqrt(T.Max(T.From(0.0), square));
        var bounds = T.Sqrt(Mean(f => T.Pow(_bounds[f], 2)));
        // Minkowski: the root mean square of F + G is at most the sum of those of F and of G.
        return Enclosure.IsZero(bounds) ? supremum : T.Hull(T.From(0.0), T.UpperEnd(supremum + bounds));
    }

    /// <summary>The supremum without the G_i, squared.</summary>
    /// <remarks>
    /// With b_i = r_i + sum_k c_ik v_k, F_i = r_i + sum_k e_ik v_k, e_ik = c_ik - Im(z_ik e^(i v_k'x)), and
    /// s_k^2 = max E e_ik^2, by Cauchy and Schwarz E|F_i|^2 &lt;= E|r|^2 + 2 sum_k sqrt(E(r'v_k)^2) s_k +
    /// sum_kl |v_k'v_l| s_k s_l. Any c serves; those of least squares make the middle sum vanish up to rounding.
    /// For orthogonal directions this is attained. From below: the value at one choice of the angles v_k'x.
    /// </remarks>
    private T SquaredSupremum()
    {
        double[][] directions = [.. _waves.Select(w => w.Direction)];
        double[][] c = [.. _linear.Select(b => Directions.Project(Array.ConvertAll(b, Enclosure.Middle), directions))];
        var rest = new T[_linear.Length][];
        for (var f = 0; f < rest.Length; f++)
        {
            rest[f] = [.. _linear[f]];
            for (var k = 0; k < directions.Length; k++)
                AddTo(rest[f], T.From(-c[f][k]), directions[k]);
        }

        var largest = new T[directions.Length];
        var angles = new double[directions.Length];
        for (var k = 0; k < directions.Length; k++)
        {
            var energy = EnergyAlong(k, f => T.From(c[f][k]));
            angles[k] = energy.PlaceOfMaximum();
            // Of a single field, c - Im(z e^(it)) ranges over c +- |z|.
            var (cos, sin) = _waves[k].Waves[0];
            largest[k] =
                _weights.Length == 1
                    ? _weights[0] * T.Pow(T.Abs(T.From(c[0][k])) + Directions.Norm([cos, sin]), 2)
                    : energy.Maximum();
        }
        var upper = Mean(f => SquaredNorm(rest[f]));
        for (var k = 0; k < directions.Length; k++)
        {
            var s = T.Sqrt(largest[k]);
            var skew = T.Sqrt(Mean(f => T.Pow(Dot(rest[f], directions[k]), 2)));
            upper += T.From(2.0) * skew * s + SquaredNorm(Array.ConvertAll(directions[k], T.From)) * largest[k];
            for (var l = 0; l < k; l++)
                upper += T.From(2.0) * T.Abs(Directions.Dot<T>(directions[k], directions[l])) * s * T.Sqrt(largest[l]);
        }
        return Enclosure.Between(Attained(directions, angles), upper);
    }

    /// <summary>A value of sum_i p_i |F_i|^2 that is attained, found by ascent from these angles.</summary>
    private T Attained(double[][] directions, double[] angles)
    {
        if (!Directions.AreOrthogonal<T>(directions))
            Rough().Ascend(directions, angles);
        if (Directions.AreIndependent<T>(directions))
            return EnergyAt(directions, Array.ConvertAll(angles, T.From));
        // Dependent directions do not admit every choice of angles, but those of a point.
        var x = Directions.Solve(directions, angles, _linear[0].Length);
        return EnergyAt(directions, Array.ConvertAll(directions, v => Directions.Dot<T>(v, x)));
    }

    /// <summary>The same in intervals of doubles, to search with.</summary>
    private GradientDeviations<Interval> Rough() =>
        new(
            Array.ConvertAll(_weights, Enclosure.Rough),
            Array.ConvertAll(_linear, b => Array.ConvertAll(b, Enclosure.Rough)),
            _waves.Select(w =>
                (w.Direction, Array.ConvertAll(w.Waves, z => (Enclosure.Rough(z.Cos), Enclosure.Rough(z.Sin))))
            )
        );

    /// <summary>Moves one angle after the other to where the energy is largest.</summary>
    private void Ascend(double[][] directions, double[] angles)
    {
        for (var sweep = 0; sweep < Ascents; sweep++)
        for (var k = 0; k < directions.Length; k++)
        {
            var fields = FieldsAt(directions, Array.ConvertAll(angles, T.From), k);
            var norm = SquaredNorm(Array.ConvertAll(directions[k], T.From));
            angles[k] = EnergyAlong(k, f => Dot(fields[f], directions[k]) / norm).PlaceOfMaximum();
        }
    }

    private T EnergyAt(double[][] directions, T[] angles)
    {
        var fields = FieldsAt(directions, angles, -1);
        return Mean(f => SquaredNorm(fields[f]));
    }

    /// <summary>The fields where v_k'x are these angles, with or without one of the directions.</summary>
    private T[][] FieldsAt(double[][] directions, T[] angles, int without)
    {
        T[][] fields = [.. _linear.Select(b => (T[])[.. b])];
        for (var k = 0; k < directions.Length; k++)
        {
            if (k == without)
                continue;
            var (sin, cos) = T.SinCos(angles[k]);
            for (var f = 0; f < fields.Length; f++)
            {
                var (waveCos, waveSin) = _waves[k].Waves[f];
                AddTo(fields[f], -(waveCos * sin + waveSin * cos), directions[k]);
            }
        }
        return fields;
    }

    /// <summary>E(c_i - Im(z_ik e^(it)))^2 as a polynomial in the angle t.</summary>
    private TrigonometricPolynomial<T> EnergyAlong(int k, Func<int, T> c)
    {
        var waves = _waves[k].Waves;
        var (half, two) = (T.From(0.5), T.From(2.0));
        var cos2 = Mean(f => T.Pow(waves[f].Cos, 2));
        var sin2 = Mean(f => T.Pow(waves[f].Sin, 2));
        return new TrigonometricPolynomial<T>(
            Mean(f => T.Pow(c(f), 2)) + half * (cos2 + sin2),
            -(two * Mean(f => c(f) * waves[f].Sin)),
            -(two * Mean(f => c(f) * waves[f].Cos)),
            half * (sin2 - cos2),
            Mean(f => waves[f].Cos * waves[f].Sin)
        );
    }

    /// <summary>
    /// The difference of the complex amplitudes of one direction. Each pair of cosines gives
    /// (a - a0) e^(i phi) + 2i a0 sin((phi - phi0)/2) e^(i (phi + phi0)/2), exactly 0 where they are the same.
    /// </summary>
    private static (T Cos, T Sin) WaveOf(LossTerms loss, LossTerms reference, double[] direction)
    {
        Ridge[] own = [.. Cosines(loss).Where(c => c.Direction.AsSpan().SequenceEqual(direction))];
        Ridge[] other = [.. Cosines(reference).Where(c => c.Direction.AsSpan().SequenceEqual(direction))];
        var sum = (Cos: T.From(0.0), Sin: T.From(0.0));
        for (var k = 0; k < Math.Max(own.Length, other.Length); k++)
        {
            // One that has no partner is paired with itself at amplitude 0.
            var a = k < own.Length ? own[k] : other[k] with { Weight = 0 };
            var b = k < other.Length ? other[k] : own[k] with { Weight = 0 };
            T half = T.From(0.5),
                phase = T.From(a.Shift),
                otherPhase = T.From(b.Shift);
            var turn = T.From(2.0 * b.Weight) * T.Sin(half * (phase - otherPhase));
            var (sin, cos) = T.SinCos(phase);
            var (middleSin, middleCos) = T.SinCos(half * (phase + otherPhase));
            var growth = T.From(a.Weight) - T.From(b.Weight);
            sum.Cos += growth * cos - turn * middleSin;
            sum.Sin += growth * sin + turn * middleCos;
        }
        return sum;
    }

    /// <summary>
    /// A term of bounded gradient: a ridge, or else a radial term of this slope. Terms of one key differ by a linear part at
    /// most.
    /// </summary>
    private readonly record struct BoundedTerm(string Key, Ridge? Ridge, double Slope);

    private static List<BoundedTerm> BoundedTerms(LossTerms loss) =>
        [
            .. loss
                .Ridges.Where(r => r.Kind != TermKind.Cosine)
                .Select(r => new BoundedTerm(KeyOf(r.Kind, [r.Weight, r.Shift, r.Cap, .. r.Direction]), r, double.NaN)),
            .. loss.Radials.Select(r => new BoundedTerm(
                KeyOf(TermKind.RadialPseudoHuber, [r.Slope, r.Scale, .. r.Center]),
                null,
                r.Slope
            )),
        ];

    private static string KeyOf(TermKind kind, double[] numbers) =>
        $"{kind} {Convert.ToBase64String(MemoryMarshal.AsBytes(numbers.AsSpan()))}";

    /// <summary>The terms without those of the same key, each taken away once.</summary>
    private static List<BoundedTerm> Without<TKey>(
        IReadOnlyList<BoundedTerm> terms,
        IReadOnlyList<BoundedTerm> others,
        Func<BoundedTerm, TKey> key
    )
        where TKey : notnull
    {
        var left = others.CountBy(key).ToDictionary();
        return [.. terms.Where(t => !(left.TryGetValue(key(t), out var count) && (left[key(t)] = count - 1) >= 0))];
    }

    private static T BoundOf(int d, IReadOnlyList<BoundedTerm> terms) =>
        terms
            .Where(t => t.Ridge is null)
            .Aggregate(
                LossConstants.RidgeSlopes<T>(
                    d,
                    [.. terms.Select(t => t.Ridge).OfType<Ridge>().Select(r => (r.Slope<T>(), r.Direction))]
                ),
                (sum, t) => sum + T.Abs(T.From(t.Slope))
            );

    private static IEnumerable<Ridge> Cosines(LossTerms loss) => loss.Ridges.Where(r => r.Kind == TermKind.Cosine);

    private T Mean(Func<int, T> value)
    {
        var sum = T.From(0.0);
        for (var f = 0; f < _weights.Length; f++)
            sum += _weights[f] * value(f);
        return sum;
    }

    private static T[] Minus(T[] a, T[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static void AddTo(T[] y, T s, double[] v)
    {
        for (var i = 0; i < v.Length; i++)
            y[i] = T.Fma(s, T.From(v[i]), y[i]);
    }

    private static T Dot(T[] x, double[] v)
    {
        var sum = T.From(0.0);
        for (var i = 0; i < v.Length; i++)
            sum = T.Fma(x[i], T.From(v[i]), sum);
        return sum;
    }

    private static T SquaredNorm(T[] x) => Vectors.SquaredNorm<T, Ref<T>>(x.Length, new Ref<T>(ref x[0]));
}
