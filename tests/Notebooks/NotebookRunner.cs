using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Verify.Evidence;
using Verify.Report;

namespace Verify.Tests.Notebooks;

/// <summary>Runs every cell of a notebook and compares, or stores, what each shows.</summary>
public static class NotebookRunner
{
    private const string Figure = "application/vnd.plotly.v1+json";

    /// <summary>
    /// Where the picture of a figure is stored. As image/svg+xml, nbconvert 6.5 shows an empty frame: it sanitizes SVG as if it
    /// were HTML. As an image within HTML all versions show it, and it has a text alternative.
    /// </summary>
    private const string Picture = "text/html";

    /// <summary>Runs the cells and compares what they show with what is stored; pictures of figures are not made again.</summary>
    /// <exception cref="NotebookException">A cell fails or shows something else.</exception>
    public static void Check(Notebook notebook) =>
        Run(
            notebook,
            (cell, outputs) =>
            {
                var stored = cell.Json["outputs"]!.AsArray();
                foreach (var data in stored.Select(o => o!["data"]).OfType<JsonObject>())
                    if (data.ContainsKey(Figure) && !data.ContainsKey(Picture))
                        throw new NotebookException($"{notebook.Name}, cell {cell.Number}: a figure has no picture");
                for (var k = 0; k < Math.Max(stored.Count, outputs.Count); k++)
                    if (
                        k >= stored.Count
                        || k >= outputs.Count
                        || !JsonNode.DeepEquals(Comparable(stored[k]!), outputs[k])
                    )
                        throw new NotebookException(
                            $"{notebook.Name}, cell {cell.Number}: output {k + 1} differs: "
                                + Difference(
                                    k < stored.Count ? Comparable(stored[k]!) : null,
                                    k < outputs.Count ? outputs[k] : null
                                )
                        );
            }
        );

    /// <summary>Runs the cells and stores what they show, with a picture of each figure.</summary>
    /// <param name="notebook">The notebook; its file is written once all cells have run.</param>
    /// <exception cref="NotebookException">A cell fails.</exception>
    /// <exception cref="InputException">There is nothing to draw figures with.</exception>
    public static void Update(Notebook notebook)
    {
        var number = 0;
        var figures = new List<JsonObject>();
        Run(
            notebook,
            (cell, outputs) =>
            {
                cell.Json["execution_count"] = ++number;
                foreach (var output in outputs)
                {
                    if ((string?)output!["output_type"] == "execute_result")
                        output["execution_count"] = number;
                    if (output["data"] is JsonObject data && data.ContainsKey(Figure))
                        figures.Add(data);
                }
                cell.Json["outputs"] = outputs;
            }
        );
        var images = StaticImages.Draw([.. figures.Select(data => data[Figure]!.AsObject())]);
        foreach (var (data, svg) in figures.Zip(images))
            data[Picture] = Image(svg, Notebook.Text(data["text/plain"]!));
        notebook.Save();
    }

    private static JsonArray Image(string svg, string alternative) =>
        [
            $"<img alt=\"{WebUtility.HtmlEncode(alternative)}\" "
                + $"src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))}\">",
        ];

    private static void Run(Notebook notebook, Action<CodeCell, JsonArray> use)
    {
        // As Jupyter does: relative paths in cells start at the notebook.
        var (folder, console) = (Environment.CurrentDirectory, Console.Out);
        var own = Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!;
        var kernels = new Dictionary<string, IKernel>();
        try
        {
            Environment.CurrentDirectory = own;
            foreach (var cell in notebook.CodeCells)
            {
                if (!kernels.TryGetValue(cell.Language, out var kernel))
                    kernels[cell.Language] = kernel =
                        cell.Language == "fsharp" ? new FSharpKernel(own) : new CSharpKernel(own);
                use(cell, Outputs(notebook, cell, kernel));
            }
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
            foreach (var kernel in kernels.Values)
                kernel.Dispose();
        }
    }

    private static JsonArray Outputs(Notebook notebook, CodeCell cell, IKernel kernel)
    {
        var printed = new StringWriter { NewLine = "\n" };
        Console.SetOut(printed);
        object? value;
        try
        {
            value = kernel.Evaluate($"cell{cell.Number}", cell.Source);
        }
        catch (CellException e)
        {
            var line = e.Line is { } known ? $", line {known + cell.FirstLine - 1}" : "";
            throw new NotebookException($"{notebook.Name}, cell {cell.Number}{line}: {e.Message}");
        }
        var outputs = new JsonArray();
        if (printed.ToString() is { Length: > 0 } text)
            outputs.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = "stdout",
                        ["output_type"] = "stream",
                        ["text"] = Notebook.Lines(text),
                    }
            );
        if (value is not null)
            outputs.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["data"] = Shown(value),
                        ["execution_count"] = null,
                        ["metadata"] = new JsonObject(),
                        ["output_type"] = "execute_result",
                    }
            );
        return outputs;
    }

    /// <summary>
    /// A value by media type. As .NET Interactive does, by the name of the attribute: a type says who formats it, and who
    /// formats has a MimeType and a Format method.
    /// </summary>
    private static JsonObject Shown(object value)
    {
        var data = new JsonObject();
        var source = value
            .GetType()
            .GetCustomAttributes(inherit: true)
            .FirstOrDefault(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        if (source is null)
        {
            data["text/plain"] = Notebook.Lines(
                Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? ""
            );
            return data;
        }
        var type = (Type)Get(source, "FormatterSourceType");
        var formatters = (IEnumerable<object>)Call(Activator.CreateInstance(type)!, "CreateTypeFormatters");
        foreach (var formatter in formatters)
        {
            var text = new StringWriter { NewLine = "\n" };
            if (!(bool)Call(formatter, "Format", value, text))
                continue;
            var mime = (string)Get(formatter, "MimeType");
            data[mime] = mime.EndsWith("json", StringComparison.Ordinal)
                ? JsonNode.Parse(text.ToString())
                : Notebook.Lines(text.ToString());
        }
        return data;
    }

    private static object Get(object item, string property) => item.GetType().GetProperty(property)!.GetValue(item)!;

    private static object Call(object item, string method, params object[] arguments) =>
        item.GetType().GetMethod(method)!.Invoke(item, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

    /// <summary>An output without what a run does not make again.</summary>
    private static JsonNode Comparable(JsonNode output)
    {
        var copy = output.DeepClone().AsObject();
        if (copy.ContainsKey("execution_count"))
            copy["execution_count"] = null;
        if (copy["data"] is JsonObject data && data.ContainsKey(Figure))
            data.Remove(Picture);
        return copy;
    }

    /// <summary>The first lines that differ.</summary>
    private static string Difference(JsonNode? stored, JsonNode? now)
    {
        string[] LinesOf(JsonNode? node) => node is null ? [] : Notebook.Written(node).Split('\n');
        var (before, after) = (LinesOf(stored), LinesOf(now));
        var k = 0;
        while (k < before.Length && k < after.Length && before[k] == after[k])
            k++;
        string Line(string[] lines) => k < lines.Length ? $"'{lines[k].Trim()}'" : "nothing";
        return $"stored {Line(before)}, now {Line(after)}";
    }
}
