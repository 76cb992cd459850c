using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace Verify.Tests.Notebooks;

/// <summary>C# scripts of Roslyn, with the imports of .NET Interactive.</summary>
public sealed class CSharpKernel(string folder) : IKernel
{
    private static readonly string[] s_imports =
    [
        "System",
        "System.Collections",
        "System.Collections.Generic",
        "System.Linq",
        "System.Text",
        "System.Threading.Tasks",
    ];

    private readonly ScriptOptions _options = ScriptOptions
        .Default.WithReferences(Framework())
        .WithImports(s_imports)
        .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(folder))
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithOptimizationLevel(OptimizationLevel.Release)
        .WithAllowUnsafe(false)
        .WithEmitDebugInformation(true)
        .WithFileEncoding(System.Text.Encoding.UTF8);

    private ScriptState<object>? _state;

    public object? Evaluate(string name, string source)
    {
        var options = _options.WithFilePath(name);
        var script =
            _state?.Script.ContinueWith<object>(source, options) ?? CSharpScript.Create<object>(source, options);
        foreach (var d in script.Compile())
            if (d.Severity >= DiagnosticSeverity.Warning)
                throw new CellException(
                    $"{d.Id}: {d.GetMessage()}",
                    d.Location.GetLineSpan().StartLinePosition.Line + 1
                );
        try
        {
            _state = (_state is null ? script.RunAsync() : script.RunFromAsync(_state)).GetAwaiter().GetResult();
            return _state.ReturnValue;
        }
        catch (Exception e)
        {
            throw new CellException(
                $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}",
                IKernel.LineIn(name, e)
            );
        }
    }

    private static IEnumerable<MetadataReference> Framework()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    public void Dispose() { }
}
