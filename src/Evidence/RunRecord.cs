using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Serialization;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>One claim of a run.</summary>
/// <param name="Id">The claim's id.</param>
/// <param name="Version">Its version.</param>
/// <param name="HasWitness">Whether the folder holds a counterexample.</param>
/// <param name="Seconds">Wall-clock seconds of worker threads.</param>
/// <param name="Inequality">Of a claim that was typed, its text; else null.</param>
/// <param name="Hypotheses">The names of its hypotheses.</param>
public sealed record RecordedClaim(
    string Id,
    int Version,
    bool HasWitness,
    double Seconds,
    string? Inequality,
    string[] Hypotheses
);

/// <summary>A candidate that more than double precision decided.</summary>
/// <param name="Claim">The claim's id.</param>
/// <param name="Replay">The instance's token.</param>
/// <param name="Outcome">What was found.</param>
public sealed record RecordedOutcome(string Claim, string Replay, Outcome Outcome);

/// <summary>The program and the machine that ran.</summary>
public sealed record RunMachine
{
    /// <summary>The program's version.</summary>
    public required string Program { get; init; }

    /// <summary>The commit that it was built from; null where the build did not know one.</summary>
    public required string? Commit { get; init; }
    public required string Runtime { get; init; }
    public required string System { get; init; }

    /// <summary>The processor's name, or its architecture where the system does not tell.</summary>
    public required string Processor { get; init; }
    public required int Processors { get; init; }

    /// <summary>The vector instructions that are used.</summary>
    public required string[] Vectors { get; init; }

    /// <summary>This program on this machine.</summary>
    public static RunMachine Here()
    {
        var version =
            typeof(RunMachine)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion
            ?? "";
        var parts = version.Split('+', 2);
        return new RunMachine
        {
            Program = parts[0],
            Commit = parts.Length > 1 ? parts[1] : null,
            Runtime = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Processor = ProcessorName() ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Processors = Environment.ProcessorCount,
            Vectors =
            [
                .. new (string Name, bool Is)[]
                {
                    ("SSE4.2", Sse42.IsSupported),
                    ("AVX", Avx.IsSupported),
                    ("AVX2", Avx2.IsSupported),
                    ("FMA", Fma.IsSupported),
                    ("AVX-512F", Avx512F.IsSupported),
                    ("AVX-512DQ", Avx512DQ.IsSupported),
                    ("AdvSIMD", AdvSimd.IsSupported),
                }
                    .Where(x => x.Is)
                    .Select(x => x.Name),
            ],
        };
    }

    private static string? ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        return File.Exists(file)
            ? File.ReadLines(file)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
            : null;
    }
}

/// <summary>What a run was asked for, on what it ran and how far it came: run.json beside the facts.</summary>
public sealed record RunRecord
{
    public required RunMachine Machine { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The claims asked for, as given; empty for all.</summary>
    public required string[] Patterns { get; init; }
    public required ulong Seed { get; init; }
    public required long Budget { get; init; }

    /// <summary>The time limit in seconds, or null.</summary>
    public required double? TimeLimit { get; init; }

    /// <summary>The only family sampled, or null.</summary>
    public required string? Family { get; init; }

    /// <summary>Counts and scalars that were held within bounds, least and most.</summary>
    public required SortedDictionary<string, double[]> Settings { get; init; }
    public required int Threads { get; init; }
    public required int Width { get; init; }
    public required string? Device { get; init; }

    /// <summary>Whether it ended by itself.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The number of facts.</summary>
    public required int Facts { get; init; }

    /// <summary>Evaluations, gradients and Hessian-vector products of all facts.</summary>
    public required long Evaluations { get; init; }
    public required long Gradients { get; init; }
    public required long HessianVectors { get; init; }
    public required RecordedClaim[] Claims { get; init; }
    public required RecordedOutcome[] Escalated { get; init; }

    /// <summary>What instances of the run depend on: its seed and what was held fixed.</summary>
    public RunOptions ToOptions() =>
        new()
        {
            Seed = Seed,
            Budget = Budget,
            Family = Family,
            Fixed = Settings.ToDictionary(s => s.Key, s => (s.Value[0], s.Value[1])),
        };

    /// <summary>The record of a run.</summary>
    /// <param name="run">The run, executed.</param>
    /// <param name="patterns">The claims asked for, as given.</param>
    /// <param name="reports">What it gave.</param>
    public static RunRecord Of(Run run, string[] patterns, IReadOnlyList<ClaimReport> reports)
    {
        var options = run.Options;
        return new RunRecord
        {
            Machine = RunMachine.Here(),
            Started = run.Started,
            Seconds = Math.Round(run.Elapsed.TotalSeconds, 3),
            Patterns = patterns,
            Seed = options.Seed,
            Budget = options.Budget,
            TimeLimit = options.Time?.TotalSeconds,
            Family = options.Family,
            Settings = new SortedDictionary<string, double[]>(
                options.Fixed.ToDictionary(x => x.Key, x => new[] { x.Value.Least, x.Value.Most }),
                StringComparer.Ordinal
            ),
            Threads = options.Threads,
            Width = options.Width,
            Device = options.Device?.Name,
            IsComplete = run.IsComplete,
            Facts = run.Facts.Count,
            Evaluations = run.Facts.Sum(f => f.Evaluations),
            Gradients = run.Facts.Sum(f => f.Gradients),
            HessianVectors = run.Facts.Sum(f => f.HessianVectors),
            Claims =
            [
                .. reports.Select(r => new RecordedClaim(
                    r.Claim.Id,
                    r.Claim.Version,
                    r.Witness is not null,
                    r.Seconds,
                    Inequality.Of(r.Claim)?.ToString(),
                    [.. r.Claim.Hypotheses.Select(h => h.Name)]
                )),
            ],
            Escalated = [.. run.Escalated.Select(e => new RecordedOutcome(e.Claim, e.Replay.ToString(), e.Outcome))],
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunRecordContext : JsonSerializerContext;
