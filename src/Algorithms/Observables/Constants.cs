namespace Verify.Algorithms.Observables;

/// <summary>The constants of an instance that several papers share, and its step size.</summary>
public static class Constants
{
    public static readonly Slot Alpha = Slot.Create("alpha", @"\alpha, the inner step size");
    public static readonly Slot L = Slot.Create("L", "L, a Lipschitz constant of the gradients of all losses");
    public static readonly Slot Rho = Slot.Create("rho", @"\rho, a Lipschitz constant of the Hessians of all losses");
    public static readonly Slot Sigma = Slot.Create(
        "sigma",
        @"\sigma, sup_w of the root mean square of \nabla l_i - \nabla l"
    );

    /// <summary>Per task: sup_w |grad l_S - grad l_T|.</summary>
    public static readonly Slot Gaps = Slot.Create(
        "b_i",
        @"b_i, sup_w of |\nabla l_{S_i} - \nabla l_{T_i}|",
        Extent.Tasks
    );

    /// <summary>Positive where every loss is known to be bounded below, negative where one is known not to be, else NaN.</summary>
    public static readonly Slot BoundedBelow = Slot.Create("boundedBelow", "the losses are bounded below (a sign)");
}
