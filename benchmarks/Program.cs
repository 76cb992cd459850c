using System.Text.Json;
using System.Text.Json.Nodes;
using Verify.Algorithms.Numbers;
using Verify.Benchmarks;

const string Help = """
    benchmarks/run [--quick] [--out FILE] [--python COMMAND]
                               every measurement: tables, and JSON into FILE (default ./benchmarks.json);
                               --quick: fewer cells and samples; COMMAND has numpy and torch (default /usr/bin/python3)
    benchmarks/run --kernels [--out FILE]
                               the kernels by BenchmarkDotNet, JSON into FILE (default ./kernels.json)
    benchmarks/run --markdown FILE DOCUMENT
                               writes the tables of a JSON file into their places in a document
    benchmarks/run --smoke     compares results only, in seconds, without Python
    """;

var (mode, isQuick, output) = ("", false, (string?)null);
var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
string[] files = [];
for (var i = 0; i < args.Length; i++)
    switch (args[i])
    {
        case "--quick":
            isQuick = true;
            break;
        case "--out" when i + 1 < args.Length:
            output = args[++i];
            break;
        case "--python" when i + 1 < args.Length:
            python = args[++i];
            break;
        case "--markdown" when i + 2 < args.Length && mode == "":
            (mode, files) = (args[i], args[(i + 1)..(i + 3)]);
            i += 2;
            break;
        case "--kernels" or "--smoke" when mode == "":
            mode = args[i];
            break;
        default:
            Console.Error.WriteLine(Help);
            return args[i] is "--help" or "-h" ? 0 : 2;
    }
return LaneWidth.Best switch
{
    8 => Run<Lanes8>(),
    4 => Run<Lanes4>(),
    2 => Run<Lanes2>(),
    _ => Run<Real>(),
};

int Run<T>()
    where T : unmanaged, IMachineReal<T>
{
    switch (mode)
    {
        case "--smoke":
            var smoke = new Smoke();
            smoke.Run<T>();
            return smoke.HasFailed ? 1 : 0;
        case "--kernels":
            Write(Kernels.Run<T>(), output ?? "kernels.json");
            return 0;
        case "--markdown":
            var report = JsonNode.Parse(File.ReadAllText(files[0]))!.AsObject();
            File.WriteAllText(files[1], Report.Insert(Report.Grids(report), File.ReadAllText(files[1])));
            return 0;
        default:
            var suite = new Suite(isQuick, python);
            Write(suite.Run<T>(), output ?? "benchmarks.json");
            return suite.IsConsistent ? 0 : 1;
    }
}

void Write(JsonObject report, string file)
{
    var text = report.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    File.WriteAllText(file, text + "\n");
    foreach (var grid in Report.Grids(JsonNode.Parse(text)!.AsObject()))
        Console.WriteLine(grid.ToText());
    Console.WriteLine($"written to {file}");
}
