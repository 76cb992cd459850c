namespace Verify.Algorithms.Observables;

/// <summary>
/// What runs of conjugate gradients on S x = b take and measure (Rajeswaran et al. 2019, catalogue section 8): e_k = x_k - x*
/// after k steps, |e|_S = sqrt(e'Se).
/// </summary>
public static class LinearSolvers
{
    public static readonly Slot Kappa = Slot.Create("linear.kappa", @"\kappa, a bound of the condition number of S");
    public static readonly Slot Grade = Slot.Create(
        "linear.grade",
        "the number of distinct eigenvalues of S that are present in the first residual"
    );
    public static readonly Slot R = Slot.Create("linear.R", @"R, the norm of a solution");

    public static readonly Slot GivenStart = Slot.Create(
        "linear.x0",
        "x_0 that the instance gives, 0 where it gives none",
        Extent.Dimension
    );
    public static readonly Slot Start = Slot.Create("linear.start", "the start of the linear solver", Extent.Dimension);
    public static readonly Slot Steps = Slot.Create("linear.steps", "the number of steps of the linear solver");

    public static readonly Slot Solution = Slot.Create("linear.solution", @"x^\star=S^{-1}b", Extent.Dimension);
    public static readonly Slot SolutionNorm = Slot.Create("linear.solutionNorm", @"\lVert x^\star\rVert");
    public static readonly Slot SolutionEnergy = Slot.Create("linear.solutionEnergy", @"\lVert x^\star\rVert_S");
    public static readonly Slot StartError = Slot.Create("linear.startError", @"\lVert x_0-x^\star\rVert");
    public static readonly Slot StartEnergy = Slot.Create("linear.startEnergy", @"\lVert x_0-x^\star\rVert_S");

    // In exact arithmetic.
    public static readonly Slot Error = Slot.Create("linear.error", @"\lVert x_m-x^\star\rVert");
    public static readonly Slot Energy = Slot.Create("linear.energy", @"\lVert x_m-x^\star\rVert_S");
    public static readonly Slot PreviousError = Slot.Create("linear.previousError", @"\lVert x_{m-1}-x^\star\rVert");

    // Of the iterates that a run in double precision computes.
    public static readonly Slot ComputedError = Slot.Create("computed.error", @"\lVert\hat x_m-x^\star\rVert");
    public static readonly Slot ComputedEnergy = Slot.Create("computed.energy", @"\lVert\hat x_m-x^\star\rVert_S");
    public static readonly Slot ComputedPreviousError = Slot.Create(
        "computed.previousError",
        @"\lVert\hat x_{m-1}-x^\star\rVert"
    );
}
