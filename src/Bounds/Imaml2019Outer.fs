/// Rajeswaran et al. 2019: the outer loop (Corollary 1) and gradient descent with inexact gradients.
module Verify.Bounds.Imaml2019Outer

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019

/// L_F, F(0) - min F and F(theta_0) - min F, and the accuracy.
let inline private LF (o: Observables<'T>) : 'T = o[OuterLoop.LF]
let inline private gapAtZero (o: Observables<'T>) : 'T = o[OuterLoop.GapAtZero]
let inline private gapAtStart (o: Observables<'T>) : 'T = o[OuterLoop.GapAtStart]
let inline private epsilon (o: Observables<'T>) : 'T = o[Bilevel.Epsilon]
let inline private fraction (o: Observables<'T>) : 'T = o[OuterLoop.Fraction]

let private smooth =
    established "smooth-meta-objective" @"F\text{ is }L_F\text{-smooth}" OuterLoop.LF

/// min F stands in the statements: of a quadratic (theta - t)'P(theta - t)/2, P is positive semidefinite, singular or not.
let private attainedMinimum =
    nonNegative "attained-minimum" @"\min_\theta F(\theta)\text{ is attained}" (slot OuterLoop.LeastCurvature)

let private halfAccuracy =
    nonNegative
        "accuracy-half"
        @"\lVert g_k-\nabla F(\theta_k)\rVert\le\epsilon/2"
        { new IFormula with
            member _.Evaluate(o, _) = 1R - 2R * fraction o
        }

let private wholeAccuracy =
    nonNegative
        "accuracy-eps"
        @"\lVert g_k-\nabla F(\theta_k)\rVert\le\epsilon"
        { new IFormula with
            member _.Evaluate(o, _) = 1R - fraction o
        }

let private accuracyInverseRootTwo =
    nonNegative
        "accuracy-inverse-root-two"
        @"\lVert g_k-\nabla F(\theta_k)\rVert\le\epsilon/\sqrt2"
        { new IFormula with
            member _.Evaluate(o, _) = 1R - 2R * pow (fraction o) 2
        }

let private stepAtMost =
    nonNegative
        "step-at-most-inverse"
        @"\eta\le1/L_F"
        { new IFormula with
            // Fused, so that the sign is that of the exact difference.
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                'T.Fma(0R - o[OuterLoop.GivenStep], LF o, 1R)
        }

// ---- What the statements prescribe

let private fromZero = prescribe OuterLoop.Start zero
let private fromGivenStart = prescribe OuterLoop.Start (slot OuterLoop.GivenStart)

let private inverseStep =
    prescribe
        OuterLoop.StepSize
        { new IFormula with
            member _.Evaluate(o, _) = 1R / LF o
        }

let private givenStep = prescribe OuterLoop.StepSize (slot OuterLoop.GivenStep)

/// 4 L_F (F(0) - min F)/eps^2.
let private printedCount =
    prescribeCount
        OuterLoop.Steps
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * LF o * gapAtZero o / pow (epsilon o) 2
        }

let private fractionOfEpsilon =
    prescribe
        OuterLoop.Error
        { new IFormula with
            member _.Evaluate(o, _) = fraction o * epsilon o
        }

let private leastGradient = slot OuterLoop.LeastGradient
let private target = slot Bilevel.Epsilon

/// The claim with another iteration count: a slip in the count, not in the accuracy.
let private wrongCount name count (x: Claim) =
    let others = x.Prescribes |> List.filter (fun p -> p.Slot <> OuterLoop.Steps)

    wrongPrescriptions name (others @ [ prescribeCount OuterLoop.Steps count ]) x

let private corollary name choices hypotheses start step =
    { claim
          "imaml2019.corollary1"
          "Corollary 1"
          WholeRun
          @"\min_{k\le N}\lVert\nabla F(\theta_k)\rVert\le\epsilon,\;N=\lceil4L_F(F(0)-\min F)/\epsilon^2\rceil"
          ([ smooth; attainedMinimum ] @ hypotheses)
          leastGradient
          target with
        Version = 3
        Prescribes = [ start; step; printedCount; fractionOfEpsilon ]
    }
    |> reading name choices
    |> wrong
        "half of the accuracy"
        { new IFormula with
            member _.Evaluate(o, _) = epsilon o / 2R
        }
    |> wrongCount
        "accuracy in place of its square"
        { new IFormula with
            member _.Evaluate(o, _) = 4R * LF o * gapAtZero o / epsilon o
        }

/// The text states neither the outer step, nor the start, nor the accuracy of a call. First the choice under which the count
/// suffices: start 0 (the count has F(0)), step 1/L_F, calls to half of epsilon.
let corollary1AccuracyHalf =
    corollary
        "accuracy-half"
        [ OuterLoop.GivenStart.Name, "zero"; OuterLoop.GivenStep.Name, "1/LF" ]
        [ halfAccuracy ]
        fromZero
        inverseStep

/// The epsilon of Theorem 1 is that of the corollary.
let corollary1AccuracyEps =
    corollary
        "accuracy-eps"
        [ OuterLoop.GivenStart.Name, "zero"; OuterLoop.GivenStep.Name, "1/LF" ]
        [ wholeAccuracy ]
        fromZero
        inverseStep

/// Any start: the count has F(0) all the same.
let corollary1StartFar =
    corollary
        "start-far"
        [ OuterLoop.GivenStart.Name, ""; OuterLoop.GivenStep.Name, "1/LF" ]
        [ halfAccuracy ]
        fromGivenStart
        inverseStep

/// Any step up to 1/L_F.
let corollary1StepSmaller =
    corollary
        "step-smaller"
        [ OuterLoop.GivenStart.Name, "zero"; OuterLoop.GivenStep.Name, "" ]
        [ halfAccuracy; stepAtMost ]
        fromZero
        givenStep

/// Derivation: F(theta - g/L) <= F(theta) - |grad F|^2/(2L) + e^2/(2L) for any error of length e (descent lemma with g = grad F +
/// error). If |grad F(theta_k)| > eps for every k <= N and e <= eps/sqrt 2, then each of the first N steps lowers F by more
/// than eps^2/(4L), so F(theta_0) - min F > N eps^2/(4L), which N >= 4L(F(theta_0) - min F)/eps^2 excludes.
let corollary1Corrected =
    { claim
          "imaml2019.corollary1.corrected"
          "Corollary 1, with start, step and accuracy stated"
          WholeRun
          @"\min_{k\le N}\lVert\nabla F(\theta_k)\rVert\le\epsilon,\;N=\lceil4L_F(F(\theta_0)-\min F)/\epsilon^2\rceil,\;\eta=1/L_F"
          [ smooth; attainedMinimum; accuracyInverseRootTwo ]
          leastGradient
          target with
        Version = 3
        Provenance = Derived
        Prescribes =
            [
                fromGivenStart
                inverseStep
                prescribeCount
                    OuterLoop.Steps
                    { new IFormula with
                        member _.Evaluate(o, _) =
                            4R * LF o * gapAtStart o / pow (epsilon o) 2
                    }
                fractionOfEpsilon
            ]
    }
    |> wrong
        "half of the accuracy"
        { new IFormula with
            member _.Evaluate(o, _) = epsilon o / 2R
        }
    |> wrongCount
        "gap at zero"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * LF o * gapAtZero o / pow (epsilon o) 2
        }

// ---- Corollary 1, cost and memory in all

/// Calls to half of epsilon, as in the reading in which the outer steps suffice.
let inline private callAccuracy (o: Observables<'T>) : 'T = epsilon o / 2R

let private wholeRun id source statement hypotheses lhs rhs =
    { claim $"imaml2019.corollary1.{id}" source WholeRun statement hypotheses lhs rhs with
        Provenance = Reconstructed
        Prescribes =
            [
                printedCount
                prescribeCount
                    InnerSolvers.Steps
                    { new IFormula with
                        member _.Evaluate(o, _) = innerSteps (callAccuracy o) o
                    }
                prescribeCount
                    InnerSolvers.ConjugateSteps
                    { new IFormula with
                        member _.Evaluate(o, _) = linearSteps (callAccuracy o) o
                    }
            ]
    }

let inline private total (outer: 'T) (factor: 'T) (root: 'T) (o: Observables<'T>) : 'T =
    number o[Count.Batch]
    * steps outer
    * gradientsOfOneCall factor root (callAccuracy o) o

/// The O() with the constants of theorem 1: M calls in each of the outer steps.
let corollary1TotalCost =
    wholeRun
        "total-cost.accuracy-half"
        "Corollary 1, its cost in gradients"
        @"MN(N_1+1+hN_2)\le M\Big\lceil\frac{4L_F(F(0)-\min F)}{\epsilon^2}\Big\rceil\Big(2(1+h)\sqrt\kappa\log\Big(8\kappa D\Big(\frac{2B_1}\epsilon+\frac\rho\mu\Big)+8\kappa\frac{(\lambda/\mu)B}\epsilon+1\Big)+h+2\Big)"
        (smooth :: regularity)
        { new IFormula with
            member _.Evaluate(o, _) =
                o[Cost.Gradients] + o[Bilevel.ProductCost] * o[Cost.HessianVectors]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                total (4R * LF o * gapAtZero o / pow (epsilon o) 2) 2R (sqrt (kappa o)) o
        }
    |> wrong
        "accuracy in place of its square"
        { new IFormula with
            member _.Evaluate(o, _) =
                total (4R * LF o * gapAtZero o / epsilon o) 2R (sqrt (kappa o)) o
        }
    |> wrong
        "root of kappa missing"
        { new IFormula with
            member _.Evaluate(o, _) =
                total (4R * LF o * gapAtZero o / pow (epsilon o) 2) 2R 1R o
        }
    |> wrong
        "one task"
        { new IFormula with
            member _.Evaluate(o, _) =
                total (4R * LF o * gapAtZero o / pow (epsilon o) 2) 2R (sqrt (kappa o)) o
                / number o[Count.Batch]
        }

/// theta and the mean of the gradients beside the six vectors of algorithm 2, whatever the counts. The O() hides a constant: that
/// which is tried, the least, stands in the id.
let corollary1TotalMemory =
    wholeRun
        "total-memory.constant-4"
        "Corollary 1, its memory in vectors of d numbers"
        @"\mathrm{Mem}(\text{algorithm 1})\le4\,\mathrm{Mem}(\nabla\hat L)"
        []
        (slot OuterLoop.StoredVectors)
        { new IFormula with
            member _.Evaluate(o, _) = 4R * o[InnerSolvers.GradientVectors]
        }
    |> wrong
        "3 for 4"
        { new IFormula with
            member _.Evaluate(o, _) = 3R * o[InnerSolvers.GradientVectors]
        }

let private givenError (o: Observables<'T>) : 'T = o[OuterLoop.GivenError]

let inexactGd =
    { claim
          "imaml2019.std.inexact_gd"
          "std, gradient descent with inexact gradients"
          WholeRun
          @"\min_{k<N}\lVert\nabla F(\theta_k)\rVert^2\le2L_F(F(\theta_0)-\min F)/N+e^2"
          [ smooth; attainedMinimum ]
          (slot OuterLoop.LeastSquareBefore)
          { new IFormula with
              member _.Evaluate<'T
                  when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                  (o: Observables<'T>, _)
                  : 'T =
                  2R * LF o * gapAtStart o / number (N o) + pow (givenError o) 2
          } with
        Version = 2
        Provenance = Derived
        Prescribes =
            [
                fromGivenStart
                inverseStep
                prescribe
                    OuterLoop.Steps
                    { new IFormula with
                        member _.Evaluate<'T
                            when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                            (o: Observables<'T>, _)
                            : 'T =
                            number (N o)
                    }
                prescribe OuterLoop.Error (slot OuterLoop.GivenError)
            ]
    }
    |> wrong
        "one in place of two"
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                LF o * gapAtStart o / number (N o) + pow (givenError o) 2
        }
    |> wrong
        "error left out"
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                2R * LF o * gapAtStart o / number (N o)
        }
