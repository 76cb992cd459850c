namespace Verify.Algorithms.Numbers;

/// <summary>What an algorithm may ask of the type it runs in.</summary>
public static class Precision
{
    /// <summary>About the relative error of one operation: 2^-52 for the types of the machine.</summary>
    public static double Unit<T>()
        where T : struct, IReal<T>
    {
        if (!T.Encloses)
            return Math.ScaleB(1, -52);
        var third = T.From(1.0) / T.From(3.0);
        return T.Largest(T.Abs(T.Fma(T.From(3.0), third, T.From(-1.0))));
    }
}
