using System.Text.RegularExpressions;
using Verify.Algorithms.Numbers;
using Verify.Ilgpu;

namespace Verify.Tests.Ilgpu;

/// <summary>What ILGPU makes of the kernels for CUDA and OpenCL; it needs no device to compile.</summary>
public sealed class GeneratedCodeTests
{
    [Theory]
    [InlineData(nameof(MetaGradientKernel.FromGlobal))]
    [InlineData(nameof(MetaGradientKernel.FromShared))]
    public void Ptx_is_fused_where_it_should_be_and_nowhere_else(string kernel)
    {
        var ptx = GeneratedCode.Ptx(kernel);
        Assert.Contains("fma.rn.f64", ptx);
        Assert.Contains("mul.rn.f64", ptx);
        Assert.Contains("add.rn.f64", ptx);
        Assert.Contains("cvt.rni.f64.f64", ptx);
        Assert.Contains("sqrt.rn.f64", ptx);
        Assert.Contains("div.rn.f64", ptx);
        // Neither what may be contracted, nor another minimum of a NaN, nor a software routine.
        Assert.DoesNotMatch(new Regex(@"\b(mul|add|sub|mad|min|max)\.f64|approx|ftz|\.extern \.func"), ptx);
        // Exp and Log, of the logistic term, are functions of Elementary, of the same instructions: calls there too.
        Assert.DoesNotMatch(new Regex(@"\.func.* (Sin|Cos|Pow)_\d"), ptx);
    }

    [Theory]
    [InlineData(nameof(MetaGradientKernel.FromGlobal))]
    [InlineData(nameof(MetaGradientKernel.FromShared))]
    public void OpenCl_has_no_product_that_may_be_contracted(string kernel)
    {
        var source = GeneratedCode.OpenCl(kernel);
        Assert.Contains("fma((double)", source);
        Assert.Contains("rint((double)", source);
        Assert.Contains("sqrt (", source);
        // Products that are left are of integers; sines and the like would be the platform's.
        Assert.DoesNotMatch(new Regex(@"\(double\)\S+ \* |\b(sin|cos|exp|log|pow|fmin|fmax|mad)\("), source);
    }

    [Fact]
    public void Minimum_and_maximum_are_those_of_Real()
    {
        double[] values = [0.0, -0.0, 1.5, -2.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 5e-324];
        foreach (var x in values)
        foreach (var y in values)
        {
            var (a, b) = (new Real(x), new Real(y));
            AssertSame(Real.Min(a, b), DeviceArithmetic.Min(a, b));
            AssertSame(Real.Max(a, b), DeviceArithmetic.Max(a, b));
        }
    }

    private static void AssertSame(Real expected, Real actual)
    {
        if (!double.IsNaN(expected.Value) || !double.IsNaN(actual.Value))
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Value), BitConverter.DoubleToInt64Bits(actual.Value));
    }
}
