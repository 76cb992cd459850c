/// Runs FsCheck properties under xunit: a failure shows the shrunken counterexample and one token that replays it.
namespace Verify.Properties

open System
open System.Globalization
open System.Threading.Tasks
open FsCheck
open Xunit.Sdk

/// A property that failed.
type Falsified(message: string, counterexample: obj, replay: Replay) =
    inherit XunitException(message)

    /// The shrunken argument.
    member _.Counterexample = counterexample

    /// What makes FsCheck generate the failing case again.
    member _.Replay = replay

[<RequireQualifiedAccess>]
module Property =
    let private variable name =
        Environment.GetEnvironmentVariable name
        |> Option.ofObj
        |> Option.filter (fun value -> value <> "")

    /// The token of a case: seed, gamma, size.
    let token (replay: Replay) =
        let size = replay.Size |> Option.defaultValue 0
        $"{replay.Rnd.Seed},{replay.Rnd.Gamma},{size}"

    /// Reads a token.
    let parse (token: string) =
        match token.Split ',' with
        | [| seed; gamma; size |] ->
            try
                let culture = CultureInfo.InvariantCulture

                {
                    Rnd = Rnd(UInt64.Parse(seed, culture), UInt64.Parse(gamma, culture))
                    Size = Some(Int32.Parse(size, culture))
                }
            with
            // ArgumentException: a gamma is odd.
            | :? FormatException
            | :? OverflowException
            | :? ArgumentException -> failwith $"VERIFY_REPLAY is '{token}', not seed,gamma,size"
        | _ -> failwith $"VERIFY_REPLAY is '{token}', not seed,gamma,size"

    /// The one case that every property of this process replays, or none.
    let replayed = variable "VERIFY_REPLAY" |> Option.map parse

    let private isDeep = variable "VERIFY_BUDGET" = Some "deep"

    /// How often a property is tried.
    let tests atDefault =
        if isDeep then 100 * atDefault else atDefault

    /// An ordinary run repeats itself, so that a red test means changed code; a deep one looks elsewhere each time.
    let private start =
        match replayed with
        | Some _ -> replayed
        | None when isDeep -> None
        | None -> Some { Rnd = Rnd 2022UL; Size = None }

    let private runner =
        { new IRunner with
            member _.OnStartFixture _ = ()
            member _.OnArguments(_, _, _) = ()
            member _.OnShrink(_, _) = ()

            member _.OnFinished(name, result) =
                match result with
                | TestResult.Passed _ -> ()
                | TestResult.Exhausted data ->
                    raise (XunitException $"{name}: only {data.NumberOfTests} cases met the precondition")
                | TestResult.Failed(data, _, shrunk, outcome, _, rnd, size) ->
                    let replay = { Rnd = rnd; Size = Some size }

                    let why =
                        match outcome with
                        | Outcome.Failed e -> e.Message
                        | other -> string other

                    // A property here has one argument.
                    let counterexample = List.head shrunk

                    let message =
                        $"{name}: {why}\n{counterexample}\n"
                        + $"after {data.NumberOfTests} tests and {data.NumberOfShrinks} shrinks; "
                        + $"replay with VERIFY_REPLAY={token replay}"

                    raise (Falsified(message, counterexample, replay))
        }

    /// Checks a property from a given start: a whole run, or one case where the size is given.
    let checkFrom start maxTest name (arbitrary: Arbitrary<'a>) (property: 'a -> unit) =
        let config =
            Config.Quick
                .WithName(name)
                .WithMaxTest(maxTest)
                .WithReplay(start)
                .WithQuietOnSuccess(true)
                .WithRunner(runner)

        // FsCheck blocks its thread for long: that must not be one of the pool on which xunit schedules tests.
        Task.Factory
            .StartNew(
                (fun () -> Check.One(config, FsCheck.FSharp.Prop.forAll arbitrary property)),
                TaskCreationOptions.LongRunning
            )
            .GetAwaiter()
            .GetResult()

    /// Checks a property, or the one case that VERIFY_REPLAY names.
    let check atDefault name arbitrary property =
        checkFrom start (tests atDefault) name arbitrary property

    /// Checks that a property of some cases is met by at least one: returns whether one was, true in a replay.
    let exists atDefault name arbitrary (meets: 'a -> bool) =
        let mutable found = replayed.IsSome
        check atDefault name arbitrary (fun x -> found <- meets x || found)
        found
