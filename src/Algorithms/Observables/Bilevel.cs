namespace Verify.Algorithms.Observables;

/// <summary>
/// The constants, points and prescribed numbers of bilevel problems (Rajeswaran, Finn, Kakade, Levine 2019; catalogue
/// section 0.1): G(phi, theta) = train loss + (lambda/2)|phi - theta|^2, and a test loss. Per-task constants are read at
/// task 0 where a statement speaks of one task.
/// </summary>
public static class Bilevel
{
    public static readonly Slot Lambda = Slot.Create("inner.lam", @"\lambda", Extent.Tasks);
    public static readonly Slot Mu = Slot.Create("inner.mu", @"\mu, strong convexity of G(\cdot,\theta)", Extent.Tasks);
    public static readonly Slot Beta = Slot.Create("inner.beta", @"\beta, smoothness of G(\cdot,\theta)", Extent.Tasks);
    public static readonly Slot Rho = Slot.Create(
        "inner.rho",
        @"\rho, a Lipschitz constant of the train Hessian",
        Extent.Tasks
    );
    public static readonly Slot B = Slot.Create("outer.B", @"B, a bound of the test gradient", Extent.Tasks);
    public static readonly Slot L = Slot.Create("outer.L", @"L, smoothness of the test loss", Extent.Tasks);
    public static readonly Slot Delta = Slot.Create("delta", @"\delta, an accuracy");
    public static readonly Slot Epsilon = Slot.Create("eps", @"\epsilon, an accuracy");
    public static readonly Slot D = Slot.Create("D", @"D, a bound of \lVert Alg^\star(\theta)\rVert");
    public static readonly Slot ProductCost = Slot.Create(
        "hvp_cost",
        "the cost of a Hessian-vector product in gradients"
    );
    public static readonly Slot GivenStep = Slot.Create("step", "the step size that the instance gives");
    public static readonly Slot Alpha = Slot.Create("inner.alpha", @"\alpha, the step size of unrolled descent");
    public static readonly Slot LocalConvexity = Slot.Create(
        "alpha_loc",
        "a, strong convexity along the last iterates"
    );
    public static readonly Slot TrainConvexity = Slot.Create("m_hat", "m, strong convexity of the train loss");
    public static readonly Slot Increment = Slot.Create("t", "t, the step of a difference quotient");

    public static readonly Slot Theta = Slot.Create(
        "theta",
        @"\theta, given or \phi^\star+\nabla\hat L(\phi^\star)/\lambda",
        Extent.Dimension
    );
    public static readonly Slot PhiStar = Slot.Create("phiStar", @"\phi^\star=Alg^\star(\theta)", Extent.Dimension);
    public static readonly Slot PhiStarNorm = Slot.Create("phiStarNorm", @"\lVert\phi^\star\rVert");
    public static readonly Slot GivenStart = Slot.Create(
        "x0",
        "the inner solver's start that the instance gives",
        Extent.Dimension
    );
    public static readonly Slot GivenLinearStart = Slot.Create(
        "w0",
        "the linear solver's start that the instance gives",
        Extent.Dimension
    );
}
