using Verify.Algorithms.Observables;
using Verify.Algorithms.Trials;
using Verify.Evidence;
using MultiStepMaml = Verify.Algorithms.MetaGradients.MultiStepMaml;

namespace Verify.Tests.Numerical;

/// <summary>What notebooks and the command line ask of a registry.</summary>
public sealed class RegistryTests
{
    private static readonly Registry s_all = Registry.Default;

    [Fact]
    public void Patterns_pick_claims_in_the_order_of_the_catalogue()
    {
        Assert.Equal(
            ["ji2022.lemma12", "ji2022.lemma15", "ji2022.lemma15.with-step-size"],
            s_all.Matching("ji2022.lemma15*", "ji2022.lemma12").Select(c => c.Id)
        );
        Assert.Same(s_all.Claims, s_all.Matching());
        // A point is a point.
        var e = Assert.Throws<InputException>(() => s_all.Matching("ji2022.lemma12", "ji2022xlemma12"));
        Assert.Equal("no claim matches 'ji2022xlemma12' (see verify list)", e.Message);
    }

    [Fact]
    public void Other_trials_keep_the_claims_that_they_serve()
    {
        var served = s_all
            .With(MultiStepMamlCatalogue.Of<Verify.Algorithms.MetaGradients.MultiStepMaml>())
            .Claims.Select(c => c.Id)
            .ToList();
        Assert.Contains("ji2022.eq3", served);
        Assert.DoesNotContain("imaml2019.eq7", served);
    }

    [Fact]
    public void A_drawn_instance_is_the_one_that_a_run_reports()
    {
        var lemma11 = s_all.Matching("ji2022.lemma11");
        var report = new Run(s_all, new RunOptions { Budget = 4096, Family = "quadratic" }).Execute(lemma11).Single();
        var (ratio, replay) = report.Best!.Value;
        var (lhs, rhs) = CaseFile.Sides(lemma11[0], s_all.Draw(replay), s_all);
        Assert.Equal(ratio, lhs / rhs);
        Assert.Throws<InputException>(() => s_all.Draw(replay with { Family = "nope" }));
    }

    [Fact]
    public void One_number_of_an_instance_is_changed_in_a_copy()
    {
        var instance = s_all.Draw(new Replay("quadratic", 1, 0));
        var alpha = instance.Shape.FieldOf(Constants.Alpha)!;
        var before = instance[alpha][0];
        var other = instance.With(Constants.Alpha, before + 1).With(Count.N, 17);
        Assert.Equal(before + 1, other[alpha][0]);
        Assert.Equal(17, other.Counts[Count.N]);
        Assert.Equal(before, instance[alpha][0]);
        Assert.Throws<ArgumentException>(() => instance.With(Count.D, 3));
        Assert.Throws<ArgumentException>(() => instance.With(Count.Tasks, 3));
        Assert.Throws<ArgumentException>(() => instance.With(Bilevel.Mu, 3));
        Assert.Throws<ArgumentException>(() => s_all.Draw(new Replay("matrices", 1, 0)).With(Count.M, 3));
    }
}
