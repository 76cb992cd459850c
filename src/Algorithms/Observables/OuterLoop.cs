namespace Verify.Algorithms.Observables;

/// <summary>
/// The outer loop of Rajeswaran, Finn, Kakade, Levine (2019) on a meta-objective F = (x-t)'P(x-t)/2 that is known in closed
/// form: its constants, what a statement prescribes, and what a run measures.
/// </summary>
public static class OuterLoop
{
    public static readonly Slot LF = Slot.Create("LF", "L_F, smoothness of the meta-objective F");
    public static readonly Slot LeastCurvature = Slot.Create(
        "leastCurvature",
        "the smallest eigenvalue of the Hessian of F"
    );
    public static readonly Slot Fraction = Slot.Create("frac", @"the error of each meta-gradient, divided by \epsilon");
    public static readonly Slot GivenError = Slot.Create("e", "e, the error of each meta-gradient");
    public static readonly Slot GivenStart = Slot.Create(
        "theta0",
        @"\theta_0, where the outer loop starts; 0 where absent",
        Extent.Dimension
    );
    public static readonly Slot GivenStep = Slot.Create("eta", @"\eta, the outer step size that the instance gives");

    public static readonly Slot GapAtZero = Slot.Create("gapAtZero", @"F(0)-\min F");
    public static readonly Slot GapAtStart = Slot.Create("gapAtStart", @"F(\theta_0)-\min F");

    public static readonly Slot Start = Slot.Create("outerStart", "the start of the outer loop", Extent.Dimension);
    public static readonly Slot StepSize = Slot.Create("outerStep", "the step size of the outer loop");
    public static readonly Slot Steps = Slot.Create("outerSteps", "the number of steps N of the outer loop");
    public static readonly Slot Error = Slot.Create("outerError", "the error of each gradient, against the step");

    public static readonly Slot LeastGradient = Slot.Create(
        "leastOuterGradient",
        @"\min_{k\le N}\lVert\nabla F(\theta_k)\rVert"
    );
    public static readonly Slot LeastSquareBefore = Slot.Create(
        "leastOuterSquareBefore",
        @"\min_{k<N}\lVert\nabla F(\theta_k)\rVert^2"
    );
    public static readonly Slot StoredVectors = Slot.Create(
        "outerVectors",
        "vectors of d numbers held at once by the outer loop and the meta-gradients in it"
    );
}
