using ILGPU;
using ILGPU.IR;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Verify.Algorithms.Engine;
using Verify.Algorithms.Numbers;
using Verify.Evidence;

namespace Verify.Ilgpu;

/// <summary>What ILGPU finds here: CUDA and OpenCL devices, and its CPU accelerator, which is for correctness alone.</summary>
public sealed class IlgpuEngine : IEngine, IDisposable
{
    private readonly Context _context = CreateContext();
    private readonly List<(string Name, Device Device)> _found = [];
    private readonly List<IDisposable> _opened = [];

    public IlgpuEngine()
    {
        foreach (var kind in _context.Devices.GroupBy(d => d.AcceleratorType).OrderBy(g => g.Key))
            _found.AddRange(kind.Select((device, number) => (NameOf(kind.Key, number), device)));
        Devices = [.. _found.Select(x => (x.Name, Describe(x.Device)))];
    }

    public IReadOnlyList<(string Name, string Description)> Devices { get; }

    public IBatchDevice Open(string name)
    {
        var device = Open<Real>(name);
        SelfTest.Pass(device);
        return device;
    }

    /// <summary>A device that has not been tested, in any number type.</summary>
    internal IBatchDevice Open<T>(string name)
        where T : unmanaged, IReal<T>
    {
        try
        {
            var accelerator = _found.First(x => x.Name == name).Device.CreateAccelerator(_context);
            _opened.Add(accelerator);
            var device = new IlgpuDevice<T>(name, accelerator);
            _opened.Add(device);
            return device;
        }
        catch (Exception e) when (e is AcceleratorException or InternalCompilerException or NotSupportedException)
        {
            throw new InputException($"--device {name} cannot be opened: {(e.InnerException ?? e).Message}");
        }
    }

    /// <summary>A context that knows the arithmetic of the devices.</summary>
    internal static Context CreateContext() =>
        Context.Create(builder =>
        {
            DeviceArithmetic.Register(builder.GetIntrinsicManager());
            // Functions stay functions: with each call inlined the code is four times as long, and seconds to compile.
            builder.Inlining(InliningMode.Conservative).CPU(CPUDeviceKind.Default).Cuda().OpenCL();
        });

    public void Dispose()
    {
        // Buffers before their accelerators, which come before the context.
        foreach (var opened in Enumerable.Reverse(_opened))
            opened.Dispose();
        _context.Dispose();
    }

    private static string NameOf(AcceleratorType type, int number) =>
        type switch
        {
            AcceleratorType.CPU => "ilgpu-cpu",
            AcceleratorType.Cuda => $"cuda{number}",
            _ => $"opencl{number}",
        };

    private static string Describe(Device device) =>
        device.AcceleratorType == AcceleratorType.CPU
            ? "ILGPU's CPU accelerator, a simulator: for correctness alone"
            : $"{device.Name}, {device.NumMultiprocessors} multiprocessors, {device.MemorySize >> 20} MB";
}
