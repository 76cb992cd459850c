namespace Verify.Algorithms.Observables;

/// <summary>What runs of inner solvers on G(., theta) take and measure (Rajeswaran et al. 2019).</summary>
public static class InnerSolvers
{
    public static readonly Slot Start = Slot.Create("innerStart", "the start of the inner solver", Extent.Dimension);
    public static readonly Slot StepSize = Slot.Create("innerStep", "the step size of the inner solver");
    public static readonly Slot Steps = Slot.Create("innerSteps", "the number of steps of the inner solver");
    public static readonly Slot StartError = Slot.Create("startError", @"\lVert x_0-\phi^\star\rVert");
    public static readonly Slot Error = Slot.Create("innerError", @"\lVert x-\phi^\star\rVert after the last step");
}
