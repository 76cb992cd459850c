using Verify.Algorithms.Families;

namespace Verify.Algorithms.Trials;

/// <summary>The families of bilevel problems: found by reflection.</summary>
public static class BilevelCatalogue
{
    public static IReadOnlyList<Family> Families { get; } =
    [
        .. from test in Enum.GetValues<TestLoss>()
        from cosines in new[] { false, true }
        select new BilevelFamily(test, cosines),
    ];
}
