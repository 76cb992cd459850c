using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>Small questions about enclosures.</summary>
internal static class Enclosure
{
    public static bool IsZero<T>(T a)
        where T : struct, IEnclosure<T> => T.Lower(a) == 0 && T.Upper(a) == 0;

    public static bool IsFinite<T>(T a)
        where T : struct, IEnclosure<T> => double.IsFinite(T.Lower(a)) && double.IsFinite(T.Upper(a));

    /// <summary>Whether 0 is certainly not a point of a.</summary>
    public static bool ExcludesZero<T>(T a)
        where T : struct, IEnclosure<T> => T.Lower(a) > 0 || T.Upper(a) < 0;

    /// <summary>A double near the middle.</summary>
    public static double Middle<T>(T a)
        where T : struct, IEnclosure<T> => 0.5 * T.Lower(a) + 0.5 * T.Upper(a);

    /// <summary>From the lower end of one enclosure to the upper end of another.</summary>
    public static T Between<T>(T lower, T upper)
        where T : struct, IEnclosure<T> => T.Hull(T.LowerEnd(lower), T.UpperEnd(upper));

    /// <summary>The smallest interval of doubles that contains a.</summary>
    public static Interval Rough<T>(T a)
        where T : struct, IEnclosure<T> => Interval.FromBounds(T.Lower(a), T.Upper(a));

    public static T NaN<T>()
        where T : struct, IReal<T> => T.From(double.NaN);

    public static T Infinity<T>()
        where T : struct, IReal<T> => T.From(double.PositiveInfinity);
}
