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

let smooth =
    established "smooth" @"G(\cdot,\theta)\text{ is }\beta\text{-smooth}" Bilevel.Beta

let stronglyConvex =
    positive "strongly-convex" @"G(\cdot,\theta)\text{ is }\mu\text{-strongly convex}" (slot Bilevel.Mu)

let lipschitzTrainHessian =
    established "lipschitz-train-hessian" @"\nabla^2\hat L\text{ is }\rho\text{-Lipschitz}" Bilevel.Rho

let lipschitzTest =
    established "lipschitz-test" @"L\text{ is }B\text{-Lipschitz}" Bilevel.B

let smoothTest = established "smooth-test" @"L\text{ is }L\text{-smooth}" Bilevel.L

/// Assumption 2 (i) to (iii).
let regularity =
    [ lipschitzTest; smoothTest; smooth; stronglyConvex; lipschitzTrainHessian ]

/// Assumption 2 (iv) at the theta in use. Printed for all theta, it excludes (ii): Alg* then takes every value.
let withinRadius =
    nonNegative
        "radius"
        @"\lVert Alg^\star(\theta)\rVert\le D"
        { new IFormula with
            member _.Evaluate(o, _) = o[Bilevel.D] - o[Bilevel.PhiStarNorm]
        }

/// Assumption 2 (iv) as printed; of an instance its own theta is asked.
let withinRadiusEverywhere =
    { withinRadius with
        Name = "radius-for-all-theta"
        Statement = @"\lVert Alg^\star(\theta)\rVert\le D\text{ for all }\theta"
    }

/// lambda/mu.
let inline lambdaOverMu (o: Observables<'T>) : 'T = lambda o / mu o

/// (sqrt kappa - 1)/(sqrt kappa + 1), as 1 - 2/(sqrt kappa + 1): one occurrence of an enclosed kappa.
let inline chebyshevRate (kappa: 'T) : 'T = 1R - 2R / (sqrt kappa + 1R)

/// The step size 1/beta.
let inverseBeta =
    { new IFormula with
        member _.Evaluate(o, _) = 1R / beta o
    }

/// The step size 2/(mu + beta).
let twoOverSum =
    { new IFormula with
        member _.Evaluate(o, _) = 2R / (mu o + beta o)
    }

/// B_1 = 2 lambda rho B/mu^2 + lambda L/mu of theorem 2, the factor of delta in lemma 3.
let inline B1 (o: Observables<'T>) : 'T =
    2R * lambda o * rhoOfTrain o * B o / pow (mu o) 2 + lambda o * Lsm o / mu o

/// 8 kappa D (B_1/epsilon + rho/mu), inside the logarithm of theorem 2's first count.
let inline insideInner (epsilon: 'T) (o: Observables<'T>) : 'T =
    8R * kappa o * o[Bilevel.D] * (B1 o / epsilon + rhoOfTrain o / mu o)

/// 4 kappa (lambda/mu) B/epsilon, inside that of the second one.
let inline insideLinear (epsilon: 'T) (o: Observables<'T>) : 'T =
    4R * kappa o * lambdaOverMu o * B o / epsilon

/// N_1 = 2 sqrt(kappa) log(...) steps of the inner solver for an accuracy epsilon, and N_2 of the linear solver.
let inline innerSteps (epsilon: 'T) (o: Observables<'T>) : 'T =
    2R * sqrt (kappa o) * log (insideInner epsilon o)

let inline linearSteps (epsilon: 'T) (o: Observables<'T>) : 'T =
    2R * sqrt (kappa o) * log (insideLinear epsilon o)

/// What theorem 1's O() stands for, in gradients, with the constants that the catalogue chooses; a product costs h gradients.
let inline gradientsOfOneCall (factor: 'T) (root: 'T) (epsilon: 'T) (o: Observables<'T>) : 'T =
    let h = o[Bilevel.ProductCost]

    factor
    * (1R + h)
    * root
    * log (insideInner epsilon o + insideLinear epsilon o + 1R)
    + h
    + 2R
