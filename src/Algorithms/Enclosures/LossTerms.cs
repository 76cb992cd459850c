using System.Runtime.InteropServices;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>One loss of an instance, with its doubles. Terms of weight 0 are left out of every list.</summary>
public sealed class LossTerms
{
    private readonly Instance _instance;
    private readonly TermAt[] _terms;

    /// <summary>The sum of some terms of an instance.</summary>
    public LossTerms(Instance instance, TermAt[] terms)
    {
        (_instance, _terms) = (instance, terms);
        foreach (var term in terms)
        {
            var p = this[term];
            if (p[0] == 0)
                continue;
            switch (term.Kind)
            {
                case TermKind.RadialPseudoHuber:
                    Radials.Add(new Radial(p[0], p[1], p[2..].ToArray()));
                    break;
                case TermKind.Cosine or TermKind.RidgePseudoHuber or TermKind.RidgeHuber or TermKind.RidgeLogistic:
                    if (Ridge.Read(term.Kind, p) is { } ridge)
                        Ridges.Add(ridge);
                    break;
            }
        }
    }

    /// <summary>d.</summary>
    public int D => _instance.Layout.D;

    public ReadOnlySpan<TermAt> Terms => _terms;

    /// <summary>The numbers of one term.</summary>
    public ReadOnlySpan<double> this[TermAt term] => _instance.Term(term);

    /// <summary>The terms that vary along one direction only, which is not 0.</summary>
    internal List<Ridge> Ridges { get; } = [];

    internal List<Radial> Radials { get; } = [];

    /// <summary>The sum of the matrices of the quadratic terms, row by row.</summary>
    internal T[] Matrix<T>()
        where T : struct, IReal<T>
    {
        var sum = new T[D * D];
        Array.Fill(sum, T.From(0.0));
        foreach (var term in _terms.Where(t => t.Kind == TermKind.Quadratic))
            for (var i = 0; i < D; i++)
            for (var j = 0; j < D; j++)
                sum[i * D + j] += T.From(this[term][SymmetricMatrix.IndexOf(D, i, j)]);
        return sum;
    }

    /// <summary>The sum of the linear parts: the gradient at 0 of quadratic and linear terms.</summary>
    internal T[] Linear<T>()
        where T : struct, IReal<T>
    {
        var sum = new T[D];
        Array.Fill(sum, T.From(0.0));
        foreach (var term in _terms)
        {
            if (term.Kind is not (TermKind.Quadratic or TermKind.Linear))
                continue;
            // b follows the matrix, c stands alone.
            var b = this[term][^D..];
            for (var i = 0; i < D; i++)
                sum[i] += T.From(b[i]);
        }
        return sum;
    }

    /// <summary>
    /// <see cref="Linear"/> and, of each ridge term, the middle of the range of f' along its direction: weight/2 for a
    /// ridgeLogistic, else 0. What is left of a ridge's slope is odd and at most <see cref="Ridge.Slope"/>.
    /// </summary>
    internal T[] CentralGradient<T>()
        where T : struct, IReal<T>
    {
        var sum = Linear<T>();
        foreach (var ridge in Ridges)
            ridge.AddCentralGradient(1, sum);
        return sum;
    }

    /// <summary>Equal for losses that differ in linear parts only, which have the same Hessians.</summary>
    internal string HessianKey
    {
        get
        {
            var key = new System.Text.StringBuilder();
            foreach (var term in _terms.Where(t => t.Kind != TermKind.Linear))
            {
                var numbers = term.Kind == TermKind.Quadratic ? this[term][..^D] : this[term];
                key.Append(term.Kind).Append(Convert.ToBase64String(MemoryMarshal.AsBytes(numbers)));
            }
            return key.ToString();
        }
    }

    /// <summary>The sum of the weights of the cubic terms.</summary>
    internal T Cubes<T>()
        where T : struct, IReal<T>
    {
        var sum = T.From(0.0);
        foreach (var term in _terms.Where(t => t.Kind == TermKind.AbsCubed))
            sum += T.From(this[term][0]);
        return sum;
    }

    /// <summary>H(x), row by row (it is symmetric).</summary>
    internal T[] Hessian<T>(double[] x)
        where T : struct, IReal<T>
    {
        var ((terms, numbers), point) = (Lift<T>(), Array.ConvertAll(x, T.From));
        var (hessian, unit) = (new T[D * D], new T[D]);
        Loss.Hessian<T, Ref<T>>(
            terms,
            new Ref<T>(ref numbers[0]),
            D,
            new Ref<T>(ref point[0]),
            new Ref<T>(ref hessian[0]),
            new Ref<T>(ref unit[0])
        );
        return hessian;
    }

    /// <summary>grad l(x).</summary>
    internal T[] Gradient<T>(double[] x)
        where T : struct, IReal<T>
    {
        var ((terms, numbers), point, gradient) = (Lift<T>(), Array.ConvertAll(x, T.From), new T[D]);
        Loss.Gradient<T, Ref<T>>(
            terms,
            new Ref<T>(ref numbers[0]),
            D,
            new Ref<T>(ref point[0]),
            new Ref<T>(ref gradient[0])
        );
        return gradient;
    }

    /// <summary>The third derivative at x along h, h and h: the slope of h'H(x)h along h.</summary>
    internal T ThirdDerivative<T>(double[] x, double[] h)
        where T : struct, IReal<T>
    {
        var (terms, numbers) = Lift<Dual<T>>();
        Dual<T>[] point = [.. x.Zip(h, (a, b) => new Dual<T>(T.From(a), T.From(b)))];
        Dual<T>[] along = Array.ConvertAll(h, Dual<T>.From),
            product = new Dual<T>[D];
        Loss.HessianVector<Dual<T>, Ref<Dual<T>>>(
            terms,
            new Ref<Dual<T>>(ref numbers[0]),
            D,
            new Ref<Dual<T>>(ref point[0]),
            new Ref<Dual<T>>(ref along[0]),
            new Ref<Dual<T>>(ref product[0])
        );
        return Vectors
            .Dot<Dual<T>, Ref<Dual<T>>>(D, new Ref<Dual<T>>(ref along[0]), new Ref<Dual<T>>(ref product[0]))
            .Slope;
    }

    /// <summary>The terms with their numbers alone, and one number more: a reference to the first is always there.</summary>
    private (TermAt[] Terms, T[] Numbers) Lift<T>()
        where T : struct, IReal<T>
    {
        var (terms, numbers) = (new TermAt[_terms.Length], new List<T>());
        for (var k = 0; k < terms.Length; k++)
        {
            terms[k] = _terms[k] with { Offset = numbers.Count };
            foreach (var number in this[_terms[k]])
                numbers.Add(T.From(number));
        }
        numbers.Add(T.From(0.0));
        return (terms, [.. numbers]);
    }
}

/// <summary>The numbers of a radialPseudoHuber term.</summary>
internal readonly record struct Radial(double Slope, double Scale, double[] Center);

/// <summary>
/// A term f(direction'x + shift) with f a cosine, or even but for a linear part (that of a ridgeLogistic): its curvature lies
/// along one direction.
/// </summary>
/// <param name="Kind">cosine, ridgePseudoHuber, ridgeHuber or ridgeLogistic.</param>
/// <param name="Weight">The amplitude or weight, not 0.</param>
/// <param name="Shift">The phase, or minus the offset.</param>
/// <param name="Cap">The cap of a ridgeHuber, else 0.</param>
/// <param name="Tilt">The middle of the range of f' divided by the weight: +-1/2 for a ridgeLogistic, else 0.</param>
/// <param name="Direction">Not 0.</param>
internal readonly record struct Ridge(
    TermKind Kind,
    double Weight,
    double Shift,
    double Cap,
    double Tilt,
    double[] Direction
)
{
    /// <summary>The term of a record; null where its direction is 0.</summary>
    /// <remarks>f'' is even, so direction and shift are turned until the first nonzero component is positive.</remarks>
    public static Ridge? Read(TermKind kind, ReadOnlySpan<double> p)
    {
        var direction = kind == TermKind.RidgeHuber ? p[3..].ToArray() : p[2..].ToArray();
        // 0 has one sign: equal terms have equal bits.
        var shift = kind == TermKind.Cosine ? p[1] : 0.0 - p[1];
        var tilt = kind == TermKind.RidgeLogistic ? 0.5 : 0;
        var first = Array.Find(direction, v => v != 0);
        if (first < 0)
            (direction, shift, tilt) = (Array.ConvertAll(direction, v => 0.0 - v), 0.0 - shift, -tilt);
        var cap = kind == TermKind.RidgeHuber ? p[2] : 0;
        return first == 0 ? null : new Ridge(kind, p[0], shift, cap, tilt, direction);
    }

    /// <summary>g += sign times the middle of the range of f' times the direction.</summary>
    public void AddCentralGradient<T>(double sign, T[] g)
        where T : struct, IReal<T>
    {
        if (Tilt == 0)
            return;
        var slope = T.From(sign * Tilt) * T.From(Weight);
        for (var i = 0; i < g.Length; i++)
            g[i] = T.Fma(slope, T.From(Direction[i]), g[i]);
    }

    /// <summary>Whether f'' tends to 0 far out.</summary>
    public bool Fades => Kind != TermKind.Cosine;

    /// <summary>The infimum of f'': -|a| for a cosine; h'' and the like lie in [0, 1], that of a ridgeLogistic in [0, 1/4].</summary>
    public T LeastCurvature<T>()
        where T : struct, IReal<T> => Curvature<T>(Fades ? Math.Min(Weight, 0) : -Math.Abs(Weight));

    /// <summary>The supremum of f''.</summary>
    public T MostCurvature<T>()
        where T : struct, IReal<T> => Curvature<T>(Fades ? Math.Max(Weight, 0) : Math.Abs(Weight));

    /// <summary>
    /// The supremum of |f'''|, attained with either sign: |a| for a cosine; for sqrt(1+u^2) that of
    /// 3|u|/(1+u^2)^(5/2), at u = 1/2; for log(1+e^u) 1/(6 sqrt 3).
    /// </summary>
    public T ThirdDerivative<T>()
        where T : struct, IReal<T>
    {
        var weight = T.From(Math.Abs(Weight));
        return Kind switch
        {
            TermKind.Cosine => weight,
            TermKind.RidgePseudoHuber => weight * PseudoHuber.ThirdDerivative<T>(),
            TermKind.RidgeLogistic => weight * Logistic.ThirdDerivative<T>(),
            _ => throw new InvalidOperationException("the curvature of a ridgeHuber jumps"),
        };
    }

    /// <summary>The supremum of |f'|; of a ridgeLogistic that of |f' - weight/2|.</summary>
    public T Slope<T>()
        where T : struct, IReal<T> =>
        T.From(Math.Abs(Weight))
        * T.From(
            Kind switch
            {
                TermKind.RidgeHuber => Cap,
                TermKind.RidgeLogistic => 0.5,
                _ => 1.0,
            }
        );

    /// <summary>A value of direction'x at which f'' is largest (or smallest), or nearly so, in double arithmetic.</summary>
    public double PlaceOf(bool isLargest)
    {
        // All kinds but the cosine have curvature of the sign of the weight at u = 0, and next to none far out.
        var atZero = isLargest == (Kind == TermKind.Cosine ? Weight < 0 : Weight > 0);
        var away = Kind switch
        {
            TermKind.Cosine => Math.PI,
            TermKind.RidgeHuber => 2 * Cap,
            _ => 1e6,
        };
        return (atZero ? 0 : away) - Shift;
    }

    private T Curvature<T>(double weight)
        where T : struct, IReal<T> => T.From(Kind == TermKind.RidgeLogistic ? 0.25 : 1.0) * T.From(weight);
}

/// <summary>Facts about sqrt(1+u^2).</summary>
internal static class PseudoHuber
{
    /// <summary>The supremum of |f'''|, 48/(25 sqrt 5).</summary>
    public static T ThirdDerivative<T>()
        where T : struct, IReal<T> => T.From(48.0) / (T.From(25.0) * T.Sqrt(T.From(5.0)));
}
