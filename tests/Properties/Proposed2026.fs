/// trainGradientJ <= (1 + alpha * L)^j * trainGradient
module Verify.Bounds.Proposed2026

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas

let private lhs =
    { new IFormula with
        member _.Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
            (o: Observables<'T>, _)
            : 'T =
            o[MultiStepMaml.TrainGradientJ]
    }

let private rhs =
    { new IFormula with
        member _.Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
            (o: Observables<'T>, _)
            : 'T =
            pow (1R + o[Constants.Alpha] * o[Constants.L]) o[Count.J]
            * o[MultiStepMaml.TrainGradient]
    }

let private margin2 =
    { new IFormula with
        member _.Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
            (o: Observables<'T>, _)
            : 'T =
            o[Constants.Alpha] - 0R
    }

let private condition2 = positive "0 < alpha" @"0<\alpha" margin2

let private margin3 =
    { new IFormula with
        member _.Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
            (o: Observables<'T>, _)
            : 'T =
            'T.From 2.5M - o[Constants.Alpha] * o[Constants.L]
    }

let private condition3 = nonNegative "alpha * L <= 2.5" @"\alpha\,L\le 2.5" margin3

let conjecture =
    { claim
          "proposed2026.conjecture"
          "typed into verify try"
          Pathwise
          @"\mathrm{trainGradientJ}\le (1+\alpha\,L)^{j}\,\mathrm{trainGradient}"
          [ Hypotheses.lipschitzGradient; condition2; condition3 ]
          lhs
          rhs with
        Provenance = Proposed
    }
