using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>p(t) = constant + cos cos t + sin sin t + cos2 cos 2t + sin2 sin 2t.</summary>
internal readonly record struct TrigonometricPolynomial<T>(T Constant, T Cos, T Sin, T Cos2, T Sin2)
    where T : struct, IEnclosure<T>
{
    private const int Cells = 32;
    private const int MostCells = 4096;

    /// <summary>
    /// The maximum over t. In closed form where only one frequency is there; else by branch and bound over cells
    /// |t - c| &lt;= h, with two bounds from above for each: p(c) + |p'(c)| h + max(p'') h^2/2, and where p'' &lt;= -m on
    /// the cell, p(c) + p'(c)^2/(2m) at any of its points c, which at a maximum is exact to second order. Intervals of
    /// doubles rule out most cells.
    /// </summary>
    public T Maximum()
    {
        var (first, second) = (Directions.Norm([Cos, Sin]), Directions.Norm([Cos2, Sin2]));
        if (!Enclosure.IsFinite(Constant + first + second))
            return Enclosure.NaN<T>();
        if (Enclosure.IsZero(first) || Enclosure.IsZero(second))
            return Constant + first + second;

        // |p'''| is at most this: p'' moves by no more than third * h within a cell.
        var third = first + T.From(8.0) * second;
        var rough = new TrigonometricPolynomial<Interval>(
            Enclosure.Rough(Constant),
            Enclosure.Rough(Cos),
            Enclosure.Rough(Sin),
            Enclosure.Rough(Cos2),
            Enclosure.Rough(Sin2)
        );
        var roughThird = Enclosure.Rough(third);
        var attained = At(PlaceOfMaximum()).Value;
        var (best, upper) = (T.LowerEnd(attained), T.UpperEnd(attained));
        var enough = upper + T.From(4.0) * (upper - best) + T.Abs(upper) * T.From(Math.ScaleB(1, -50));
        var cells = new Stack<(double Center, double Half)>();
        // Slightly wider than the distance of their centers: together they cover the circle.
        for (var k = 0; k < Cells; k++)
            cells.Push((2 * Math.PI * k / Cells, Math.PI / Cells * 1.001));
        for (var count = Cells; cells.TryPop(out var cell); )
        {
            var bound = T.From(rough.Bound(cell.Center, cell.Half, roughThird).Upper);
            if (!T.CertainlyAtMost(bound, enough))
                bound = T.UpperEnd(Bound(cell.Center, cell.Half, third));
            if (T.CertainlyAtMost(bound, enough) || count >= MostCells)
            {
                upper = T.Max(upper, bound);
                continue;
            }
            var quarter = cell.Half / 2;
            cells.Push((cell.Center - quarter, quarter * 1.001));
            cells.Push((cell.Center + quarter, quarter * 1.001));
            count += 2;
        }
        return T.Hull(best, upper);
    }

    /// <summary>A point where p is largest, in double arithmetic: the best of a grid, then Newton steps.</summary>
    public double PlaceOfMaximum()
    {
        var p = (
            Cos: Enclosure.Middle(Cos),
            Sin: Enclosure.Middle(Sin),
            Cos2: Enclosure.Middle(Cos2),
            Sin2: Enclosure.Middle(Sin2)
        );
        double Value(double t) =>
            p.Cos * Math.Cos(t) + p.Sin * Math.Sin(t) + p.Cos2 * Math.Cos(2 * t) + p.Sin2 * Math.Sin(2 * t);

        var best = Enumerable.Range(0, 4 * Cells).Select(k => Math.PI * k / (2 * Cells)).MaxBy(Value);
        for (var step = 0; step < 8; step++)
        {
            var (sin, cos) = Math.SinCos(best);
            var (sin2, cos2) = Math.SinCos(2 * best);
            var first = -p.Cos * sin + p.Sin * cos - 2 * p.Cos2 * sin2 + 2 * p.Sin2 * cos2;
            var second = -p.Cos * cos - p.Sin * sin - 4 * p.Cos2 * cos2 - 4 * p.Sin2 * sin2;
            // Uphill, and no further than to the next points of the grid.
            if (!(second < 0))
                break;
            best -= Math.Clamp(first / second, -Math.PI / (2 * Cells), Math.PI / (2 * Cells));
        }
        return best;
    }

    private T Bound(double center, double half, T third)
    {
        var h = T.From(half);
        var (value, slope, curvature) = At(center);
        var most = T.UpperEnd(curvature + third * h);
        var bend = T.Max(most, T.From(0.0)) * h * h * T.From(0.5);
        var bound = T.UpperEnd(value + T.Abs(slope) * h + bend);
        if (!(T.Upper(most) < 0))
            return bound;
        var newton = -Enclosure.Middle(slope) / Enclosure.Middle(curvature);
        // Strictly inside, so that rounding cannot carry the point out of the cell.
        var inner = At(center + Math.Clamp(newton, -0.99 * half, 0.99 * half));
        return T.Min(bound, T.UpperEnd(inner.Value + T.Pow(inner.Slope, 2) / (T.From(-2.0) * most)));
    }

    private (T Value, T Slope, T Curvature) At(double t)
    {
        var (sin, cos) = T.SinCos(T.From(t));
        var (sin2, cos2) = (T.From(2.0) * sin * cos, (cos - sin) * (cos + sin));
        T a = Cos * cos + Sin * sin,
            b = Cos2 * cos2 + Sin2 * sin2;
        return (
            Constant + a + b,
            Sin * cos - Cos * sin + T.From(2.0) * (Sin2 * cos2 - Cos2 * sin2),
            -a - T.From(4.0) * b
        );
    }
}
