namespace Verify.Algorithms.Observables;

/// <summary>
/// Time and memory of meta-gradients by their oracle counters (Rajeswaran et al. 2019, figure 2(b)): time in gradients, a
/// Hessian-vector product costing h of them; memory in vectors of d numbers that are held for a later step.
/// </summary>
public static class MethodCosts
{
    public static readonly Slot ProductCost = Slot.Create("h", "the cost of a Hessian-vector product in gradients");

    public static readonly Slot FirstOrderTime = Slot.Create("fomamlTime", "time of FOMAML with T steps");
    public static readonly Slot ImplicitTime = Slot.Create("imamlTime", "time of iMAML with T steps and m CG steps");
    public static readonly Slot ImplicitTimeWithoutCg = Slot.Create("imamlTime0", "time of iMAML with T steps, no CG");
    public static readonly Slot UnrolledTime = Slot.Create("mamlTime", "time of MAML with T steps");
    public static readonly Slot UnrolledTimeNext = Slot.Create("mamlTimeNext", "time of MAML with T + 1 steps");

    public static readonly Slot FirstOrderMemory = Slot.Create("fomamlMemory", "vectors that FOMAML holds");
    public static readonly Slot ImplicitMemory = Slot.Create("imamlMemory", "vectors that iMAML holds");
    public static readonly Slot ImplicitMemoryAtOne = Slot.Create(
        "imamlMemoryAtOne",
        "vectors that iMAML holds with one GD step and no CG step"
    );
    public static readonly Slot UnrolledMemory = Slot.Create("mamlMemory", "vectors that MAML holds");

    public static readonly Slot ImplicitProducts = Slot.Create("imamlProducts", "products that iMAML asked for");
    public static readonly Slot UnrolledProducts = Slot.Create("mamlProducts", "products that MAML asked for");
}
