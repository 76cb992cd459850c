using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// An inequality or identity over observables as it was typed. Vectors are compared by identities alone, component by
/// component; of numbers per task the first task's is read.
/// </summary>
public sealed record Inequality(Formula Left, Relation Relation, Formula Right)
{
    private const int MostConditions = 16;

    /// <summary>Reads an inequality; one that points the other way is turned round.</summary>
    /// <exception cref="InputException">It is malformed: the column and what is wrong there.</exception>
    public static Inequality Parse(string text, Registry registry) => InequalityParser.Parse(text, registry);

    /// <summary>The text that reads back as the same one.</summary>
    public override string ToString() => $"{Left} {CaseFile.Symbol(Relation)} {Right}";

    /// <summary>The inequality that a claim was made of; null of other claims.</summary>
    public static Inequality? Of(Claim claim) =>
        claim.Lhs is Formula left && claim.Rhs is Formula right ? new(left, claim.Relation, right) : null;

    /// <summary>
    /// The claim that an inequality states. Its id is made of its text, its hypotheses are named by theirs: both read back.
    /// </summary>
    /// <param name="text">The inequality.</param>
    /// <param name="where">Conditions, and names of hypotheses that Bounds declares.</param>
    /// <param name="registry">What there is to try it on.</param>
    /// <exception cref="InputException">A text is malformed, or no trial fills all that is named.</exception>
    public static Claim ToClaim(string text, IReadOnlyList<string> where, Registry registry)
    {
        var inequality = Parse(text, registry);
        if (where.Count > MostConditions)
            throw new InputException($"--where: {where.Count} conditions; {MostConditions} are the most");
        var hypotheses = where.Select(w => HypothesisOf(w, registry)).ToList();
        if (hypotheses.GroupBy(h => h.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException($"--where '{twice.Key}' is given twice");
        var key = string.Join('\n', hypotheses.Select(h => h.Name).Prepend(inequality.ToString()));
        var isVector = inequality.Left.IsVector || inequality.Right.IsVector;
        var claim = new Claim(
            id: "try." + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..10],
            version: 1,
            source: "typed into verify try",
            provenance: Provenance.Proposed,
            kind: inequality.Relation.IsEqual ? Kind.Identity : Kind.Pathwise,
            statement: InequalitySource.Latex(inequality),
            hypotheses: [.. hypotheses],
            prescribes: [],
            reading: [],
            relation: inequality.Relation,
            lhs: inequality.Left,
            rhs: inequality.Right,
            extent: isVector ? Extent.Dimension : Extent.Scalar,
            highlight: null,
            presupposes: [],
            wrong: []
        );
        if (registry.ReadsOfSides(claim).Count == 0)
            throw new InputException("column 1: no observable is named, so there is nothing to try");
        if (!registry.TrialsOf(claim).Any())
            throw new InputException(WhoFillsWhat(claim, registry));
        return claim;
    }

    /// <summary>The hypotheses that Bounds declares for all to use, with the F# name of each.</summary>
    internal static IEnumerable<(Hypothesis Hypothesis, string Path)> Declared { get; } =
    [
        .. typeof(Claim)
            .Assembly.GetExportedTypes()
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Static))
            .Where(p => p.PropertyType == typeof(Hypothesis))
            .Select(p => ((Hypothesis)p.GetValue(null)!, $"{p.DeclaringType!.Name}.{p.Name}"))
            .DistinctBy(x => x.Item1.Name),
    ];

    private static Hypothesis HypothesisOf(string text, Registry registry)
    {
        var names = Declared.Select(x => x.Hypothesis.Name);
        if (Declared.FirstOrDefault(x => x.Hypothesis.Name == text.Trim()).Hypothesis is { } known)
            return known;
        // Without a relation it was meant as a name.
        if (text.Length > 0 && !text.AsSpan().ContainsAny("<>="))
            throw new InputException(
                $"--where '{InstanceJson.Short(text)}' is neither a condition nor a known hypothesis{Nearest.Hint(text, names)}"
            );
        try
        {
            var condition = Parse(text, registry);
            if (condition.Left.IsVector || condition.Right.IsVector)
                throw new InputException("a condition compares numbers, not vectors");
            return new Hypothesis(
                condition.ToString(),
                InequalitySource.Latex(condition),
                condition.Margin,
                Governed.Nothing
            );
        }
        catch (InputException e)
        {
            throw new InputException($"--where '{InstanceJson.Short(text)}': {e.Message}");
        }
    }

    /// <summary>The margin by which an instance meets it as a condition.</summary>
    internal Condition Margin =>
        Relation.IsEqual
            ? Condition.NewNonNegative(
                new Negation(new Call(Function.Abs, new Arithmetic(Operator.Subtract, Left, Right)))
            )
        : Relation.IsLess ? Condition.NewPositive(new Arithmetic(Operator.Subtract, Right, Left))
        : Condition.NewNonNegative(new Arithmetic(Operator.Subtract, Right, Left));

    /// <summary>For each slot and count that a claim reads, the trials that fill it on their own.</summary>
    private static string WhoFillsWhat(Claim claim, Registry registry)
    {
        const int most = 3;
        var parts = registry
            .Reads(claim)
            .Select(s => (s.Name, Trials: registry.Trials.Where(t => Registry.IsFilled(t, s)).ToList()))
            .Concat(
                registry
                    .CountsOf(claim)
                    .Select(c => (c.Name, Trials: registry.Trials.Where(t => Registry.IsFilled(t, c)).ToList()))
            );
        string Fillers(List<Trial> trials)
        {
            var free = trials.Where(t => t.Takes.Count == 0).Select(t => t.Name).Distinct().ToList();
            if (free.Count == 0 && trials.Count > 0)
                return "only where a claim prescribes " + string.Join(", ", trials[0].Takes);
            var rest = free.Count > most ? $" and {free.Count - most} more" : "";
            return free.Count == 0 ? "no trial" : string.Join(", ", free.Take(most)) + rest;
        }
        return "no trial fills all of these: "
            + string.Join("; ", parts.Select(p => $"{p.Name} ({Fillers(p.Trials)})"));
    }
}
