namespace Verify.Algorithms.Observables;

/// <summary>
/// What a trial asked of its oracles, for trials whose instances differ in it (prescribed counts): they fill these slots; the
/// others return one count for all lanes.
/// </summary>
public static class Cost
{
    public static readonly Slot Gradients = Slot.Create("cost.gradients", "evaluations of a gradient");
    public static readonly Slot HessianVectors = Slot.Create(
        "cost.hessianVectors",
        "products of a Hessian with a vector"
    );
}
