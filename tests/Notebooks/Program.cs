using Verify.Evidence;

namespace Verify.Tests.Notebooks;

/// <summary>
/// dotnet run -c Release --project tests/Notebooks -- [--update] [NAME...]: runs the notebooks of notebooks/, all or those named,
/// and compares what they show with what they store; with --update stores it.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        var isUpdate = args.Contains("--update");
        var names = args.Where(a => a != "--update").ToHashSet();
        try
        {
            var known = Library.Paths.Select(p => Path.GetFileNameWithoutExtension(p)).ToHashSet();
            if (names.FirstOrDefault(n => !known.Contains(n)) is { } unknown)
                throw new NotebookException($"no notebook '{unknown}'; there are {string.Join(", ", known)}");
            foreach (var path in Library.Paths)
            {
                var name = Path.GetFileNameWithoutExtension(path);
                if (names.Count > 0 && !names.Contains(name))
                    continue;
                var notebook = Notebook.Read(path);
                if (isUpdate)
                    NotebookRunner.Update(notebook);
                else
                    NotebookRunner.Check(notebook);
                Console.WriteLine($"{name}: {(isUpdate ? "stored" : "as stored")}");
            }
            return 0;
        }
        catch (Exception e) when (e is NotebookException or InputException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
