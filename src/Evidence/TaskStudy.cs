using Verify.Algorithms.Enclosures;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>The constants of one task's loss, enclosed: each interval contains the best constant for its doubles.</summary>
/// <param name="Task">The task.</param>
/// <param name="L">The largest |H(w)|.</param>
/// <param name="Mu">The smallest eigenvalue of any H(w); negative where rounding made a singular matrix indefinite.</param>
/// <param name="Rho">The Lipschitz constant of H.</param>
public sealed record TaskConstants(DataTask Task, Interval L, Interval Mu, Interval Rho)
{
    /// <summary>L/mu; infinite where mu is certainly not above 0, NaN where that is open.</summary>
    public Interval Kappa =>
        Mu.Lower > 0 ? L / Mu
        : Mu.Upper <= 0 ? Interval.From(double.PositiveInfinity)
        : Interval.From(double.NaN);
}

/// <summary>A hypothesis that restricts the step size, on these tasks.</summary>
/// <param name="Hypothesis">The hypothesis.</param>
/// <param name="AlphaL">The largest double alpha L with which its margin is positive.</param>
/// <param name="Alpha">A step size with which it certainly holds, the largest but for rounding; null where any does.</param>
/// <param name="Claims">The applicable claims that rest on it.</param>
public sealed record StepSizeRule(Hypothesis Hypothesis, double AlphaL, double? Alpha, IReadOnlyList<Claim> Claims);

/// <summary>A claim on the tasks at one step size.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Alpha">The step size.</param>
/// <param name="Outcome">The worst outcome of all points.</param>
/// <param name="Ratio">The largest lhs/rhs in doubles, or null where none is a number.</param>
/// <param name="Worst">The certificate of the worst outcome.</param>
/// <param name="Obstacles">What keeps the claim from being applied: hypotheses that do not hold or are open, and why.</param>
public sealed record DataVerdict(
    Claim Claim,
    double Alpha,
    Outcome Outcome,
    double? Ratio,
    Certificate Worst,
    IReadOnlyList<string> Obstacles
)
{
    /// <summary>Whether every hypothesis holds certainly.</summary>
    public bool IsApplicable => Obstacles.Count == 0;
}

/// <summary>
/// What theory says of a table of tasks: their constants, the step sizes that hypotheses admit, and every claim on them. The
/// train and the test loss of a task are the same, so b = 0.
/// </summary>
public sealed class TaskStudy
{
    /// <summary>How many pairs of points w, u each claim is evaluated at.</summary>
    public const int Points = 4;

    private const double SmallDifference = 1e-9;

    private static readonly MultiStepMamlShape[] s_shapes = [TaskShape.Instance, PairShape.Instance];

    private readonly Registry _registry;
    private readonly Dictionary<Slot, Interval[]> _constants = [];

    /// <summary>Establishes the constants.</summary>
    /// <param name="data">The tasks.</param>
    /// <param name="steps">N, the number of inner steps.</param>
    /// <param name="registry">Whose claims; all by default.</param>
    /// <exception cref="InputException">N is out of range.</exception>
    public TaskStudy(TaskData data, int steps, Registry? registry = null)
    {
        var range = TaskShape.Instance.Counts.Single(c => c.Count == Count.N);
        if (steps < range.Least || steps > range.Most)
            throw new InputException($"{steps} steps are not in {range.Least}..{range.Most}");
        (Data, Steps, _registry) = (data, steps, registry ?? Registry.Default);
        foreach (var shape in s_shapes)
        {
            var instance = data.InstanceOf(shape, steps);
            foreach (var field in shape.Fields)
                if (
                    field.Slot is { } slot
                    && !_constants.ContainsKey(slot)
                    && shape.Establish<Interval>(instance, field) is { } values
                )
                    _constants[slot] = values;
            if (shape == TaskShape.Instance)
                Tasks =
                [
                    .. LossConstants.Losses(instance, shape.Train).Zip(data.Tasks, (loss, task) => Of(task, loss)),
                ];
        }
    }

    public TaskData Data { get; }

    /// <summary>N.</summary>
    public int Steps { get; }

    /// <summary>In the order of the data.</summary>
    public IReadOnlyList<TaskConstants> Tasks { get; } = [];

    /// <summary>The largest L of a task.</summary>
    public Interval L => _constants[Constants.L][0];

    /// <summary>The largest rho of a task.</summary>
    public Interval Rho => _constants[Constants.Rho][0];

    /// <summary>
    /// sup over w of the root mean square of grad l_i(w) - grad l(w), every task alike; infinite where their quadratic parts
    /// differ.
    /// </summary>
    public Interval Sigma => _constants[Constants.Sigma][0];

    /// <summary>The largest b_i.</summary>
    public Interval B => _constants[Constants.Gaps].Aggregate(Interval.Max);

    /// <summary>The claims that speak of tasks with a step size.</summary>
    public IReadOnlyList<Claim> Claims => [.. _registry.Claims.Where(c => TrialOf(c) is not null)];

    /// <summary>The claims that speak of something else, by the shapes of instances that they are about.</summary>
    public IReadOnlyList<(string Shape, IReadOnlyList<Claim> Claims)> Others =>
        [
            .. _registry
                .Claims.Where(c => TrialOf(c) is null)
                .GroupBy(c => string.Join(", ", _registry.TrialsOf(c).Select(t => t.Shape.Name).Distinct()))
                .Select(g => (g.Key, (IReadOnlyList<Claim>)[.. g])),
        ];

    /// <summary>Each hypothesis that restricts the step size, with the largest one that it admits here.</summary>
    public IReadOnlyList<StepSizeRule> StepSizes() =>
        [
            .. new AlphaLRanges(Claims)
                .Limits(Steps)
                .Select(limit => new StepSizeRule(
                    limit.Hypothesis,
                    limit.AlphaL,
                    LargestStep(limit.Hypothesis, limit.AlphaL),
                    [.. Claims.Where(c => c.Hypotheses.Any(h => h.Name == limit.Hypothesis.Name))]
                )),
        ];

    /// <summary>Every claim at some pairs of points, certified.</summary>
    /// <param name="alpha">The step size, above 0.</param>
    /// <param name="seed">Of the points, whose coordinates are standard normal numbers.</param>
    /// <exception cref="InputException">The step size is not a positive number.</exception>
    public IReadOnlyList<DataVerdict> Evaluate(double alpha, ulong seed = 1)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new InputException($"the step size {alpha:R} is not a number above 0");
        var verdicts = new Dictionary<Claim, DataVerdict>();
        foreach (var (trial, claims) in Claims.GroupBy(c => TrialOf(c)!).Select(g => (g.Key, g.ToList())))
            for (var point = 0; point < Points; point++)
            {
                var instance = InstanceAt((MultiStepMamlShape)trial.Shape, alpha, seed, point);
                // No claim of these trials prescribes anything: one run serves them all.
                var rough = Certifier.Measure<Real>(claims[0], trial, instance);
                var enclosed = Certifier.Measure<Interval>(claims[0], trial, instance);
                var precise = new Lazy<Observables<BigInterval>>(() =>
                    Certifier.Measure<BigInterval>(claims[0], trial, instance)
                );
                foreach (var claim in claims)
                {
                    var certificate = Certifier.Decide(claim, enclosed, instance, 53);
                    var ratio = RatioOf(claim, rough);
                    if (
                        certificate.Outcome is Outcome.AtEquality or Outcome.Inconclusive
                        && CanBeDecided(certificate, claim, ratio)
                    )
                        using (BigInterval.At(Certifier.Precisions[0]))
                            certificate = Certifier.Decide(claim, precise.Value, instance, Certifier.Precisions[0]);
                    var verdict = new DataVerdict(
                        claim,
                        alpha,
                        certificate.Outcome,
                        ratio,
                        certificate,
                        [.. claim.Hypotheses.Select(h => Obstacle(h, enclosed)).OfType<string>()]
                    );
                    verdicts[claim] = verdicts.TryGetValue(claim, out var before) ? Worse(before, verdict) : verdict;
                }
            }
        return [.. Claims.Select(c => verdicts[c])];
    }

    private static TaskConstants Of(DataTask task, LossTerms loss)
    {
        var (least, most) = LossConstants.Curvature<Interval>(loss);
        return new TaskConstants(
            task,
            Interval.Max(most, -least),
            least,
            LossConstants.HessianLipschitz<Interval>([loss])
        );
    }

    private Trial? TrialOf(Claim claim) =>
        s_shapes.Select(s => _registry.TrialOf(claim, s)).FirstOrDefault(t => t is not null && t.Takes.Count == 0);

    /// <summary>The tasks with certified constants, at a step size and a pair of points.</summary>
    private Instance InstanceAt(MultiStepMamlShape shape, double alpha, ulong seed, int point)
    {
        var instance = Data.InstanceOf(shape, Steps);
        foreach (var field in shape.Fields)
            if (field.Slot is { } slot && _constants.TryGetValue(slot, out var values))
                for (var k = 0; k < values.Length; k++)
                    instance[field][k] = field.IsLowerBound ? values[k].Lower : values[k].Upper;
        instance[shape.Alpha][0] = alpha;
        var stream = new UniformStream(seed, 0, (ulong)point, 0);
        foreach (ref var x in instance[shape.W])
            x = stream.Normal();
        foreach (ref var x in instance[shape.U])
            x = stream.Normal();
        return instance;
    }

    /// <summary>A step size whose margin encloses positive numbers only, at or just below the limit of doubles.</summary>
    private double? LargestStep(Hypothesis hypothesis, double alphaL)
    {
        if (double.IsInfinity(alphaL) || L.Upper == 0)
            return null;
        var o = new Observables<Interval>();
        o[Count.N] = Steps;
        o[Constants.L] = Interval.UpperEnd(L);
        var alpha = alphaL / L.Upper;
        for (var part = Math.ScaleB(1, -52); ; part *= 2)
        {
            o[Constants.Alpha] = Interval.From(alpha);
            if (Certifier.Holds(hypothesis, o) == Truth.True)
                return alpha;
            alpha -= alpha * part;
        }
    }

    /// <summary>Whether precision may help: not where a side is unknown, nor with an identity that holds to rounding.</summary>
    private static bool CanBeDecided(Certificate certificate, Claim claim, double? ratio) =>
        certificate.Sides is { } s
        && double.IsFinite(s.LhsUpper - s.LhsLower + (s.RhsUpper - s.RhsLower))
        && !(claim.Relation.IsEqual && ratio < SmallDifference);

    /// <summary>Why a hypothesis keeps a claim from being applied, or null.</summary>
    private static string? Obstacle(Hypothesis hypothesis, Observables<Interval> o)
    {
        var truth = Certifier.Holds(hypothesis, o);
        if (truth == Truth.True)
            return null;
        var isOpen = truth == Truth.Undecided;
        return hypothesis.Condition is Condition.Established constant
            ? $"{hypothesis.Name}: {constant.Item.Name} {(isOpen ? "could not be established" : "is infinite")}"
            : $"{hypothesis.Name} {(isOpen ? "is undecided" : "does not hold")}";
    }

    private static double? RatioOf(Claim claim, Observables<Real> o)
    {
        var (lhs, rhs) = CaseFile.Sides(claim, o);
        var ratio = double.IsNaN(lhs + rhs) ? null : CaseFile.Ratio(claim, lhs, rhs);
        return ratio is { } value && double.IsFinite(value) ? value : null;
    }

    private static DataVerdict Worse(DataVerdict a, DataVerdict b)
    {
        var worse = Rank(b.Outcome) > Rank(a.Outcome) ? b : a;
        return worse with { Ratio = a.Ratio is { } x && b.Ratio is { } y ? Math.Max(x, y) : a.Ratio ?? b.Ratio };
    }

    private static int Rank(Outcome outcome) =>
        outcome switch
        {
            Outcome.Refuted => 4,
            Outcome.Inconclusive => 3,
            Outcome.HypothesesNotMet => 2,
            Outcome.AtEquality => 1,
            _ => 0,
        };
}
