namespace Verify.Algorithms.Observables;

/// <summary>How many numbers a slot holds.</summary>
public enum Extent
{
    Scalar,

    /// <summary>d numbers, a vector of parameters.</summary>
    Dimension,

    /// <summary>n numbers, one per task.</summary>
    Tasks,
}

/// <summary>
/// A named place of the observables buffer: a constant of the instance (alpha, L, sigma) or a quantity that a trial
/// measures. Slots are created once, as static fields, by the trial or the shape that fills them.
/// </summary>
public sealed class Slot
{
    private static readonly List<Slot> s_all = [];

    private Slot(string name, Extent extent, string meaning, int index) =>
        (Name, Extent, Meaning, Index) = (name, extent, meaning, index);

    /// <summary>The name, unique over the program.</summary>
    public string Name { get; }
    public Extent Extent { get; }

    /// <summary>What it holds, in the papers' notation.</summary>
    public string Meaning { get; }
    internal int Index { get; }

    /// <summary>Registers a slot.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static Slot Create(string name, string meaning, Extent extent = Extent.Scalar)
    {
        lock (s_all)
        {
            if (s_all.Any(s => s.Name == name))
                throw new ArgumentException($"two slots are named {name}", nameof(name));
            var slot = new Slot(name, extent, meaning, s_all.Count);
            s_all.Add(slot);
            return slot;
        }
    }

    /// <summary>Every slot registered so far, in order of registration.</summary>
    public static IReadOnlyList<Slot> All
    {
        get
        {
            lock (s_all)
                return [.. s_all];
        }
    }

    public override string ToString() => Name;
}

/// <summary>An integer of an instance, the same for all lanes of a tile.</summary>
/// <param name="Name">The field of the instance format.</param>
/// <param name="Meaning">What it counts.</param>
public sealed record Count(string Name, string Meaning)
{
    /// <summary>d, the dimension of the parameters.</summary>
    public static readonly Count D = new("d", "dimension of the parameters");

    /// <summary>The number of tasks of the collection.</summary>
    public static readonly Count Tasks = new("n", "number of tasks");

    /// <summary>N, the number of inner steps.</summary>
    public static readonly Count N = new("N", "number of inner steps");

    /// <summary>j, an index of the inner path, 0..N.</summary>
    public static readonly Count J = new("j", "index on the inner path");

    /// <summary>m, the last index of the matrices V_0..V_m, or the number of steps of a linear solver.</summary>
    public static readonly Count M = new("m", "last index of the matrices V_0..V_m, or steps of the linear solver");

    /// <summary>T, the number of steps of an inner solver.</summary>
    public static readonly Count T = new("T", "number of steps of the inner solver");

    /// <summary>K, the number of back-propagation steps that are kept.</summary>
    public static readonly Count K = new("K", "number of kept back-propagation steps");

    /// <summary>k, an index of the iterates of a solver.</summary>
    public static readonly Count Iterate = new("k", "index of a solver's iterates");

    /// <summary>The number of tasks in a step of the outer loop.</summary>
    public static readonly Count Batch = new("batch", "number of tasks in a step of the outer loop");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Count> All { get; } = [D, Tasks, N, J, M, T, K, Iterate, Batch];

    public override string ToString() => Name;
}
