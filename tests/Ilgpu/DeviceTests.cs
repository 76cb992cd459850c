using Verify.Algorithms.Engine;
using Verify.Algorithms.Families;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;
using Verify.Evidence;
using Verify.Ilgpu;

namespace Verify.Tests.Ilgpu;

/// <summary>
/// The device path on ILGPU's CPU accelerator: buffers, layouts, both kernels, the self-test. That accelerator runs the
/// kernels as .NET compiled them; what ILGPU makes of them is in <see cref="GeneratedCodeTests"/>.
/// </summary>
public sealed class DeviceTests : IDisposable
{
    private const string Accelerator = "ilgpu-cpu";

    private readonly IlgpuEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("quadratic")]
    [InlineData("cosine-axis")]
    [InlineData("cosine-rotated")]
    [InlineData("cosine-general")]
    public void Outputs_equal_the_scalar_engine_bit_for_bit(string name)
    {
        var device = _engine.Open<Real>(Accelerator);
        var families = MultiStepMamlCatalogue.Families.Where(f => f.Name == name || f.Name == $"paired-{name}");
        var compared = 0;
        foreach (var family in families)
        {
            var trial = MultiStepMamlCatalogue.Trials.First(t => t.Shape == family.Shape && device.Runs(t));
            var drawn = Enumerable.Range(1, 24).Select(d => SelfTest.Draw(family, d, steps: 1 + d % 7)).ToList();
            var records = drawn.ConvertAll(x => new TileRecord(x.Tile, x.Counts));
            device.Run(trial, records);
            for (var k = 0; k < drawn.Count; k++)
                Assert.Null(SelfTest.Difference(trial, drawn[k].Tile, records[k]));
            compared += drawn.Count;
        }
        // One shape of one loss per task, one of two.
        Assert.Equal(48, compared);
    }

    [Fact]
    public void Batches_of_any_size_reuse_the_buffers()
    {
        var device = _engine.Open<Real>(Accelerator);
        var family = MultiStepMamlCatalogue.Families[0];
        var trial = MultiStepMamlCatalogue.Trials.First(t => t.Shape == family.Shape && device.Runs(t));
        foreach (var d in new[] { 12, 3, 9, 14 })
        {
            var (_, tile, counts) = SelfTest.Draw(family, d, steps: 2);
            TileRecord[] records = [.. Enumerable.Range(0, d % 4 + 1).Select(_ => new TileRecord(tile, counts))];
            device.Run(trial, records);
            Assert.All(records, record => Assert.Null(SelfTest.Difference(trial, tile, record)));
        }
    }

    [Fact]
    public void The_self_test_passes_what_is_right() => SelfTest.Pass(_engine.Open<Real>(Accelerator));

    [Fact]
    public void The_self_test_refuses_an_Fma_that_rounds_twice() => AssertRefused<TwoRoundings>();

    [Fact]
    public void The_self_test_refuses_an_Fma_that_is_silently_zero() => AssertRefused<Zero>();

    private void AssertRefused<TFma>()
        where TFma : struct, IWrongFma
    {
        var device = _engine.Open<Planted<TFma>>(Accelerator);
        var refusal = Assert.Throws<InputException>(() => SelfTest.Pass(device));
        Assert.Contains("is refused", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
