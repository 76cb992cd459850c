using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Losses;

/// <summary>
/// h(u) = log(1 + e^u) with its first two derivatives, in every number type and with its duals: nothing overflows at any u,
/// and nothing jumps at 0. As enclosures h and h' are as tight as the functions that they are made of, since these are
/// monotone and u is read once.
/// </summary>
public static class Logistic
{
    /// <summary>Beyond it 1 + e^u is e^u to every double, and e^u is still a double.</summary>
    private const double Far = 700;

    // Each branch is kept from overflow where it is not taken, at a place of its own: a dual has no slope at a tie.
    private const double JustBelow = Far - 5,
        JustBeyond = Far + 5;

    /// <summary>h(u); its absolute error is that of the logarithm near 1.</summary>
    public static T Value<T>(T u)
        where T : struct, IReal<T>
    {
        var one = T.From(1.0);
        var below = T.Log(one + T.Exp(T.Min(u, T.From(JustBeyond))));
        var far = T.Max(u, T.From(JustBelow));
        return T.SelectLess(u, T.From(Far), below, far + T.Log(one + T.Exp(-far)));
    }

    /// <summary>h'(u) = 1/(1 + e^-u), between 0 and 1.</summary>
    public static T Slope<T>(T u)
        where T : struct, IReal<T>
    {
        var one = T.From(1.0);
        var small = T.Exp(T.Min(u, T.From(-JustBelow)));
        var large = T.Exp(-T.Max(u, T.From(-JustBeyond)));
        return T.SelectLess(u, T.From(-Far), small / (one + small), one / (one + large));
    }

    /// <summary>h''(u) = h'(u) h'(-u), between 0 and 1/4.</summary>
    public static T Curvature<T>(T u)
        where T : struct, IReal<T> => Slope(u) * Slope(-u);

    /// <summary>The supremum of |h'''| = s (1 - s) |1 - 2s| with s = h': 1/(6 sqrt 3), at s = 1/2 +- 1/sqrt 12.</summary>
    public static T ThirdDerivative<T>()
        where T : struct, IReal<T> => T.From(1.0) / (T.From(6.0) * T.Sqrt(T.From(3.0)));

    /// <summary>
    /// The supremum of |h^(12)|, at u = 0, as that of every even derivative: the Fourier transform of h'' is pi w/sinh(pi w),
    /// which is positive. There h^(n+1) = (2^(n+1) - 1) B_(n+1)/(n+1), with B_12 = -691/2730: 4095 * 691/(2730 * 12).
    /// </summary>
    public const double TwelfthDerivative = 691.0 / 8;
}
