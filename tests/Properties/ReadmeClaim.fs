/// The claim of the README's "Add a claim", to the letter.
module Verify.Properties.ReadmeClaim

open System.IO
open Xunit
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Hypotheses
open Verify.Evidence

let myLemma =
    claim
        "mine2026.lemma1"
        "Lemma 1, page 3"
        Pathwise
        @"\lVert\tilde w_N-\tilde u_N\rVert\le(1+\alpha L)^N\lVert w-u\rVert"
        [ lipschitzGradient; positiveStep ]
        { new IFormula with
            member _.Evaluate(o, _) = o[MultiStepMaml.PathDistanceN]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o) * o[MultiStepMaml.StartDistance]
        }
    |> wrong
        "one power lower" // a deliberately wrong form, which the tests must catch
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o -. 1) * o[MultiStepMaml.StartDistance]
        }

let private verdict claim =
    let registry =
        Registry([| claim |], Registry.Default.Trials, Registry.Default.Families)

    // Few dimensions: what is shown here is that the claim runs.
    let few = System.Collections.Generic.Dictionary(dict [ "d", struct (1.0, 6.0) ])

    let reports =
        Run(registry, RunOptions(Budget = 4096L, Fixed = few)).Execute [| claim |]

    (Seq.head reports).Verdict

[<Fact>]
let ``The README shows this claim`` () =
    let lines (text: string) =
        text.Split '\n' |> Array.map _.TrimEnd() |> List.ofArray

    let readme = lines (File.ReadAllText(Path.Combine(Layers.root, "README.md")))

    let source =
        lines (File.ReadAllText(Path.Combine(Layers.root, "tests/Properties/ReadmeClaim.fs")))

    let first = source |> List.findIndex (fun l -> l.StartsWith "let myLemma")
    let shown = source |> List.skip first |> List.takeWhile (fun l -> l <> "")
    let start = readme |> List.findIndex (fun l -> l = shown.Head)
    Assert.Equal<string>(shown, readme |> List.skip start |> List.take shown.Length)

[<Fact>]
let ``It is not refuted, and its wrong form is`` () =
    Assert.Equal(Verdict.NotRefuted, verdict myLemma)
    Assert.Equal(Verdict.Refuted, verdict (snd myLemma.Wrong.Head))
