namespace Verify.Algorithms.Numbers;

/// <summary>
/// An end of an interval: an extended real number with operations rounded down. Rounding up is by negation, so that
/// <see cref="Ends{E}"/> needs one direction. A result that is representable is returned exactly.
/// </summary>
internal interface IEnd<E>
    where E : struct, IEnd<E>
{
    static abstract E From(double value);
    static abstract bool IsInfinite(E a);

    /// <summary>False where one is NaN.</summary>
    static abstract bool operator <(E a, E b);

    static abstract bool operator >(E a, E b);

    static abstract bool operator <=(E a, E b);

    static abstract bool operator >=(E a, E b);

    static abstract E operator -(E a);

    static abstract E AddDown(E a, E b);

    /// <summary>
    /// x*y + z rounded once, or each step down where that is out of reach. 0 * infinity is 0: an infinite end is a
    /// limit of reals.
    /// </summary>
    static abstract E FmaDown(E x, E y, E z);

    /// <summary>x/y rounded down; -infinity for y = 0, which is asked for negative x only.</summary>
    static abstract E DivDown(E x, E y);

    static abstract E SqrtDown(E x);
    static abstract E SqrtUp(E x);
    static abstract E CbrtDown(E x);
}
