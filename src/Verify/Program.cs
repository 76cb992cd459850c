using System.CommandLine;
using Verify.CommandLine;
using Verify.Evidence;

// Exit status: 0 as the ledger says; 1 a new refutation, a witness that no longer certifies, or a number that differs;
// 2 the call or an input is wrong; 3 a fault of the program.
var parsed = Commands.Root().Parse(args);
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
