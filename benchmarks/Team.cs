using System.Diagnostics;

namespace Verify.Benchmarks;

/// <summary>Threads that run one piece of work together and are timed from their common start to the last end.</summary>
internal sealed class Team
{
    private readonly Barrier _barrier;
    private readonly long[] _begin;
    private readonly long[] _end;
    private Action<int> _work = _ => { };
    private int _awake;

    public Team(int threads)
    {
        (Threads, _barrier, _begin, _end) = (threads, new Barrier(threads), new long[threads], new long[threads]);
        for (var k = 1; k < threads; k++)
        {
            var worker = k;
            new Thread(() => Serve(worker)) { IsBackground = true }.Start();
        }
    }

    public int Threads { get; }

    /// <summary>The wall time of one run in seconds; <paramref name="work"/> is told the number of its thread.</summary>
    public double Time(Action<int> work)
    {
        (_work, _awake) = (work, 0);
        _barrier.SignalAndWait();
        Step(0);
        _barrier.SignalAndWait();
        return Stopwatch.GetElapsedTime(_begin.Min(), _end.Max()).TotalSeconds;
    }

    private void Serve(int worker)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            Step(worker);
            _barrier.SignalAndWait();
        }
    }

    private void Step(int worker)
    {
        // The barrier may put threads to sleep; the clock starts when all have woken up.
        Interlocked.Increment(ref _awake);
        while (Volatile.Read(ref _awake) < Threads)
            Thread.SpinWait(1);
        _begin[worker] = Stopwatch.GetTimestamp();
        _work(worker);
        _end[worker] = Stopwatch.GetTimestamp();
    }
}
