using System.Globalization;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>An operator between two expressions.</summary>
public enum Operator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// <summary>A function of an expression; the last two take two.</summary>
public enum Function
{
    Abs,
    Exp,
    Log,
    Sqrt,
    Max,
    Min,
}

/// <summary>
/// A formula as it was typed. It evaluates in every number type, so that enclosures hold; equal ones have the same form, and
/// the text of one reads back as the same one.
/// </summary>
public abstract record Formula : IFormula
{
    /// <summary>How tightly it binds: sums 1, products 2, a sign 3, powers 4, all else 5.</summary>
    internal virtual int Precedence => 5;

    /// <summary>Its parts, left to right.</summary>
    public virtual IEnumerable<Formula> Operands => [];

    /// <summary>The value; of a vector component k, of numbers per task that of the first task.</summary>
    public abstract T Evaluate<T>(Observables<T> o, int k)
        where T : struct, IReal<T>;

    /// <summary>
    /// A bound on its magnitude where it is made of whole numbers and counts by +, - and * alone, so that powers of it are
    /// powers with an integer exponent; infinity where it is not.
    /// </summary>
    internal virtual double WholeBound => double.PositiveInfinity;

    /// <summary>Its value where <see cref="WholeBound"/> is finite.</summary>
    internal virtual long Whole<T>(Observables<T> o)
        where T : struct, IReal<T> => throw new InvalidOperationException($"{this} is no whole number");

    /// <summary>Whether it is an exponent to which a number is raised by multiplication.</summary>
    public bool IsWhole => WholeBound <= Power.LargestExponent;

    /// <summary>Whether it reads a vector of parameters.</summary>
    public bool IsVector => Operands.Any(x => x.IsVector) || this is Observable { Slot.Extent: Extent.Dimension };

    /// <summary>In parentheses where it binds less tightly than the place asks for.</summary>
    internal string In(int precedence) => Precedence < precedence ? $"({this})" : ToString();
}

/// <summary>An exact decimal literal, not negative.</summary>
public sealed record Number(decimal Value) : Formula
{
    /// <summary>Whether it is an integer that every number type represents.</summary>
    public bool IsInteger => Value == decimal.Truncate(Value) && Value <= int.MaxValue;

    internal override double WholeBound => IsInteger ? (double)Value : base.WholeBound;

    internal override long Whole<T>(Observables<T> o) => (long)Value;

    public override T Evaluate<T>(Observables<T> o, int k) => IsInteger ? T.From((double)Value) : T.From(Value);

    public override string ToString() => Value.ToString("0.############################", CultureInfo.InvariantCulture);
}

/// <summary>A constant of the instance, or what a trial measures.</summary>
public sealed record Observable(Slot Slot) : Formula
{
    public override T Evaluate<T>(Observables<T> o, int k) => o.Vector(Slot)[Slot.Extent == Extent.Dimension ? k : 0];

    public override string ToString() => Slot.Name;
}

/// <summary>An integer of the instance.</summary>
public sealed record Counted(Count Count) : Formula
{
    /// <summary>No count of an instance is larger.</summary>
    private const double Largest = 10_000;

    internal override double WholeBound => Largest;

    internal override long Whole<T>(Observables<T> o) => o[Count];

    public override T Evaluate<T>(Observables<T> o, int k) => T.From((double)o[Count]);

    public override string ToString() => Count.Name;
}

/// <summary>0 - x.</summary>
public sealed record Negation(Formula Operand) : Formula
{
    internal override int Precedence => 3;
    public override IEnumerable<Formula> Operands => [Operand];

    internal override double WholeBound => Operand.WholeBound;

    internal override long Whole<T>(Observables<T> o) => -Operand.Whole(o);

    public override T Evaluate<T>(Observables<T> o, int k) => T.From(0.0) - Operand.Evaluate(o, k);

    public override string ToString() => $"-{Operand.In(3)}";
}

/// <summary>A sum, difference, product or quotient.</summary>
public sealed record Arithmetic(Operator Operator, Formula Left, Formula Right) : Formula
{
    internal override int Precedence => Operator is Operator.Add or Operator.Subtract ? 1 : 2;
    public override IEnumerable<Formula> Operands => [Left, Right];

    internal override double WholeBound =>
        Operator switch
        {
            Operator.Add or Operator.Subtract => Left.WholeBound + Right.WholeBound,
            // 0 times infinity is no number, and no whole one.
            Operator.Multiply when Left.WholeBound * Right.WholeBound is var bound && !double.IsNaN(bound) => bound,
            _ => base.WholeBound,
        };

    internal override long Whole<T>(Observables<T> o) =>
        (Operator, Left.Whole(o), Right.Whole(o)) switch
        {
            (Operator.Add, var x, var y) => x + y,
            (Operator.Subtract, var x, var y) => x - y,
            var (_, x, y) => x * y,
        };

    public override T Evaluate<T>(Observables<T> o, int k)
    {
        var (x, y) = (Left.Evaluate(o, k), Right.Evaluate(o, k));
        return Operator switch
        {
            Operator.Add => x + y,
            Operator.Subtract => x - y,
            Operator.Multiply => x * y,
            _ => x / y,
        };
    }

    public override string ToString() => $"{Left.In(Precedence)} {Symbol} {Right.In(Precedence + 1)}";

    internal char Symbol => "+-*/"[(int)Operator];
}

/// <summary>
/// A power: by multiplication where the exponent is whole, else exp(y log x), which needs x &gt; 0 and is no number elsewhere.
/// </summary>
public sealed record Power(Formula Base, Formula Exponent) : Formula
{
    /// <summary>The largest bound of a whole exponent.</summary>
    internal const double LargestExponent = 1e9;

    internal override int Precedence => 4;
    public override IEnumerable<Formula> Operands => [Base, Exponent];

    public override T Evaluate<T>(Observables<T> o, int k)
    {
        var x = Base.Evaluate(o, k);
        if (!Exponent.IsWhole)
            return T.Exp(Exponent.Evaluate(o, k) * T.Log(x));
        return Exponent.Whole(o) is >= -(long)LargestExponent and <= (long)LargestExponent and var n
            ? T.Pow(x, (int)n)
            : T.From(double.NaN);
    }

    public override string ToString() => $"{Base.In(5)}^{Exponent.In(3)}";
}

/// <summary>A function of one expression, or of two.</summary>
public sealed record Call(Function Function, Formula X, Formula? Y = null) : Formula
{
    public override IEnumerable<Formula> Operands => Y is null ? [X] : [X, Y];

    /// <summary>How many expressions a function takes.</summary>
    public static int Arity(Function function) => function is Function.Max or Function.Min ? 2 : 1;

    /// <summary>The functions by their names.</summary>
    public static IReadOnlyDictionary<string, Function> Names { get; } =
        Enum.GetValues<Function>().ToDictionary(NameOf, StringComparer.Ordinal);

    internal string Name => NameOf(Function);

    private static string NameOf(Function function) => function.ToString().ToLowerInvariant();

    public override T Evaluate<T>(Observables<T> o, int k)
    {
        var x = X.Evaluate(o, k);
        return Function switch
        {
            Function.Abs => T.Abs(x),
            Function.Exp => T.Exp(x),
            Function.Log => T.Log(x),
            Function.Sqrt => T.Sqrt(x),
            Function.Max => T.Max(x, Y!.Evaluate(o, k)),
            _ => T.Min(x, Y!.Evaluate(o, k)),
        };
    }

    public override string ToString() => $"{Name}({string.Join(", ", Operands)})";
}
