/// Explicit instances of a claim: drawn from its families, or small ones with short numbers; and smaller ones of each.
module Verify.Properties.Generators

open System
open System.Collections.Generic
open FsCheck
open FsCheck.FSharp
open Verify.Algorithms.Instances
open Verify.Algorithms.Losses
open Verify.Algorithms.Observables
open Verify.Algorithms.Trials
open Verify.Bounds
open Verify.Evidence

/// JSON has no infinities: an infinite constant is left out, as one that is not known.
let finite (instance: Instance) =
    let copy = instance.Copy()

    for e in 0 .. copy.Record.Length - 1 do
        if Double.IsInfinity copy.Record[e] then
            copy.Record[e] <- nan

    copy

/// A claim with the trial and the instance on which it is evaluated.
type Case =
    {
        Claim: Claim
        Trial: Trial
        Instance: Instance
        /// Where the instance comes from.
        Source: string
    }

    /// The instance as `verify check` reads it; System.Text.Json writes the shortest digits that read back the same.
    override x.ToString() =
        $"{x.Claim.Id} on {x.Source}\n{InstanceJson.Write(finite x.Instance).ToJsonString()}"

let private registry = Registry.Default
let private ranges = AlphaLRanges registry.Claims

/// With each constant that the claim reads replaced by a certified one; none where one could not be established.
let certified (case: Case) =
    Certifier.WithSafeConstants(case.Claim, case.Instance)
    |> Option.ofObj
    |> Option.map (fun safe -> { case with Instance = safe })

// ---- From the families

/// Larger instances cost seconds in numbers of 128 bits and show nothing more.
let private bounds =
    dict
        [
            "d", struct (1.0, 4.0)
            "n", struct (1.0, 4.0)
            "m", struct (0.0, 3.0)
            "N", struct (1.0, 5.0)
            "T", struct (1.0, 5.0)
        ]
    |> Dictionary

let private fromFamilies (claim: Claim) =
    gen {
        let! struct (family, trial) = registry.FamiliesOf claim |> List.ofSeq |> Gen.elements
        let! seed = Gen.choose (1, 1_000_000)
        let! index = Gen.choose (0, 1_000_000)
        let options = RunOptions(Seed = uint64 seed, Fixed = bounds)
        let sampler = BlockSampler.Create(registry, options, ranges)

        return
            {
                Claim = claim
                Trial = trial
                Instance = sampler.Instance(family, int64 index)
                Source = $"family {family.Name}, seed {seed}, index {index}"
            }
    }

// ---- By hand

/// A decimal number of one or two digits.
let private number =
    Gen.frequency
        [
            2, Gen.choose (-3, 3) |> Gen.map float
            2, Gen.choose (-30, 30) |> Gen.map (fun n -> float n / 10.0)
            1, Gen.choose (-99, 99) |> Gen.map (fun n -> float n / 100.0)
        ]

let private positive =
    Gen.elements [ 0.01; 0.02; 0.05; 0.1; 0.2; 0.3; 0.5; 1.0; 2.0 ]

let private numbers count = Gen.arrayOfLength count number

/// The elements of a symmetric matrix, packed: any, or with a dominant diagonal and so convex.
let private symmetric d isConvex =
    gen {
        let! packed = numbers (SymmetricMatrix.PackedLength d)

        if isConvex then
            let element i j =
                packed[SymmetricMatrix.IndexOf(d, i, j)]

            for i in 0 .. d - 1 do
                let row = Seq.init d (element i) |> Seq.sumBy abs
                packed[SymmetricMatrix.IndexOf(d, i, i)] <- row

        return packed
    }

/// The numbers of a term. What all tasks share is given: sigma and the gaps are finite only where the tasks have their
/// matrix and their directions in common.
let private term d isConvex (shared: double[] option) kind =
    gen {
        let! parts =
            TermLayout.Fields kind
            |> List.ofSeq
            |> List.map (fun struct (_, field) ->
                match field with
                | TermField.Symmetric -> symmetric d isConvex
                | TermField.PositiveScalar -> positive |> Gen.map Array.singleton
                | _ -> numbers (TermLayout.Length(field, d)))
            |> Gen.sequenceToList

        let own = Array.concat parts

        return
            match shared, kind with
            | Some other, TermKind.Quadratic ->
                let size = SymmetricMatrix.PackedLength d
                Array.append other[.. size - 1] own[size..]
            | Some other, (TermKind.Cosine | TermKind.RidgeLogistic) -> Array.append own[..1] other[2..]
            | _ -> own
    }

let private field (layout: Layout) (field: Field) =
    let count () = layout.LengthOf field

    match field.Kind with
    | _ when field.IsProbability ->
        gen {
            let! weights = Gen.arrayOfLength (count ()) (Gen.choose (1, 4) |> Gen.map float)
            return weights |> Array.map (fun x -> x / Array.sum weights)
        }
    // A constant, which certification sets.
    | _ when field.Optional && not (isNull field.Slot) || field.Internal -> Gen.constant (Array.create (count ()) nan)
    | _ when field.Domain = Domain.Real -> numbers (count ())
    | _ -> Gen.arrayOfLength (count ()) positive

let private counts (shape: Shape) =
    gen {
        let chosen = Counts()

        for count in shape.Counts do
            let most =
                match count.Default with
                | null -> 4
                | other -> chosen[other]

            // An index of a path is its end half of the time.
            let! n = Gen.choose (count.Least, min count.Most most)
            let! isEnd = Gen.elements [ true; false ]
            chosen[count.Count] <- if isEnd && not (isNull count.Default) then most else n

        return chosen
    }

let private byHand (claim: Claim) (trial: Trial) =
    gen {
        let shape = trial.Shape

        let has kind =
            shape.Fields |> Seq.exists (fun f -> f.Kind = kind)

        let! d = Gen.choose (1, 4)

        let! tasks =
            if has FieldKind.Losses then
                Gen.choose (1, 3)
            else
                Gen.constant 1

        let! matrices =
            if has FieldKind.Matrices then
                Gen.choose (1, 4)
            else
                Gen.constant 0

        let! kinds =
            Gen.elements
                [
                    [ TermKind.Quadratic ]
                    [ TermKind.Cosine ]
                    [ TermKind.Quadratic; TermKind.Cosine ]
                    [ TermKind.Cosine; TermKind.Cosine ]
                    [ TermKind.Quadratic; TermKind.RidgeLogistic ]
                ]

        let! isConvex = Gen.elements [ true; false ]
        let! isShared = Gen.elements [ true; true; false ]
        let layout = Layout(shape, d, tasks, matrices, (fun _ _ -> kinds))
        let record = Array.create layout.Size nan
        let! shared = kinds |> List.map (term d isConvex None) |> Gen.sequenceToList

        for each in shape.Fields do
            if each.Kind = FieldKind.Losses then
                for loss in layout.LossesOf each do
                    for t in 0 .. loss.Length - 1 do
                        let common = if isShared then Some shared[t] else None
                        let! own = term d isConvex common kinds[t]
                        own.CopyTo(record, loss[t].Offset)
            else
                let! own = field layout each
                own.CopyTo(record, layout.OffsetOf each)

        let! counts = counts shape

        return
            {
                Claim = claim
                Trial = trial
                Instance = Instance(layout, counts, record)
                Source = "an instance by hand"
            }
    }
    |> Gen.filter (fun case -> isNull (case.Instance.Shape.Fault case.Instance))

// ---- Both

/// Smaller cases: fewer tasks, coordinates, steps and terms, shorter numbers; certified again.
let smaller (case: Case) =
    Shrinker.Smaller case.Instance
    |> Seq.choose (fun instance -> certified { case with Instance = instance })

/// Instances with certified constants, on every shape that a trial of the claim has.
let cases (claim: Claim) =
    // Instances of other shapes have to be consistent (theta follows from phi*): their families draw them.
    let hand =
        registry.TrialsOf claim
        |> Seq.filter (fun t -> t.Shape :? MultiStepMamlShape || t.Shape :? MatrixShape)
        |> Seq.map (byHand claim)
        |> List.ofSeq

    let drawn = fromFamilies claim
    // As many of the families' as by hand.
    let all =
        if hand.IsEmpty then
            drawn
        else
            Gen.oneof [ drawn; Gen.oneof hand ]

    Arb.fromGenShrink (Gen.pick certified all, smaller)
