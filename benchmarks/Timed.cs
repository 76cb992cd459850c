namespace Verify.Benchmarks;

/// <summary>A body on a team, with as many rounds as fill a sample.</summary>
internal sealed class Timed
{
    private const double SampleSeconds = 0.004;

    private readonly Team _team;
    private readonly IBody _body;
    private readonly int _rounds = 1;

    public Timed(Team team, IBody body)
    {
        (_team, _body) = (team, body);
        while (true)
        {
            var seconds = Total();
            if (seconds >= SampleSeconds / 2)
            {
                _rounds = Math.Max(1, (int)(_rounds * SampleSeconds / seconds));
                break;
            }
            _rounds *= 2;
        }
    }

    /// <summary>The seconds of one round, one sample.</summary>
    public double Sample() => Total() / _rounds;

    /// <summary>The seconds of one round of each: samples that take turns, sorted.</summary>
    public static double[][] Samples(int samples, params ReadOnlySpan<Timed> all)
    {
        var seconds = new double[all.Length][];
        for (var k = 0; k < all.Length; k++)
            seconds[k] = new double[samples];
        for (var s = 0; s < samples; s++)
        for (var k = 0; k < all.Length; k++)
            seconds[k][s] = all[k].Sample();
        foreach (var sorted in seconds)
            Array.Sort(sorted);
        return seconds;
    }

    private double Total() => _team.Time(worker => _body.Run(worker, _rounds));
}
