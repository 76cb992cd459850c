/// The named hypotheses of the papers.
module Verify.Bounds.Hypotheses

open Verify.Algorithms.Observables
open Verify.Bounds.Formulas

let boundedBelow =
    positive "bounded-below" @"\inf_wl_i(w)>-\infty" (slot Constants.BoundedBelow)

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

let positiveStep = positive "positive-step" @"\alpha>0" (slot Constants.Alpha)

/// (1 + alpha L)^(2N) < 2.
let stepSize =
    { positive
          "step-size"
          @"\alpha<(2^{1/(2N)}-1)/L"
          { new IFormula with
              member _.Evaluate(o, _) = 2R - pow (a o) (2 *. N o)
          } with
        Governs = AlphaL
    }

/// j >= 1, where j indexes a product that has a last factor.
let atLeastOneFactor = nonNegative "at-least-one-factor" @"m\ge1" (count Count.J -1)
