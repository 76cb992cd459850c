namespace Verify.Tests.Notebooks;

/// <summary>Where the notebooks are.</summary>
internal static class Library
{
    public static string Folder { get; } = Path.Combine(RootAbove(AppContext.BaseDirectory), "notebooks");

    public static IReadOnlyList<string> Paths =>
        [.. Directory.EnumerateFiles(Folder, "*.ipynb").Order(StringComparer.Ordinal)];

    private static string RootAbove(string folder) =>
        File.Exists(Path.Combine(folder, "Verify.sln"))
            ? folder
            : RootAbove(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no Verify.sln above"));
}
