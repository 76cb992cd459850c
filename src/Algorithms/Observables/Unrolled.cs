namespace Verify.Algorithms.Observables;

/// <summary>
/// What differentiation through T steps of descent from theta measures (Rajeswaran, Finn, Kakade, Levine 2019): J is the
/// derivative of phi_T in theta, rows are outputs; v = grad L(phi_T).
/// </summary>
public static class Unrolled
{
    // One task, descent on G: identities.
    public static readonly Slot ReverseAlong = Slot.Create(
        "unrolled.reverseAlong",
        @"u^\top g, g=d_\theta L(\phi_T) by reverse accumulation"
    );
    public static readonly Slot ForwardAlong = Slot.Create(
        "unrolled.forwardAlong",
        @"v^\top(Ju), by a dual number carried along u through the steps"
    );
    public static readonly Slot Reverse = Slot.Create(
        "unrolled.reverse",
        @"d_\theta L(\phi_T), by reverse accumulation",
        Extent.Dimension
    );
    public static readonly Slot ReverseNorm = Slot.Create("unrolled.reverseNorm", @"\lVert d_\theta L(\phi_T)\rVert");
    public static readonly Slot Forward = Slot.Create(
        "unrolled.forward",
        @"d_\theta L(\phi_T), by dual numbers carried through the steps into the test loss",
        Extent.Dimension
    );
    public static readonly Slot ChainGap = Slot.Create(
        "unrolled.chainGap",
        @"\lVert Jv-d_\theta L(\phi_T)\rVert, J by dual numbers"
    );
    public static readonly Slot Transposed = Slot.Create(
        "unrolled.transposed",
        @"J^\top v, J by dual numbers",
        Extent.Dimension
    );

    // All tasks: the outer updates.
    public static readonly Slot MeanReverse = Slot.Create(
        "unrolled.meanReverse",
        @"\frac1M\sum_id_\theta L_i(\phi_i), by reverse accumulation",
        Extent.Dimension
    );
    public static readonly Slot MeanForward = Slot.Create(
        "unrolled.meanForward",
        @"the derivative of \frac1M\sum_iL_i(\phi_i(\theta)), by dual numbers",
        Extent.Dimension
    );
    public static readonly Slot MeanFirstOrder = Slot.Create(
        "unrolled.meanFirstOrder",
        @"\frac1M\sum_i\nabla L_i(\phi_i)",
        Extent.Dimension
    );
    public static readonly Slot MeanFirstOrderForward = Slot.Create(
        "unrolled.meanFirstOrderForward",
        @"the derivative of \frac1M\sum_iL_i(\phi_i+h) in h at 0, by dual numbers",
        Extent.Dimension
    );

    // Against the exact solution.
    public static readonly Slot JacobianError = Slot.Create("unrolled.jacobianError", @"\lVert J-J^\star\rVert");
    public static readonly Slot IdentityGap = Slot.Create("unrolled.identityGap", @"\lVert I-J^\star\rVert");
    public static readonly Slot MetaGradientError = Slot.Create(
        "unrolled.metaGradientError",
        @"\lVert d_\theta L(\phi_T)-d_\theta L(Alg^\star(\theta))\rVert"
    );
    public static readonly Slot TestGradient = Slot.Create("unrolled.testGradient", @"\lVert v\rVert");
    public static readonly Slot ImplicitError = Slot.Create(
        "unrolled.implicitError",
        @"\lVert g-d_\theta L(Alg^\star(\theta))\rVert, g of iMAML with T steps of descent and m of CG from 0"
    );
    public static readonly Slot TestGradientAtSolution = Slot.Create(
        "unrolled.testGradientAtSolution",
        @"\lVert\nabla L(\phi^\star)\rVert"
    );
    public static readonly Slot LinearSolution = Slot.Create(
        "unrolled.linearSolution",
        @"\lVert M(\phi_T)^{-1}v\rVert"
    );

    // Truncation.
    public static readonly Slot KeptSteps = Slot.Create("unrolled.keptSteps", "K, the number of kept summands");
    public static readonly Slot TruncationError = Slot.Create(
        "unrolled.truncationError",
        @"\lVert h_{T-K}-d_\theta L(\phi_T)\rVert"
    );
    public static readonly Slot TestGradientBefore = Slot.Create(
        "unrolled.testGradientBefore",
        @"\lVert v\rVert after T steps of size 1/\beta"
    );
    public static readonly Slot LocalPivot = Slot.Create(
        "unrolled.localPivot",
        @"the least pivot of \lambda I+H(\phi_t)-aI over t=T-K..T-1: not negative where a is a strong convexity there"
    );

    /// <summary>Descent on the train loss alone.</summary>
    public static readonly Slot JacobianNorm = Slot.Create(
        "unrolled.jacobianNorm",
        @"\lVert d\phi_T/d\theta\rVert of descent on the train loss alone"
    );
}
