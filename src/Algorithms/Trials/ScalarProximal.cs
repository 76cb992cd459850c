using System.Reflection;
using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Solvers;

namespace Verify.Algorithms.Trials;

/// <summary>
/// The global minimizers of G(x, theta) = l(x) + (lambda/2)(x - theta)^2 in one dimension, l convex or not: l = ax^2/2 + bx + f
/// with |f'| &lt;= R and a + lambda &gt; 0, so that every stationary point lies within R/(a + lambda) of
/// (lambda theta - b)/(a + lambda).
/// </summary>
public static class ScalarProximal
{
    private const int Nodes = 256,
        DampedSteps = 30,
        LastSteps = 4;

    /// <summary>The derivative of Alg*, what Lemma 1 says that it is, and |M|.</summary>
    /// <param name="Minimizers">Contains them all, and what lies between.</param>
    /// <param name="Derivative">Contains the limit of the difference quotients if they have one.</param>
    /// <param name="Stated">w/M at the minimizers.</param>
    /// <param name="System">|M| at the minimizers.</param>
    public readonly record struct Result<T>(T Minimizers, T Derivative, T Stated, T System)
        where T : struct, IReal<T>;

    /// <summary>The minimizer as far as a grid and damped Newton steps find it, for the types of the machine.</summary>
    public static T Search<T>(ReadOnlySpan<TermAt> train, Ref<T> record, T lambda, Ref<T> theta, Scratch<T> scratch)
        where T : struct, IReal<T>
    {
        var objective = new ProximalObjective<T, Ref<T>>(train, record, 1, lambda, theta);
        var (center, radius) = Region(train, record, lambda, theta[0]);
        var x = scratch.Take(1);
        var g = scratch.Take(1);
        var unit = scratch.Take(1);
        var h = scratch.Take(1);
        unit[0] = T.From(1.0);
        var best = center;
        x[0] = center;
        var least = objective.Value(x);
        for (var k = 0; k <= Nodes; k++)
        {
            x[0] = T.Fma(T.From(2.0 * k / Nodes - 1), radius, center);
            var value = objective.Value(x);
            best = T.SelectLess(value, least, x[0], best);
            least = T.Min(value, least);
        }
        var damping = T.From(1.0);
        for (var k = 0; k < DampedSteps + LastSteps; k++)
        {
            x[0] = best;
            objective.Gradient(x, g);
            objective.HessianVector(x, unit, h);
            // Downhill, whatever the sign of the curvature.
            var step = g[0] / T.Abs(h[0]);
            if (k >= DampedSteps)
            {
                best -= step;
                continue;
            }
            x[0] = T.Fma(-damping, step, best);
            var value = objective.Value(x);
            best = T.SelectLess(value, least, x[0], best);
            damping = T.SelectLess(value, least, T.Min(T.From(1.0), T.From(2.0) * damping), T.From(0.5) * damping);
            least = T.Min(value, least);
        }
        return best;
    }

    /// <summary>The derivative of Alg* of a task along w, enclosed: NaN where the minimizers could not be isolated.</summary>
    public static Result<T> Derivative<T>(Layout layout, Ref<T> record, int task, T lambda, T theta, T w, T t)
        where T : struct, IReal<T>
    {
        var doubles = new double[layout.Size];
        for (var i = 0; i < doubles.Length; i++)
            doubles[i] = T.Largest(record[i]);
        return Enclosing<T>.Derivative!(new Instance(layout, [], doubles), task, lambda, theta, w, t);
    }

    /// <summary>As <see cref="Derivative"/>.</summary>
    /// <remarks>
    /// A single minimizer phi with G'' > 0 has Alg*'(theta) = lambda/G''(phi) by the implicit function theorem, G'' from dual
    /// numbers. Where G is even around theta, and theta is no minimizer, the minimizers come in pairs theta +- r with r > 0:
    /// Alg* increases in one dimension, so that for every selection and every 0 &lt; s &lt;= t the quotient over theta +- s w is at
    /// least 2r/(2s) >= r/t. No number is its limit.
    /// </remarks>
    private static Result<T> Enclose<T>(Instance instance, int task, T lambda, T theta, T w, T t)
        where T : struct, IEnclosure<T>
    {
        var unknown = T.From(double.NaN);
        var nothing = new Result<T>(unknown, unknown, unknown, unknown);
        var train = instance.Layout.LossesOf(BilevelShape.Train)[task];
        if (Isolate(instance, train, lambda, theta) is not { Count: > 0 } boxes)
            return nothing;
        var (stated, system) = (
            boxes.Select(b => lambda * w / b.Hessian),
            boxes.Select(b => T.Abs(b.Hessian / lambda))
        );
        var derivative = unknown;
        if (boxes is [{ IsSimple: true } only])
            derivative = lambda * w / only.Slope;
        else if (
            IsEven(new LossTerms(instance, train), theta)
            && boxes.TrueForAll(b => T.CertainlyLess(b.X, theta) || T.CertainlyLess(theta, b.X))
        )
        {
            var r = boxes.Select(b => T.LowerEnd(T.Abs(b.X - theta))).Aggregate(T.Min);
            var size = T.Abs(w);
            // The largest double stands for infinity, for which JSON has no number.
            var beyond = T.Hull(T.LowerEnd(r / t), T.From(double.MaxValue));
            derivative = T.CertainlyLess(T.From(0.0), size) ? w / size * beyond : unknown;
        }
        return new Result<T>(
            boxes.Select(b => b.X).Aggregate(T.Hull),
            derivative,
            stated.Aggregate(T.Hull),
            system.Aggregate(T.Hull)
        );
    }

    /// <param name="X">Where a global minimizer may lie.</param>
    /// <param name="Slope">G'' over X, from dual numbers.</param>
    /// <param name="Hessian">G'' over X, from the Hessian of the loss.</param>
    /// <param name="IsSimple">Whether G'' > 0 on X.</param>
    private readonly record struct Box<T>(T X, T Slope, T Hessian, bool IsSimple);

    private const int MostBoxes = 4096;
    private const int MostContractions = 60;

    /// <summary>Boxes around all global minimizers; null where there were too many, or no bound for them.</summary>
    private static List<Box<T>>? Isolate<T>(Instance instance, TermAt[] train, T lambda, T theta)
        where T : struct, IEnclosure<T>
    {
        var record = instance.Lift<T>();
        var duals = Array.ConvertAll(record, Dual<T>.Constant);

        (T Gradient, T Slope) At(T x)
        {
            var (point, g) = (Dual<T>.Variable(x), Dual<T>.Constant(T.From(0.0)));
            Loss.Gradient<Dual<T>, Ref<Dual<T>>>(
                train,
                new Ref<Dual<T>>(ref duals[0]),
                1,
                new Ref<Dual<T>>(ref point),
                new Ref<Dual<T>>(ref g)
            );
            return (T.Fma(lambda, x - theta, g.Value), lambda + g.Slope);
        }
        T Value(T x) =>
            new ProximalObjective<T, Ref<T>>(train, new Ref<T>(ref record[0]), 1, lambda, new Ref<T>(ref theta)).Value(
                new Ref<T>(ref x)
            );

        var (center, radius) = Region(train, new Ref<T>(ref record[0]), lambda, theta);
        var whole = T.Widen(center, T.UpperEnd(radius));
        if (!Enclosure.IsFinite(whole))
            return null;
        var resolution = Math.ScaleB(T.Upper(radius) + Math.Abs(Enclosure.Middle(center)), -40);
        var stack = new Stack<T>([whole]);
        var found = new List<(T X, T Slope)>();
        for (var seen = 0; stack.Count > 0; seen++)
        {
            if (seen > MostBoxes)
                return null;
            var x = stack.Pop();
            var (gradient, slope) = At(x);
            if (Enclosure.ExcludesZero(gradient))
                continue;
            if (T.Upper(slope) < 0)
                continue;
            if (T.Lower(slope) > 0)
            {
                if (Contract(x, At) is { } root)
                    found.Add((root, At(root).Slope));
                continue;
            }
            var (lower, upper, middle) = (T.Lower(x), T.Upper(x), Enclosure.Middle(x));
            if (upper - lower < resolution || !(lower < middle && middle < upper))
            {
                found.Add((x, slope));
                continue;
            }
            stack.Push(T.FromBounds(lower, middle));
            stack.Push(T.FromBounds(middle, upper));
        }
        if (found.Count == 0)
            return null;
        var best = found.Select(b => T.UpperEnd(Value(T.Point(b.X)))).Aggregate(T.Min);
        return
        [
            .. found
                .Where(b => !T.CertainlyLess(best, Value(b.X)))
                .Select(b => new Box<T>(b.X, b.Slope, HessianAt(train, record, lambda, b.X), T.Lower(b.Slope) > 0)),
        ];
    }

    /// <summary>The stationary point of a box on which G'' > 0, by Newton's method; null where there is none.</summary>
    private static T? Contract<T>(T x, Func<T, (T Gradient, T Slope)> at)
        where T : struct, IEnclosure<T>
    {
        for (var k = 0; k < MostContractions; k++)
        {
            var middle = T.Point(x);
            var next = middle - at(middle).Gradient / at(x).Slope;
            if (T.CertainlyLess(next, x) || T.CertainlyLess(x, next))
                return null;
            next = T.Intersect(x, next);
            if (!T.CertainlyLess(Width(next), Width(x) * T.From(0.9)))
                return next;
            x = next;
        }
        return x;
    }

    private static T Width<T>(T x)
        where T : struct, IEnclosure<T> => T.UpperEnd(x) - T.LowerEnd(x);

    private static T HessianAt<T>(TermAt[] train, T[] record, T lambda, T x)
        where T : struct, IReal<T>
    {
        var (one, h) = (T.From(1.0), T.From(0.0));
        Loss.HessianVector<T, Ref<T>>(
            train,
            new Ref<T>(ref record[0]),
            1,
            new Ref<T>(ref x),
            new Ref<T>(ref one),
            new Ref<T>(ref h)
        );
        return lambda + h;
    }

    /// <summary>Whether the loss is certainly even around theta, but for a constant: each term, less its central slope.</summary>
    private static bool IsEven<T>(LossTerms loss, T theta)
        where T : struct, IEnclosure<T> =>
        Enclosure.IsZero(loss.Cubes<T>())
        && Enclosure.IsZero(T.Fma(loss.Matrix<T>()[0], theta, loss.CentralGradient<T>()[0]))
        && loss.Ridges.TrueForAll(r => Enclosure.IsZero(T.Fma(T.From(r.Direction[0]), theta, T.From(r.Shift))))
        && loss.Radials.TrueForAll(r => Enclosure.IsZero(theta - T.From(r.Center[0])));

    /// <summary>The center and the radius of an interval that holds all stationary points; unbounded where there is none.</summary>
    private static (T Center, T Radius) Region<T>(ReadOnlySpan<TermAt> train, Ref<T> record, T lambda, T theta)
        where T : struct, IReal<T>
    {
        var (a, right, slopes) = (lambda, lambda * theta, T.From(0.0));
        foreach (var term in train)
        {
            var p = record.At(term.Offset);
            switch (term.Kind)
            {
                case TermKind.Quadratic:
                    a += p[0];
                    right -= p[1];
                    break;
                case TermKind.Linear:
                    right -= p[0];
                    break;
                case TermKind.Cosine:
                case TermKind.RidgePseudoHuber:
                case TermKind.RidgeLogistic:
                    slopes += T.Abs(p[0] * p[2]);
                    break;
                case TermKind.RidgeHuber:
                    slopes += T.Abs(p[0] * p[2] * p[3]);
                    break;
                case TermKind.RadialPseudoHuber:
                    slopes += T.Abs(p[0]);
                    break;
                default:
                    return (T.From(double.NaN), T.From(double.NaN));
            }
        }
        // Without a + lambda > 0 the division leaves nothing finite, or nothing.
        a = T.Max(a, T.From(0.0));
        return (right / a, slopes / a);
    }

    /// <summary><see cref="Enclose"/> for a type that encloses; found once per type.</summary>
    private static class Enclosing<T>
        where T : struct, IReal<T>
    {
        public static readonly Func<Instance, int, T, T, T, T, Result<T>>? Derivative = typeof(T)
            .GetInterfaces()
            .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnclosure<>))
            ? typeof(ScalarProximal)
                .GetMethod(nameof(Enclose), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(typeof(T))
                .CreateDelegate<Func<Instance, int, T, T, T, T, Result<T>>>()
            : null;
    }
}
