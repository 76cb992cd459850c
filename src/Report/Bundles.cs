using System.Text.Json.Nodes;

namespace Verify.Report;

/// <summary>A library of the page.</summary>
/// <param name="Name">The npm package.</param>
/// <param name="Version">The version that the lock file pins.</param>
/// <param name="Path">The script within the package.</param>
/// <param name="Script">The script; null where the program was built without npm.</param>
/// <param name="License">Its licence; null without the script.</param>
internal sealed record Bundle(string Name, string Version, string Path, string? Script, string? License)
{
    /// <summary>Where the script is on the network.</summary>
    public string Address => $"https://cdn.jsdelivr.net/npm/{Name}@{Version}/{Path}";
}

/// <summary>What the assembly carries: the files of the page, and npm's packages where they were there at build time.</summary>
internal static class Bundles
{
    /// <summary>Draws figures.</summary>
    public static Bundle Plotly { get; } = Of("plotly.js-cartesian-dist-min", "plotly-cartesian.min.js");

    /// <summary>Typesets LaTeX.</summary>
    public static Bundle Temml { get; } = Of("temml", "dist/temml.min.js");

    /// <summary>A file of the page.</summary>
    /// <param name="name">Its name in the folder page.</param>
    public static string Page(string name) =>
        Resource($"page/{name}") ?? throw new InvalidOperationException($"no resource page/{name}");

    private static Bundle Of(string package, string path) =>
        new(
            package,
            (string)JsonNode.Parse(Page("package-lock.json"))!["packages"]![$"node_modules/{package}"]!["version"]!,
            path,
            Resource($"npm/{path.Split('/')[^1]}"),
            Resource($"npm/{package}.LICENSE")
        );

    private static string? Resource(string name)
    {
        using var stream = typeof(Bundles).Assembly.GetManifestResourceStream(name);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }
}
