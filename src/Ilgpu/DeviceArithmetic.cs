using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using ILGPU.Util;
using Verify.Algorithms.Numbers;

namespace Verify.Ilgpu;

/// <summary>
/// What the operations of <see cref="Real"/> are on a device, bit for bit the same: ILGPU has no fused multiply-add and no
/// rounding to even, a device may contract a bare product and sum, and its minimum of a NaN is the other number. The CPU
/// accelerator is not concerned: it runs <see cref="Real"/> itself.
/// </summary>
internal static class DeviceArithmetic
{
    /// <summary>
    /// Each operation in both device languages. PTX: .rn forbids contraction. OpenCL: it has no such form, but a product in
    /// an fma is contracted with nothing, and -0 keeps its sign; casts, since ILGPU writes 1.0 as the integer 1.
    /// </summary>
    private static readonly Dictionary<string, (string Ptx, string OpenCl)> s_instructions = new()
    {
        [nameof(FusedMultiplyAdd)] = ("fma.rn.f64", "fma((double)({0}), (double)({1}), (double)({2}))"),
        [nameof(Sum)] = ("add.rn.f64", "(double)({0}) + (double)({1})"),
        [nameof(Difference)] = ("sub.rn.f64", "(double)({0}) - (double)({1})"),
        [nameof(Product)] = ("mul.rn.f64", "fma((double)({0}), (double)({1}), -0.0)"),
        [nameof(Nearest)] = ("cvt.rni.f64.f64", "rint((double)({0}))"),
    };

    static DeviceArithmetic()
    {
        // ILGPU has one table of replaced methods for the process.
        Replace("op_Addition", nameof(Add));
        Replace("op_Subtraction", nameof(Subtract));
        Replace("op_Multiply", nameof(Multiply));
        Replace(nameof(Real.Fma), nameof(Fma));
        Replace(nameof(Real.Round), nameof(Round));
        Replace(nameof(Real.Min), nameof(Min));
        Replace(nameof(Real.Max), nameof(Max));
    }

    /// <summary>Teaches a context the instructions of both device languages.</summary>
    public static void Register(IntrinsicImplementationManager manager)
    {
        foreach (var operation in s_instructions.Keys)
        {
            var method = typeof(DeviceArithmetic).GetMethod(operation)!;
            var (mode, here) = (IntrinsicImplementationMode.GenerateCode, typeof(DeviceArithmetic));
            manager.RegisterMethod(method, new PTXIntrinsic(here, nameof(GeneratePtx), mode));
            manager.RegisterMethod(method, new CLIntrinsic(here, nameof(GenerateOpenCl), mode));
        }
    }

    public static Real Add(Real a, Real b) => new(Sum(a.Value, b.Value));

    public static Real Subtract(Real a, Real b) => new(Difference(a.Value, b.Value));

    public static Real Multiply(Real a, Real b) => new(Product(a.Value, b.Value));

    public static Real Fma(Real a, Real b, Real c) => new(FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static Real Round(Real a) => new(Nearest(a.Value));

    /// <summary>Where neither is less, they are equal, and their signs are joined (-0 lies below +0), or one is NaN.</summary>
    public static Real Min(Real a, Real b)
    {
        if (a.Value < b.Value)
            return a;
        if (b.Value < a.Value)
            return b;
        return a.Value == b.Value ? FromBits(ToBits(a) | ToBits(b)) : a + b;
    }

    /// <summary>As <see cref="Min"/>, with the signs met.</summary>
    public static Real Max(Real a, Real b)
    {
        if (a.Value < b.Value)
            return b;
        if (b.Value < a.Value)
            return a;
        return a.Value == b.Value ? FromBits(ToBits(a) & ToBits(b)) : a + b;
    }

    [IntrinsicImplementation]
    public static double Sum(double a, double b) => a + b;

    [IntrinsicImplementation]
    public static double Difference(double a, double b) => a - b;

    [IntrinsicImplementation]
    public static double Product(double a, double b) => a * b;

    [IntrinsicImplementation]
    public static double FusedMultiplyAdd(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    [IntrinsicImplementation]
    public static double Nearest(double a) => Math.Round(a);

    private static long ToBits(Real a) => BitConverter.DoubleToInt64Bits(a.Value);

    private static Real FromBits(long bits) => new(BitConverter.Int64BitsToDouble(bits));

    private static void Replace(string operation, string by)
    {
        var replacement = typeof(DeviceArithmetic).GetMethod(by)!;
        var parameters = Array.ConvertAll(replacement.GetParameters(), p => p.ParameterType);
        RemappedIntrinsics.AddRemapping(
            typeof(Real).GetMethod(operation, parameters)!,
            (ref InvocationContext context) => context.Method = replacement
        );
    }

    private static void GeneratePtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        var arguments = new List<PTXRegisterAllocator.PrimitiveRegister>();
        foreach (var node in call.Nodes)
            arguments.Add(generator.LoadPrimitive(node));
        using var command = generator.BeginCommand(Instruction(call).Ptx, null);
        command.AppendArgument(generator.AllocateHardware(call));
        foreach (var argument in arguments)
            command.AppendArgument(argument);
    }

    private static void GenerateOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        var arguments = new List<object>();
        foreach (var node in call.Nodes)
            arguments.Add(generator.Load(node));
        using var statement = generator.BeginStatement(generator.Allocate(call));
        statement.AppendOperation(Instruction(call).OpenCl, [.. arguments]);
    }

    private static (string Ptx, string OpenCl) Instruction(MethodCall call) => s_instructions[call.Target.Source.Name];
}
