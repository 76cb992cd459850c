using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Instances;

/// <summary>
/// Where each field of an instance lies within its record, the linear stream of doubles that kernels read: the fields
/// in the order of the shape, of the losses task after task and term after term.
/// </summary>
public sealed class Layout
{
    private readonly Dictionary<Field, int> _offsets = [];
    private readonly Dictionary<Field, TermAt[][]> _losses = [];

    /// <summary>Lays out a record.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="d">The dimension, at least 1.</param>
    /// <param name="tasks">n, the number of tasks, at least 1.</param>
    /// <param name="matrices">m+1, the number of matrices; 0 for shapes without.</param>
    /// <param name="terms">The kinds of terms of each task's loss, for each field that holds losses.</param>
    public Layout(Shape shape, int d, int tasks, int matrices, Func<Field, int, IReadOnlyList<TermKind>> terms)
    {
        (Shape, D, Tasks, Matrices) = (shape, d, tasks, matrices);
        foreach (var field in shape.Fields)
        {
            _offsets[field] = Size;
            if (field.Kind != FieldKind.Losses)
            {
                Size += LengthOf(field);
                continue;
            }
            _losses[field] = new TermAt[tasks][];
            for (var i = 0; i < tasks; i++)
            {
                var kinds = terms(field, i);
                _losses[field][i] = new TermAt[kinds.Count];
                for (var t = 0; t < kinds.Count; t++)
                {
                    _losses[field][i][t] = new TermAt(kinds[t], Size);
                    Size += TermLayout.Length(kinds[t], d);
                }
            }
        }
    }

    public Shape Shape { get; }
    public int D { get; }
    public int Tasks { get; }
    public int Matrices { get; }

    /// <summary>The number of doubles of a record.</summary>
    public int Size { get; }

    /// <summary>The position of a field's first number.</summary>
    public int OffsetOf(Field field) => _offsets[field];

    /// <summary>The terms of each task's loss.</summary>
    public TermAt[][] LossesOf(Field field) => _losses[field];

    /// <summary>How many numbers a field that holds no losses has.</summary>
    public int LengthOf(Field field) =>
        field.Kind switch
        {
            FieldKind.Scalar => 1,
            FieldKind.Vector => D,
            FieldKind.PerTask => Tasks,
            FieldKind.Matrices => Matrices * D * D,
            FieldKind.Matrix => D * D,
            FieldKind.Symmetric => SymmetricMatrix.PackedLength(D),
            FieldKind.Rows => Tasks * D,
            _ => throw new ArgumentException($"{field.Name} holds losses", nameof(field)),
        };

    /// <summary>Copies the counts and the fields that formulas read into their slots.</summary>
    public void Load<T>(Counts counts, Ref<T> record, Observables<T> o)
        where T : struct, IReal<T>
    {
        o[Count.D] = D;
        o[Count.Tasks] = Tasks;
        if (Matrices > 0)
            o[Count.M] = Matrices - 1;
        // By index: an enumerator of an interface or a sorted dictionary is allocated, once for each group of each batch.
        for (var i = 0; i < Shape.Counts.Count; i++)
            if (counts.TryGetValue(Shape.Counts[i].Count, out var value))
                o[Shape.Counts[i].Count] = value;
        for (var i = 0; i < Shape.Fields.Count; i++)
        {
            if (Shape.Fields[i].Slot is not { } slot)
                continue;
            var values = o.Vector(slot);
            var from = record.At(_offsets[Shape.Fields[i]]);
            for (var k = 0; k < values.Length; k++)
                values[k] = from[k];
        }
    }
}

/// <summary>The counts of an instance beyond d, n and m: N, j.</summary>
public sealed class Counts : SortedDictionary<Count, int>
{
    public Counts()
        : base(Comparer<Count>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))) { }

    public Counts(Counts other)
        : base(other, other.Comparer) { }
}
