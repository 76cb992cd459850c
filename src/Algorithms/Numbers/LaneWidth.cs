using System.Runtime.Intrinsics;

namespace Verify.Algorithms.Numbers;

/// <summary>Which lane type serves best here.</summary>
public static class LaneWidth
{
    /// <summary>The widest that is one hardware register: a wider one is emulated, at a tenth of the speed.</summary>
    public static int Best { get; } =
        Vector512.IsHardwareAccelerated ? 8
        : Vector256.IsHardwareAccelerated ? 4
        : Vector128.IsHardwareAccelerated ? 2
        : 1;
}
