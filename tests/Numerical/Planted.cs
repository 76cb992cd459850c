using Verify.Bounds;

namespace Verify.Tests.Numerical;

/// <summary>Claims made for a test out of others.</summary>
internal static class Planted
{
    /// <summary>The claim without its wrong forms, with what is given changed.</summary>
    public static Claim With(
        Claim x,
        string? id = null,
        string? source = null,
        string? statement = null,
        IEnumerable<Hypothesis>? hypotheses = null,
        IEnumerable<Prescription>? prescribes = null
    ) =>
        new(
            id ?? x.Id + "!planted",
            x.Version,
            source ?? x.Source,
            x.Provenance,
            x.Kind,
            statement ?? x.Statement,
            hypotheses is null ? x.Hypotheses : [.. hypotheses],
            prescribes is null ? x.Prescribes : [.. prescribes],
            x.Reading,
            x.Relation,
            x.Lhs,
            x.Rhs,
            x.Extent,
            x.Highlight,
            x.Presupposes,
            []
        );
}
