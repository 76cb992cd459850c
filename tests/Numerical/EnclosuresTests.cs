using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;

namespace Verify.Tests.Numerical;

/// <summary>The certified constants of losses: closed forms, points that are attained, the constants of the cases.</summary>
public class EnclosuresTests
{
    private const double Tight = 1e-12;

    // Losses are written as terms, each with its numbers in storage order.
    private readonly record struct Term(TermKind Kind, params double[] Numbers);

    private static Term Cosine(double amplitude, double phase, params double[] direction) =>
        new(TermKind.Cosine, [amplitude, phase, .. direction]);

    private static Term Quadratic(double[,] a, params double[] b)
    {
        var packed = new double[SymmetricMatrix.PackedLength(b.Length)];
        SymmetricMatrix.Pack(a, packed);
        return new Term(TermKind.Quadratic, [.. packed, .. b]);
    }

    private static Term Diagonal(double[] diagonal, params double[] b)
    {
        var a = new double[b.Length, b.Length];
        for (var i = 0; i < b.Length; i++)
            a[i, i] = diagonal[i];
        return Quadratic(a, b);
    }

    private static Term Linear(params double[] c) => new(TermKind.Linear, c);

    private static Term Radial(double slope, double scale, params double[] center) =>
        new(TermKind.RadialPseudoHuber, [slope, scale, .. center]);

    private static Term PseudoHuber(double weight, double offset, params double[] direction) =>
        new(TermKind.RidgePseudoHuber, [weight, offset, .. direction]);

    private static Term Huber(double weight, double offset, double cap, params double[] direction) =>
        new(TermKind.RidgeHuber, [weight, offset, cap, .. direction]);

    private static Term Logistic(double weight, double offset, params double[] direction) =>
        new(TermKind.RidgeLogistic, [weight, offset, .. direction]);

    private static Term Cubed(double weight) => new(TermKind.AbsCubed, weight);

    private static IReadOnlyList<LossTerms> Losses(int d, params Term[][] losses) =>
        LossConstants.Losses(InstanceOf(d, losses), TaskShape.Instance.Train);

    private static Instance InstanceOf(int d, params Term[][] losses)
    {
        var shape = TaskShape.Instance;
        var layout = new Layout(shape, d, losses.Length, 0, (_, i) => [.. losses[i].Select(t => t.Kind)]);
        var record = new double[layout.Size];
        Array.Fill(record, double.NaN);
        for (var i = 0; i < losses.Length; i++)
        for (var t = 0; t < losses[i].Length; t++)
            losses[i][t].Numbers.CopyTo(record, layout.LossesOf(shape.Train)[i][t].Offset);
        return new Instance(layout, new Counts(), record);
    }

    private static T[] Equal<T>(int n)
        where T : struct, IEnclosure<T> => [.. Enumerable.Repeat(T.From(1.0) / T.From((double)n), n)];

    private static Interval L(IReadOnlyList<LossTerms> losses) => LossConstants.GradientLipschitz<Interval>(losses);

    private static Interval Rho(IReadOnlyList<LossTerms> losses) => LossConstants.HessianLipschitz<Interval>(losses);

    private static Interval Sigma(IReadOnlyList<LossTerms> losses) =>
        LossConstants.Spread(losses, Equal<Interval>(losses.Count));

    private static Interval GapOf(int d, Term[] train, Term[] test)
    {
        var both = Losses(d, train, test);
        return LossConstants.Gap<Interval>(both[0], both[1]);
    }

    private static double Below(IReadOnlyList<LossTerms> losses) => LossConstants.BoundedBelow<Interval>(losses).Lower;

    private static void IsExactly(double expected, Interval actual)
    {
        Assert.Equal(expected, actual.Lower);
        Assert.Equal(expected, actual.Upper);
    }

    /// <summary>Contains the expected number, up to its own rounding, and is not wider than this relative width.</summary>
    private static void Encloses(double expected, Interval actual, double width = Tight)
    {
        var (lower, upper) = (actual.Lower, actual.Upper);
        Assert.True(
            lower <= expected * (1 + 1e-14) && expected * (1 - 1e-14) <= upper,
            $"[{lower:R}, {upper:R}] does not contain {expected:R}"
        );
        Assert.True(upper - lower <= width * upper, $"[{lower:R}, {upper:R}] is wider than {width}");
    }

    private static void IsNaN(Interval actual) => Assert.True(double.IsNaN(actual.Lower));

    // ---- L ----

    /// <summary>Singular matrices in general position, and the same with one element one double lower.</summary>
    [Fact]
    public void Semidefiniteness_is_decided_where_an_eigenvalue_is_zero()
    {
        double[][] columns =
        [
            [0.1, -0.3, 7],
            [2, 1e-3, 0.5],
            [1, 1, 1],
        ];
        for (var rank = 0; rank <= 3; rank++)
        {
            var a = new double[3, 3];
            // Sums of few bits, so that nothing is rounded.
            for (var k = 0; k < rank; k++)
            for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                a[i, j] += Math.ScaleB(
                    Math.Round(Math.ScaleB(columns[k][i], 10)) * Math.Round(Math.ScaleB(columns[k][j], 10)),
                    -20
                );
            Assert.True(ExactSemidefiniteness.IsPositiveSemidefinite(a), $"rank {rank}");
            a[0, 0] = rank == 0 ? -double.Epsilon : Math.BitDecrement(a[0, 0]);
            Assert.Equal(rank == 3, ExactSemidefiniteness.IsPositiveSemidefinite(a));
        }
        Assert.False(
            ExactSemidefiniteness.IsPositiveSemidefinite(
                new double[,]
                {
                    { 0, 1 },
                    { 1, 0 },
                }
            )
        );
        Assert.True(
            ExactSemidefiniteness.IsPositiveSemidefinite(
                new double[,]
                {
                    { 0, 0 },
                    { 0, 1 },
                }
            )
        );
        Assert.False(
            ExactSemidefiniteness.IsPositiveSemidefinite(
                new double[,]
                {
                    { 1, 2 },
                    { 2, 3 },
                }
            )
        );
    }

    [Fact]
    public void GradientLipschitzIsExactAlongTheAxes()
    {
        IsExactly(
            3,
            L(
                Losses(
                    1,
                    [
                        Quadratic(
                            new double[,]
                            {
                                { -3 },
                            },
                            1
                        ),
                    ]
                )
            )
        );
        IsExactly(2 * 2.25, L(Losses(1, [Cosine(-2, 0.3, 1.5)])));
        IsExactly(5 + 2 * 9, L(Losses(2, [Diagonal([1, -5], 0, 0), Cosine(2, 0.1, 0, 3), Cosine(0.5, 2, 1, 0)])));
        IsExactly(4, L(Losses(2, [Diagonal([4, -3], 1, 2)], [Diagonal([0, -3.5], 0, 0)])));
        IsExactly(0, L(Losses(2, [Linear(1, 2)])));
    }

    [Fact]
    public void GradientLipschitzOfOtherTerms()
    {
        // One side only: w >= 0 adds nothing to the concave side.
        IsExactly(
            5,
            L(
                Losses(
                    1,
                    [
                        Quadratic(
                            new double[,]
                            {
                                { -5 },
                            },
                            0
                        ),
                        PseudoHuber(2, 1, 2),
                    ]
                )
            )
        );
        IsExactly(
            13,
            L(
                Losses(
                    1,
                    [
                        Quadratic(
                            new double[,]
                            {
                                { 5 },
                            },
                            0
                        ),
                        Huber(2, 1, 0.5, 2),
                    ]
                )
            )
        );
        IsExactly(6, L(Losses(2, [Diagonal([4, 3], 0, 0), Radial(1, 0.5, 1, 2)])));
        IsExactly(4, L(Losses(2, [Diagonal([4, 3], 0, 0), Radial(-1, 0.5, 1, 2)])));
        IsExactly(double.PositiveInfinity, L(Losses(2, [Cubed(1)])));
        IsExactly(1, L(Losses(1, [Cosine(1, 0, 1), Cubed(0)])));
    }

    [Fact]
    public void GradientLipschitzInGeneralPositionIsAttained()
    {
        var random = new System.Random(1);
        for (var round = 0; round < 30; round++)
        {
            var (d, n) = (2 + round % 7, 2 + round % 3);
            var losses = Losses(d, General(random, d, Math.Min(n, d)));
            var l = L(losses);
            Assert.True(l.Upper / l.Lower - 1 < Tight, $"{l}");
            for (var sample = 0; sample < 20; sample++)
            {
                var norm = SpectralNorm.Enclose(d, HessianAt(losses[0], d, Point(random, d, 3)));
                Assert.True(norm.Lower <= l.Upper);
            }
        }
    }

    [Fact]
    public void GradientLipschitzOfDependentDirectionsIsBetweenAPointAndTheEnvelope()
    {
        // Both curvatures 1 and 4 are met at once.
        Encloses(5, L(Losses(1, [Cosine(1, 0, 1), Cosine(1, 0, 2)])));
        // A quarter turn apart they never are.
        var l = L(Losses(1, [Cosine(1, 0, 1), Cosine(1, Math.PI / 2, 2)]));
        var largest = Enumerable.Range(0, 10_000).Max(k => Math.Abs(Math.Cos(k * 1e-3) - 4 * Math.Sin(k * 2e-3)));
        Assert.True(largest < 4.9 && l.Lower >= 3 && l.Lower <= largest + 1e-5 && l.Upper >= largest, $"{l}");
    }

    // ---- rho ----

    [Fact]
    public void HessianLipschitzIsExactAlongTheAxes()
    {
        IsExactly(2 * 3.375, Rho(Losses(1, [Cosine(-2, 0.3, 1.5)])));
        IsExactly(27, Rho(Losses(2, [Cosine(1, 0.1, 0, 3), Cosine(3, 2, 2, 0)])));
        IsExactly(0, Rho(Losses(2, [Diagonal([4, -3], 1, 2)])));
        IsExactly(3, Rho(Losses(3, [Cubed(-3)])));
        IsExactly(double.PositiveInfinity, Rho(Losses(1, [Huber(1, 0, 1, 1)])));
        // (3, 4) has length 5.
        Encloses(2 * 125, Rho(Losses(2, [Cosine(2, 1, 3, 4)])));
        Encloses(2 * 125, Rho(Losses(2, [Cosine(2, 1, 3, 4), Cosine(1, 1, -4, 3)])));
    }

    [Fact]
    public void HessianLipschitzOfPseudoHubersIsThatOfTheirThirdDerivative()
    {
        static double Third(double u) => 3 * u / Math.Pow(1 + u * u, 2.5);
        var sup = Enumerable.Range(0, 200_001).Max(k => Third(k * 1e-5));
        Encloses(3 * 8 * sup, Rho(Losses(1, [PseudoHuber(-3, 1, 2)])), 1e-9);
        Encloses(3 / 0.25 * sup, Rho(Losses(3, [Radial(3, 0.5, 1, 2, 3)])), 1e-9);
    }

    [Fact]
    public void HessianLipschitzInGeneralPositionIsNeverExceeded()
    {
        var random = new System.Random(2);
        for (var round = 0; round < 30; round++)
        {
            var d = 3 + round % 5;
            Term[] terms = [.. General(random, d, 2), PseudoHuber(1, 0.5, Point(random, d, 1))];
            var losses = Losses(d, terms);
            var rho = Rho(losses);
            for (var sample = 0; sample < 50; sample++)
            {
                var (x, e) = (Point(random, d, 3), Point(random, d, 1e-3));
                double[] y = [.. x.Zip(e, (a, b) => a + b)];
                Interval[] change = [.. HessianAt(losses[0], d, x).Zip(HessianAt(losses[0], d, y), (a, b) => a - b)];
                var quotient = SpectralNorm.Enclose(d, change).Lower / Math.Sqrt(e.Sum(v => v * v));
                Assert.True(quotient <= rho.Upper * (1 + 1e-9));
            }
            Assert.True(rho.Lower > 0 && rho.Upper < 2 * rho.Lower, $"{rho}");
        }
    }

    // ---- logistic terms ----

    [Fact]
    public void TheTwelfthDerivativeOfTheLogisticLossIsLargestAt0()
    {
        // Derivatives of h are polynomials in s = h'(u), and s' = s - s^2; their coefficients are integers.
        long[] p = [0, 1];
        for (var n = 1; n < 12; n++)
        {
            var next = new long[p.Length + 1];
            for (var k = 1; k < p.Length; k++)
            {
                next[k] += k * p[k];
                next[k + 1] -= k * p[k];
            }
            p = next;
        }
        double At(double s) => p.Reverse().Aggregate(0.0, (sum, c) => sum * s + c);
        Assert.Equal(-Verify.Algorithms.Losses.Logistic.TwelfthDerivative, At(0.5), 1e-6);
        for (var s = 0.0; s <= 1; s += 1e-3)
            Assert.True(Math.Abs(At(s)) <= Verify.Algorithms.Losses.Logistic.TwelfthDerivative + 1e-6, $"{s}");
    }

    [Fact]
    public void LogisticConstantsInClosedForm()
    {
        // f'' in [0, w/4], |f'''| up to w/(6 sqrt 3), |f'| up to w.
        IsExactly(2 * 9 / 4.0, L(Losses(1, [Logistic(2, 0.3, 3)])));
        Encloses(2 * 27 / (6 * Math.Sqrt(3)), Rho(Losses(1, [Logistic(2, 0.3, 3)])));
        IsExactly(double.PositiveInfinity, L(Losses(1, [Logistic(1, 0, 1), Cubed(1)])));
        // Two tasks with opposite labels differ by a linear part: h(u) - h(-u) = u.
        Encloses(3 * 5 / 2.0, Sigma(Losses(2, [Logistic(3, 0, 3, 4)], [Logistic(3, 0, -3, -4)])));
        Encloses(3 * 5, GapOf(2, [Logistic(3, 0, 3, 4)], [Logistic(3, 0, -3, -4)]));
        IsExactly(0, GapOf(2, [Logistic(3, 0.1, 3, 4)], [Logistic(3, 0.1, 3, 4)]));
        // Against nothing: f' between 0 and w.
        var gap = GapOf(2, [Logistic(3, 0, 3, 4)], []);
        Assert.True(gap.Lower <= 15 && gap.Upper >= 15 && gap.Upper <= 15 * (1 + Tight), $"{gap}");
        IsExactly(15, Interval.From(LossConstants.GradientBound<Interval>(Losses(2, [Logistic(3, 0, 3, 4)])[0]).Upper));
    }

    [Fact]
    public void LogisticLossesAreBoundedBelowUnlessTheirWeightIsNegative()
    {
        Assert.Equal(1, Below(Losses(2, [Logistic(1, 0, 1, 2), Logistic(2, 1, -1, 2)])));
        Assert.Equal(1, Below(Losses(2, [Diagonal([1, 1], 5, 1), Logistic(-1, 0, 1, 2)])));
        Assert.Equal(-1, Below(Losses(2, [Logistic(-1, 0, 1, 2)])));
        Assert.True(double.IsNaN(Below(Losses(1, [Logistic(1, 0, 1), Linear(0.5)]))));
    }

    [Fact]
    public void LogisticConstantsOfManyRowsAreTightOrNeverExceeded()
    {
        var random = new System.Random(12);
        for (var round = 0; round < 4; round++)
        {
            var (d, n) = (2 + round % 3, 12);
            Term[][] tasks =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(_ =>
                        Enumerable
                            .Range(0, n)
                            .Select(_ => Logistic(1.0 / n, 0, Point(random, d, 1)))
                            .Prepend(Diagonal([.. Enumerable.Repeat(0.25, d)], new double[d]))
                            .ToArray()
                    ),
            ];
            var losses = Losses(d, tasks);
            foreach (var (loss, terms) in losses.Zip(tasks))
            {
                // At 0 every curvature is the largest, far out almost everywhere all are gone.
                var gram = Matrix<double>.Build.Dense(d, d);
                foreach (var term in terms[1..])
                {
                    var v = Vector<double>.Build.Dense(term.Numbers[2..]);
                    gram += v.OuterProduct(v) / (4.0 * n);
                }
                var (least, most) = LossConstants.Curvature<Interval>(loss);
                Encloses(0.25 + gram.Evd(Symmetricity.Symmetric).EigenValues.Real().Maximum(), most);
                IsExactly(0.25, least);
            }
            var (rho, sigma) = (Rho(losses), Sigma(losses));
            Assert.True(rho.Lower > 0.2 * rho.Upper && sigma.Lower > 0.2 * sigma.Upper, $"{rho} {sigma}");
            for (var sample = 0; sample < 25; sample++)
            {
                var (x, e) = (Point(random, d, 3), Point(random, d, 1e-3));
                double[] y = [.. x.Zip(e, (a, b) => a + b)];
                Interval[] change = [.. HessianAt(losses[0], d, x).Zip(HessianAt(losses[0], d, y), (a, b) => a - b)];
                Assert.True(SpectralNorm.Enclose(d, change).Lower / Math.Sqrt(e.Sum(v => v * v)) <= rho.Upper);
                Assert.True(SpreadAt(losses, d, Point(random, d, 5)) <= sigma.Upper);
            }
        }
    }

    // ---- sigma and b ----

    [Fact]
    public void SpreadInClosedForm()
    {
        IsExactly(0, Sigma(Losses(2, [Linear(1, 2)])));
        IsExactly(0, Sigma(Losses(1, [Cosine(1, 0.3, 2), Linear(3)], [Cosine(1, 0.3, 2), Linear(3)])));
        Encloses(5, Sigma(Losses(2, [Linear(3, 4)], [Linear(-3, -4)])));
        // Opposite cosines: a v sin.
        Encloses(3 * 2, Sigma(Losses(1, [Cosine(3, 1, 2)], [Cosine(-3, 1, 2)])));
        Encloses(1.5 * 2, Sigma(Losses(1, [Cosine(3, 1, 2)], [])));
        // -v in place of v with the phase turned is the same cosine.
        IsExactly(0, Sigma(Losses(1, [Cosine(1, 0.3, 2)], [Cosine(1, -0.3, -2)])));
        // Along one direction linear parts and cosines add up; across two they add in squares.
        Encloses(1 + 6, Sigma(Losses(1, [Cosine(3, 1, 2), Linear(1)], [Cosine(-3, 1, 2), Linear(-1)])));
        Encloses(
            Math.Sqrt(36 + 9),
            Sigma(
                Losses(
                    2,
                    [Cosine(3, 1, 2, 0), Cosine(2, 0, 0, 1), Linear(0, 0)],
                    [Cosine(-3, 1, 2, 0), Cosine(-2, 0, 0, 1), Linear(0, 2)]
                )
            )
        );
    }

    [Fact]
    public void SpreadOfOneDirectionIsThatOfAFineGrid()
    {
        var random = new System.Random(3);
        for (var round = 0; round < 20; round++)
        {
            Term[][] tasks =
            [
                .. Enumerable
                    .Range(0, 2 + round % 4)
                    .Select(_ => new[] { Linear(Normal(random)), Cosine(Normal(random), 3 * Normal(random), 1.25) }),
            ];
            var (losses, largest) = (Losses(1, tasks), 0.0);
            for (var k = 0; k < 4_000; k++)
                largest = Math.Max(largest, SpreadAt(losses, 1, [k * 2 * Math.PI / 1.25 / 4_000]));
            var sigma = Sigma(losses);
            Assert.True(largest <= sigma.Upper && sigma.Upper <= largest * (1 + 1e-5), $"{sigma}");
            Assert.True(sigma.Upper / sigma.Lower - 1 < Tight, $"{sigma}");
        }
    }

    [Fact]
    public void SpreadIsNeverExceededAndAttainedWhereDirectionsAreOrthogonal()
    {
        var random = new System.Random(4);
        for (var round = 0; round < 40; round++)
        {
            var isOrthogonal = round % 2 == 0;
            var (d, n) = (2 + round % 4, 2 + round % 3);
            double[][] directions = [Point(random, d, 1), Point(random, d, 1)];
            if (isOrthogonal)
            {
                var along = directions[0].Zip(directions[1], (a, b) => a * b).Sum() / directions[0].Sum(v => v * v);
                for (var i = 0; i < d; i++)
                    directions[1][i] -= along * directions[0][i];
            }
            Term[][] tasks =
            [
                .. Enumerable
                    .Range(0, n)
                    .Select(_ =>
                        directions
                            .Select(v => Cosine(Normal(random), Normal(random), v))
                            .Append(Linear(Point(random, d, 1)))
                            .ToArray()
                    ),
            ];
            var losses = Losses(d, tasks);
            var sigma = Sigma(losses);
            for (var sample = 0; sample < 200; sample++)
                Assert.True(SpreadAt(losses, d, Point(random, d, 5)) <= sigma.Upper * (1 + 1e-14));
            var ratio = sigma.Upper / sigma.Lower;
            Assert.True(isOrthogonal ? ratio - 1 < Tight : ratio < 4, $"{sigma}");
        }
    }

    [Fact]
    public void SpreadOfOtherTerms()
    {
        Term quadratic = Diagonal([1, 2], 3, 4),
            other = Diagonal([1, 2.5], 3, 4),
            huber = PseudoHuber(2, 1, 3, 4);
        IsExactly(double.PositiveInfinity, Sigma(Losses(2, [quadratic], [other])));
        IsExactly(double.PositiveInfinity, Sigma(Losses(2, [quadratic, Cubed(1)], [quadratic])));
        IsExactly(0, Sigma(Losses(2, [quadratic, huber, Cubed(1)], [Cubed(1), huber, quadratic])));
        // Of bounded gradient: |w||v| = 10 at most, in one task of two.
        var sigma = Sigma(Losses(2, [huber], []));
        Assert.True(sigma.Lower <= 5 && 5 <= sigma.Upper && sigma.Upper <= 10);
        // A task of weight 0 does not count.
        var losses = Losses(2, [quadratic], [quadratic], [other]);
        IsExactly(0, LossConstants.Spread(losses, Array.ConvertAll([0.5, 0.5, 0.0], Interval.From)));
    }

    [Fact]
    public void GapInClosedForm()
    {
        Encloses(5, GapOf(2, [Linear(1, 2)], [Linear(4, 6)]));
        // a e^(i phi) - b e^(i psi) = 3 - 4i.
        Encloses(5 * 2, GapOf(1, [Cosine(3, 0, 2)], [Cosine(4, Math.PI / 2, 2)]), 1e-12);
        Encloses(1 + 10, GapOf(1, [Cosine(3, 0, 2), Linear(0)], [Cosine(4, Math.PI / 2, 2), Linear(1)]), 1e-12);
        IsExactly(
            double.PositiveInfinity,
            GapOf(
                1,
                [
                    Quadratic(
                        new double[,]
                        {
                            { 1 },
                        },
                        0
                    ),
                ],
                []
            )
        );
        IsExactly(0, GapOf(2, [Cosine(3, 0, 2, 1), Linear(1, 2)], [Linear(1, 2), Cosine(3, 0, 2, 1)]));
    }

    [Fact]
    public void NearlyEqualCosinesKeepTheirDigits()
    {
        // 2 a sin(delta/2) to full relative accuracy, though the phases differ in their last digits only.
        var (phase, next) = (1.0, 1.0 + Math.ScaleB(1, -40));
        Encloses(3 * 2 * Math.ScaleB(1, -40), GapOf(1, [Cosine(3, phase, 2)], [Cosine(3, next, 2)]), 1e-12);
    }

    // ---- bounded below ----

    [Fact]
    public void BoundedBelowIsDecidedWhereItCanBe()
    {
        Assert.Equal(1, Below(Losses(2, [Cosine(1, 0, 1, 2)])));
        Assert.Equal(
            1,
            Below(
                Losses(
                    2,
                    [
                        Quadratic(
                            new double[,]
                            {
                                { 2, 1 },
                                { 1, 2 },
                            },
                            5,
                            5
                        ),
                        PseudoHuber(-9, 0, 1, 1),
                    ]
                )
            )
        );
        Assert.Equal(1, Below(Losses(2, [Diagonal([1, 0], 5, 0), Cosine(1, 0, 1, 2)])));
        Assert.Equal(1, Below(Losses(2, [Diagonal([-1, 0], 5, 0), Cubed(1)])));
        Assert.Equal(1, Below(Losses(2, [Radial(1, 1, 0, 0)])));
        Assert.Equal(-1, Below(Losses(2, [Diagonal([1, 0], 5, 1), Cosine(1, 0, 1, 2)])));
        Assert.Equal(
            -1,
            Below(
                Losses(
                    2,
                    [
                        Quadratic(
                            new double[,]
                            {
                                { 1, 2 },
                                { 2, 1 },
                            },
                            0,
                            0
                        ),
                    ]
                )
            )
        );
        Assert.Equal(-1, Below(Losses(1, [Cosine(1, 0, 1)], [Linear(1)])));
        Assert.Equal(-1, Below(Losses(1, [Huber(-1, 0, 1, 1)])));
        Assert.Equal(
            -1,
            Below(
                Losses(
                    1,
                    [
                        Quadratic(
                            new double[,]
                            {
                                { 1 },
                            },
                            0
                        ),
                        Cubed(-1),
                    ]
                )
            )
        );
        // Open: a slope against a linear growth, and a singular matrix in skew coordinates.
        Assert.True(double.IsNaN(Below(Losses(1, [PseudoHuber(1, 0, 1), Linear(0.5)]))));
        Assert.True(
            double.IsNaN(
                Below(
                    Losses(
                        2,
                        [
                            Quadratic(
                                new double[,]
                                {
                                    { 1, 1 },
                                    { 1, 1 },
                                },
                                0,
                                0
                            ),
                        ]
                    )
                )
            )
        );
    }

    // ---- matrices ----

    [Fact]
    public void SpectralNormIsExactForDiagonalMatrices()
    {
        IsExactly(3, SpectralNorm.Enclose(1, [Interval.From(-3.0)]));
        IsExactly(7, SpectralNorm.Enclose(2, Array.ConvertAll([0.1, 0, 0, -7], Interval.From)));
        IsExactly(7, SpectralNorm.Enclose(2, Array.ConvertAll([0, 0.1, -7.0, 0], Interval.From)));
        IsExactly(0, SpectralNorm.Enclose(3, Array.ConvertAll(new double[9], Interval.From)));
        IsNaN(SpectralNorm.Enclose(1, [Interval.From(double.PositiveInfinity)]));
        IsNaN(SpectralNorm.Enclose(2, Array.ConvertAll([1, 0, double.NaN, 1], Interval.From)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(40)]
    public void SpectralNormIsTight(int d)
    {
        var random = new System.Random(d);
        foreach (var scale in (double[])[1, 1e-170, 1e200])
        {
            var m = Point(random, d * d, scale);
            var norm = SpectralNorm.Enclose(d, Array.ConvertAll(m, Interval.From));
            Assert.True(norm.Upper / norm.Lower - 1 < 1e-13 * Math.Max(1, d * d / 256.0), $"{norm}");
            var kernel = SpectralNorm.Of(
                d,
                new Ref<Real>(ref Array.ConvertAll(m, v => Real.From(v))[0]),
                new Scratch<Real>()
            );
            Encloses(Of(kernel), norm, 1);
            Assert.True(Math.Abs(Of(kernel) / norm.Upper - 1) < 1e-12);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-3)]
    [InlineData(1e-9)]
    [InlineData(1e-12)]
    public void KernelNormFindsNearlyEqualSingularValues(double gap)
    {
        const int D = 6;
        // A reflection times a diagonal with several values near 1.
        var u = Point(new System.Random(7), D, 1);
        var square = u.Sum(v => v * v);
        var m = new Real[D * D];
        for (var i = 0; i < D; i++)
        for (var j = 0; j < D; j++)
            m[i * D + j] = Real.From(((i == j ? 1 : 0) - 2 * u[i] * u[j] / square) * (1 - j * gap));
        var norm = Of(SpectralNorm.Of(D, new Ref<Real>(ref m[0]), new Scratch<Real>()));
        Assert.True(Math.Abs(norm - 1) < 1e-10, $"{norm:R}");
    }

    [Fact]
    public void KernelNormOfZeroIsZeroAndOfSpecialMatricesRight()
    {
        Assert.Equal(0, Kernel(2, 0, 0, 0, 0));
        Assert.Equal(3, Kernel(1, -3));
        Assert.Equal(4, Kernel(2, 0, 4, 0, 0), 1e-14);
        Assert.Equal(4, Kernel(3, 0, 0, 0, 0, 0, 0, 0, 0, -4), 1e-14);
        Assert.Equal(2, Kernel(2, 1, -1, -1, 1), 1e-14);
        Assert.Equal(1e-200, Kernel(2, 0, 1e-200, 0, 0), 1e-214);
        Assert.True(double.IsNaN(Kernel(2, 1, double.NaN, 0, 1)));
        var zero = new Ref<Interval>(ref Array.ConvertAll([3.0, 0, 0, 4], Interval.From)[0]);
        IsExactly(4, SpectralNorm.Of(2, zero, new Scratch<Interval>()));
    }

    [Fact]
    public void LargestEigenvalueKeepsItsSign()
    {
        Interval[] a = Array.ConvertAll([-3.0, 1, 1, -3], Interval.From);
        Encloses(2, -SymmetricEigenvalues.Largest(2, a));
        Encloses(4, -SymmetricEigenvalues.Smallest(2, a));
        IsExactly(-1, SymmetricEigenvalues.Largest(2, Array.ConvertAll([-3.0, 0, 0, -1], Interval.From)));
        Assert.False(SymmetricEigenvalues.IsPositiveDefinite(2, a));
        Assert.True(SymmetricEigenvalues.IsPositiveDefinite(2, Array.ConvertAll(a, x => -x)));
        // Nearly singular, decided by the pivots: 1 - (1 - 2^-52) > 0.
        Interval[] near = Array.ConvertAll([1.0, 1, 1, 1 + Math.ScaleB(1, -52)], Interval.From);
        Assert.True(SymmetricEigenvalues.IsPositiveDefinite(2, near));
    }

    [Fact]
    public void LargestEigenvalueHoldsForEveryMatrixWithinTheElements()
    {
        // With 1/2 off the diagonal 3/2, with 0 there 1.
        var off = Interval.FromBounds(-0.5, 0.5);
        var largest = SymmetricEigenvalues.Largest(2, [Interval.From(1.0), off, off, Interval.From(1.0)]);
        Assert.True(largest.Lower <= 1 && largest.Upper >= 1.5, $"{largest}");
        // Vectors in double precision do not make the enclosure lose the exact eigenvalue d of the matrix of ones.
        for (var d = 2; d <= 12; d++)
        {
            var exact = SymmetricEigenvalues.Largest(d, Array.ConvertAll(Repeated(d * d), BigInterval.From));
            Assert.True(
                BigInterval.CertainlyAtMost(BigInterval.LowerEnd(exact), BigInterval.From((double)d))
                    && BigInterval.CertainlyAtMost(BigInterval.From((double)d), BigInterval.UpperEnd(exact))
            );
        }

        static double[] Repeated(int n) => [.. Enumerable.Repeat(1.0, n)];
    }

    [Fact]
    public void ProductsFollowTheirDefinition()
    {
        const int D = 6;
        var random = new System.Random(9);
        double[] a = Point(random, D * D, 1),
            b = Point(random, D * D, 1);
        Real[] ra = Array.ConvertAll(a, v => Real.From(v)),
            rb = Array.ConvertAll(b, v => Real.From(v)),
            product = new Real[D * D],
            step = new Real[D * D];
        Matrices.Multiply<Real, Ref<Real>>(D, new(ref ra[0]), new(ref rb[0]), new(ref product[0]));
        Matrices.MultiplyByIdentityMinus<Real, Ref<Real>>(
            D,
            new(ref ra[0]),
            Real.From(0.5),
            new(ref rb[0]),
            new(ref step[0])
        );
        for (var i = 0; i < D; i++)
        for (var j = 0; j < D; j++)
        {
            var expected = Enumerable.Range(0, D).Sum(k => a[i * D + k] * b[k * D + j]);
            Assert.Equal(expected, Of(product[i * D + j]), 1e-13);
            Assert.Equal(a[i * D + j] - 0.5 * expected, Of(step[i * D + j]), 1e-13);
        }
    }

    [Fact]
    public void HigherPrecisionAgreesAndIsNoWider()
    {
        var random = new System.Random(11);
        for (var d = 1; d <= 5; d++)
        {
            var v = Point(random, d, 1);
            Term[][] tasks =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(_ =>
                        new[]
                        {
                            Diagonal([.. Enumerable.Repeat(-2.0, d)], Point(random, d, 1)),
                            Cosine(Normal(random), Normal(random), v),
                        }
                    ),
            ];
            var losses = Losses(d, tasks);
            Agree(L(losses), LossConstants.GradientLipschitz<BigInterval>(losses));
            Agree(Rho(losses), LossConstants.HessianLipschitz<BigInterval>(losses));
            Agree(Sigma(losses), LossConstants.Spread(losses, Equal<BigInterval>(3)));
            Agree(
                LossConstants.Gap<Interval>(losses[0], losses[1]),
                LossConstants.Gap<BigInterval>(losses[0], losses[1])
            );
            var m = Point(random, d * d, 1);
            Agree(
                SpectralNorm.Enclose(d, Array.ConvertAll(m, Interval.From)),
                SpectralNorm.Enclose(d, Array.ConvertAll(m, BigInterval.From))
            );
        }

        static void Agree(Interval a, BigInterval b)
        {
            var rough = Interval.FromBounds(Ends(b).Lower, Ends(b).Upper);
            var common = Interval.Intersect(a, rough);
            Assert.True(common.Lower > 0 && rough.Upper - rough.Lower <= 1.5 * (a.Upper - a.Lower), $"{a} {rough}");
        }

        static (double Lower, double Upper) Ends<T>(T a)
            where T : struct, IEnclosure<T> => (T.Lower(a), T.Upper(a));
    }

    // ---- the constants of the conformance cases ----

    [Fact]
    public void EnclosuresContainTheConstantsOfTheCases()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", "ji2022.json"))
        );
        var count = 0;
        foreach (var element in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var instance = element.GetProperty("instance");
            var (train, test) = (Read(instance, "taskS", "tasksS"), Read(instance, "taskT", "tasksT"));
            var tasks = Read(instance, "task", "tasks");
            // Where the file gives the test losses alone, L and rho may be those of losses that it leaves out.
            if (tasks.Length + train.Length == 0)
                continue;
            var d = Dimension(instance);
            var all = Losses(d, [.. tasks, .. train, .. test]);
            var outer = tasks.Length > 0 ? tasks : test;
            // The L of proposition 2 is that of the tasks from which its one task is taken.
            var isOfMore = element
                .GetProperty("claim")
                .GetString()!
                .StartsWith("ji2022.prop2", StringComparison.Ordinal);
            Check(instance, "L", L(all), isOfMore ? 1 : Tight);
            Check(instance, "rho", Rho(all), Tight);
            if (instance.TryGetProperty("sigma", out _))
            {
                double[] p = [.. instance.GetProperty("p").EnumerateArray().Select(v => v.GetDouble())];
                var weights = Array.ConvertAll(p, Interval.From);
                // The sigma and b_i of the file are safe upper bounds, 5e-10 to 5e-9 above the smallest.
                Check(instance, "sigma", LossConstants.Spread(Losses(d, outer), weights), 1e-8);
            }
            if (instance.TryGetProperty("b_i", out var gaps))
                foreach (var (i, gap) in gaps.EnumerateArray().Index())
                    IsAtLeast(gap.GetDouble(), GapOf(d, train[i], test[i]), 1e-8);
            count++;
        }
        Assert.True(count > 30);
    }

    private static void Check(JsonElement instance, string name, Interval enclosure, double slack)
    {
        if (instance.TryGetProperty(name, out var given))
            IsAtLeast(given.GetDouble(), enclosure, slack);
    }

    /// <summary>The given constant is valid up to its own rounding, and exceeds the smallest by no more than the slack.</summary>
    private static void IsAtLeast(double given, Interval enclosure, double slack)
    {
        var (lower, upper) = (enclosure.Lower, enclosure.Upper);
        Assert.True(
            given * (1 + 1e-14) >= lower && given <= upper * (1 + slack) && upper <= lower * (1 + Tight),
            $"{given:R} against [{lower:R}, {upper:R}]"
        );
    }

    private static Term[][] Read(JsonElement instance, string single, string list) =>
        instance.TryGetProperty(single, out var one) ? [ReadLoss(one)]
        : instance.TryGetProperty(list, out var many) ? [.. many.EnumerateArray().Select(ReadLoss)]
        : [];

    private static Term[] ReadLoss(JsonElement loss) =>
        [
            .. loss.EnumerateArray()
                .Select(term =>
                    term.GetProperty("kind").GetString() == "quadratic"
                        ? Quadratic(ReadMatrix(term.GetProperty("A")), ReadVector(term.GetProperty("b")))
                        : Cosine(
                            term.GetProperty("amplitude").GetDouble(),
                            term.GetProperty("phase").GetDouble(),
                            ReadVector(term.GetProperty("direction"))
                        )
                ),
        ];

    private static double[] ReadVector(JsonElement vector) => [.. vector.EnumerateArray().Select(v => v.GetDouble())];

    private static double[,] ReadMatrix(JsonElement rows)
    {
        double[][] values = [.. rows.EnumerateArray().Select(ReadVector)];
        var matrix = new double[values.Length, values.Length];
        for (var i = 0; i < values.Length; i++)
        for (var j = 0; j < values.Length; j++)
            matrix[i, j] = values[i][j];
        return matrix;
    }

    private static int Dimension(JsonElement instance)
    {
        var first = instance.EnumerateObject().First(p => p.Name.StartsWith("task", StringComparison.Ordinal));
        var loss = first.Name is "task" or "taskS" or "taskT" ? first.Value : first.Value[0];
        return loss[0].GetProperty("b").GetArrayLength();
    }

    // ---- samples ----

    private static double Normal(System.Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Point(System.Random random, int d, double scale) =>
        [.. Enumerable.Range(0, d).Select(_ => scale * Normal(random))];

    /// <summary>A full symmetric quadratic and cosines in general position.</summary>
    private static Term[] General(System.Random random, int d, int cosines)
    {
        var a = new double[d, d];
        for (var i = 0; i < d; i++)
        for (var j = 0; j <= i; j++)
            a[i, j] = a[j, i] = Normal(random);
        return
        [
            Quadratic(a, Point(random, d, 1)),
            .. Enumerable.Range(0, cosines).Select(_ => Cosine(Normal(random), Normal(random), Point(random, d, 1))),
        ];
    }

    private static Interval[] HessianAt(LossTerms loss, int d, double[] x)
    {
        var record = Record(loss);
        Interval[] point = Array.ConvertAll(x, Interval.From),
            hessian = new Interval[d * d],
            unit = new Interval[d];
        Loss.Hessian<Interval, Ref<Interval>>(
            record.Terms,
            new(ref record.Numbers[0]),
            d,
            new(ref point[0]),
            new(ref hessian[0]),
            new(ref unit[0])
        );
        return hessian;
    }

    /// <summary>A certified lower end of the root mean square deviation at a point.</summary>
    private static double SpreadAt(IReadOnlyList<LossTerms> losses, int d, double[] x)
    {
        var gradients = new Interval[losses.Count][];
        Interval[] point = Array.ConvertAll(x, Interval.From);
        for (var i = 0; i < losses.Count; i++)
        {
            var record = Record(losses[i]);
            gradients[i] = new Interval[d];
            Loss.Gradient<Interval, Ref<Interval>>(
                record.Terms,
                new(ref record.Numbers[0]),
                d,
                new(ref point[0]),
                new(ref gradients[i][0])
            );
        }
        var n = Interval.From((double)losses.Count);
        var sum = Interval.From(0.0);
        for (var k = 0; k < d; k++)
        {
            var mean = gradients.Select(g => g[k]).Aggregate((a, b) => a + b) / n;
            sum += gradients.Select(g => Interval.Pow(g[k] - mean, 2)).Aggregate((a, b) => a + b) / n;
        }
        return Interval.Sqrt(sum).Lower;
    }

    /// <summary>The terms of one loss in a record of its own.</summary>
    private static (TermAt[] Terms, Interval[] Numbers) Record(LossTerms loss)
    {
        var (terms, numbers) = (new List<TermAt>(), new List<Interval>());
        foreach (var term in loss.Terms)
        {
            terms.Add(term with { Offset = numbers.Count });
            foreach (var number in loss[term])
                numbers.Add(Interval.From(number));
        }
        return ([.. terms], [.. numbers]);
    }

    private static double Kernel(int d, params double[] m) =>
        Of(SpectralNorm.Of(d, new Ref<Real>(ref Array.ConvertAll(m, v => Real.From(v))[0]), new Scratch<Real>()));

    private static double Of(Real a) => Real.Lane(a, 0);
}
