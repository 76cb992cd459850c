/// The named hypotheses of the papers.
module Verify.Bounds.Hypotheses

open Verify.Algorithms.Observables
open Verify.Bounds.Formulas

let private established name statement slot =
    { Name = name
      Statement = statement
      Condition = Established slot
      Governs = Nothing }

let private positive name statement governs formula =
    { Name = name
      Statement = statement
      Condition = Positive formula
      Governs = governs }

let boundedBelow =
    positive
        "bounded-below"
        @"\inf_wl_i(w)>-\infty"
        Nothing
        { new IFormula with
            member _.Evaluate(o, _) = o[Constants.BoundedBelow] }

let lipschitzGradient =
    established "lipschitz-gradient" @"\lVert\nabla l_i(w)-\nabla l_i(u)\rVert\le L\lVert w-u\rVert" Constants.L
