using Verify.Algorithms.Engine;
using Verify.Algorithms.Numbers;

namespace Verify.Benchmarks;

/// <summary>What the benchmarks compute, compared and not timed, without Python: a check that they still work.</summary>
internal sealed class Smoke
{
    private const int Steps = 3;

    private int _comparisons;

    /// <summary>Whether there was a difference.</summary>
    public bool HasFailed { get; private set; }

    public void Run<T>()
        where T : unmanaged, IMachineReal<T>
    {
        foreach (var d in new[] { 1, 4, 7, 20 })
        {
            foreach (var cosines in new[] { 0, Suite.Cosines })
            {
                var problem = new Problem(d, cosines, Tile.Size);
                Compare<T, MetaGradient>(problem, areEnclosed: true);
                Compare<T, LinearSolve>(problem, areEnclosed: false);
                Compare<T, Implicit>(problem, areEnclosed: false);
            }
            foreach (var family in PathClaims.Families)
                Note(PathClaims.Agree<T>(family, d, tasks: 2), $"path claims, {family}, d {d}: lanes against scalar");
        }
        Console.WriteLine($"{_comparisons} comparisons, {(HasFailed ? "with differences" : "all equal")}");
    }

    private void Compare<T, TItem>(Problem problem, bool areEnclosed)
        where T : unmanaged, IMachineReal<T>
        where TItem : IItem
    {
        var name = $"{TItem.Name}, d {problem.D}, {problem.Cosines} cosines";
        var real = Once(new WorkItem<Real, TItem>(problem, 1, 1, Tile.Size) { Steps = Steps });
        var expected = real.Results();
        var single = Once(new WorkItem<T, TItem>(problem, T.Width, 1, Tile.Size) { Steps = Steps }).Results();
        var pair = Once(new WorkItem<Pair<T>, TItem>(problem, 2 * T.Width, 1, Tile.Size) { Steps = Steps }).Results();
        Note(Benchmarks.Compare.SameBits(expected, single), $"{name}: {T.Width} lanes against scalar");
        Note(Benchmarks.Compare.SameBits(expected, pair), $"{name}: {2 * T.Width} lanes against scalar");

        var mathNet = new MathNetItem(problem, TItem.Name, Tile.Size) { Steps = Steps };
        mathNet.Run(0, 1);
        var error = Benchmarks.Compare.RelativeError(mathNet.Results(), expected);
        Note(error <= Benchmarks.Compare.Tolerance, $"{name}: Math.NET, relative error {error:g2}");
        if (!areEnclosed)
            return;
        var interval = Once(new WorkItem<Interval, TItem>(problem, 1, 1, Tile.Size) { Steps = Steps }).Numbers();
        var width = interval.Max(x => x.Upper - x.Lower);
        Note(
            interval.Zip(expected, (x, y) => x.Lower <= y && y <= x.Upper).All(x => x)
                && width <= Benchmarks.Compare.Tolerance,
            $"{name}: intervals, largest width {width:g2}"
        );
    }

    private static WorkItem<T, TItem> Once<T, TItem>(WorkItem<T, TItem> item)
        where T : struct, IReal<T>
        where TItem : IItem
    {
        item.Run(0, 1);
        return item;
    }

    private void Note(bool isEqual, string what)
    {
        _comparisons++;
        if (isEqual)
            return;
        HasFailed = true;
        Console.Error.WriteLine($"DISAGREEMENT: {what}");
    }
}
