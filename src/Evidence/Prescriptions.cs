using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>The numbers that a statement prescribes, evaluated on an instance before a trial runs with them.</summary>
public static class Prescriptions
{
    /// <summary>
    /// Fills the prescribed slots. A count beyond the limit becomes NaN, and what a solver returns after that many steps is NaN:
    /// such an instance is inconclusive.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="o">The constants, and what the trial prepared.</param>
    /// <param name="mostSteps">The largest count.</param>
    /// <returns>1 where a count was beyond the limit, else 0.</returns>
    public static T Fill<T>(Claim claim, Observables<T> o, double mostSteps)
        where T : struct, IReal<T>
    {
        var (isBeyond, most) = (T.From(0.0), T.From(mostSteps));
        // Not foreach: its enumerator would be garbage, once for each group of lanes.
        for (var rest = claim.Prescribes; !rest.IsEmpty; rest = rest.Tail)
        {
            var prescription = rest.Head;
            var values = o.Vector(prescription.Slot);
            for (var k = 0; k < values.Length; k++)
            {
                var value = prescription.Value.Evaluate(o, k);
                if (!prescription.IsCount)
                {
                    values[k] = value;
                    continue;
                }
                var count = T.Max(T.From(0.0), T.Ceiling(value));
                isBeyond = T.SelectLess(most, count, T.From(1.0), isBeyond);
                values[k] = T.SelectLess(most, count, T.From(double.NaN), count);
            }
        }
        return isBeyond;
    }
}
