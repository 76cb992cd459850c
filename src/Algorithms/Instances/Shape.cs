using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Instances;

/// <summary>What a field of an instance holds.</summary>
public enum FieldKind
{
    Scalar,

    /// <summary>d numbers.</summary>
    Vector,

    /// <summary>One number per task.</summary>
    PerTask,

    /// <summary>One loss per task.</summary>
    Losses,

    /// <summary>m+1 full d x d matrices, row by row.</summary>
    Matrices,

    /// <summary>One full d x d matrix, row by row.</summary>
    Matrix,

    /// <summary>A symmetric d x d matrix, packed; under its single name the list of its diagonal.</summary>
    Symmetric,

    /// <summary>A vector of d numbers per task.</summary>
    Rows,
}

/// <summary>Which numbers a field admits.</summary>
public enum Domain
{
    Real,
    NonNegative,
    Positive,
}

/// <summary>A field of an instance: a name of the instance format and what it holds.</summary>
/// <param name="Name">The name in the instance format.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Slot">The slot from which formulas read it, or null.</param>
/// <param name="Domain">Which numbers it admits.</param>
/// <param name="Optional">Whether it may be absent; its numbers are NaN then.</param>
/// <param name="Single">Its name where there is one task and it is not given as a list, or null.</param>
/// <param name="Internal">Never read from or written to the instance format.</param>
/// <param name="IsProbability">The probabilities of the tasks: equal where absent.</param>
/// <param name="Words">
/// Texts that may stand for the numbers, each choosing a reading of the claim; absent, the field stands for the first. The first
/// leaves NaN as the numbers, the others -infinity.
/// </param>
/// <param name="IsExactWhenAbsent">An absent constant stands for the smallest valid one.</param>
/// <param name="IsLowerBound">A constant of which every smaller one is valid too (mu): its safe end is the lower one.</param>
public sealed record Field(
    string Name,
    FieldKind Kind,
    Slot? Slot = null,
    Domain Domain = Domain.Real,
    bool Optional = false,
    string? Single = null,
    bool Internal = false,
    bool IsProbability = false,
    IReadOnlyList<string>? Words = null,
    bool IsLowerBound = false,
    bool IsExactWhenAbsent = false
);

/// <summary>A count that the instance format carries.</summary>
/// <param name="Count">Which.</param>
/// <param name="Least">The smallest admitted value.</param>
/// <param name="Most">The largest admitted value; a run is linear in it.</param>
/// <param name="Default">The count whose value stands for it where it is absent; null where none does.</param>
/// <param name="IsOptional">Whether an instance may be without it.</param>
public sealed record CountField(Count Count, int Least, int Most, Count? Default = null, bool IsOptional = false);

/// <summary>
/// A kind of instance: its fields, in the order in which a record stores them, and how its constants are established
/// from its own numbers.
/// </summary>
public abstract class Shape
{
    /// <summary>The name, by which families and trials are matched.</summary>
    public abstract string Name { get; }
    public abstract IReadOnlyList<Field> Fields { get; }
    public abstract IReadOnlyList<CountField> Counts { get; }

    /// <summary>
    /// The name of a list of objects, one per task, that hold the fields of losses and per task, whose names are paths in
    /// them; with one task they may stand at the top. Null where such fields are lists of their own.
    /// </summary>
    public virtual string? TaskList => null;

    /// <summary>The numbers by which its instances are described; they read its fields and counts only.</summary>
    public abstract IReadOnlyList<Coordinate> Coordinates { get; }

    /// <summary>The two of them over which tightness is mapped; null where no two say much.</summary>
    public virtual (Coordinate X, Coordinate Y)? Map => null;

    /// <summary>The field that formulas read from a slot.</summary>
    public Field? FieldOf(Slot slot) => Fields.FirstOrDefault(f => f.Slot == slot);

    /// <summary>
    /// The constant that a field holds, enclosed from the instance's other numbers: each interval contains the smallest valid
    /// constant, +infinity where none is valid, NaN where nothing could be established. Null for a field that holds none.
    /// </summary>
    public abstract T[]? Establish<T>(Instance instance, Field field)
        where T : struct, IEnclosure<T>;

    /// <summary>What is wrong with an instance beyond its fields one by one, naming the field; or null.</summary>
    public virtual string? Fault(Instance instance) => null;

    public override string ToString() => Name;
}
