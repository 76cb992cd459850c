using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Verify.Tests.Notebooks;

/// <summary>A notebook that fails: says which one, and where.</summary>
public sealed class NotebookException(string message) : Exception(message);

/// <summary>A code cell of a notebook.</summary>
/// <param name="Json">The cell, which is changed in place.</param>
/// <param name="Number">Its place among all cells, from 1.</param>
/// <param name="Language">fsharp or csharp.</param>
/// <param name="Source">Its text, without the line that names another language.</param>
/// <param name="FirstLine">The line of the cell on which that text begins, from 1.</param>
public sealed record CodeCell(JsonObject Json, int Number, string Language, string Source, int FirstLine);

/// <summary>
/// A Jupyter notebook, nbformat 4.5 (https://nbformat.readthedocs.io), of .NET Interactive: cells are in the language of the
/// kernelspec, .net-fsharp or .net-csharp, unless their first line is #!fsharp or #!csharp.
/// </summary>
public sealed class Notebook
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _json;

    private Notebook(string path, JsonObject json) => (Path, _json) = (path, json);

    public string Path { get; }
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a file.</summary>
    /// <exception cref="NotebookException">It is no notebook of format 4.5.</exception>
    public static Notebook Read(string path) => Parse(path, File.ReadAllText(path));

    /// <summary>A notebook from its text.</summary>
    /// <param name="path">Where it is, or would be.</param>
    /// <param name="text">JSON.</param>
    /// <exception cref="NotebookException">It is no notebook of format 4.5.</exception>
    public static Notebook Parse(string path, string text)
    {
        var name = System.IO.Path.GetFileName(path);
        try
        {
            var json = JsonNode.Parse(text)!.AsObject();
            if ((int?)json["nbformat"] != 4 || (int?)json["nbformat_minor"] != 5)
                throw new NotebookException($"{name}: the format is not 4.5");
            var ids = json["cells"]!.AsArray().Select(c => (string?)c!["id"]).ToList();
            if (ids.Any(string.IsNullOrEmpty) || ids.Distinct().Count() < ids.Count)
                throw new NotebookException($"{name}: a cell has no id of its own");
            return new Notebook(path, json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new NotebookException($"{name}: not a notebook: {e.Message}");
        }
    }

    /// <summary>The code cells in order.</summary>
    public IEnumerable<CodeCell> CodeCells
    {
        get
        {
            var kernel = (string?)_json["metadata"]?["kernelspec"]?["name"];
            var cells = _json["cells"]!.AsArray();
            for (var i = 0; i < cells.Count; i++)
                if ((string?)cells[i]!["cell_type"] == "code")
                    yield return Code(cells[i]!.AsObject(), i + 1, kernel);
        }
    }

    private CodeCell Code(JsonObject cell, int number, string? kernel)
    {
        var source = Text(cell["source"]!);
        var isNamed = source.StartsWith("#!", StringComparison.Ordinal);
        var (first, rest) = isNamed ? Split(source) : ("", source);
        var language = (isNamed ? first[2..].Trim() : kernel?.Replace(".net-", "")) switch
        {
            "fsharp" => "fsharp",
            "csharp" => "csharp",
            var other => throw new NotebookException($"{Name}, cell {number}: '{other}' is neither fsharp nor csharp"),
        };
        return new CodeCell(cell, number, language, rest, isNamed ? 2 : 1);
    }

    private static (string First, string Others) Split(string text)
    {
        var end = text.IndexOf('\n');
        return end < 0 ? (text, "") : (text[..end], text[(end + 1)..]);
    }

    /// <summary>The text of a field that holds a string or a list of lines.</summary>
    public static string Text(JsonNode node) =>
        node is JsonArray lines ? string.Concat(lines.Select(l => (string)l!)) : (string)node!;

    /// <summary>A text as the list of its lines, as notebooks hold it.</summary>
    public static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        while (text.Length > 0)
        {
            var end = text.IndexOf('\n') + 1;
            lines.Add((JsonNode)text[..(end == 0 ? text.Length : end)]);
            text = end == 0 ? "" : text[end..];
        }
        return lines;
    }

    /// <summary>Writes the file again.</summary>
    public void Save() => File.WriteAllText(Path, Written(_json) + "\n");

    /// <summary>JSON as notebooks are written: indented by one, with its letters as they are.</summary>
    public static string Written(JsonNode node) => node.ToJsonString(s_options);
}
