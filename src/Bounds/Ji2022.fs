/// Ji, Yang, Liang: Theoretical Convergence of Multi-Step Model-Agnostic Meta-Learning. JMLR 23 (2022), arXiv 2002.07836.
module Verify.Bounds.Ji2022

open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Hypotheses

let lemma12 =
    { Id = "ji2022.lemma12"
      Version = 1
      Source = "Lemma 12, Appendix C"
      Provenance = Printed
      Kind = Pathwise
      Statement = @"\lVert\nabla l_i(\tilde w^i_j)\rVert\le(1+\alpha L)^j\lVert\nabla l_i(w)\rVert"
      Hypotheses = [ lipschitzGradient ]
      Relation = AtMost
      Lhs =
        { new IFormula with
            member _.Evaluate(o, _) = o[MultiStepMaml.TrainGradientJ] }
      Rhs =
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (j o) * o[MultiStepMaml.TrainGradient] }
      Extent = Extent.Scalar
      Wrong = [] }
