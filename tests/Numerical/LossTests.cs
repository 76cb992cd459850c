using MathNet.Numerics.LinearAlgebra;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Random;

namespace Verify.Tests.Numerical;

/// <summary>Values by hand; gradients against dual numbers over values, Hessians against dual numbers over gradients.</summary>
public sealed class LossTests
{
    public static TheoryData<TermKind> Kinds => [.. Enum.GetValues<TermKind>()];

    [Theory]
    [InlineData(TermKind.Quadratic, new[] { 2, 1, 4, 3, -1.0 }, 1 + 2 + 8 + 3 - 2.0)] // A = [[2,1],[1,4]], b = (3,-1)
    [InlineData(TermKind.Linear, new[] { 3, -1.0 }, 1.0)]
    [InlineData(TermKind.Cosine, new[] { 5, 0.5, 1.5, -1 }, 5.0)] // 1.5 - 2 + 0.5 = 0
    [InlineData(TermKind.RadialPseudoHuber, new[] { 3, 0.5, 1, 1.5 }, 1.5 * 0.41421356237309515)] // |(0,0.5)|/0.5 = 1
    [InlineData(TermKind.RidgePseudoHuber, new[] { 4, -1, 2, -1.0 }, 4 * 1.4142135623730951)] // 2 - 2 + 1 = 1
    [InlineData(TermKind.RidgeHuber, new[] { 4, -1, 3, 2, -1.0 }, 2.0)] // u = 1, within the cap
    [InlineData(TermKind.RidgeHuber, new[] { 4, -4, 3, 2, -1.0 }, 4 * 7.5)] // u = 4: 12 - 4.5
    [InlineData(TermKind.AbsCubed, new[] { 2.0 }, 3.0)]
    [InlineData(TermKind.RidgeLogistic, new[] { 4, -1, 2, -1.0 }, 5.253046750072891)] // 4 log(1 + e)
    public void Values_at_1_2_are_those_by_hand(TermKind kind, double[] numbers, double expected) =>
        Assert.Equal(expected, Evaluate(kind, numbers, 2, [1, 2], Value), 1e-15 * 20);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_the_slopes_of_values(TermKind kind)
    {
        var stream = new UniformStream(3, 1, (ulong)kind, 0);
        for (var round = 0; round < 50; round++)
        {
            var d = 1 + stream.Below(9);
            var (numbers, x) = Draw(kind, d, ref stream);
            var gradient = Vector(kind, numbers, d, x, null);
            for (var k = 0; k < d; k++)
            {
                var slope = Evaluate(kind, numbers, d, x, (t, r, n, p) => Seeded(t, r, n, p, k));
                AssertClose(slope, gradient[k], gradient);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Hessian_vector_products_are_the_slopes_of_gradients(TermKind kind)
    {
        var stream = new UniformStream(4, 1, (ulong)kind, 0);
        for (var round = 0; round < 50; round++)
        {
            var d = 1 + stream.Below(9);
            var (numbers, x) = Draw(kind, d, ref stream);
            var z = new double[d];
            foreach (ref var e in z.AsSpan())
                e = stream.Uniform(-2, 2);
            var product = Vector(kind, numbers, d, x, z);
            var slopes = DualGradient(kind, numbers, d, x, z);
            for (var k = 0; k < d; k++)
                AssertClose(slopes[k], product[k], product);
        }
    }

    // log(1 + e^u), 1/(1 + e^-u) and 1/(2 + e^u + e^-u), from Python's decimal with 60 digits.
    [Theory]
    [InlineData(-1000, 0, 0, 0)]
    [InlineData(-720, 0, 2.0322308024e-313, 2.0322308024e-313)]
    [InlineData(-40, 4.248354255291589e-18, 4.248354255291589e-18, 4.248354255291589e-18)]
    [InlineData(-2, 0.1269280110429725, 0.11920292202211756, 0.10499358540350652)]
    [InlineData(0, 0.6931471805599453, 0.5, 0.25)]
    [InlineData(3, 3.048587351573742, 0.9525741268224333, 0.04517665973091213)]
    [InlineData(-700, 0, 9.85967654375977e-305, 9.85967654375977e-305)]
    [InlineData(700, 700, 1, 9.85967654375977e-305)]
    [InlineData(750, 750, 1, 0)]
    [InlineData(1e300, 1e300, 1, 0)]
    public void The_logistic_loss_keeps_its_digits_far_out(double u, double value, double slope, double curvature)
    {
        Close<Real>(u, value, slope, curvature);
        Close<Lanes4>(u, value, slope, curvature);
        Encloses<Interval>(u, value, slope, curvature);
        Encloses<BigInterval>(u, value, slope, curvature);
        // The duals' slopes too, where nothing may be infinite or undefined.
        Assert.Equal(slope, Logistic.Value(Dual<Real>.Variable(new Real(u))).Slope.Value, 1e-15);
        Assert.Equal(curvature, Logistic.Slope(Dual<Real>.Variable(new Real(u))).Slope.Value, 1e-15);

        static void Close<T>(double u, double value, double slope, double curvature)
            where T : unmanaged, IMachineReal<T>
        {
            Assert.Equal(value, T.Lane(Logistic.Value(T.From(u)), T.Width - 1), 1e-15 * Math.Max(1, value));
            Assert.Equal(slope, T.Lane(Logistic.Slope(T.From(u)), T.Width - 1), 1e-15 * slope);
            Assert.Equal(curvature, T.Lane(Logistic.Curvature(T.From(u)), T.Width - 1), 2e-15 * curvature);
        }

        static void Encloses<T>(double u, double value, double slope, double curvature)
            where T : struct, IEnclosure<T>
        {
            // Far below the normal doubles a few places are all there is.
            const double Subnormal = 64 * double.Epsilon;
            Within(Logistic.Value(T.From(u)), value, 1e-15 * Math.Max(1, value));
            Within(Logistic.Slope(T.From(u)), slope, 1e-15 * slope + Subnormal);
            Within(Logistic.Curvature(T.From(u)), curvature, 2e-15 * curvature + Subnormal);

            static void Within(T a, double expected, double width)
            {
                Assert.True(T.Lower(a) <= expected * (1 + 1e-15) && expected * (1 - 1e-15) <= T.Upper(a));
                Assert.True(T.Upper(a) - T.Lower(a) <= width, $"{T.Lower(a):R} {T.Upper(a):R}");
            }
        }
    }

    [Fact]
    public void The_logistic_loss_of_a_wide_interval_is_that_of_its_ends()
    {
        foreach (var (lower, upper) in new[] { (-1.0, 2.0), (-50.0, 0.5), (-800.0, 800.0) })
        {
            var u = Interval.FromBounds(lower, upper);
            var (value, slope) = (Logistic.Value(u), Logistic.Slope(u));
            Assert.True(value.Upper <= Math.Max(upper, 0) + 0.7 && value.Lower >= 0);
            Assert.Equal(1 / (1 + Math.Exp(-lower)), slope.Lower, 1e-15);
            Assert.Equal(1 / (1 + Math.Exp(-upper)), slope.Upper, 1e-15);
        }
    }

    [Fact]
    public void Packed_products_equal_dense_ones_for_every_dimension()
    {
        var stream = new UniformStream(5, 1, 0, 0);
        for (var d = 1; d <= 64; d++)
        {
            var a = new double[d, d];
            for (var i = 0; i < d; i++)
            for (var j = 0; j <= i; j++)
                a[i, j] = a[j, i] = stream.Uniform(-1, 1);
            var packed = new double[SymmetricMatrix.PackedLength(d)];
            SymmetricMatrix.Pack(a, packed);
            Assert.Equal(a, SymmetricMatrix.Unpack(d, packed));
            var x = Vector<double>.Build.Dense(d, _ => stream.Uniform(-1, 1));
            var (ra, rx, ry) = (Reals(packed), Reals([.. x]), new Real[d]);
            SymmetricMatrix.MultiplyAdd<Real, Ref<Real>>(
                d,
                new Ref<Real>(ref ra[0]),
                new Ref<Real>(ref rx[0]),
                new Ref<Real>(ref ry[0])
            );
            var expected = Matrix<double>.Build.DenseOfArray(a) * x;
            for (var i = 0; i < d; i++)
                Assert.Equal(expected[i], ry[i].Value, 1e-13);
        }
    }

    /// <summary>
    /// t z + s H z and its product with z, for a quadratic alone and with ten cosines, more than a linear system has room for:
    /// against dense matrices, and with the same bits whatever number of factors is known before.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Hessian_forms_equal_dense_ones_for_every_dimension(int cosines)
    {
        var stream = new UniformStream(6, 1, (ulong)cosines, 0);
        for (var d = 1; d <= 64; d++)
        {
            var packed = SymmetricMatrix.PackedLength(d);
            var record = new double[packed + d + cosines * (2 + d)];
            foreach (ref var e in record.AsSpan())
                e = stream.Uniform(-1, 1);
            TermAt[] terms =
            [
                new(TermKind.Quadratic, 0),
                .. Enumerable.Range(0, cosines).Select(k => new TermAt(TermKind.Cosine, packed + d + k * (2 + d))),
            ];
            var x = Vector<double>.Build.Dense(d, _ => stream.Uniform(-1, 1));
            var z = Vector<double>.Build.Dense(d, _ => stream.Uniform(-1, 1));
            var hessian = Matrix<double>.Build.DenseOfArray(SymmetricMatrix.Unpack(d, record));
            foreach (var term in terms[1..])
            {
                var v = Vector<double>.Build.Dense(record[(term.Offset + 2)..(term.Offset + 2 + d)]);
                hessian -= record[term.Offset] * Math.Cos(v * x + record[term.Offset + 1]) * v.OuterProduct(v);
            }
            var expected = 0.7 * z - 1.3 * (hessian * z);
            var scale = 1e-14 * (1 + hessian.L2Norm()) * (1 + z.L2Norm());

            var y = HessianForm<Real>(terms, record, x, 0, 0.7, -1.3, z);
            for (var i = 0; i < d; i++)
                Assert.Equal(expected[i], y[i], scale);
            Assert.Equal(z * expected, y[d], scale * (1 + z.L2Norm()));
            foreach (var known in new[] { 3, 8, 11 })
                Assert.Equal(y, HessianForm<Real>(terms, record, x, known, 0.7, -1.3, z));
            Assert.Equal(y, HessianForm<Lanes8>(terms, record, x, 8, 0.7, -1.3, z));
            Assert.Equal(y, HessianForm<Pair<Lanes8>>(terms, record, x, 8, 0.7, -1.3, z));
        }
    }

    /// <summary>t z + s H(x) z and its product with z behind it, every lane the same.</summary>
    private static double[] HessianForm<T>(
        TermAt[] terms,
        double[] record,
        Vector<double> x,
        int known,
        double t,
        double s,
        Vector<double> z
    )
        where T : unmanaged, IMachineReal<T>
    {
        var d = x.Count;
        T[] Numbers(IEnumerable<double> values) => [.. values.Select(T.From)];
        var (r, p, q, y) = (Numbers(record), Numbers(x), Numbers(z), new T[d + 1]);
        var at = new Ref<T>(ref p[0]);
        Span<T> factors = new T[known];
        Loss.Factors(terms, new Ref<T>(ref r[0]), d, at, factors);
        y[d] = Loss.HessianForm(
            terms,
            new Ref<T>(ref r[0]),
            d,
            at,
            factors,
            T.From(t),
            T.From(s),
            new Ref<T>(ref q[0]),
            new Ref<T>(ref y[0])
        );
        foreach (var e in y)
            for (var lane = 1; lane < T.Width; lane++)
                Assert.Equal(T.Lane(e, 0), T.Lane(e, lane));
        return Array.ConvertAll(y, e => T.Lane(e, 0));
    }

    private delegate double Scalar(TermAt[] terms, Real[] record, int d, Real[] x);

    private static double Value(TermAt[] terms, Real[] record, int d, Real[] x) =>
        Loss.Value<Real, Ref<Real>>(terms, new Ref<Real>(ref record[0]), d, new Ref<Real>(ref x[0])).Value;

    private static double Seeded(TermAt[] terms, Real[] record, int d, Real[] x, int k)
    {
        var r = Array.ConvertAll(record, Dual<Real>.Constant);
        var p = x.Select((e, i) => i == k ? Dual<Real>.Variable(e) : Dual<Real>.Constant(e)).ToArray();
        return Loss.Value<Dual<Real>, Ref<Dual<Real>>>(
            terms,
            new Ref<Dual<Real>>(ref r[0]),
            d,
            new Ref<Dual<Real>>(ref p[0])
        ).Slope.Value;
    }

    private static double Evaluate(TermKind kind, double[] numbers, int d, double[] x, Scalar scalar)
    {
        // The test data write a matrix's lower triangle, which is its packed form up to d = 4.
        return scalar([new TermAt(kind, 0)], Reals(numbers), d, Reals(x));
    }

    /// <summary>The gradient, or with z the product H z.</summary>
    private static double[] Vector(TermKind kind, double[] numbers, int d, double[] x, double[]? z)
    {
        var (r, p, g) = (Reals(numbers), Reals(x), new Real[d]);
        TermAt[] terms = [new(kind, 0)];
        if (z is null)
            Loss.Gradient<Real, Ref<Real>>(
                terms,
                new Ref<Real>(ref r[0]),
                d,
                new Ref<Real>(ref p[0]),
                new Ref<Real>(ref g[0])
            );
        else
        {
            var direction = Reals(z);
            Loss.HessianVector<Real, Ref<Real>>(
                terms,
                new Ref<Real>(ref r[0]),
                d,
                new Ref<Real>(ref p[0]),
                new Ref<Real>(ref direction[0]),
                new Ref<Real>(ref g[0])
            );
        }
        return Array.ConvertAll(g, e => e.Value);
    }

    private static double[] DualGradient(TermKind kind, double[] numbers, int d, double[] x, double[] z)
    {
        var r = Array.ConvertAll(Reals(numbers), Dual<Real>.Constant);
        var p = x.Zip(z, (a, b) => new Dual<Real>(new Real(a), new Real(b))).ToArray();
        var g = new Dual<Real>[d];
        Loss.Gradient<Dual<Real>, Ref<Dual<Real>>>(
            [new TermAt(kind, 0)],
            new Ref<Dual<Real>>(ref r[0]),
            d,
            new Ref<Dual<Real>>(ref p[0]),
            new Ref<Dual<Real>>(ref g[0])
        );
        return Array.ConvertAll(g, e => e.Slope.Value);
    }

    private static (double[] Numbers, double[] X) Draw(TermKind kind, int d, ref UniformStream stream)
    {
        var numbers = new double[TermLayout.Length(kind, d)];
        foreach (ref var e in numbers.AsSpan())
            e = stream.Uniform(-2, 2);
        var offset = 0;
        foreach (var (_, field) in TermLayout.Fields(kind))
        {
            if (field == TermField.PositiveScalar)
                numbers[offset] = stream.Uniform(0.5, 2);
            offset += TermLayout.Length(field, d);
        }
        var x = new double[d];
        foreach (ref var e in x.AsSpan())
            e = stream.Uniform(-2, 2);
        return (numbers, x);
    }

    private static void AssertClose(double expected, double actual, double[] scale) =>
        Assert.Equal(expected, actual, 1e-12 * (1 + scale.Max(Math.Abs)));

    private static Real[] Reals(double[] x) => Array.ConvertAll(x, e => new Real(e));
}
