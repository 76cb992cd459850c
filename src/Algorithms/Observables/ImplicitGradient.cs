namespace Verify.Algorithms.Observables;

/// <summary>
/// What the trials on implicit gradients measure (Rajeswaran et al. 2019). M(x) = I + H(x)/lambda with the train Hessian H, v(x)
/// the test gradient, g* = M(phi*)^-1 v(phi*).
/// </summary>
public static class ImplicitGradient
{
    // At phi* and at phi.
    public static readonly Slot ValueAtStar = Slot.Create("implicitValueAtStar", @"G(\phi^\star,\theta)");
    public static readonly Slot Value = Slot.Create("implicitValue", @"G(\phi,\theta)");
    public static readonly Slot Distance = Slot.Create("implicitDistance", @"\lVert\phi-\phi^\star\rVert");
    public static readonly Slot InnerGradient = Slot.Create(
        "implicitInnerGradient",
        @"\lVert\nabla_\phi G(\phi,\theta)\rVert"
    );
    public static readonly Slot TestGradientAtStar = Slot.Create(
        "implicitTestGradientAtStar",
        @"\lVert\nabla L(\phi^\star)\rVert"
    );
    public static readonly Slot MetaGradient = Slot.Create("implicitMetaGradient", @"\lVert g^\star\rVert");
    public static readonly Slot FirstOrderError = Slot.Create(
        "implicitFirstOrderError",
        @"\lVert\nabla L(\phi^\star)-g^\star\rVert"
    );
    public static readonly Slot LinearError = Slot.Create(
        "implicitLinearError",
        @"\delta'=\lVert g-M(\phi)^{-1}\nabla L(\phi)\rVert, g=M(\phi)^{-1}\nabla L(\phi)+e"
    );
    public static readonly Slot Error = Slot.Create("implicitError", @"\lVert g-g^\star\rVert");
    public static readonly Slot OuterError = Slot.Create(
        "implicitOuterError",
        @"\lVert M(\phi)^{-1}(\nabla L(\phi^\star)-\nabla L(\phi))\rVert"
    );

    // A given g.
    public static readonly Slot GivenError = Slot.Create(
        "implicitGivenError",
        @"\lVert g-M(\phi)^{-1}\nabla L(\phi)\rVert of the given g"
    );
    public static readonly Slot GivenResidual = Slot.Create(
        "implicitGivenResidual",
        @"\lVert M(\phi)g-\nabla L(\phi)\rVert of the given g"
    );

    // Spectral norms.
    public static readonly Slot JacobianNorm = Slot.Create("implicitJacobianNorm", @"\lVert M(\phi^\star)^{-1}\rVert");
    public static readonly Slot InverseGap = Slot.Create(
        "implicitInverseGap",
        @"\lVert(\lambda I+H(\phi^\star))^{-1}-(\lambda I+H(\phi))^{-1}\rVert"
    );
    public static readonly Slot RelativeGap = Slot.Create(
        "implicitRelativeGap",
        @"\lVert(\lambda I+H(\phi^\star))^{-1}(H(\phi)-H(\phi^\star))\rVert"
    );

    // Eq. 7.
    public static readonly Slot PrintedMinimizer = Slot.Create(
        "implicitPrintedMinimizer",
        @"\arg\min_ww^\top Mw-w^\top v",
        Extent.Dimension
    );
    public static readonly Slot HalvedMinimizer = Slot.Create(
        "implicitHalvedMinimizer",
        @"\arg\min_w\tfrac12w^\top Mw-w^\top v",
        Extent.Dimension
    );
    public static readonly Slot Solution = Slot.Create("implicitSolution", @"M^{-1}v", Extent.Dimension);

    // Eq. 2.
    public static readonly Slot OneStepReverse = Slot.Create(
        "oneStepReverse",
        @"u^\top(I-\alpha H(\theta))v, v=\nabla L(\theta-\alpha\nabla\hat L(\theta))"
    );
    public static readonly Slot OneStepForward = Slot.Create(
        "oneStepForward",
        @"v^\top\frac d{ds}Alg(\theta+su), with gradients only"
    );
    public static readonly Slot OneStepFirstOrder = Slot.Create("oneStepFirstOrder", @"v^\top u");

    // Eq. 5.
    public static readonly Slot ObjectiveQuotient = Slot.Create(
        "objectiveQuotient",
        @"(F(\theta+tu)-F(\theta-tu))/(2t); where numbers enclose, its limit as t\to0"
    );
    public static readonly Slot ObjectiveSlope = Slot.Create(
        "objectiveSlope",
        @"u^\top\frac1M\sum_iM_i(\phi_i^\star)^{-1}\nabla L_i(\phi_i^\star)"
    );
    public static readonly Slot FirstOrderSlope = Slot.Create(
        "firstOrderSlope",
        @"u^\top\frac1M\sum_i\nabla L_i(\phi_i^\star)"
    );

    // Lemma 1.
    public static readonly Slot Derivative = Slot.Create(
        "implicitDerivative",
        @"(Alg^\star(\theta+tw)-Alg^\star(\theta-tw))/(2t); where numbers enclose, its limit as t\to0",
        Extent.Dimension
    );
    public static readonly Slot JacobianVector = Slot.Create(
        "implicitJacobianVector",
        @"M(\phi^\star)^{-1}w",
        Extent.Dimension
    );
    public static readonly Slot JacobianVectorWithoutLambda = Slot.Create(
        "implicitJacobianVectorWithoutLambda",
        @"(I+H(\phi^\star))^{-1}w",
        Extent.Dimension
    );
    public static readonly Slot LeastPivot = Slot.Create(
        "implicitLeastPivot",
        @"\min_k|D_k|, M(\phi^\star)=LDL^\top, least of all tasks; exact in one dimension only"
    );

    // Appendix B.
    public static readonly Slot PairDistance = Slot.Create("pairDistance", @"\lVert x-y\rVert");
    public static readonly Slot PairGradientGap = Slot.Create(
        "pairGradientGap",
        @"\lVert\nabla G(x)-\nabla G(y)\rVert"
    );
    public static readonly Slot PairProduct = Slot.Create("pairProduct", @"\langle\nabla G(x)-\nabla G(y),x-y\rangle");

    public static readonly Slot Expansion = Slot.Create(
        "pairExpansion",
        @"c with \lVert\nabla G(x)-\nabla G(x')\rVert\ge c\lVert x-x'\rVert for all x, x', by singular values"
    );

    // Two meta-parameters.
    public static readonly Slot ThetaGap = Slot.Create("implicitThetaGap", @"\lVert\theta_1-\theta_2\rVert");
    public static readonly Slot MetaGradientGap = Slot.Create(
        "implicitMetaGradientGap",
        @"\lVert\nabla F(\theta_1)-\nabla F(\theta_2)\rVert"
    );

    // Assumption 2 (iv).
    public static readonly Slot Radius = Slot.Create(
        "innerRadius",
        @"\lVert Alg^\star(\theta)\rVert, \theta=\phi+\nabla\hat L(\phi)/\lambda"
    );
    public static readonly Slot ThetaNorm = Slot.Create("innerThetaNorm", @"\lVert\theta\rVert of that \theta");
    public static readonly Slot RadiusAtZero = Slot.Create("innerRadiusAtZero", @"\lVert Alg^\star(0)\rVert");
    public static readonly Slot RadiusBeyond = Slot.Create(
        "innerRadiusBeyond",
        @"\lVert Alg^\star(\theta)\rVert, \theta=p+\nabla\hat L(p)/\lambda, p=2Du/\lVert u\rVert"
    );

    // Appendix A.
    public static readonly Slot ZeroStepStart = Slot.Create(
        "zeroStepStart",
        "the start of conjugate gradients without a step",
        Extent.Dimension
    );
    public static readonly Slot ZeroSteps = Slot.Create(
        "zeroStepIterate",
        "conjugate gradients after no step",
        Extent.Dimension
    );
    public static readonly Slot TestGradient = Slot.Create("implicitTestGradient", @"\nabla L(\phi)", Extent.Dimension);
    public static readonly Slot ProximalStep = Slot.Create(
        "proximalStep",
        @"\lambda(\theta-\phi^\star)",
        Extent.Dimension
    );
    public static readonly Slot TestGradientOfStep = Slot.Create(
        "proximalTestGradient",
        @"\nabla L(\phi^\star)",
        Extent.Dimension
    );
    public static readonly Slot SolvedStep = Slot.Create(
        "proximalSolvedStep",
        @"\lambda(\theta-\phi), \phi=Alg^\star(\theta) solved for",
        Extent.Dimension
    );
    public static readonly Slot TrainGradientOfSolved = Slot.Create(
        "proximalTrainGradient",
        @"\nabla\hat L(\phi), \phi=Alg^\star(\theta) solved for",
        Extent.Dimension
    );

    // Appendix F.1.
    public static readonly Slot ClosedFormGradient = Slot.Create(
        "closedFormGradient",
        @"\nabla_\phi G at (A+\lambda I)^{-1}(\lambda\theta-b)",
        Extent.Dimension
    );
    public static readonly Slot ClosedFormQuotient = Slot.Create(
        "closedFormQuotient",
        @"(L(Alg^\star(\theta+tu))-L(Alg^\star(\theta-tu)))/(2t)"
    );
    public static readonly Slot ClosedFormSlope = Slot.Create(
        "closedFormSlope",
        @"u^\top\lambda(A+\lambda I)^{-1}\nabla L((A+\lambda I)^{-1}(\lambda\theta-b))"
    );
    public static readonly Slot RegressionLoss = Slot.Create(
        "regressionLoss",
        @"\tfrac12E|\phi^\top x-y|^2-\tfrac12E|y|^2"
    );
    public static readonly Slot RegressionQuadratic = Slot.Create(
        "regressionQuadratic",
        @"\tfrac12\phi^\top A\phi, A=E[xx^\top]"
    );
    public static readonly Slot RegressionLinear = Slot.Create("regressionLinear", @"\phi^\top E[xy]");

    // The Neumann step of Lemma 3.
    public static readonly Slot NeumannFactor = Slot.Create("neumannFactor", @"\lVert M^{-1}\Delta\rVert");
    public static readonly Slot NeumannInverse = Slot.Create("neumannInverse", @"\lVert(I+M^{-1}\Delta)^{-1}\rVert");
}
