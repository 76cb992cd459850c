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

/// <summary>
/// What theory says of a table of tasks: their constants, the step sizes that hypotheses admit, and every claim on them. The
/// train and the test loss of a task are the same, so b = 0.
/// </summary>
public sealed class TaskStudy
{
    /// <summary>How many pairs of points w, u each claim is evaluated at.</summary>
    public const int Points = 4;

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
            var instance = InstanceOf(shape);
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

    /// <summary>
    /// With any lambda above it the inner problem l(phi) + (lambda/2)|phi - theta|^2 of every task is certainly strongly convex.
    /// </summary>
    public double LeastLambda => Math.Max(0, -Tasks.Min(t => t.Mu.Lower));

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
        // No claim of these trials prescribes anything: one run serves them all.
        var verdicts = Claims
            .GroupBy(c => TrialOf(c)!)
            .SelectMany(group =>
                DataVerdict.Of(
                    [.. group],
                    group.Key,
                    [
                        .. Enumerable
                            .Range(0, Points)
                            .Select(point => InstanceAt((MultiStepMamlShape)group.Key.Shape, alpha, seed, point)),
                    ]
                )
            )
            .ToDictionary(v => v.Claim);
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

    private Instance InstanceOf(MultiStepMamlShape shape)
    {
        var instance = Data.InstanceOf(shape, Data.Tasks, new Counts { [Count.N] = Steps, [Count.J] = Steps });
        instance[shape.P].Fill(1.0 / Data.Tasks.Count);
        return instance;
    }

    /// <summary>The tasks with certified constants, at a step size and a pair of points.</summary>
    private Instance InstanceAt(MultiStepMamlShape shape, double alpha, ulong seed, int point)
    {
        var instance = InstanceOf(shape);
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
}
