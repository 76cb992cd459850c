namespace Verify.Tests.Numerical;

/// <summary>Where the sources are, for tests that read them.</summary>
internal static class Repository
{
    /// <summary>The folder with Verify.sln, upward from the test assembly.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Verify.sln"))
            ? folder
            : Find(
                Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no Verify.sln above the tests")
            );
}
