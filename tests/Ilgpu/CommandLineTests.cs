using Verify.Ilgpu;

namespace Verify.Tests.Ilgpu;

/// <summary>The command line with devices, in this process.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly IlgpuEngine _engine = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("verify-ilgpu-").FullName;

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Facts_are_the_same_bytes_on_a_device_for_any_width_and_threads()
    {
        var expected = Facts("lanes", "--width 8 --threads 2");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Facts("scalar", "--width 1 --threads 1"));
        Assert.Equal(expected, Facts("device", "--device ilgpu-cpu --width 8 --threads 2"));
        Assert.Equal(expected, Facts("device-scalar", "--device ilgpu-cpu --width 1 --threads 1"));
    }

    [Fact]
    public void An_unknown_device_is_a_wrong_call() => Assert.Equal(2, Run("run ji2022.prop1 --device nvidia"));

    [Fact]
    public void Engines_lists_the_accelerator() =>
        Assert.Contains(_engine.Devices, device => device.Name == "ilgpu-cpu");

    /// <summary>The facts of claims about one loss per task, about two, and of one that the device does not run.</summary>
    private byte[] Facts(string name, string options)
    {
        var folder = Path.Combine(_folder, name);
        var claims = "ji2022.prop1 ji2022.prop7 ji2022.eq3";
        Assert.Equal(0, Run($"run {claims} --seed 3 --budget 2000 --set d=1..14 --out {folder} {options}"));
        return File.ReadAllBytes(Path.Combine(folder, "facts.jsonl"));
    }

    private int Run(string arguments) => CommandLine.Program.Run(arguments.Split(' '), _engine);
}
