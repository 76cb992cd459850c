/// Rajeswaran, Finn, Kakade, Levine: Meta-Learning with Implicit Gradients. NeurIPS 2019, arXiv 1909.04630.
/// The paper's letters and hypotheses; its claims stand in the files Imaml2019*.fs, part by part.
module Verify.Bounds.Imaml2019

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas

let inline lambda (o: Observables<'T>) : 'T = o[Bilevel.Lambda]
let inline mu (o: Observables<'T>) : 'T = o[Bilevel.Mu]
let inline beta (o: Observables<'T>) : 'T = o[Bilevel.Beta]
let inline kappa (o: Observables<'T>) : 'T = o[Bilevel.Beta] / o[Bilevel.Mu]

/// rho, of the train Hessian.
let inline rhoOfTrain (o: Observables<'T>) : 'T = o[Bilevel.Rho]

/// B and L, of the test loss.
let inline B (o: Observables<'T>) : 'T = o[Bilevel.B]
let inline Lsm (o: Observables<'T>) : 'T = o[Bilevel.L]

let private established name statement slot =
    {
        Name = name
        Statement = statement
        Condition = Established slot
        Governs = Nothing
    }

let smooth =
    established "smooth" @"G(\cdot,\theta)\text{ is }\beta\text{-smooth}" Bilevel.Beta

let stronglyConvex =
    {
        Name = "strongly-convex"
        Statement = @"G(\cdot,\theta)\text{ is }\mu\text{-strongly convex}"
        Condition =
            Positive
                { new IFormula with
                    member _.Evaluate(o, _) = mu o
                }
        Governs = Nothing
    }

let lipschitzTrainHessian =
    established "lipschitz-train-hessian" @"\nabla^2\hat L\text{ is }\rho\text{-Lipschitz}" Bilevel.Rho

let lipschitzTest =
    established "lipschitz-test" @"L\text{ is }B\text{-Lipschitz}" Bilevel.B

let smoothTest = established "smooth-test" @"L\text{ is }L\text{-smooth}" Bilevel.L
