using System.Globalization;
using System.Text.RegularExpressions;

namespace Verify.Tests.Notebooks;

/// <summary>A cell that does not compile or that throws.</summary>
/// <param name="message">What happened.</param>
/// <param name="line">The line of the text that was evaluated, from 1, where it is known.</param>
public sealed class CellException(string message, int? line) : Exception(message)
{
    public int? Line => line;
}

/// <summary>Evaluates the cells of one notebook in one language, in this process.</summary>
public interface IKernel : IDisposable
{
    /// <summary>The value of the last expression, or null where there is none.</summary>
    /// <param name="name">A name for the text that no other has.</param>
    /// <param name="source">The text.</param>
    /// <exception cref="CellException">The text does not compile, gives a warning, or throws.</exception>
    object? Evaluate(string name, string source);

    /// <summary>The line of a text at which an exception came from it; null where none of its lines is in the trace.</summary>
    static int? LineIn(string name, Exception e) =>
        Regex.Match(e.StackTrace ?? "", $@"{Regex.Escape(name)}:line (\d+)") is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;
}
