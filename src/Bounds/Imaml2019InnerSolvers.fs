/// Rajeswaran et al. 2019: inner solvers, their accuracy and their cost (Appendix B, E, Table 1).
module Verify.Bounds.Imaml2019InnerSolvers

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019

let private givenStart =
    prescribe
        InnerSolvers.Start
        { new IFormula with
            member _.Evaluate(o, k) = entry Bilevel.GivenStart o k
        }

let private stepsT =
    prescribe
        InnerSolvers.Steps
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                'T.From(float o[Count.T])
        }

let private error =
    { new IFormula with
        member _.Evaluate(o, _) = o[InnerSolvers.Error]
    }

let private descent name choice statement step rhs =
    { claim
          "imaml2019.std.gd_contraction"
          "std, gradient descent"
          Pathwise
          statement
          [ smooth; stronglyConvex ]
          error
          rhs with
        Provenance = Derived
        Prescribes = [ givenStart; prescribe InnerSolvers.StepSize step; stepsT ]
    }
    |> reading name [ "step", choice ]

let gdContractionInverseBeta =
    descent
        "step-inverse-beta"
        "1/beta"
        @"\lVert x_T-x^\star\rVert\le(1-1/\kappa)^T\lVert x_0-x^\star\rVert"
        { new IFormula with
            member _.Evaluate(o, _) = 1R / beta o
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (1R - mu o / beta o) o[Count.T] * o[InnerSolvers.StartError]
        }
    |> wrong
        "root of kappa"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (1R - sqrt (mu o / beta o)) o[Count.T] * o[InnerSolvers.StartError]
        }
