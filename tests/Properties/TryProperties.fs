/// Inequalities that are typed: the text of one reads back as the same one, and a saved one is the claim that was tried.
module Verify.Properties.TryProperties

open System.IO
open FsCheck
open FsCheck.FSharp
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Evidence
open Xunit

let private registry = Registry.Default

let private scalars =
    registry.Observables
    |> Seq.filter (fun slot -> slot.Extent <> Extent.Dimension)
    |> Array.ofSeq

let private number =
    Gen.map2
        (fun (digits: int) (places: int) -> Number(decimal digits / pown 10M places) :> Formula)
        (Gen.choose (0, 10_000_000))
        (Gen.choose (0, 12))

let private leaf =
    Gen.oneof
        [
            number
            Gen.elements scalars |> Gen.map (fun slot -> Observable slot :> Formula)
            Gen.elements Count.All |> Gen.map (fun count -> Counted count :> Formula)
        ]

let private operators =
    [ Operator.Add; Operator.Subtract; Operator.Multiply; Operator.Divide ]

let rec private formula depth : Gen<Formula> =
    if depth = 0 then
        leaf
    else
        let part = formula (depth - 1)

        Gen.oneof
            [
                leaf
                part |> Gen.map (fun x -> Negation x :> Formula)
                Gen.map3 (fun op x y -> Arithmetic(op, x, y) :> Formula) (Gen.elements operators) part part
                Gen.map2 (fun x y -> Power(x, y) :> Formula) part part
                Gen.map3
                    (fun f x y -> (if Call.Arity f = 2 then Call(f, x, y) else Call(f, x)) :> Formula)
                    (Gen.elements Call.Names.Values)
                    part
                    part
            ]

let private inequalities =
    Gen.map3
        (fun left relation right -> Inequality(left, relation, right))
        (formula 4)
        (Gen.elements [ AtMost; Less; Equal ])
        (formula 4)
    |> Arb.fromGen

[<Fact>]
let ``the text of an inequality reads back as the same one`` () =
    Property.check 500 "text of an inequality" inequalities (fun inequality ->
        let text = string inequality
        // Texts have a limit, which what is typed by hand does not reach.
        Assert.True(text.Length > 2000 || Inequality.Parse(text, registry) = inequality))

[<Fact>]
let ``the file that try saves compiles and is the claim that was tried`` () =
    let typed =
        Inequality.ToClaim(
            "trainGradientJ <= (1 + alpha*L)^j * trainGradient",
            [| "lipschitz-gradient"; "alpha > 0"; "alpha*L <= 2.5" |],
            registry
        )

    let saved = Proposed2026.conjecture
    let path = Path.Combine(Layers.root, "tests", "Properties", "Proposed2026.fs")
    Assert.Equal(File.ReadAllText path, InequalitySource.FSharp(typed, "Proposed2026"))
    Assert.Equal(typed.Statement, saved.Statement)

    let reports =
        Run(registry, RunOptions(Budget = 4096L)).Execute [| typed; saved |]
        |> List.ofSeq

    let numbers (r: ClaimReport) =
        r.Verdict, r.Best, r.CertifiedRatio, r.Evaluations, List.ofSeq r.Histogram, List.ofSeq r.NotMet.Values

    Assert.Equal(numbers reports[0], numbers reports[1])
    Assert.True(reports[0].Evaluations >= 4096L)
