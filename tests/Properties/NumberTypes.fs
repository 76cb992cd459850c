/// What each number type promises of the sides of a claim, held against doubles or against another enclosure. Each check
/// throws where the promise is broken, and returns whether there was a number to compare.
module Verify.Properties.NumberTypes

open System
open System.Runtime.InteropServices
open Verify.Algorithms.Engine
open Verify.Algorithms.Instances
open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Evidence
open Verify.Properties.Generators

/// Both sides of a claim, component by component.
let sides<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> ValueType>
    (claim: Claim)
    (o: Observables<'T>)
    =
    let components = if claim.Extent = Extent.Dimension then o[Count.D] else 1

    [
        for k in 0 .. components - 1 do
            $"lhs[{k}]", claim.Lhs.Evaluate(o, k)
            $"rhs[{k}]", claim.Rhs.Evaluate(o, k)
    ]

/// The sides as one type computes them.
let evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> ValueType> (case: Case) =
    Certifier.Measure<'T>(case.Claim, case.Trial, case.Instance) |> sides case.Claim

let private sameBits (x: float) (y: float) =
    BitConverter.DoubleToInt64Bits x = BitConverter.DoubleToInt64Bits y
    || Double.IsNaN x && Double.IsNaN y

let private requireSameBits where expected actual =
    for (side, x: Real), (_, y) in List.zip expected actual do
        if not (sameBits x.Value y) then
            failwith $"{side}{where} is {y:R}, in doubles {x.Value:R}"

    expected |> List.exists (fun (_, x: Real) -> Double.IsFinite x.Value)

/// The same instance with its step size multiplied.
let private withStepTimes (factor: float) (instance: Instance) =
    let copy = instance.Copy()

    match copy.Shape.FieldOf Constants.Alpha with
    | null -> ()
    | alpha -> copy[alpha][0] <- factor * copy[alpha][0]

    copy

/// Every lane has the bits of the doubles. Lane k holds the instance with k+1 times its step size, so that a lane that
/// reads its neighbour differs.
let lanes<'T when 'T: unmanaged and 'T :> IMachineReal<'T> and 'T: (new: unit -> 'T) and 'T :> ValueType> (case: Case) =
    let width = 'T.Width
    let layout = case.Instance.Layout

    let instances =
        Array.init width (fun k -> withStepTimes (float (k + 1)) case.Instance)

    let record = Array.zeroCreate<'T> layout.Size
    let doubles = MemoryMarshal.Cast<'T, float>(record.AsSpan())

    for e in 0 .. layout.Size - 1 do
        for lane in 0 .. width - 1 do
            doubles[e * width + lane] <- instances[lane].Record[e]

    let o = Observables<'T>()
    layout.Load(case.Instance.Counts, Ref<'T>(&record[0]), o)
    case.Trial.Prepare(layout, Ref<'T>(&record[0]), o, Scratch<'T>())
    Prescriptions.Fill(case.Claim, o, case.Trial.MostEnclosedSteps layout) |> ignore
    case.Trial.Run(layout, Ref<'T>(&record[0]), o, Scratch<'T>()) |> ignore
    let actual = sides case.Claim o

    [
        for lane in 0 .. width - 1 do
            let expected = evaluate<Real> { case with Instance = instances[lane] }

            actual
            |> List.map (fun (side, x) -> side, 'T.Lane(x, lane))
            |> requireSameBits $" in lane {lane}" expected
    ]
    |> List.contains true

/// The value of a dual number does not depend on its slope.
let dual (case: Case) =
    evaluate<Dual<Real>> case
    |> List.map (fun (side, x) -> side, x.Value.Value)
    |> requireSameBits "" (evaluate<Real> case)

/// Below this relative width an enclosure says that the side is well conditioned.
let private narrow = 1e-9

/// A spectral norm is a lower bound in doubles, up to 2e-7 short of the norm that intervals enclose; the rest of what
/// kernels do has rounding errors below the width. A fault shows at the size of the side.
let private close = 1e-6

/// Doubles agree with a narrow interval.
let interval (case: Case) =
    [
        for (side, x: Interval), (_, y: Real) in List.zip (evaluate<Interval> case) (evaluate<Real> case) do
            let middle = x.Lower + (x.Upper - x.Lower) / 2.0
            let size = max (abs x.Lower) (abs x.Upper)
            let isNarrow = Double.IsFinite size && x.Upper - x.Lower <= narrow * size

            if isNarrow && not (abs (y.Value - middle) <= close * size) then
                failwith $"{side} is {y.Value:R} in doubles, outside {x}"

            isNarrow
    ]
    |> List.contains true

/// Intervals of 128 bits and of doubles enclose the same number: they overlap.
let bigInterval (case: Case) =
    [
        for (side, x: Interval), (_, y: BigInterval) in List.zip (evaluate<Interval> case) (evaluate<BigInterval> case) do
            let lower, upper = y.Lower.ToDoubleDown(), y.Upper.ToDoubleUp()

            // False where one is NaN and nothing is known.
            if x.Upper < lower || upper < x.Lower then
                failwith $"{side} is in {x} and in [{lower:R}, {upper:R}]"

            Double.IsFinite(x.Upper - x.Lower) && Double.IsFinite(upper - lower)
    ]
    |> List.contains true

/// Every type by its name.
let all: (string * (Case -> bool)) list =
    [
        "Lanes2", lanes<Lanes2>
        "Lanes4", lanes<Lanes4>
        "Lanes8", lanes<Lanes8>
        "Lanes16", lanes<Pair<Lanes8>>
        "Dual", dual
        "Interval", interval
        "BigInterval", bigInterval
    ]
