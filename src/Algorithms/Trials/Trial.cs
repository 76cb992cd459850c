using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;

namespace Verify.Algorithms.Trials;

/// <summary>An algorithm run on instances of one shape; it fills the slots that claims read.</summary>
public abstract class Trial
{
    public abstract string Name { get; }
    public abstract Shape Shape { get; }

    /// <summary>The slots it fills, besides those that the fields of the shape fill.</summary>
    public abstract IReadOnlyList<Slot> Fills { get; }

    /// <summary>The slots that it reads and a claim must prescribe: starts, step sizes, counts.</summary>
    public virtual IReadOnlyList<Slot> Takes => [];

    /// <summary>Fields that are optional in the shape but without which it cannot fill these slots.</summary>
    public virtual IEnumerable<Field> NeededFor(IReadOnlySet<Slot> slots) => [];

    /// <summary>Counts that are optional in the shape but without which it cannot fill these slots.</summary>
    public virtual IEnumerable<Count> CountsFor(IReadOnlySet<Slot> slots) => [];

    /// <summary>The numbers by which its runs are described: of the instance, and of what a claim prescribes.</summary>
    public virtual IReadOnlyList<Coordinate> Coordinates => Shape.Coordinates;

    /// <summary>The two of them over which tightness is mapped; null where no two say much.</summary>
    public virtual (Coordinate X, Coordinate Y)? Map => Shape.Map;

    /// <summary>
    /// It runs on one tile in so many, and its claims have a lower default budget: the cost of a run, in rough classes.
    /// </summary>
    public virtual int Thinning => 1;

    /// <summary>Whether its cost grows with d^3 or more; such trials are sampled at d &lt;= 16 mostly.</summary>
    public virtual bool IsCubic => false;

    /// <summary>The largest prescribed count with which it runs on enclosures: their width grows with every step.</summary>
    public virtual double MostEnclosedSteps(Layout layout) => FewSteps;

    /// <summary>The largest count with which enclosures are carried from step to step.</summary>
    public const double FewSteps = 2000;

    /// <summary>Fills the slots from which prescriptions are evaluated, before <see cref="Run"/>.</summary>
    public virtual void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
        where T : struct, IReal<T> { }

    /// <summary>Runs on one instance, or on one per lane.</summary>
    /// <param name="layout">Where the record holds what.</param>
    /// <param name="record">The numbers of the instance.</param>
    /// <param name="o">Loaded with the constants and counts; receives the slots.</param>
    /// <param name="scratch">Working memory.</param>
    /// <returns>What one instance cost, where it does not fill the slots of <see cref="Cost"/>.</returns>
    public abstract Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
        where T : struct, IReal<T>;
}
