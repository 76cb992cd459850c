using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>
/// The constants of losses, enclosed: each interval contains the smallest constant that is valid for these doubles.
/// +infinity where none is, NaN where nothing could be established.
/// </summary>
public static class LossConstants
{
    private const int Starts = 8;
    private const int Steps = 200;
    private const int Points = 12;
    private const int Candidates = 64;

    /// <summary>The loss of each task.</summary>
    public static IReadOnlyList<LossTerms> Losses(Instance instance, Field field) =>
        [.. instance.Layout.LossesOf(field).Select(terms => new LossTerms(instance, terms))];

    /// <summary>p_i divided by their sum; 1/n where the field is absent.</summary>
    public static T[] Weights<T>(Instance instance, Field p)
        where T : struct, IEnclosure<T>
    {
        var n = instance.Layout.Tasks;
        T[] weights = instance.Has(p)
            ? Array.ConvertAll(instance[p].ToArray(), T.From)
            : [.. Enumerable.Repeat(T.From(1.0), n)];
        var sum = weights.Aggregate((a, b) => a + b);
        return Array.ConvertAll(weights, w => w / sum);
    }

    /// <summary>L, the largest over the losses of sup over x of |H(x)|.</summary>
    public static T GradientLipschitz<T>(IReadOnlyList<LossTerms> losses)
        where T : struct, IEnclosure<T> => OfEach(losses, GradientLipschitz<T>);

    /// <summary>rho, the largest over the losses of the Lipschitz constant of the Hessian in the spectral norm.</summary>
    public static T HessianLipschitz<T>(IReadOnlyList<LossTerms> losses)
        where T : struct, IEnclosure<T> => OfEach(losses, HessianLipschitz<T>);

    /// <summary>sigma, the sup over x of sqrt(sum_i p_i |grad l_i(x) - grad l(x)|^2) with l = sum_i p_i l_i.</summary>
    /// <param name="losses">One per task.</param>
    /// <param name="weights">p_i, enclosures of numbers that sum to 1.</param>
    public static T Spread<T>(IReadOnlyList<LossTerms> losses, T[] weights)
        where T : struct, IEnclosure<T>
    {
        int[] present = [.. Enumerable.Range(0, losses.Count).Where(i => !Enclosure.IsZero(weights[i]))];
        if (present.Length == 1)
            return T.From(0.0);
        LossTerms[] tasks = [.. present.Select(i => losses[i])];
        T[] own = [.. present.Select(i => weights[i])];
        var supremum = GradientDeviations<T>.FromMean(tasks, own).Supremum();
        return Enclosure.IsFinite(supremum) && T.Lower(supremum) == 0 && T.Upper(supremum) > 0
            ? Enclosure.Between(SpreadFound(tasks, own), supremum)
            : supremum;
    }

    /// <summary>The spread at the best of some points: the origin, and near and far along each axis and each task's pull.</summary>
    private static T SpreadFound<T>(LossTerms[] losses, T[] weights)
        where T : struct, IEnclosure<T>
    {
        var d = losses[0].D;
        double[] p = Array.ConvertAll(weights, Enclosure.Middle);
        var axes = Enumerable
            .Range(0, d)
            .Select(k => (double[])[.. Enumerable.Range(0, d).Select(i => i == k ? 1.0 : 0)]);
        var pulls = losses
            .Take(Starts)
            .Select(l => Array.ConvertAll(l.CentralGradient<Real>(), c => c.Value))
            .Where(c => c.Any(e => e != 0))
            .Select(Directions.Normalised);
        var best = axes.Concat(pulls)
            .SelectMany(v =>
                Enumerable
                    .Range(-2, 8)
                    .SelectMany(k => (double[])[Math.Pow(4, k), -Math.Pow(4, k)])
                    .Select(t => Array.ConvertAll(v, e => t * e))
            )
            .Prepend(new double[d])
            .MaxBy(x => SpreadAt<Real>(losses, Array.ConvertAll(p, Real.From), x).Value)!;
        return SpreadAt(losses, weights, best);
    }

    /// <summary>sqrt(sum_i p_i |grad l_i(x) - grad l(x)|^2).</summary>
    private static T SpreadAt<T>(LossTerms[] losses, T[] weights, double[] x)
        where T : struct, IReal<T>
    {
        T[][] gradients = [.. losses.Select(l => l.Gradient<T>(x))];
        var sum = T.From(0.0);
        for (var k = 0; k < x.Length; k++)
        {
            var mean = T.From(0.0);
            for (var i = 0; i < gradients.Length; i++)
                mean = T.Fma(weights[i], gradients[i][k], mean);
            foreach (var (g, p) in gradients.Zip(weights))
                sum = T.Fma(p, T.Pow(g[k] - mean, 2), sum);
        }
        return T.Sqrt(sum);
    }

    /// <summary>b_i, the sup over x of |grad l_S(x) - grad l_T(x)|.</summary>
    public static T Gap<T>(LossTerms train, LossTerms test)
        where T : struct, IEnclosure<T> => GradientDeviations<T>.Between(train, test).Supremum();

    /// <summary>1 where every loss is certainly bounded below, -1 where one certainly is not, NaN where that is open.</summary>
    public static T BoundedBelow<T>(IReadOnlyList<LossTerms> losses)
        where T : struct, IEnclosure<T>
    {
        bool?[] verdicts = [.. losses.Select(IsBoundedBelow<T>)];
        return T.From(
            verdicts.Contains(false) ? -1
            : verdicts.Contains(null) ? double.NaN
            : 1
        );
    }

    /// <summary>The bounds of the Hessian: inf and sup over x of its smallest and its largest eigenvalue.</summary>
    /// <remarks>
    /// With f_k'' in [lo_k, hi_k], A + sum lo_k v_k v_k' + lo I &lt;= H(x) &lt;= A + sum hi_k v_k v_k' + hi I. Both sides are
    /// attained, or approached, where the v_k are independent (each f_k'' can be chosen on its own), and where there is a
    /// single radial term and nothing else that varies (0 far out, slope/scale at its center). Far out along almost every
    /// line all curvatures that fade are gone: A alone is approached.
    /// </remarks>
    public static (T Least, T Most) Curvature<T>(LossTerms loss)
        where T : struct, IEnclosure<T>
    {
        var cubes = loss.Cubes<T>();
        if (!Enclosure.IsZero(cubes))
        {
            var unbounded = Enclosure.ExcludesZero(cubes) ? Enclosure.Infinity<T>() : Enclosure.NaN<T>();
            return (-unbounded, unbounded);
        }
        var d = loss.D;
        var (least, most) = (loss.Matrix<T>(), loss.Matrix<T>());
        foreach (var ridge in loss.Ridges)
        {
            AddOuter(least, ridge.LeastCurvature<T>(), ridge.Direction);
            AddOuter(most, ridge.MostCurvature<T>(), ridge.Direction);
        }
        foreach (var radial in loss.Radials)
        {
            var side = radial.Slope < 0 ? least : most;
            for (var i = 0; i < d; i++)
                side[i * d + i] += T.From(radial.Slope) / T.From(radial.Scale);
        }
        var (smallest, largest) = (SymmetricEigenvalues.Smallest(d, least), SymmetricEigenvalues.Largest(d, most));
        double[][] directions = [.. loss.Ridges.Select(r => r.Direction)];
        var isAttained =
            loss.Radials.Count == 0
                ? Directions.AreIndependent<T>(directions)
                : loss.Radials.Count == 1 && directions.Length == 0;
        if (isAttained)
            return (smallest, largest);
        var fades = loss.Ridges.TrueForAll(r => r.Fades);
        var leastIsApproached =
            fades && loss.Ridges.TrueForAll(r => r.Weight > 0) && loss.Radials.TrueForAll(r => r.Slope > 0);
        var mostIsApproached =
            fades && loss.Ridges.TrueForAll(r => r.Weight < 0) && loss.Radials.TrueForAll(r => r.Slope < 0);

        double[] PlaceOf(bool isLargest) =>
            Directions.Solve(directions, [.. loss.Ridges.Select(r => r.PlaceOf(isLargest))], d);

        var found = loss
            .Radials.Select(r => r.Center)
            .Append(PlaceOf(true))
            .Append(PlaceOf(false))
            .Select(x => SymmetricEigenvalues.Extremes(d, loss.Hessian<T>(x)))
            .ToList();
        return (
            leastIsApproached
                ? smallest
                : -Enclosure.Between(found.Select(x => -x.Smallest).Aggregate(T.Max), -smallest),
            mostIsApproached ? largest : Enclosure.Between(found.Select(x => x.Largest).Aggregate(T.Max), largest)
        );
    }

    /// <summary>The sup over x of |grad l(x)|.</summary>
    /// <remarks>
    /// At most the sum over the parts; attained in the limit far out along the linear part where nothing but it and one radial
    /// term of positive slope is there.
    /// </remarks>
    public static T GradientBound<T>(LossTerms loss)
        where T : struct, IEnclosure<T>
    {
        var cubes = loss.Cubes<T>();
        if (!Enclosure.IsZero(cubes) || loss.Matrix<T>().Any(x => !Enclosure.IsZero(x)))
            return Enclosure.Infinity<T>();
        var linear = Norm(loss.CentralGradient<T>());
        var rest = RidgeSlopes<T>(loss.D, [.. loss.Ridges.Select(r => (r.Slope<T>(), r.Direction))]);
        foreach (var radial in loss.Radials)
            rest += T.Abs(T.From(radial.Slope));
        var isAttained = loss.Ridges.Count == 0 && loss.Radials.Count <= 1;
        return isAttained ? linear + rest : Enclosure.Between(T.From(0.0), linear + rest);
    }

    /// <summary>A bound of |sum_k s_k v_k| over all |s_k| &lt;= a_k; attained for one ridge.</summary>
    /// <remarks>
    /// With c_k = a_k |v_k| and unit vectors e_k, by Cauchy and Schwarz its square is at most the largest eigenvalue of
    /// sum_k c_k e_k e_k' times sum_k c_k, and so at most the square of sum_k c_k.
    /// </remarks>
    /// <param name="d">The dimension.</param>
    /// <param name="ridges">a_k and v_k, which is not 0.</param>
    internal static T RidgeSlopes<T>(int d, IReadOnlyList<(T Slope, double[] Direction)> ridges)
        where T : struct, IEnclosure<T>
    {
        if (ridges.Count == 0)
            return T.From(0.0);
        if (ridges.Count == 1)
            return ridges[0].Slope * Directions.Norm<T>(ridges[0].Direction);
        var (matrix, sum) = (new T[d * d], T.From(0.0));
        Array.Fill(matrix, T.From(0.0));
        foreach (var (slope, direction) in ridges)
        {
            var norm = Directions.Norm<T>(direction);
            AddOuter(matrix, slope / norm, direction);
            sum += slope * norm;
        }
        return T.Sqrt(SymmetricEigenvalues.Largest(d, matrix) * sum);
    }

    private static T Norm<T>(T[] x)
        where T : struct, IReal<T> => Vectors.Norm<T, Ref<T>>(x.Length, new Ref<T>(ref x[0]));

    private static T GradientLipschitz<T>(LossTerms loss)
        where T : struct, IEnclosure<T>
    {
        var (least, most) = Curvature<T>(loss);
        return T.Max(most, -least);
    }

    /// <summary>The largest value over the losses, each Hessian taken once.</summary>
    private static T OfEach<T>(IReadOnlyList<LossTerms> losses, Func<LossTerms, T> constant)
        where T : struct, IEnclosure<T> => losses.DistinctBy(l => l.HessianKey).Select(constant).Aggregate(T.Max);

    /// <remarks>
    /// The third derivative of the ridge terms along unit vectors is sum_k f_k'''(x) (v_k'h)^3 (its norm is attained on
    /// equal arguments), at most sum_k t_k |v_k'h|^3 &lt;= h'(sum_k t_k |v_k| v_k v_k')h. For orthogonal v_k that is
    /// max_k t_k |v_k|^3, attained; the first bound is attained where they are independent. A radial term adds
    /// |slope|/scale^2 times sup 3 sqrt(q) t (1 + q - q t^2)/(1 + q)^(5/2), at q = 1/4, t = 1; a cubic one |weight|.
    /// </remarks>
    private static T HessianLipschitz<T>(LossTerms loss)
        where T : struct, IEnclosure<T>
    {
        // The jumps of one ridgeHuber stay; those of several might cancel.
        var jumps = loss.Ridges.Count(r => r.Kind == TermKind.RidgeHuber);
        if (jumps > 0)
            return jumps == 1 ? Enclosure.Infinity<T>() : T.Hull(T.From(0.0), Enclosure.Infinity<T>());
        var ridges = RidgeLipschitz<T>(loss);
        var cubes = T.Abs(loss.Cubes<T>());
        var radials = loss
            .Radials.Select(r => T.Abs(T.From(r.Slope)) / T.Pow(T.From(r.Scale), 2) * PseudoHuber.ThirdDerivative<T>())
            .Aggregate(T.From(0.0), (a, b) => a + b);
        var sum = ridges + cubes + radials;
        var parts = (loss.Ridges.Count > 0 ? 1 : 0) + loss.Radials.Count + (Enclosure.IsZero(cubes) ? 0 : 1);
        return parts <= 1 ? sum : T.Hull(T.From(0.0), T.UpperEnd(sum));
    }

    private static T RidgeLipschitz<T>(LossTerms loss)
        where T : struct, IEnclosure<T>
    {
        var ridges = loss.Ridges;
        var (n, d) = (ridges.Count, loss.D);
        if (n == 0)
            return T.From(0.0);
        double[][] directions = [.. ridges.Select(r => r.Direction)];
        T[] thirds = [.. ridges.Select(r => r.ThirdDerivative<T>())];
        T[] norms = [.. directions.Select(Directions.Norm<T>)];
        double[] Steepest() => SteepestDirection(thirds, directions);
        if (n > d)
        {
            var matrix = new T[d * d];
            Array.Fill(matrix, T.From(0.0));
            for (var k = 0; k < n; k++)
                AddOuter(matrix, thirds[k] * norms[k], directions[k]);
            return Enclosure.Between(
                ThirdDerivativeFound<T>(loss, Steepest()),
                SymmetricEigenvalues.Largest(d, matrix)
            );
        }
        // The n x n matrix with the same nonzero eigenvalues.
        T[] roots = [.. thirds.Zip(norms, (t, v) => T.Sqrt(t * v))];
        var gram = new T[n * n];
        for (var k = 0; k < n; k++)
        for (var l = 0; l < n; l++)
            gram[k * n + l] =
                k == l
                    ? thirds[k] * T.Pow(norms[k], 3)
                    : roots[k] * roots[l] * Directions.Dot<T>(directions[k], directions[l]);
        var bound = SymmetricEigenvalues.Largest(n, gram);
        if (Directions.AreOrthogonal<T>(directions))
            return bound;
        var attained = Directions.AreIndependent<T>(directions)
            ? ThirdDerivativeAlong(thirds, directions, Steepest())
            : ThirdDerivativeFound<T>(loss, Steepest());
        return Enclosure.Between(attained, bound);
    }

    /// <summary>
    /// |the third derivative along h|/|h|^3 at the best of some points on the line of h: there the ridges that are centered
    /// at 0 pull the same way.
    /// </summary>
    private static T ThirdDerivativeFound<T>(LossTerms loss, double[] h)
        where T : struct, IEnclosure<T>
    {
        double[] PointAt(double t) => Array.ConvertAll(h, e => t * e);
        var best = Enumerable
            .Range(-Points, 2 * Points)
            .Select(k => PointAt(Math.Pow(2, k / 2.0)))
            .MaxBy(x => Math.Abs(loss.ThirdDerivative<Real>(x, h).Value))!;
        return T.Abs(loss.ThirdDerivative<T>(best, h)) / T.Pow(Directions.Norm<T>(h), 3);
    }

    /// <summary>sum_k t_k |v_k'h|^3 / |h|^3.</summary>
    private static T ThirdDerivativeAlong<T>(T[] thirds, double[][] directions, double[] h)
        where T : struct, IEnclosure<T>
    {
        var sum = T.From(0.0);
        for (var k = 0; k < thirds.Length; k++)
            sum += thirds[k] * T.Pow(T.Abs(Directions.Dot<T>(directions[k], h)), 3);
        return sum / T.Pow(Directions.Norm<T>(h), 3);
    }

    /// <summary>
    /// A unit h with sum_k t_k |v_k'h|^3 as large as can be found in double arithmetic. The function is convex, so
    /// h := its gradient, normalised, never descends; starts from the v_k of the largest terms.
    /// </summary>
    private static double[] SteepestDirection<T>(T[] thirds, double[][] directions)
        where T : struct, IEnclosure<T>
    {
        var t = Array.ConvertAll(thirds, Enclosure.Middle);
        double Value(double[] h) => t.Zip(directions, (a, v) => a * Math.Pow(Math.Abs(Directions.Dot(v, h)), 3)).Sum();

        double[] Ascend(double[] h)
        {
            for (var step = 0; step < Steps; step++)
            {
                var (last, gradient) = (h, new double[h.Length]);
                for (var k = 0; k < t.Length; k++)
                {
                    var along = Directions.Dot(directions[k], h);
                    for (var i = 0; i < h.Length; i++)
                        gradient[i] += t[k] * Math.Abs(along) * along * directions[k][i];
                }
                h = Directions.Normalised(gradient);
                if (h.AsSpan().SequenceEqual(last))
                    break;
            }
            return h;
        }

        return directions
            .Zip(t)
            .OrderByDescending(x => x.Second * Math.Pow(Directions.Dot(x.First, x.First), 1.5))
            .Take(Candidates)
            .Select(x => Directions.Normalised(x.First))
            .OrderByDescending(Value)
            .Take(Starts)
            .Select(Ascend)
            .MaxBy(Value)!;
    }

    /// <remarks>
    /// A cubic term outgrows all others. Next come quadratics: positive definite on the coordinates that they involve, they
    /// outgrow what is at most linear there, and on the others nothing may fall. Falling: along an eigenvector of a
    /// negative eigenvalue, or along a direction on which the quadratics vanish and only falling terms remain.
    /// </remarks>
    private static bool? IsBoundedBelow<T>(LossTerms loss)
        where T : struct, IEnclosure<T>
    {
        var cubes = loss.Cubes<T>();
        if (!Enclosure.IsZero(cubes))
            return Enclosure.ExcludesZero(cubes) ? T.Lower(cubes) > 0 : null;
        var (d, a, b) = (loss.D, loss.Matrix<T>(), loss.Linear<T>());
        if (!Array.TrueForAll(a, Enclosure.IsFinite))
            return null;
        if (T.Upper(SymmetricEigenvalues.Smallest(d, a)) < 0)
            return false;
        int[] inside = [.. Enumerable.Range(0, d).Where(i => !IsZeroRow(d, a, i))];
        int[] outside = [.. Enumerable.Range(0, d).Except(inside)];
        // What grows linearly somewhere outside, by the sign of its weight.
        double[] linear =
        [
            .. loss.Radials.Where(_ => outside.Length > 0).Select(r => r.Slope),
            .. loss
                .Ridges.Where(r => r.Kind != TermKind.Cosine && Array.Exists(outside, i => r.Direction[i] != 0))
                .Select(r => r.Weight),
        ];
        if (linear.All(w => w < 0) && (linear.Length > 0 || Array.Exists(outside, i => Enclosure.ExcludesZero(b[i]))))
            return false;
        var isDefinite =
            inside.Length == 0
            || SymmetricEigenvalues.IsPositiveDefinite(
                inside.Length,
                [.. inside.SelectMany(i => inside.Select(j => a[i * d + j]))]
            );
        return isDefinite && linear.All(w => w > 0) && Array.TrueForAll(outside, i => Enclosure.IsZero(b[i]))
            ? true
            : null;
    }

    private static bool IsZeroRow<T>(int d, T[] a, int row)
        where T : struct, IEnclosure<T> => Array.TrueForAll(a[(row * d)..((row + 1) * d)], Enclosure.IsZero);

    /// <summary>a += s v v', by the same operations in both triangles.</summary>
    private static void AddOuter<T>(T[] a, T s, double[] v)
        where T : struct, IEnclosure<T>
    {
        for (var i = 0; i < v.Length; i++)
        for (var j = 0; j < v.Length; j++)
            a[i * v.Length + j] += s * (T.From(v[i]) * T.From(v[j]));
    }
}
