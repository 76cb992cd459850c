using FSharp.Compiler.Diagnostics;
using FSharp.Compiler.Interactive;
using Microsoft.FSharp.Core;

namespace Verify.Tests.Notebooks;

/// <summary>F# Interactive.</summary>
public sealed class FSharpKernel(string folder) : IKernel
{
    private readonly Shell.FsiEvaluationSession _session = Shell.FsiEvaluationSession.Create(
        Shell.FsiEvaluationSession.GetDefaultConfiguration(),
        ["fsi", "--noninteractive", "--nologo", "--quiet", "--gui-", "--readline-", "--debug+", "--optimize+"],
        TextReader.Null,
        TextWriter.Null,
        TextWriter.Null,
        null,
        null
    );

    public object? Evaluate(string name, string source)
    {
        var (result, diagnostics) = _session.EvalInteractionNonThrowing(source, Path.Combine(folder, name), null!);
        foreach (var d in diagnostics)
            if (d.Severity.IsError || d.Severity.IsWarning)
                throw new CellException($"FS{d.ErrorNumber:0000}: {d.Message.ReplaceLineEndings(" ")}", d.StartLine);
        if (result is FSharpChoice<FSharpOption<Shell.FsiValue>?, Exception>.Choice2Of2 failed)
            throw new CellException(
                $"{failed.Item.GetType().Name}: {failed.Item.Message.ReplaceLineEndings(" ")}",
                IKernel.LineIn(name, failed.Item)
            );
        var value = ((FSharpChoice<FSharpOption<Shell.FsiValue>?, Exception>.Choice1Of2)result).Item?.Value;
        return value?.ReflectionType == typeof(Unit) ? null : value?.ReflectionValue;
    }

    public void Dispose() => ((IDisposable)_session).Dispose();
}
