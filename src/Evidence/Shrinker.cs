using System.Globalization;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// Makes a certified counterexample small: fewer tasks, dimensions, steps, matrices and terms, then shorter numbers, each
/// change kept only where the smaller instance is certified again.
/// </summary>
public static class Shrinker
{
    private const int MostRounds = 20;
    private static readonly Func<Instance, IEnumerable<Instance>>[] s_proposals = [Fewer, Without, FewerSteps, Shorter];

    /// <summary>The smallest refuted instance found, with its certificate.</summary>
    /// <exception cref="ArgumentException">The instance is not refuted.</exception>
    public static Certificate Shrink(Claim claim, Trial trial, Instance instance)
    {
        var best = Certifier.WithRisingPrecision(claim, trial, instance);
        if (best.Outcome != Outcome.Refuted)
            throw new ArgumentException("the instance does not refute the claim", nameof(instance));
        var bare = Certifier.WithRisingPrecision(claim, trial, WithoutUnread(claim, best.Instance));
        if (bare.Outcome == Outcome.Refuted)
            best = bare;
        for (var round = 0; round < MostRounds; round++)
        {
            var before = best;
            foreach (var propose in s_proposals)
                best = Descend(claim, trial, best, propose);
            best = Descend(claim, trial, best, x => Absent(claim, trial, x));
            if (ReferenceEquals(before, best))
                break;
        }
        return best;
    }

    /// <summary>Instances that are smaller in one respect, the largest steps first.</summary>
    public static IEnumerable<Instance> Smaller(Instance instance) =>
        s_proposals.SelectMany(propose => propose(instance)).Where(x => x.Shape.Fault(x) is null);

    /// <summary>Without the constants that the claim does not read: no certificate would keep them true.</summary>
    private static Instance WithoutUnread(Claim claim, Instance x)
    {
        var reads = Registry.Default.Reads(claim);
        var copy = x.Copy();
        foreach (var field in x.Shape.Fields.Where(f => f.Optional && !f.Internal && f.Kind != FieldKind.Losses))
            if (!field.IsProbability && (field.Slot is null || !reads.Contains(field.Slot)))
                if (x.Shape.Establish<Interval>(x, field) is not null)
                    copy[field].Fill(double.NaN);
        return copy;
    }

    private static Certificate Descend(
        Claim claim,
        Trial trial,
        Certificate best,
        Func<Instance, IEnumerable<Instance>> propose
    )
    {
        // What a file with the instance has to have.
        var reads = Registry.Default.ReadsOfSides(claim);
        var needed = best.Instance.Shape.Fields.Where(f => f.Slot is { } s && reads.Contains(s)).ToHashSet();
        needed.UnionWith(trial.NeededFor(reads));
        needed.RemoveWhere(f => f.IsExactWhenAbsent || !best.Instance.Has(f));
        bool improved;
        do
        {
            improved = false;
            foreach (var smaller in propose(best.Instance))
            {
                if (smaller.Shape.Fault(smaller) is not null || !needed.All(smaller.Has))
                    continue;
                var certificate = Certifier.WithRisingPrecision(claim, trial, smaller);
                if (certificate.Outcome != Outcome.Refuted)
                    continue;
                best = certificate;
                improved = true;
                break;
            }
        } while (improved);
        return best;
    }

    // Where nothing depends on a count, fewer of it is the same instance.
    private static IEnumerable<Instance> Fewer(Instance x) => Selected(x).Where(y => y.Record.Length < x.Record.Length);

    private static IEnumerable<Instance> Selected(Instance x)
    {
        var (layout, all) = (x.Layout, Selection.All(x));
        for (var i = 0; i < layout.Tasks && layout.Tasks > 1; i++)
            yield return Select(x, all with { Tasks = [i] });
        for (var i = 0; i < layout.Tasks && layout.Tasks > 2; i++)
            yield return Select(x, all with { Tasks = Without(all.Tasks, i) });
        for (var k = 0; k < layout.D && layout.D > 1; k++)
            yield return Select(x, all with { Coordinates = [k] });
        for (var k = 0; k < layout.D && layout.D > 2; k++)
            yield return Select(x, all with { Coordinates = Without(all.Coordinates, k) });
        for (var m = 0; m < layout.Matrices && layout.Matrices > 1; m++)
            yield return Select(x, all with { Matrices = Without(all.Matrices, m) });
        var losses = x.Shape.Fields.Where(f => f.Kind == FieldKind.Losses).SelectMany(layout.LossesOf);
        var terms = losses.Select(l => l.Length).DefaultIfEmpty(0).Max();
        for (var t = 0; t < terms && terms > 1; t++)
            yield return Select(x, all with { WithoutTerm = t });
    }

    /// <summary>Without an optional field: a point that nothing asks for, a loss that plays no part.</summary>
    private static IEnumerable<Instance> Without(Instance x)
    {
        var all = Selection.All(x);
        foreach (var field in x.Shape.Fields.Where(f => f.Optional && !f.Internal))
        {
            if (field.Kind == FieldKind.Losses)
            {
                if (x.Layout.LossesOf(field).Any(l => l.Length > 0))
                    yield return Select(x, all with { WithoutLosses = field });
                continue;
            }
            if (!x.Has(field) || x.Shape.Establish<Interval>(x, field) is not null)
                continue;
            var copy = x.Copy();
            copy[field].Fill(double.NaN);
            if (x.Shape.Fault(copy) is null)
                yield return copy;
        }
    }

    private static IEnumerable<Instance> FewerSteps(Instance x)
    {
        foreach (var (count, value) in x.Counts)
        foreach (var smaller in new[] { 0, 1, value / 2, value - 1 }.Where(v => v >= 0 && v < value).Distinct())
        {
            if (x.Shape.Counts.First(c => c.Count == count).Least > smaller)
                continue;
            var counts = new Counts(x.Counts) { [count] = smaller };
            // j stays within the path.
            if (count == Count.N && counts.ContainsKey(Count.J))
                counts[Count.J] = Math.Min(counts[Count.J], smaller);
            yield return new Instance(x.Layout, counts, [.. x.Record]);
        }
    }

    /// <summary>Without a field or a count that may be absent: what the claim does not need says nothing.</summary>
    private static IEnumerable<Instance> Absent(Claim claim, Trial trial, Instance x)
    {
        // What the claim reads is there, or certification puts it there again.
        var (all, reads) = (Registry.Default.Reads(claim), Registry.Default.ReadsOfSides(claim));
        var needed = trial.NeededFor(reads).ToHashSet();
        foreach (var field in x.Shape.Fields)
        {
            if (!field.Optional || field.IsProbability || field.Internal || field.Kind == FieldKind.Losses)
                continue;
            if (!x.Has(field) || needed.Contains(field) || field.Slot is { } slot && all.Contains(slot))
                continue;
            var copy = x.Copy();
            copy[field].Fill(double.NaN);
            yield return copy;
        }
        var counts = Registry.Default.CountsOf(claim).Union(trial.CountsFor(reads)).ToHashSet();
        foreach (var field in x.Shape.Counts)
        {
            if (!field.IsOptional || counts.Contains(field.Count) || !x.Counts.ContainsKey(field.Count))
                continue;
            var copy = x.Copy();
            copy.Counts.Remove(field.Count);
            yield return copy;
        }
    }

    /// <summary>One number, or one term's number in all tasks at once, replaced by a shorter one.</summary>
    private static IEnumerable<Instance> Shorter(Instance x)
    {
        var constants = Constants(x);
        for (var e = 0; e < x.Record.Length; e++)
        {
            var value = x.Record[e];
            if (double.IsNaN(value) || constants[e])
                continue;
            foreach (var shorter in ShorterNumbers(value))
            {
                var copy = x.Copy();
                copy.Record[e] = shorter;
                if (x.Shape.Fault(copy) is null && IsAdmitted(x, e, shorter))
                    yield return copy;
            }
        }
    }

    private static IEnumerable<double> ShorterNumbers(double value)
    {
        var length = Length(value);
        foreach (var candidate in new[] { 0, 1, -1, 0.5, 2, -2 })
            if (Length(candidate) < length || (Length(candidate) == length && Math.Abs(candidate) < Math.Abs(value)))
                yield return candidate;
        for (var digits = 1; digits <= 4; digits++)
        {
            var rounded = double.Parse(
                value.ToString("G" + digits, CultureInfo.InvariantCulture),
                CultureInfo.InvariantCulture
            );
            if (Length(rounded) < length)
                yield return rounded;
            // Towards 0: what rounds to 1 may have to stay below it.
            var unit = Math.Pow(10, digits - 1 - Math.Floor(Math.Log10(Math.Abs(value))));
            var cut = Math.Truncate(value * unit) / unit;
            if (double.IsFinite(cut) && Length(cut) < length && cut != rounded)
                yield return cut;
        }
    }

    private static int Length(double value) =>
        value == 0 ? 0 : value.ToString("R", CultureInfo.InvariantCulture).Length;

    private static bool IsAdmitted(Instance x, int element, double value)
    {
        foreach (var losses in x.Shape.Fields.Where(f => f.Kind == FieldKind.Losses))
        foreach (var term in x.Layout.LossesOf(losses).SelectMany(l => l))
        {
            var at = term.Offset;
            foreach (var (_, field) in TermLayout.Fields(term.Kind))
            {
                if (at == element && field == TermField.PositiveScalar)
                    return value > 0;
                at += TermLayout.Length(field, x.Layout.D);
            }
        }
        foreach (var field in x.Shape.Fields.Where(f => f.Kind != FieldKind.Losses))
        {
            var start = x.Layout.OffsetOf(field);
            if (element < start || element >= start + x.Layout.LengthOf(field))
                continue;
            return field.Domain switch
            {
                Domain.Positive => value > 0,
                Domain.NonNegative => value >= 0,
                _ => true,
            };
        }
        return true;
    }

    /// <summary>Which elements belong to a constant, which certification sets anyway, or to the probabilities.</summary>
    private static bool[] Constants(Instance x)
    {
        var constants = new bool[x.Record.Length];
        foreach (var field in x.Shape.Fields.Where(f => f.Kind != FieldKind.Losses))
            if (field.IsProbability || field.Slot is not null && x.Shape.Establish<Interval>(x, field) is not null)
                constants.AsSpan(x.Layout.OffsetOf(field), x.Layout.LengthOf(field)).Fill(true);
        return constants;
    }

    private sealed record Selection(
        int[] Tasks,
        int[] Coordinates,
        int[] Matrices,
        int? WithoutTerm,
        Field? WithoutLosses = null
    )
    {
        public static Selection All(Instance x) =>
            new(
                [.. Enumerable.Range(0, x.Layout.Tasks)],
                [.. Enumerable.Range(0, x.Layout.D)],
                [.. Enumerable.Range(0, x.Layout.Matrices)],
                null
            );
    }

    private static int[] Without(int[] list, int index) => [.. list.Where((_, i) => i != index)];

    private static Instance Select(Instance x, Selection s)
    {
        var (from, d) = (x.Layout, s.Coordinates.Length);
        TermAt[] Kept(TermAt[] terms) => [.. terms.Where((_, t) => t != s.WithoutTerm)];
        var layout = new Layout(
            x.Shape,
            d,
            s.Tasks.Length,
            s.Matrices.Length,
            (f, i) => f == s.WithoutLosses ? [] : [.. Kept(from.LossesOf(f)[s.Tasks[i]]).Select(t => t.Kind)]
        );
        var y = new Instance(layout, new Counts(x.Counts), new double[layout.Size]);
        foreach (var field in x.Shape.Fields)
        {
            if (field.Kind == FieldKind.Losses)
            {
                for (var i = 0; i < s.Tasks.Length; i++)
                    foreach (var (a, b) in Kept(from.LossesOf(field)[s.Tasks[i]]).Zip(layout.LossesOf(field)[i]))
                        SelectTerm(x, a, s.Coordinates, y.Record.AsSpan(b.Offset));
                continue;
            }
            var source = x[field];
            var target = y[field];
            switch (field.Kind)
            {
                case FieldKind.Scalar:
                    target[0] = source[0];
                    break;
                case FieldKind.Vector:
                    for (var k = 0; k < d; k++)
                        target[k] = source[s.Coordinates[k]];
                    break;
                case FieldKind.Matrix:
                    for (var k = 0; k < d; k++)
                    for (var l = 0; l < d; l++)
                        target[k * d + l] = source[s.Coordinates[k] * from.D + s.Coordinates[l]];
                    break;
                case FieldKind.Symmetric:
                    for (var k = 0; k < d; k++)
                    for (var l = 0; l <= k; l++)
                        target[SymmetricMatrix.IndexOf(d, k, l)] = source[
                            SymmetricMatrix.IndexOf(from.D, s.Coordinates[k], s.Coordinates[l])
                        ];
                    break;
                case FieldKind.Rows:
                    for (var i = 0; i < s.Tasks.Length; i++)
                    for (var k = 0; k < d; k++)
                        target[i * d + k] = source[s.Tasks[i] * from.D + s.Coordinates[k]];
                    break;
                case FieldKind.PerTask:
                    for (var i = 0; i < s.Tasks.Length; i++)
                        target[i] = field.IsProbability ? 1.0 / s.Tasks.Length : source[s.Tasks[i]];
                    break;
                default:
                    for (var m = 0; m < s.Matrices.Length; m++)
                    for (var k = 0; k < d; k++)
                    for (var l = 0; l < d; l++)
                        target[(m * d + k) * d + l] = source[
                            (s.Matrices[m] * from.D + s.Coordinates[k]) * from.D + s.Coordinates[l]
                        ];
                    break;
            }
        }
        return y;
    }

    private static void SelectTerm(Instance x, TermAt term, int[] coordinates, Span<double> target)
    {
        var d = x.Layout.D;
        var source = x.Term(term);
        var into = 0;
        foreach (var (_, field) in TermLayout.Fields(term.Kind))
        {
            for (var k = 0; k < coordinates.Length; k++)
                if (field == TermField.Vector)
                    target[into + k] = source[coordinates[k]];
                else if (field == TermField.Symmetric)
                    for (var l = 0; l <= k; l++)
                        target[into + SymmetricMatrix.IndexOf(coordinates.Length, k, l)] = source[
                            SymmetricMatrix.IndexOf(d, coordinates[k], coordinates[l])
                        ];
            if (field is TermField.Scalar or TermField.PositiveScalar)
                target[into] = source[0];
            source = source[TermLayout.Length(field, d)..];
            into += TermLayout.Length(field, coordinates.Length);
        }
    }
}
