namespace Verify.Algorithms.Observables;

/// <summary>
/// What runs of inner solvers on G(., theta), of linear solvers on M(phi) w = grad L(phi), and of both in a row take and
/// measure, and what they cost (Rajeswaran et al. 2019).
/// </summary>
public static class InnerSolvers
{
    // What a claim prescribes.
    public static readonly Slot Start = Slot.Create("innerStart", "the start of the inner solver", Extent.Dimension);
    public static readonly Slot StepSize = Slot.Create("innerStep", "the step size of the inner solver");
    public static readonly Slot Steps = Slot.Create("innerSteps", "the number of steps of the inner solver");
    public static readonly Slot LinearStartShare = Slot.Create(
        "linearStartShare",
        "s, where the linear solver starts at s v"
    );
    public static readonly Slot ConjugateSteps = Slot.Create(
        "conjugateSteps",
        "the number of conjugate-gradient steps on the linear system"
    );
    public static readonly Slot AcceleratedSteps = Slot.Create(
        "acceleratedSteps",
        "the number of accelerated steps on the linear system"
    );

    // What is known before the run.
    public static readonly Slot NamedStart = Slot.Create(
        "namedStart",
        @"x_0 that the instance names: its numbers, \theta, or 0",
        Extent.Dimension
    );
    public static readonly Slot NamedStartError = Slot.Create(
        "namedStartError",
        @"\lVert x_0-\phi^\star\rVert of that start"
    );
    public static readonly Slot SolutionNorm = Slot.Create(
        "solutionNorm",
        @"\lVert M(\phi)^{-1}\nabla L(\phi)\rVert, by a direct solve"
    );
    public static readonly Slot LinearStartError = Slot.Create(
        "linearStartError",
        @"\lVert\nabla L(\phi)-M(\phi)^{-1}\nabla L(\phi)\rVert, by a direct solve"
    );

    // What a run measures.
    public static readonly Slot StartError = Slot.Create("startError", @"\lVert x_0-\phi^\star\rVert");
    public static readonly Slot Error = Slot.Create("innerError", @"\lVert x-\phi^\star\rVert after the last step");
    public static readonly Slot ValueGap = Slot.Create(
        "valueGap",
        @"G(x,\theta)-G(\phi^\star,\theta) after the last step"
    );
    public static readonly Slot LinearError = Slot.Create(
        "linearError",
        @"\lVert w-M(\phi)^{-1}\nabla L(\phi)\rVert after the last step"
    );
    public static readonly Slot EndToEndError = Slot.Create(
        "endToEndError",
        @"\lVert g-d_\theta L(Alg^\star(\theta))\rVert of both solvers in a row, the reference by a direct solve"
    );
    public static readonly Slot StoredVectors = Slot.Create(
        "storedVectorsOfRun",
        "most vectors of d numbers held at once by both solvers in a row"
    );
    public static readonly Slot GradientVectors = Slot.Create(
        "gradientVectors",
        "vectors of d numbers held by one gradient: the point and the gradient"
    );

    // What one meta-gradient costs with T inner steps and m steps of the linear solver.
    public static readonly Slot ImplicitGradients = Slot.Create(
        "implicitGradients",
        "gradients that implicit MAML took"
    );
    public static readonly Slot ImplicitProducts = Slot.Create(
        "implicitProducts",
        "Hessian-vector products that implicit MAML took"
    );
    public static readonly Slot ImplicitVectors = Slot.Create(
        "implicitVectors",
        "vectors of d numbers that implicit MAML held"
    );
    public static readonly Slot UnrolledGradients = Slot.Create("unrolledGradients", "gradients that MAML took");
    public static readonly Slot UnrolledProducts = Slot.Create(
        "unrolledProducts",
        "Hessian-vector products that MAML took"
    );
    public static readonly Slot UnrolledVectors = Slot.Create(
        "unrolledVectors",
        "iterates that MAML held for its way back"
    );

    public static readonly Slot TruncatedVectors = Slot.Create(
        "truncatedVectors",
        "iterates that truncated back-propagation held for its way back"
    );

    // What derivatives of a chain of dense layers cost.
    public static readonly Slot Widths = Slot.Create("widths", "the widths of the layers", Extent.Dimension);
    public static readonly Slot FunctionOperations = Slot.Create(
        "functionOperations",
        "operations of one value of the loss, a multiply-add counted as 2"
    );
    public static readonly Slot GradientOperations = Slot.Create(
        "gradientOperations",
        "operations of one gradient by reverse mode"
    );
    public static readonly Slot ProductOperations = Slot.Create(
        "productOperations",
        "operations of one Hessian-vector product, forward over reverse without a cache"
    );
    public static readonly Slot GradientMemory = Slot.Create("gradientMemory", "activations that one gradient stores");
    public static readonly Slot ProductMemory = Slot.Create(
        "productMemory",
        "activations and tangents that one Hessian-vector product stores"
    );
}
