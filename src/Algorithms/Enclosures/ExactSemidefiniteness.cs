using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Enclosures;

/// <summary>
/// Whether a matrix of doubles is positive semidefinite, decided without rounding: where its smallest eigenvalue is 0 no
/// enclosure can tell.
/// </summary>
public static class ExactSemidefiniteness
{
    /// <summary>Symmetric elimination without fractions (Bareiss, Math. Comp. 22, 1968).</summary>
    /// <remarks>
    /// With positive pivots each step leaves a positive multiple of the Schur complement; a semidefinite matrix with a 0 on the
    /// diagonal has a row of zeros there, which is left out.
    /// </remarks>
    /// <param name="a">Symmetric; finite.</param>
    public static bool IsPositiveSemidefinite(double[,] a)
    {
        var d = a.GetLength(0);
        var m = new BigFloat[d, d];
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
            m[i, j] = BigFloat.From(a[i, j]);
        var last = BigFloat.From(1);
        for (var k = 0; k < d; k++)
        {
            var pivot = m[k, k];
            if (pivot.Sign < 0)
                return false;
            if (pivot.Sign == 0)
            {
                for (var j = k + 1; j < d; j++)
                    if (m[k, j].Sign != 0)
                        return false;
                continue;
            }
            for (var i = k + 1; i < d; i++)
            for (var j = i; j < d; j++)
                m[i, j] = m[j, i] = Quotient(pivot * m[i, j] - m[k, i] * m[k, j], last);
            last = pivot;
        }
        return true;
    }

    /// <summary>a/b where it has finitely many binary digits: the odd part of b divides that of a.</summary>
    private static BigFloat Quotient(BigFloat a, BigFloat b) => new(a.Mantissa / b.Mantissa, a.Exponent - b.Exponent);
}
