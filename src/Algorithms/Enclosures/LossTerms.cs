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
                case TermKind.Cosine or TermKind.RidgePseudoHuber or TermKind.RidgeHuber:
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
        var (record, point) = (_instance.Lift<T>(), Array.ConvertAll(x, T.From));
        var (hessian, unit) = (new T[D * D], new T[D]);
        Loss.Hessian<T, Ref<T>>(
            _terms,
            new Ref<T>(ref record[0]),
            D,
            new Ref<T>(ref point[0]),
            new Ref<T>(ref hessian[0]),
            new Ref<T>(ref unit[0])
        );
        return hessian;
    }
}

/// <summary>The numbers of a radialPseudoHuber term.</summary>
internal readonly record struct Radial(double Slope, double Scale, double[] Center);

/// <summary>A term f(direction'x + shift) with f even or a cosine: its curvature lies along one direction.</summary>
/// <param name="Kind">cosine, ridgePseudoHuber or ridgeHuber.</param>
/// <param name="Weight">The amplitude or weight, not 0.</param>
/// <param name="Shift">The phase, or minus the offset.</param>
/// <param name="Cap">The cap of a ridgeHuber, else 0.</param>
/// <param name="Direction">Not 0.</param>
internal readonly record struct Ridge(TermKind Kind, double Weight, double Shift, double Cap, double[] Direction)
{
    /// <summary>The term of a record; null where its direction is 0.</summary>
    /// <remarks>f is even, so direction and shift are turned until the first nonzero component is positive.</remarks>
    public static Ridge? Read(TermKind kind, ReadOnlySpan<double> p)
    {
        var direction = kind == TermKind.RidgeHuber ? p[3..].ToArray() : p[2..].ToArray();
        var shift = kind == TermKind.Cosine ? p[1] : -p[1];
        var first = Array.Find(direction, v => v != 0);
        if (first < 0)
            (direction, shift) = (Array.ConvertAll(direction, v => -v), -shift);
        var cap = kind == TermKind.RidgeHuber ? p[2] : 0;
        return first == 0 ? null : new Ridge(kind, p[0], shift, cap, direction);
    }

    /// <summary>The infimum of f'': -|a| for a cosine; h'' and the like lie in [0, 1].</summary>
    public double LeastCurvature => Kind == TermKind.Cosine ? -Math.Abs(Weight) : Math.Min(Weight, 0);

    /// <summary>The supremum of f''.</summary>
    public double MostCurvature => Kind == TermKind.Cosine ? Math.Abs(Weight) : Math.Max(Weight, 0);

    /// <summary>
    /// The supremum of |f'''|, attained with either sign: |a| for a cosine; for sqrt(1+u^2) that of
    /// 3|u|/(1+u^2)^(5/2), at u = 1/2.
    /// </summary>
    public T ThirdDerivative<T>()
        where T : struct, IReal<T>
    {
        var weight = T.From(Math.Abs(Weight));
        return Kind switch
        {
            TermKind.Cosine => weight,
            TermKind.RidgePseudoHuber => weight * PseudoHuber.ThirdDerivative<T>(),
            _ => throw new InvalidOperationException("the curvature of a ridgeHuber jumps"),
        };
    }

    /// <summary>The supremum of |f'|.</summary>
    public T Slope<T>()
        where T : struct, IReal<T> => T.From(Math.Abs(Weight)) * T.From(Kind == TermKind.RidgeHuber ? Cap : 1.0);

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
}

/// <summary>Facts about sqrt(1+u^2).</summary>
internal static class PseudoHuber
{
    /// <summary>The supremum of |f'''|, 48/(25 sqrt 5).</summary>
    public static T ThirdDerivative<T>()
        where T : struct, IReal<T> => T.From(48.0) / (T.From(25.0) * T.Sqrt(T.From(5.0)));
}
