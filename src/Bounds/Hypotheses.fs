/// The named hypotheses of the papers.
module Verify.Bounds.Hypotheses

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds.Formulas

let private established name statement slot =
    {
        Name = name
        Statement = statement
        Condition = Established slot
        Governs = Nothing
    }

let private positive name statement governs formula =
    {
        Name = name
        Statement = statement
        Condition = Positive formula
        Governs = governs
    }

let boundedBelow =
    positive
        "bounded-below"
        @"\inf_wl_i(w)>-\infty"
        Nothing
        { new IFormula with
            member _.Evaluate(o, _) = o[Constants.BoundedBelow]
        }

let lipschitzGradient =
    established "lipschitz-gradient" @"\lVert\nabla l_i(w)-\nabla l_i(u)\rVert\le L\lVert w-u\rVert" Constants.L

let lipschitzHessian =
    established "lipschitz-hessian" @"\lVert\nabla^2l_i(w)-\nabla^2l_i(u)\rVert\le\rho\lVert w-u\rVert" Constants.Rho

let boundedVariance =
    established "bounded-variance" @"E_i\lVert\nabla l_i(w)-\nabla l(w)\rVert^2\le\sigma^2" Constants.Sigma

let boundedGap =
    established "bounded-gap" @"\lVert\nabla l_{S_i}(w)-\nabla l_{T_i}(w)\rVert\le b_i" Constants.Gaps

let spectralNorms =
    established "spectral-norms" @"\lVert V_j\rVert\le L" Constants.L

let positiveStep =
    positive
        "positive-step"
        @"\alpha>0"
        Nothing
        { new IFormula with
            member _.Evaluate(o, _) = alpha o
        }

/// (1 + alpha L)^(2N) < 2.
let stepSize =
    positive
        "step-size"
        @"\alpha<(2^{1/(2N)}-1)/L"
        AlphaL
        { new IFormula with
            member _.Evaluate(o, _) = 2R - pow (a o) (2 *. N o)
        }

/// j >= 1, where j indexes a product that has a last factor.
let atLeastOneFactor =
    positive
        "at-least-one-factor"
        @"m\ge1"
        Nothing
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                'T.From(float (j o))
        }
