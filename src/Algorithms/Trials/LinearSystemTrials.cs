using Verify.Algorithms.Engine;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Algorithms.Solvers;
using Slots = Verify.Algorithms.Observables.LinearSolvers;

namespace Verify.Algorithms.Trials;

/// <summary>A linear solver on S x = b. Beforehand it has x* by a direct solve.</summary>
public abstract class LinearSystemTrial : Trial
{
    public override int Thinning => 8;

    // A record begins with S and b, a quadratic term.
    private static readonly TermAt[] s_matrix = [new(TermKind.Quadratic, 0)];

    /// <summary>More than the corrections that double the bits of x* at kappa 1e6 need at the highest precision.</summary>
    private const int MostCorrections = 64;

    private static readonly Coordinate s_steps = SharedCoordinates.Steps(Slots.Steps);

    /// <summary>What <see cref="Prepare"/> fills; every trial of this kind lists them among its own.</summary>
    protected static readonly IReadOnlyList<Slot> Prepared =
    [
        Slots.GivenStart,
        Slots.Solution,
        Slots.SolutionNorm,
        Slots.SolutionEnergy,
    ];

    public override Shape Shape => LinearSystemShape.Instance;
    public override IReadOnlyList<Slot> Takes { get; } = [Slots.Start, Slots.Steps];
    public override IReadOnlyList<Coordinate> Coordinates { get; } =
    [.. LinearSystemShape.Instance.Coordinates, s_steps];
    public override (Coordinate X, Coordinate Y)? Map => (LinearSystemShape.Condition, s_steps);

    // The direct solve.
    public override bool IsCubic => true;

    public override void Prepare<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var given = o.Vector(Slots.GivenStart);
        var x0 = record.At(layout.OffsetOf(LinearSystemShape.X0));
        var w0 = record.At(layout.OffsetOf(LinearSystemShape.W0));
        for (var i = 0; i < d; i++)
            given[i] = OrElse(w0[i], OrElse(x0[i], T.From(0.0)));
        var b = record.At(layout.OffsetOf(LinearSystemShape.B));
        var star = At(o, Slots.Solution);
        if (T.Encloses)
            Enclose(d, record, b, o[Slots.Kappa], star);
        else
        {
            var factors = scratch.Take(d * d);
            for (var i = 0; i < d; i++)
            for (var j = 0; j <= i; j++)
                factors[i * d + j] = record[SymmetricMatrix.IndexOf(d, i, j)];
            Cholesky.Factor<T, Ref<T>>(d, factors);
            Cholesky.Solve<T, Ref<T>>(d, factors, b, star);
        }
        o[Slots.SolutionNorm] = Vectors.Norm<T, Ref<T>>(d, star);
        o[Slots.SolutionEnergy] = EnergyNorm(SystemOf(layout, record), star, scratch.Take(d));
    }

    /// <summary>The system of an instance.</summary>
    protected static LinearSystem<T, Ref<T>> SystemOf<T>(Layout layout, Ref<T> record)
        where T : struct, IReal<T> => SystemOf(layout, record, T.From(0.0));

    /// <summary>(shift I + S) x = b.</summary>
    protected static LinearSystem<T, Ref<T>> SystemOf<T>(Layout layout, Ref<T> record, T shift)
        where T : struct, IReal<T>
    {
        var b = record.At(layout.OffsetOf(LinearSystemShape.B));
        return new LinearSystem<T, Ref<T>>(s_matrix, record, layout.D, b, shift, T.From(1.0), b);
    }

    /// <summary>A slot's vector as a place that kernels read and write.</summary>
    protected static Ref<T> At<T>(Observables<T> o, Slot slot)
        where T : struct, IReal<T> => new(ref o.Vector(slot)[0]);

    /// <summary>|x - x*| and |x - x*|_S.</summary>
    /// <param name="system">The system.</param>
    /// <param name="x">d elements.</param>
    /// <param name="star">x*.</param>
    /// <param name="work">2d elements of scratch.</param>
    protected static (T Error, T Energy) Errors<T>(
        in LinearSystem<T, Ref<T>> system,
        Ref<T> x,
        Ref<T> star,
        Ref<T> work
    )
        where T : struct, IReal<T>
    {
        var d = system.D;
        for (var i = 0; i < d; i++)
            work[i] = x[i] - star[i];
        return (Vectors.Norm<T, Ref<T>>(d, work), EnergyNorm(system, work, work.At(d)));
    }

    /// <summary>A lower bound of the smallest eigenvalue: the largest one is no smaller than any diagonal element.</summary>
    protected static T LeastEigenvalue<T>(int d, Ref<T> record, T kappa)
        where T : struct, IReal<T>
    {
        var largest = record[0];
        for (var i = 1; i < d; i++)
            largest = T.Max(largest, record[SymmetricMatrix.IndexOf(d, i, i)]);
        return largest / kappa;
    }

    private static T EnergyNorm<T>(in LinearSystem<T, Ref<T>> system, Ref<T> x, Ref<T> y)
        where T : struct, IReal<T>
    {
        system.Multiply(x, y);
        return T.Sqrt(Vectors.Dot<T, Ref<T>>(system.D, x, y));
    }

    /// <summary>x, or the other one where x is absent.</summary>
    private static T OrElse<T>(T x, T other)
        where T : struct, IReal<T> =>
        double.IsNaN(T.Largest(x)) ? other : T.SelectLess(x, T.From(double.PositiveInfinity), x, other);

    /// <summary>
    /// Encloses x*: b/h on the diagonal; else a point, corrected by a factorization in doubles until its residual, enclosed,
    /// shrinks no more, with |x - x*| at most |b - S x|/mu.
    /// </summary>
    private static void Enclose<T>(int d, Ref<T> s, Ref<T> b, T kappa, Ref<T> star)
        where T : struct, IReal<T>
    {
        var factors = new Real[d * d];
        var isDiagonal = true;
        for (var i = 0; i < d; i++)
        for (var j = 0; j <= i; j++)
        {
            factors[i * d + j] = new Real(T.Largest(s[SymmetricMatrix.IndexOf(d, i, j)]));
            isDiagonal &= i == j || factors[i * d + j].Value == 0;
        }
        if (isDiagonal)
        {
            for (var i = 0; i < d; i++)
                star[i] = b[i] / s[SymmetricMatrix.IndexOf(d, i, i)];
            return;
        }
        Cholesky.Factor<Real, Ref<Real>>(d, new Ref<Real>(ref factors[0]));

        var (x, best, residual, correction) = (new T[d], new T[d], new T[d], new Real[d]);
        Array.Fill(x, T.From(0.0));
        var least = T.From(double.PositiveInfinity);
        for (var k = 0; k < MostCorrections; k++)
        {
            // S x - b
            for (var i = 0; i < d; i++)
                residual[i] = -b[i];
            SymmetricMatrix.MultiplyAdd<T, Ref<T>>(d, s, new Ref<T>(ref x[0]), new Ref<T>(ref residual[0]));
            var norm = Vectors.Norm<T, Ref<T>>(d, new Ref<T>(ref residual[0]));
            if (!(T.Largest(norm) < T.Largest(least)))
                break;
            (least, best) = (norm, [.. x]);
            for (var i = 0; i < d; i++)
                correction[i] = new Real(T.Largest(residual[i]));
            Cholesky.Solve<Real, Ref<Real>>(
                d,
                new Ref<Real>(ref factors[0]),
                new Ref<Real>(ref correction[0]),
                new Ref<Real>(ref correction[0])
            );
            for (var i = 0; i < d; i++)
                x[i] = T.Point(x[i] - T.From(correction[i].Value));
        }
        var radius = least / LeastEigenvalue(d, s, kappa);
        for (var i = 0; i < d; i++)
            star[i] = T.Widen(best[i], radius);
    }
}

/// <summary>
/// Conjugate gradients in exact arithmetic: enclosed where the type encloses. Where it rounds, an error below what rounding
/// alone can leave, 2 (d + 4) u kappa times the size of start and solution, is taken for 0: it is no sign of a violation.
/// </summary>
public sealed class ConjugateGradientsTrial : LinearSystemTrial
{
    /// <summary>2 u.</summary>
    private const double Resolution = 2.2204460492503131e-16;

    public override string Name => "conjugate gradients";
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        .. Prepared,
        Slots.StartError,
        Slots.StartEnergy,
        Slots.Error,
        Slots.Energy,
        Slots.PreviousError,
        Cost.HessianVectors,
    ];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var system = SystemOf(layout, record);
        var steps = o[Slots.Steps];
        var star = At(o, Slots.Solution);
        var w = scratch.Take(d);
        var previous = scratch.Take(d);
        var work = scratch.Take(ConjugateGradients.WorkLength(d));
        var errors = scratch.Take(2 * d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), w);
        Vectors.Copy<T, Ref<T>>(d, w, previous);
        (o[Slots.StartError], o[Slots.StartEnergy]) = Errors(system, w, star, errors);

        // The energy error never grows: each step minimizes it along its direction. So what is known of one iterate bounds the
        // later ones where their enclosures are lost: where the residual may be 0, or has no bound.
        var bound = o[Slots.StartEnergy];
        var square = ConjugateGradients.Start(system, isFromZero: false, w, work);
        var (k, most, isKnown) = (0, T.Largest(steps), true);
        for (; k < most; k++)
        {
            if (T.Encloses && !IsResolved(square))
            {
                isKnown = T.Largest(square) == 0;
                break;
            }
            var at = T.From((double)k);
            for (var i = 0; i < d; i++)
                previous[i] = T.SelectLess(at, steps, w[i], previous[i]);
            square = ConjugateGradients.Step(system, at, steps, square, w, work);
            if (k + 1 < most && T.Encloses)
                if (T.Largest(Errors(system, w, star, errors).Energy) is var e && e < T.Largest(bound))
                    bound = T.From(e);
        }
        // The residual is exactly 0: the iterates stay.
        if (k < most && isKnown)
            Vectors.Copy<T, Ref<T>>(d, w, previous);
        Masks.Spread<T, Ref<T>>(d, steps, w);
        var (error, energy) = Errors(system, w, star, errors);
        var (before, _) = Errors(system, previous, star, errors);
        if (T.Encloses && !double.IsNaN(most))
        {
            var root = T.Sqrt(LeastEigenvalue(d, record, o[Slots.Kappa]));
            // The last iterate that is enclosed may be the one before the last.
            var isLast = k + 1 >= most;
            before = AtMost(isKnown ? before : error, bound / root, isKnown || isLast);
            error = AtMost(error, bound / root, isKnown);
            energy = AtMost(energy, bound, isKnown);
        }
        if (!T.Encloses)
        {
            var floor = T.From(Resolution * (d + 4)) * o[Slots.Kappa];
            error = Resolved(error, floor * (o[Slots.SolutionNorm] + o[Slots.StartError]));
            energy = Resolved(energy, floor * (o[Slots.SolutionEnergy] + o[Slots.StartEnergy]));
        }
        (o[Slots.Error], o[Slots.Energy], o[Slots.PreviousError]) = (error, energy, before);
        o[Cost.HessianVectors] = T.Min(steps + T.From(1.0), T.From(k + 1.0));
        return new Oracles(0, k + 1, 4);
    }

    /// <summary>Whether an enclosed square is bounded, and above 0.</summary>
    private static bool IsResolved<T>(T square)
        where T : struct, IReal<T> => -T.Largest(-square) > 0 && double.IsFinite(T.Largest(square));

    /// <summary>An enclosure of a norm, or [0, bound] where nothing is known of it.</summary>
    private static T AtMost<T>(T norm, T bound, bool isKnown)
        where T : struct, IReal<T> =>
        isKnown && double.IsFinite(T.Largest(norm)) ? norm : T.Abs(T.Widen(T.From(0.0), bound));

    /// <summary>The error, 0 below a floor; a floor that is infinite, as kappa is where S is not definite, is none.</summary>
    private static T Resolved<T>(T error, T floor)
        where T : struct, IReal<T>
    {
        var zero = T.From(0.0);
        floor = T.SelectLess(floor, T.From(double.PositiveInfinity), floor, zero);
        return T.SelectLess(error, floor, zero, error);
    }
}

/// <summary>
/// Conjugate gradients as they run in doubles. Where the type encloses, the run itself is still one in doubles, bit for bit
/// that of every lane, and only its errors are enclosed: a statement about rounding is certified, too.
/// </summary>
public sealed class ComputedConjugateGradientsTrial : LinearSystemTrial
{
    public override string Name => "conjugate gradients in doubles";
    public override IReadOnlyList<Slot> Fills { get; } =
    [
        .. Prepared,
        Slots.StartError,
        Slots.StartEnergy,
        Slots.ComputedError,
        Slots.ComputedEnergy,
        Slots.ComputedPreviousError,
        Cost.HessianVectors,
    ];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch)
    {
        var d = layout.D;
        var system = SystemOf(layout, record);
        var star = At(o, Slots.Solution);
        var w = scratch.Take(d);
        var previous = scratch.Take(d);
        var errors = scratch.Take(2 * d);
        Vectors.Copy<T, Ref<T>>(d, At(o, Slots.Start), w);
        (o[Slots.StartError], o[Slots.StartEnergy]) = Errors(system, w, star, errors);
        var products = T.Encloses
            ? IterateInDoubles(layout, record, o[Slots.Steps], w, previous)
            : Iterate(system, o[Slots.Steps], w, previous, scratch.Take(ConjugateGradients.WorkLength(d)));
        (o[Slots.ComputedError], o[Slots.ComputedEnergy]) = Errors(system, w, star, errors);
        (o[Slots.ComputedPreviousError], _) = Errors(system, previous, star, errors);
        o[Cost.HessianVectors] = T.Min(o[Slots.Steps] + T.From(1.0), T.From((double)products));
        return new Oracles(0, products, 4);
    }

    private static int Iterate<T>(in LinearSystem<T, Ref<T>> system, T steps, Ref<T> w, Ref<T> previous, Ref<T> work)
        where T : struct, IReal<T>
    {
        var d = system.D;
        Vectors.Copy<T, Ref<T>>(d, w, previous);
        var square = ConjugateGradients.Start(system, isFromZero: false, w, work);
        var (k, most) = (0, T.Largest(steps));
        for (; k < most; k++)
        {
            var at = T.From((double)k);
            for (var i = 0; i < d; i++)
                previous[i] = T.SelectLess(at, steps, w[i], previous[i]);
            square = ConjugateGradients.Step(system, at, steps, square, w, work);
        }
        Masks.Spread<T, Ref<T>>(d, steps, w);
        return k + 1;
    }

    /// <summary>The same from the doubles that the numbers are; NaN where the count is not decided.</summary>
    private static int IterateInDoubles<T>(Layout layout, Ref<T> record, T steps, Ref<T> w, Ref<T> previous)
        where T : struct, IReal<T>
    {
        var d = layout.D;
        var (numbers, x, before, work) = (
            new Real[layout.Size],
            new Real[d],
            new Real[d],
            new Real[ConjugateGradients.WorkLength(d)]
        );
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = new Real(T.Largest(record[i]));
        for (var i = 0; i < d; i++)
            x[i] = new Real(T.Largest(w[i]));
        var count = T.Largest(steps) == -T.Largest(-steps) ? T.Largest(steps) : double.NaN;
        var products = Iterate(
            SystemOf(layout, new Ref<Real>(ref numbers[0])),
            new Real(count),
            new Ref<Real>(ref x[0]),
            new Ref<Real>(ref before[0]),
            new Ref<Real>(ref work[0])
        );
        for (var i = 0; i < d; i++)
            (w[i], previous[i]) = (T.From(x[i].Value), T.From(before[i].Value));
        return products;
    }
}

/// <summary>Nothing is run: the counts that statements prescribe are compared as numbers.</summary>
public sealed class StepCountTrial : Trial
{
    public override string Name => "step counts";
    public override Shape Shape => StepCountShape.Instance;
    public override IReadOnlyList<Slot> Fills => [];

    public override Oracles Run<T>(Layout layout, Ref<T> record, Observables<T> o, Scratch<T> scratch) => new(0, 0, 0);
}
