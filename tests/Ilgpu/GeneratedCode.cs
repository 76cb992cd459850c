using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Verify.Algorithms.Numbers;
using Verify.Ilgpu;

namespace Verify.Tests.Ilgpu;

/// <summary>What ILGPU makes of a kernel over <see cref="Real"/>.</summary>
internal static class GeneratedCode
{
    /// <summary>For CUDA.</summary>
    public static string Ptx(string kernel)
    {
        var architecture = CudaArchitecture.SM_70;
        using var context = IlgpuEngine.CreateContext();
        using var backend = new PTXBackend(
            context,
            new CudaCapabilityContext(architecture),
            architecture,
            CudaInstructionSet.ISA_70,
            null
        );
        return ((PTXCompiledKernel)Compile(backend, kernel)).PTXAssembly;
    }

    /// <summary>For OpenCL.</summary>
    public static string OpenCl(string kernel)
    {
        var capabilities = new CLCapabilityContext(false, float64: true, genericAddressSpace: true, false, false);
        using var context = IlgpuEngine.CreateContext();
        using var backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL20);
        return ((CLCompiledKernel)Compile(backend, kernel)).Source;
    }

    private static CompiledKernel Compile(Backend backend, string kernel)
    {
        var method = typeof(MetaGradientKernel).GetMethod(kernel)!.MakeGenericMethod(typeof(Real));
        var entry =
            kernel == nameof(MetaGradientKernel.FromGlobal)
                ? EntryPointDescription.FromImplicitlyGroupedKernel(method)
                : EntryPointDescription.FromExplicitlyGroupedKernel(method);
        return backend.Compile(entry, default);
    }
}
