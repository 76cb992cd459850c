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
    public static void Fill<T>(Claim claim, Observables<T> o, double mostSteps)
        where T : struct, IReal<T>
    {
        // Not foreach: its enumerator would be garbage, once for each group of lanes.
        for (var rest = claim.Prescribes; !rest.IsEmpty; rest = rest.Tail)
        {
            var prescription = rest.Head;
            var values = o.Vector(prescription.Slot);
            for (var k = 0; k < values.Length; k++)
            {
                var value = prescription.Value.Evaluate(o, k);
                values[k] = prescription.IsCount
                    ? Limited(T.Max(T.From(0.0), T.Ceiling(value)), T.From(mostSteps))
                    : value;
            }
        }
    }

    private static T Limited<T>(T count, T most)
        where T : struct, IReal<T> => T.SelectLess(most, count, T.From(double.NaN), count);
}
