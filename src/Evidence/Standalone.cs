using System.Globalization;
using System.Text.Json.Nodes;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// A Python script, standard library only, that recomputes both sides of a counterexample: the algorithms a second time,
/// the formulas printed from the claim itself by running it over <see cref="Expression"/>.
/// </summary>
public static class Standalone
{
    /// <summary>The script for a case as <see cref="WitnessFile"/> writes it.</summary>
    /// <exception cref="InputException">The claim compares vectors.</exception>
    public static string Script(Claim claim, JsonObject witness, Registry registry)
    {
        if (claim.Extent != Extent.Scalar)
            throw new InputException($"{claim.Id} compares vectors; there is no script for it");
        var instance = witness["instance"]!.AsObject();
        using var stream = typeof(Standalone).Assembly.GetManifestResourceStream("standalone.py")!;
        using var reader = new StreamReader(stream);
        var (lhs, rhs) = (Print(claim, claim.Lhs, instance), Print(claim, claim.Rhs, instance));
        return reader
            .ReadToEnd()
            .Replace("@INSTANCE@", instance.ToJsonString())
            .Replace("@LHS@", lhs)
            .Replace("@RHS@", rhs)
            .Replace("@CLAIM@", claim.Id)
            .Replace("@RELATION@", CaseFile.Symbol(claim.Relation));
    }

    private static string Print(Claim claim, IFormula formula, JsonObject instance)
    {
        var o = new Observables<Expression>();
        o[Count.D] = o[Count.Tasks] = 1;
        foreach (var count in new[] { Count.N, Count.J })
            if (instance[count.Name] is { } value)
                o[count] = (int)value;
        o[Count.M] = instance["Vs"]?.AsArray().Count - 1 ?? 0;
        foreach (var slot in Slot.All)
            o[slot] = new Expression($"s[\"{slot.Name}\"]", Expression.Atom);
        return formula.Evaluate(o, 0).Code;
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

    public static Expression operator /(Expression a, Expression b) => Join(a, "/", b, Product, Unary);

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
