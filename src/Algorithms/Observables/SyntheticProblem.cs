namespace Verify.Algorithms.Observables;

/// <summary>
/// The synthetic problem of figure 2(a) of Rajeswaran, Finn, Kakade, Levine (2019) and what each method's meta-gradient misses
/// of the exact one, relative to its norm.
/// </summary>
public static class SyntheticProblem
{
    /// <summary>The inner step size.</summary>
    public static readonly Slot Step = Slot.Create("innerStepGiven", "the inner step size that the instance gives");

    /// <summary>1 where a problem has this spectrum: the trials of one spectrum fill one of them.</summary>
    public static readonly Slot IsLinear = Slot.Create("isLinear", "1: the linear spectrum"),
        IsLog = Slot.Create("isLog", "1: the logarithmic spectrum"),
        IsRank5 = Slot.Create("isRank5", "1: the spectrum of rank-five data");

    public static readonly Slot Maml = Slot.Create("mamlError", "relative error of MAML after T steps");
    public static readonly Slot TwoCg = Slot.Create("imamlError2", "relative error of iMAML, T steps and 2 CG steps");
    public static readonly Slot FiveCg = Slot.Create("imamlError5", "relative error of iMAML, T steps and 5 CG steps");
    public static readonly Slot Exact = Slot.Create(
        "imamlErrorExact",
        "relative error of iMAML, T steps and a direct linear solve"
    );
    public static readonly Slot FirstOrder = Slot.Create("fomamlError", "relative error of FOMAML after T steps");

    public static readonly Slot TerminalTwoCg = Slot.Create(
        "terminalError2",
        "relative error of iMAML with 2 CG steps as T grows without bound"
    );
    public static readonly Slot TerminalFiveCg = Slot.Create(
        "terminalError5",
        "relative error of iMAML with 5 CG steps as T grows without bound"
    );
}
