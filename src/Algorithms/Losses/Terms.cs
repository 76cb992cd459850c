using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>
/// Value, gradient and Hessian of each kind of term; the record begins at the term's first number. A kind that is not here
/// gives NaN, nothing known: a device cannot throw.
/// </summary>
internal static class Terms
{
    private const int DirectionOfPseudoHuber = 2;
    private const int DirectionOfHuber = 3;
    private const int DirectionOfLogistic = 2;

    public static T Value<T, TStore>(TermKind kind, TStore p, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        switch (kind)
        {
            case TermKind.Quadratic:
                return QuadraticValue<T, TStore>(p, d, x);
            case TermKind.Linear:
                return Vectors.Dot<T, TStore>(d, p, x);
            case TermKind.RadialPseudoHuber:
                return p[0] * p[1] * (RadialRoot<T, TStore>(p, d, x) - T.From(1.0));
            case TermKind.AbsCubed:
            {
                var sum = T.From(0.0);
                for (var i = 0; i < d; i++)
                    sum += T.Abs(T.Pow(x[i], 3));
                return p[0] * sum / T.From(6.0);
            }
            case TermKind.Cosine:
                return p[0] * T.Cos(Cosines.Argument<T, TStore>(p, d, x));
            case TermKind.RidgePseudoHuber:
            {
                var u = RidgeArgument<T, TStore>(p.At(DirectionOfPseudoHuber), d, x, -p[1]);
                return p[0] * T.Sqrt(T.From(1.0) + T.Square(u));
            }
            case TermKind.RidgeHuber:
            {
                // With m = min(|u|, cap) both branches of h are m (|u| - m/2).
                var u = T.Abs(RidgeArgument<T, TStore>(p.At(DirectionOfHuber), d, x, -p[1]));
                var m = T.Min(u, p[2]);
                return p[0] * m * (u - m * T.From(0.5));
            }
            case TermKind.RidgeLogistic:
                return p[0] * Logistic.Value(RidgeArgument<T, TStore>(p.At(DirectionOfLogistic), d, x, -p[1]));
            default:
                return T.From(double.NaN);
        }
    }

    /// <summary>g = A x + b.</summary>
    public static void QuadraticGradient<T, TStore>(TStore p, int d, TStore x, TStore g)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        SymmetricMatrix.MultiplyAdd<T, TStore>(d, p, x, p.At(SymmetricMatrix.PackedLength(d)), g);

    /// <summary>y = x + s (A x + b).</summary>
    public static void QuadraticStep<T, TStore>(TStore p, int d, TStore x, in T s, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        SymmetricMatrix.Step<T, TStore>(d, p, x, p.At(SymmetricMatrix.PackedLength(d)), s, y);

    public static void AddGradient<T, TStore>(TermKind kind, TStore p, int d, TStore x, TStore g)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        switch (kind)
        {
            case TermKind.Quadratic:
                SymmetricMatrix.MultiplyAdd<T, TStore>(d, p, x, g);
                var b = p.At(SymmetricMatrix.PackedLength(d));
                for (var i = 0; i < d; i++)
                    g[i] += b[i];
                break;
            case TermKind.Linear:
                for (var i = 0; i < d; i++)
                    g[i] += p[i];
                break;
            case TermKind.RadialPseudoHuber:
            {
                var s = p[0] / (p[1] * RadialRoot<T, TStore>(p, d, x));
                var center = p.At(2);
                for (var i = 0; i < d; i++)
                    g[i] = T.Fma(s, x[i] - center[i], g[i]);
                break;
            }
            case TermKind.AbsCubed:
            {
                var half = p[0] * T.From(0.5);
                for (var i = 0; i < d; i++)
                    g[i] = T.Fma(half * x[i], T.Abs(x[i]), g[i]);
                break;
            }
            case TermKind.Cosine:
                Cosines.AddGradient<T, TStore>(p, d, x, g);
                break;
            case TermKind.RidgePseudoHuber:
            {
                var v = p.At(DirectionOfPseudoHuber);
                var u = RidgeArgument<T, TStore>(v, d, x, -p[1]);
                Vectors.Add<T, TStore>(d, p[0] * u / T.Sqrt(T.From(1.0) + T.Square(u)), v, g);
                break;
            }
            case TermKind.RidgeHuber:
            {
                var v = p.At(DirectionOfHuber);
                var u = RidgeArgument<T, TStore>(v, d, x, -p[1]);
                Vectors.Add<T, TStore>(d, p[0] * T.Max(T.Min(u, p[2]), -p[2]), v, g);
                break;
            }
            case TermKind.RidgeLogistic:
            {
                var v = p.At(DirectionOfLogistic);
                var u = RidgeArgument<T, TStore>(v, d, x, -p[1]);
                Vectors.Add<T, TStore>(d, p[0] * Logistic.Slope(u), v, g);
                break;
            }
            default:
                Vectors.Fill<T, TStore>(d, T.From(double.NaN), g);
                break;
        }
    }

    /// <summary>
    /// The factor of the Hessian that x alone decides: of a ridge a cos(v'x + p) or h(v'x - t) the second derivative along v, of
    /// the radial term its root, of the others nothing, 0.
    /// </summary>
    public static T Factor<T, TStore>(TermKind kind, TStore p, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        switch (kind)
        {
            case TermKind.RadialPseudoHuber:
                return RadialRoot<T, TStore>(p, d, x);
            case TermKind.Cosine:
                return Cosines.Factor<T, TStore>(p, d, x);
            case TermKind.RidgePseudoHuber:
            {
                var u = RidgeArgument<T, TStore>(p.At(DirectionOfPseudoHuber), d, x, -p[1]);
                return p[0] / T.Pow(T.Sqrt(T.From(1.0) + T.Square(u)), 3);
            }
            case TermKind.RidgeHuber:
            {
                // The Hessian jumps where |u| = cap; there the value of the quadratic branch is not taken.
                var u = RidgeArgument<T, TStore>(p.At(DirectionOfHuber), d, x, -p[1]);
                return p[0] * T.IsLess(T.Abs(u), p[2]);
            }
            case TermKind.RidgeLogistic:
                return p[0] * Logistic.Curvature(RidgeArgument<T, TStore>(p.At(DirectionOfLogistic), d, x, -p[1]));
            default:
                return T.From(0.0);
        }
    }

    /// <summary>y += the Hessian at x times z.</summary>
    /// <param name="kind">The kind of the term.</param>
    /// <param name="p">Its first number.</param>
    /// <param name="d">The dimension.</param>
    /// <param name="x">The point.</param>
    /// <param name="factor">What <see cref="Factor"/> gives there.</param>
    /// <param name="z">d elements.</param>
    /// <param name="y">d elements.</param>
    public static void AddHessianVector<T, TStore>(
        TermKind kind,
        TStore p,
        int d,
        TStore x,
        in T factor,
        TStore z,
        TStore y
    )
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        switch (kind)
        {
            case TermKind.Quadratic:
                SymmetricMatrix.MultiplyAdd<T, TStore>(d, p, z, y);
                break;
            case TermKind.Linear:
                break;
            case TermKind.RadialPseudoHuber:
            {
                // (slope/(scale r)) (I - e e'/(scale^2 r^2)) z with e = x - center, r^2 = 1 + |e|^2/scale^2.
                var s = p[0] / (p[1] * factor);
                var center = p.At(2);
                var along = T.From(0.0);
                for (var i = 0; i < d; i++)
                    along = T.Fma(x[i] - center[i], z[i], along);
                var t = -(s * along / T.Square(p[1] * factor));
                for (var i = 0; i < d; i++)
                    y[i] = T.Fma(t, x[i] - center[i], T.Fma(s, z[i], y[i]));
                break;
            }
            case TermKind.AbsCubed:
                for (var i = 0; i < d; i++)
                    y[i] = T.Fma(p[0] * T.Abs(x[i]), z[i], y[i]);
                break;
            case TermKind.Cosine:
                AddRidge<T, TStore>(p.At(Cosines.Direction), d, factor, z, y);
                break;
            case TermKind.RidgePseudoHuber:
                AddRidge<T, TStore>(p.At(DirectionOfPseudoHuber), d, factor, z, y);
                break;
            case TermKind.RidgeHuber:
                AddRidge<T, TStore>(p.At(DirectionOfHuber), d, factor, z, y);
                break;
            case TermKind.RidgeLogistic:
                AddRidge<T, TStore>(p.At(DirectionOfLogistic), d, factor, z, y);
                break;
            default:
                Vectors.Fill<T, TStore>(d, T.From(double.NaN), y);
                break;
        }
    }

    /// <summary>y += c v v'z.</summary>
    private static void AddRidge<T, TStore>(TStore v, int d, in T c, TStore z, TStore y)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct =>
        Vectors.Add<T, TStore>(d, c * Vectors.Dot<T, TStore>(d, v, z), v, y);

    private static T QuadraticValue<T, TStore>(TStore p, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var b = p.At(SymmetricMatrix.PackedLength(d));
        var sum = T.From(0.0);
        for (var i = 0; i < d; i++)
        {
            // Row i of A x, twice the strictly lower part and once the diagonal.
            var row = T.From(0.0);
            for (var j = 0; j < i; j++)
                row = T.Fma(p[SymmetricMatrix.IndexOf(d, i, j)], x[j], row);
            var half = T.Fma(p[SymmetricMatrix.IndexOf(d, i, i)] * T.From(0.5), x[i], row);
            sum = T.Fma(half + b[i], x[i], sum);
        }
        return sum;
    }

    private static T RidgeArgument<T, TStore>(TStore direction, int d, TStore x, T shift)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct => Vectors.Dot<T, TStore>(d, direction, x) + shift;

    private static T RadialRoot<T, TStore>(TStore p, int d, TStore x)
        where T : struct, IReal<T>
        where TStore : struct, IStore<T, TStore>, allows ref struct
    {
        var center = p.At(2);
        var sum = T.From(0.0);
        for (var i = 0; i < d; i++)
            sum += T.Square(x[i] - center[i]);
        return T.Sqrt(T.From(1.0) + sum / T.Square(p[1]));
    }
}
