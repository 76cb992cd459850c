using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// A Python script, standard library only, that recomputes both sides of a counterexample: the algorithms a second time,
/// the formulas printed from the claim itself by running it over <see cref="Expression"/>.
/// </summary>
public static class Standalone
{
    /// <summary>The script for a case as <see cref="WitnessFile"/> writes it.</summary>
    /// <exception cref="InputException">There is no code for what the claim's trial measures.</exception>
    public static string Script(Claim claim, JsonObject witness, Registry registry)
    {
        var json = witness["instance"]!.AsObject();
        using var document = JsonDocument.Parse(witness.ToJsonString());
        var (trial, instance) = CaseFile.ReadInstance(document.RootElement, claim, registry);
        var component = (int?)witness["certificate"]?["component"] ?? 0;
        var o = Slots(instance);
        var prescribed = claim.Prescribes.Select(p =>
        {
            var values = Enumerable.Range(0, o.LengthOf(p.Slot)).Select(k => p.Value.Evaluate(o, k).Code);
            if (p.IsCount)
                values = values.Select(v => $"max(Decimal(0), ceil({v}))");
            // A start that the instance does not have stays away: the trial's twin knows what stands for it.
            return "try:\n"
                + $"    s[\"{p.Slot.Name}\"] = "
                + (p.Slot.Extent == Extent.Scalar ? values.Single() : $"[{string.Join(", ", values)}]")
                + "\nexcept KeyError:\n    pass";
        });
        var constants = instance
            .Shape.Fields.Where(f => f.Slot is not null && instance.Has(f))
            .Select(f => $"\"{f.Slot!.Name}\": at(x, \"{f.Name}\")");
        return (Resource("common") ?? throw new InvalidOperationException("no common part"))
            .Replace("@INSTANCE@", json.ToJsonString())
            .Replace("@OBSERVE@", string.Concat(Parts(trial).Select(part => "\n" + part)))
            .Replace("@CONSTANTS@", string.Join(", ", constants))
            .Replace("@PRESCRIBED@", string.Join("\n", prescribed))
            .Replace("@LHS@", claim.Lhs.Evaluate(o, component).Code)
            .Replace("@RHS@", claim.Rhs.Evaluate(o, component).Code)
            .Replace("@CLAIM@", claim.Id)
            .Replace("@RELATION@", CaseFile.Symbol(claim.Relation));
    }

    /// <summary>The Python twins of a trial and of its base types, the bases first.</summary>
    private static List<string> Parts(Trial trial)
    {
        var parts = new List<string>();
        for (var type = trial.GetType(); type is not null && type != typeof(Trial); type = type.BaseType)
            if (Resource(type.Name.Split('`')[0]) is { } part)
                parts.Insert(0, part);
        return parts.Any(p => p.Contains("def observe", StringComparison.Ordinal))
            ? parts
            : throw new InputException($"there is no script for the trial '{trial.Name}'");
    }

    private static string? Resource(string name)
    {
        using var stream = typeof(Standalone).Assembly.GetManifestResourceStream($"standalone/{name}.py");
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }

    /// <summary>Every slot as the Python expression that reads it.</summary>
    private static Observables<Expression> Slots(Instance instance)
    {
        var o = new Observables<Expression>();
        o[Count.D] = instance.Layout.D;
        o[Count.Tasks] = instance.Layout.Tasks;
        o[Count.M] = instance.Layout.Matrices - 1;
        foreach (var (count, value) in instance.Counts)
            o[count] = value;
        foreach (var slot in Slot.All)
        {
            var values = o.Vector(slot);
            // A number per task is written alone where there is one task.
            var isList = slot.Extent == Extent.Dimension || slot.Extent == Extent.Tasks && values.Length > 1;
            for (var k = 0; k < values.Length; k++)
                values[k] = new Expression($"s[\"{slot.Name}\"]" + (isList ? $"[{k}]" : ""), Expression.Atom);
        }
        return o;
    }
}

/// <summary>A number type whose numbers are Python expressions.</summary>
/// <param name="code">The expression.</param>
/// <param name="rank">How tightly its outermost operator binds.</param>
public readonly struct Expression(string code, int rank) : IReal<Expression>
{
    private const int Sum = 0,
        Product = 1,
        Unary = 2,
        Power = 3;

    /// <summary>The rank of what needs no parentheses.</summary>
    public const int Atom = 4;

    public string Code { get; } = code;
    private int Rank { get; } = rank;

    public static Expression operator +(Expression a, Expression b) => Join(a, "+", b, Sum, Sum);

    public static Expression operator -(Expression a, Expression b) => Join(a, "-", b, Sum, Product);

    public static Expression operator *(Expression a, Expression b) => Join(a, "*", b, Product, Product);

    // Two whole numbers would divide to a binary float.
    public static Expression operator /(Expression a, Expression b) =>
        Join(long.TryParse(a.Code, out _) ? new($"Decimal({a.Code})", Atom) : a, "/", b, Product, Unary);

    public static Expression operator -(Expression a) => new("-" + a.Within(Unary), Unary);

    public static Expression Fma(Expression a, Expression b, Expression c) => a * b + c;

    public static Expression Pow(Expression a, int n) => new($"{a.Within(Atom)} ** {n}", Power);

    public static Expression Sqrt(Expression a) => Call("sqrt", a);

    public static Expression Abs(Expression a) => Call("abs", a);

    public static Expression Min(Expression a, Expression b) => Call("min", a, b);

    public static Expression Max(Expression a, Expression b) => Call("max", a, b);

    public static Expression IsLess(Expression a, Expression b) =>
        Call("int", new Expression($"{a.Code} < {b.Code}", Sum));

    public static Expression SelectLess(Expression a, Expression b, Expression x, Expression y) =>
        new($"({x.Code} if {a.Code} < {b.Code} else {y.Code})", Atom);

    public static Expression Ceiling(Expression a) => Call("ceil", a);

    /// <summary>No loop runs over an expression.</summary>
    public static double Largest(Expression a) => double.NaN;

    public static (Expression Sin, Expression Cos) SinCos(Expression a) =>
        (new($"sincos({a.Code})[0]", Atom), new($"sincos({a.Code})[1]", Atom));

    public static Expression Exp(Expression a) => new($"{a.Within(Atom)}.exp()", Atom);

    public static Expression Log(Expression a) => new($"{a.Within(Atom)}.ln()", Atom);

    public static Expression Cbrt(Expression a) => new($"{a.Within(Atom)} ** (Decimal(1) / 3)", Power);

    public static Expression From(double value) =>
        value == Math.Floor(value) && Math.Abs(value) < 1e15
            ? new(value.ToString("R", CultureInfo.InvariantCulture), value < 0 ? Unary : Atom)
            : new($"Decimal({value.ToString("R", CultureInfo.InvariantCulture)})", Atom);

    public static Expression From(decimal value) =>
        new($"Decimal(\"{value.ToString(CultureInfo.InvariantCulture)}\")", Atom);

    private static Expression Join(Expression a, string sign, Expression b, int rank, int right) =>
        new($"{a.Within(rank)} {sign} {b.Within(right)}", rank);

    private static Expression Call(string name, params Expression[] arguments) =>
        new($"{name}({string.Join(", ", arguments.Select(x => x.Code))})", Atom);

    private string Within(int least) => Rank >= least ? Code : $"({Code})";
}
