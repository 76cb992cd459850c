using Verify.Algorithms.Losses;
using Verify.Algorithms.MetaGradients;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Trials;
using Verify.Evidence;

namespace Verify.Tests.Numerical;

/// <summary>The claims catch slips in an algorithm: each planted one is refuted, with a certificate.</summary>
public sealed class LearnerTests
{
    [Fact]
    public void Multi_step_MAML_meets_its_identities() => AssertVerdict<MultiStepMaml>(Verdict.NotRefuted);

    [Fact]
    public void A_reversed_product_is_caught() => AssertVerdict<ReversedProduct>(Verdict.Refuted);

    [Fact]
    public void A_product_with_a_factor_fewer_is_caught() => AssertVerdict<OneFactorFewer>(Verdict.Refuted);

    [Fact]
    public void A_step_fewer_is_caught() => AssertVerdict<OneStepFewer>(Verdict.Refuted);

    [Fact]
    public void First_order_MAML_is_not_the_meta_gradient() => AssertVerdict<FirstOrder>(Verdict.Refuted);

    private static void AssertVerdict<TLearner>(Verdict expected)
        where TLearner : IMetaLearner
    {
        var claims = Registry.Default.Claims.Where(c => c.Id is "ji2022.eq3" or "ji2022.eq12").ToList();
        var registry = new Registry(claims, MultiStepMamlCatalogue.Of<TLearner>(), Registry.Default.Families);
        foreach (var report in new Run(registry, new RunOptions { Budget = 4096 }).Execute(claims))
            Assert.Equal((report.Claim.Id, expected), (report.Claim.Id, report.Verdict));
    }

    /// <summary>The product taken in the other order: right wherever Hessians commute.</summary>
    private readonly struct ReversedProduct : IMetaLearner
    {
        public static Oracles Descend<T, TStore, TTerms>(
            TTerms train,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct =>
            MultiStepMaml.Descend<T, TStore, TTerms>(train, record, d, N, alpha, path, work);

        public static Oracles MetaGradient<T, TStore, TTerms>(
            TTerms train,
            TTerms test,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore g,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct
        {
            Loss.Gradient<T, TStore, TTerms>(test, record, d, path.At(N * d), g);
            for (var j = 0; j < N; j++)
            {
                Loss.HessianVector<T, TStore, TTerms>(train, record, d, path.At(j * d), g, work);
                Vectors.Combine<T, TStore>(d, g, -alpha, work, g);
            }
            return new Oracles(1, N, N + 1);
        }
    }

    private readonly struct OneFactorFewer : IMetaLearner
    {
        public static Oracles Descend<T, TStore, TTerms>(
            TTerms train,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct =>
            MultiStepMaml.Descend<T, TStore, TTerms>(train, record, d, N, alpha, path, work);

        public static Oracles MetaGradient<T, TStore, TTerms>(
            TTerms train,
            TTerms test,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore g,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct
        {
            Loss.Gradient<T, TStore, TTerms>(test, record, d, path.At(N * d), g);
            for (var j = N - 1; j >= 1; j--)
            {
                Loss.HessianVector<T, TStore, TTerms>(train, record, d, path.At(j * d), g, work);
                Vectors.Combine<T, TStore>(d, g, -alpha, work, g);
            }
            return new Oracles(1, N - 1, N + 1);
        }
    }

    /// <summary>N - 1 steps; the last point is repeated.</summary>
    private readonly struct OneStepFewer : IMetaLearner
    {
        public static Oracles Descend<T, TStore, TTerms>(
            TTerms train,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct
        {
            var oracles = MultiStepMaml.Descend<T, TStore, TTerms>(train, record, d, N - 1, alpha, path, work);
            Vectors.Copy<T, TStore>(d, path.At((N - 1) * d), path.At(N * d));
            return oracles;
        }

        public static Oracles MetaGradient<T, TStore, TTerms>(
            TTerms train,
            TTerms test,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore g,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct =>
            MultiStepMaml.MetaGradient<T, TStore, TTerms>(train, test, record, d, N, alpha, path, g, work);
    }

    /// <summary>FOMAML: the product dropped.</summary>
    private readonly struct FirstOrder : IMetaLearner
    {
        public static Oracles Descend<T, TStore, TTerms>(
            TTerms train,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct =>
            MultiStepMaml.Descend<T, TStore, TTerms>(train, record, d, N, alpha, path, work);

        public static Oracles MetaGradient<T, TStore, TTerms>(
            TTerms train,
            TTerms test,
            TStore record,
            int d,
            int N,
            T alpha,
            TStore path,
            TStore g,
            TStore work
        )
            where T : struct, IReal<T>
            where TStore : struct, IStore<T, TStore>, allows ref struct
            where TTerms : struct, ITerms, allows ref struct
        {
            Loss.Gradient<T, TStore, TTerms>(test, record, d, path.At(N * d), g);
            return new Oracles(1, 0, 1);
        }
    }
}
