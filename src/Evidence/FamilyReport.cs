using Verify.Algorithms.Families;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Numbers;

namespace Verify.Evidence;

/// <summary>How close the constants that a family declares are to the smallest valid ones.</summary>
public static class FamilyReport
{
    private const int Draws = 24;
    private const int MostDimensions = 12;

    /// <summary>
    /// For each constant, the smallest and the mean of attained / declared over some draws with d at most 12: attained is a
    /// certified lower end of what the instance's own losses reach. Empty for families without such constants.
    /// </summary>
    public static IReadOnlyList<(string Constant, double Least, double Mean)> Attained(Family family, Registry registry)
    {
        var options = new RunOptions
        {
            Fixed = new Dictionary<string, (double, double)> { ["d"] = (1, MostDimensions), ["m"] = (0, 3) },
        };
        var sampler = BlockSampler.Create(registry, options, new AlphaLRanges(registry.Claims));
        var shares = new Dictionary<Field, List<double>>();
        for (var draw = 0; draw < Draws; draw++)
        {
            // The first instance of every tile: another draw of tasks each.
            var instance = sampler.Instance(family, 256 * draw);
            foreach (var field in family.Shape.Fields.Where(f => !f.Internal))
            {
                if (family.Shape.Establish<Interval>(instance, field) is not { } values)
                    continue;
                for (var k = 0; k < values.Length; k++)
                    if (instance[field][k] > 0)
                    {
                        if (!shares.TryGetValue(field, out var list))
                            shares[field] = list = [];
                        list.Add(Math.Min(1, values[k].Lower / instance[field][k]));
                    }
            }
        }
        return [.. shares.Select(s => (s.Key.Name, s.Value.Min(), s.Value.Average()))];
    }
}
