using Verify.Algorithms.Instances;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>Both sides of a claim where a count of the instance has one value; in doubles, certified by nothing.</summary>
/// <param name="Count">The value of the count.</param>
/// <param name="Lhs">The left side, of a vector its norm; NaN or infinite where it is none.</param>
/// <param name="Rhs">The right side.</param>
public readonly record struct CurvePoint(int Count, double Lhs, double Rhs);

/// <summary>Both sides of a claim along a count of one instance.</summary>
/// <param name="Count">The count that is varied.</param>
/// <param name="At">Its value in the instance itself.</param>
/// <param name="Points">In order of the count.</param>
public sealed record Curve(Count Count, int At, IReadOnlyList<CurvePoint> Points);

/// <summary>
/// Curves of statements that speak of iterations: the trial is run again with another count, and with what the claim
/// prescribes. A number of steps that a statement prescribes is no count of the instance, and is not varied.
/// </summary>
public static class Curves
{
    /// <summary>The most points of a curve, log-spaced.</summary>
    public const int MostPoints = 40;

    /// <summary>A curve goes this far, or to twice the instance's own count.</summary>
    private const int UsualMost = 100;

    /// <summary>The counts of the shape that move a side of the claim: read by it, or by the trial for what it reads.</summary>
    public static IReadOnlyList<Count> CountsOf(Claim claim, Trial trial, Registry registry)
    {
        var read = registry.CountsOf(claim).Union(trial.CountsFor(registry.ReadsOfSides(claim))).ToHashSet();
        return [.. trial.Shape.Counts.Select(c => c.Count).Where(read.Contains)];
    }

    /// <summary>Both sides along a count, all else of the instance as it is.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="trial">A trial that serves it.</param>
    /// <param name="instance">An instance of the trial's shape.</param>
    /// <param name="count">
    /// A count of the shape. One that stands for it where absent follows it where both are equal (j = N); values with which
    /// the instance would contradict itself (K above T) are left out.
    /// </param>
    /// <exception cref="ArgumentException">The shape, or the instance, has no such count.</exception>
    public static Curve Of(Claim claim, Trial trial, Instance instance, Count count)
    {
        if (
            trial.Shape.Counts.FirstOrDefault(c => c.Count == count) is not { } field
            || !instance.Counts.TryGetValue(count, out var at)
        )
            throw new ArgumentException($"{instance.Shape} has no count {count}", nameof(count));
        // Not further than the other counts admit: T is no less than K, j no more than N.
        var admitted = Enumerable
            .Range(field.Least, Math.Min(field.Most, Math.Max(UsualMost, 2 * at)) - field.Least + 1)
            .Where(value => trial.Shape.Fault(With(trial.Shape, instance, count, value)) is null)
            .ToList();
        var points = new List<CurvePoint>();
        foreach (var value in Spread(admitted.Append(at).Min(), admitted.Append(at).Max()))
        {
            var (lhs, rhs) = CaseFile.Sides(claim, trial, With(trial.Shape, instance, count, value));
            points.Add(new CurvePoint(value, lhs, rhs));
        }
        return new Curve(count, at, points);
    }

    /// <summary>The instance with another value of a count, and of those that stand at its value for it.</summary>
    private static Instance With(Shape shape, Instance instance, Count count, int value)
    {
        var other = instance.Copy();
        foreach (var field in shape.Counts)
            if (
                field.Count == count
                || field.Default == count && instance.Counts[field.Count] == instance.Counts[count]
            )
                other.Counts[field.Count] = value;
        return other;
    }

    /// <summary>The curves of a claim at its best ratio: one for each count that moves a side; none without a ratio.</summary>
    /// <param name="report">What a run gave.</param>
    /// <param name="options">What it was asked for: instances depend on the seed and on what was held fixed.</param>
    /// <param name="registry">What there is.</param>
    public static IReadOnlyList<Curve> AtBest(ClaimReport report, RunOptions options, Registry registry)
    {
        if (report.Best is not var (_, replay))
            return [];
        var family = registry.Families.First(f => f.Name == replay.Family);
        var trial = registry.TrialOf(report.Claim, family.Shape)!;
        var counts = CountsOf(report.Claim, trial, registry);
        if (counts.Count == 0)
            return [];
        var instance = registry.Draw(replay, options with { Device = null });
        return [.. counts.Select(count => Of(report.Claim, trial, instance, count))];
    }

    /// <summary>At most <see cref="MostPoints"/> whole numbers from least to most, the small ones one by one.</summary>
    private static IEnumerable<int> Spread(int least, int most) =>
        Enumerable
            .Range(0, MostPoints)
            // From 1 on, so that 0 has a logarithm too.
            .Select(i => Math.Exp(i / (MostPoints - 1.0) * Math.Log(most - least + 1.0)))
            .Select(x => least - 1 + (int)Math.Round(x))
            .Distinct();
}
