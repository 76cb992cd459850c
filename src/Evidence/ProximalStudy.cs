using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Random;
using Verify.Algorithms.Solvers;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>The inner problem of a task, G(phi) = l(phi) + (lambda/2)|phi - theta|^2: its constants, enclosed.</summary>
/// <param name="Task">The task with the constants of l.</param>
/// <param name="Mu">lambda + mu, the strong convexity of G.</param>
/// <param name="Beta">lambda + the largest eigenvalue of any H(w), the smoothness of G.</param>
public sealed record ProximalConstants(TaskConstants Task, Interval Mu, Interval Beta)
{
    /// <summary>beta/mu.</summary>
    public Interval Kappa => Beta / Mu;
}

/// <summary>
/// What theory says of tasks with a proximal inner problem (Rajeswaran, Finn, Kakade, Levine 2019): every claim about bilevel
/// problems on each task by itself, its one loss as the train and the test loss. Points are standard normal numbers, theta among
/// them, others for each task; phi is what N steps of gradient descent on G from theta reach.
/// </summary>
public sealed class ProximalStudy
{
    /// <summary>On how many tasks claims are evaluated: of more, those with the largest kappa.</summary>
    public const int MostTasks = 16;

    /// <summary>Up to how many numbers the losses of these hold together, but for the first: enclosures of long runs are slow.</summary>
    public const int MostNumbers = 2000;

    /// <summary>The accuracies delta and epsilon that claims ask for.</summary>
    public const double Accuracy = 1e-3;

    private static readonly BilevelShape s_shape = BilevelShape.Instance;

    /// <summary>Made of standard normal numbers.</summary>
    private static readonly Field[] s_points =
    [
        BilevelShape.Theta,
        BilevelShape.Phi1,
        BilevelShape.Phi2,
        BilevelShape.G,
        BilevelShape.U,
        BilevelShape.W,
        BilevelShape.X,
        BilevelShape.Y,
        BilevelShape.X0,
        BilevelShape.W0,
    ];

    private static readonly ImplicitGradientTrial s_preparing = new();

    private readonly TaskStudy _study;
    private readonly Registry _registry;

    /// <summary>Establishes the constants.</summary>
    /// <param name="study">The tasks, and the number of steps.</param>
    /// <param name="lambda">The weight of the proximal term.</param>
    /// <param name="registry">Whose claims; all by default.</param>
    /// <exception cref="InputException">lambda is not above <see cref="TaskStudy.LeastLambda"/>.</exception>
    public ProximalStudy(TaskStudy study, double lambda, Registry? registry = null)
    {
        if (!(lambda > 0 && double.IsFinite(lambda)))
            throw new InputException($"lambda {lambda:R} is not a number above 0");
        (_study, Lambda, _registry) = (study, lambda, registry ?? Registry.Default);
        Tasks = [.. study.Data.Tasks.Zip(study.Tasks, (task, constants) => Of(task, constants))];
        if (Tasks.FirstOrDefault(t => !(t.Mu.Lower > 0)) is { } first)
            throw new InputException(
                $"lambda {lambda:R} is not above {study.LeastLambda:R}: with it the inner problem of task "
                    + $"'{InstanceJson.Short(first.Task.Task.Name)}' is not known to be strongly convex"
            );
        var numbers = 0;
        Tried =
        [
            .. Tasks
                .Select((t, i) => (Task: t, Index: i))
                .OrderByDescending(t => t.Task.Kappa.Upper)
                .Take(MostTasks)
                .TakeWhile(
                    (t, k) => (numbers += t.Task.Task.Task.Terms.Sum(x => x.Numbers.Length)) <= MostNumbers || k == 0
                ),
        ];
    }

    /// <summary>The weight of the proximal term.</summary>
    public double Lambda { get; }

    /// <summary>In the order of the data.</summary>
    public IReadOnlyList<ProximalConstants> Tasks { get; }

    /// <summary>Those on which claims are evaluated, each at a theta of its own, with their places; the largest kappa first.</summary>
    public IReadOnlyList<(ProximalConstants Task, int Index)> Tried { get; }

    /// <summary>The claims about bilevel problems.</summary>
    public IReadOnlyList<Claim> Claims => [.. _registry.Claims.Where(c => _registry.TrialOf(c, s_shape) is not null)];

    /// <summary>Every claim on the tasks tried, at some theta, certified.</summary>
    /// <param name="step">
    /// The step size of unrolled and inner gradient descent where a statement leaves it open; 1/beta of each task where null.
    /// </param>
    /// <param name="seed">Of the points.</param>
    /// <exception cref="InputException">The step size is not a positive number.</exception>
    public IReadOnlyList<DataVerdict> Evaluate(double? step = null, ulong seed = 1)
    {
        if (step is { } given && !(given > 0 && double.IsFinite(given)))
            throw new InputException($"the step size {given:R} is not a number above 0");
        var instances = Tried.Select(t => InstanceAt(t.Task, step, seed, t.Index)).ToList();
        // One run serves the claims of a trial that prescribe nothing.
        var verdicts = Claims
            .GroupBy(c => (Trial: _registry.TrialOf(c, s_shape)!, Key: c.Prescribes.IsEmpty ? "" : c.Id))
            .AsParallel()
            .SelectMany(group => Verdicts([.. group], group.Key.Trial, instances))
            .ToDictionary(v => v.Claim);
        return [.. Claims.Select(c => verdicts[c])];
    }

    /// <summary>The verdicts on claims that one run serves.</summary>
    private IEnumerable<DataVerdict> Verdicts(
        IReadOnlyList<Claim> claims,
        Trial trial,
        IReadOnlyList<Instance> instances
    )
    {
        // All instances have the same fields.
        var missing = claims.ToDictionary(c => c, c => Missing(c, trial, instances[0]));
        foreach (var claim in claims)
            if (missing[claim] is { } why)
                yield return Unmade(claim, instances[0], why);
        var made = claims.Where(c => missing[c] is null).ToList();
        if (made.Count == 0)
            yield break;
        foreach (var verdict in DataVerdict.Of(made, trial, instances))
            yield return verdict;
    }

    private static DataVerdict Unmade(Claim claim, Instance instance, string why) =>
        new(claim, Outcome.Inconclusive, null, new Certificate(Outcome.Inconclusive, null, 53, instance), [why]);

    /// <summary>What a claim's instance needs and tasks do not have, or null.</summary>
    private string? Missing(Claim claim, Trial trial, Instance instance)
    {
        var reads = _registry.Reads(claim);
        var field = s_shape
            .Fields.Where(f => f.Slot is { } s && reads.Contains(s))
            .Concat(trial.NeededFor(reads))
            .FirstOrDefault(f => !instance.Has(f));
        return field is null
            ? null
            : $"tasks have no {field.Name}" + (field.Slot is { } slot ? $", {slot.Meaning}" : "");
    }

    private ProximalConstants Of(DataTask task, TaskConstants constants)
    {
        var instance = InstanceOf(task);
        return new(
            constants,
            s_shape.Establish<Interval>(instance, BilevelShape.Mu)![0],
            s_shape.Establish<Interval>(instance, BilevelShape.Beta)![0]
        );
    }

    /// <summary>A task with lambda.</summary>
    private Instance InstanceOf(DataTask task)
    {
        var steps = _study.Steps;
        var counts = new Counts
        {
            [Count.T] = steps,
            [Count.K] = (steps + 1) / 2,
            [Count.Iterate] = steps,
            [Count.M] = steps,
        };
        var instance = _study.Data.InstanceOf(s_shape, [task], counts);
        instance[BilevelShape.Lambda][0] = Lambda;
        return instance;
    }

    /// <summary>A task with certified constants, at a theta.</summary>
    private Instance InstanceAt(ProximalConstants task, double? step, ulong seed, int index)
    {
        var instance = InstanceOf(task.Task.Task);
        foreach (var field in s_shape.Fields)
            if (s_shape.Establish<Interval>(instance, field) is [var value])
                instance[field][0] = field.IsLowerBound ? value.Lower : value.Upper;
        var stream = new UniformStream(seed, 0, (ulong)index, 1);
        foreach (var field in s_points)
        foreach (ref var x in instance[field])
            x = stream.Normal();
        var descent = step ?? 1 / task.Beta.Upper;
        instance[BilevelShape.Step][0] = descent;
        instance[BilevelShape.Alpha][0] = descent;
        instance[BilevelShape.Delta][0] = Accuracy;
        instance[BilevelShape.Epsilon][0] = Accuracy;
        instance[BilevelShape.Increment][0] = Accuracy;
        instance[BilevelShape.LocalConvexity][0] = BelowRounding(task.Mu.Lower);
        Solve(instance, 1 / task.Beta.Upper);
        return instance;
    }

    /// <summary>A number that a Hessian's least eigenvalue, once rounded, is still known to be above.</summary>
    private static double BelowRounding(double mu) => mu * (1 - 1e-9);

    /// <summary>Fills phi, and D with the smallest radius that is known to hold phi*, but for rounding.</summary>
    private void Solve(Instance instance, double descent)
    {
        var d = instance.Layout.D;
        var terms = instance.Layout.LossesOf(BilevelShape.Train)[0];
        var rough = instance.Lift<Real>();
        var record = new Ref<Real>(ref rough[0]);
        var phi = record.At(instance.Layout.OffsetOf(BilevelShape.Phi));
        var theta = record.At(instance.Layout.OffsetOf(BilevelShape.Theta));
        for (var i = 0; i < d; i++)
            phi[i] = theta[i];
        var work = new Real[d];
        GradientDescent.Run<Real, Ref<Real>, ProximalObjective<Real, Ref<Real>>>(
            new ProximalObjective<Real, Ref<Real>>(terms, record, d, Real.From(Lambda), theta),
            Real.From(descent),
            Real.From((double)_study.Steps),
            phi,
            new Ref<Real>(ref work[0])
        );
        for (var i = 0; i < d; i++)
            instance[BilevelShape.Phi][i] = phi[i].Value;

        // Every trial on a bilevel problem prepares phi*.
        var o = new Observables<Interval>();
        var enclosed = instance.Lift<Interval>();
        instance.Layout.Load(instance.Counts, new Ref<Interval>(ref enclosed[0]), o);
        s_preparing.Prepare(instance.Layout, new Ref<Interval>(ref enclosed[0]), o, new Scratch<Interval>());
        instance[BilevelShape.D][0] = o[Bilevel.PhiStarNorm].Upper * (1 + 1e-12);
    }
}
