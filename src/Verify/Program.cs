using System.CommandLine;
using Verify.Evidence;

namespace Verify.CommandLine;

/// <summary>The program, with or without devices.</summary>
public static class Program
{
    private static int Main(string[] args) => Run(args, engine: null);

    /// <summary>Does what the arguments say.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="engine">What <c>--device</c> can name; null where there is none.</param>
    /// <returns>
    /// 0 as the ledger says; 1 a new refutation, a witness that no longer certifies, or a number that differs; 2 the call or
    /// an input is wrong; 3 a fault of the program.
    /// </returns>
    public static int Run(string[] args, IEngine? engine)
    {
        var parsed = Commands.Root(engine).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"verify: {Screen.OneLine(parsed.Errors[0].Message)} (see verify --help)");
            return ExitStatus.Usage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (InputException e)
        {
            Console.Error.WriteLine($"verify: {Screen.OneLine(e.Message)}");
            return ExitStatus.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"verify: {Screen.OneLine(e.Message)}");
            return ExitStatus.Usage;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"verify: fault of the program: {e}");
            return ExitStatus.Fault;
        }
    }
}
