/// Rajeswaran et al. 2019: inner solvers, their accuracy and their cost (Appendix B, C, E, Table 1).
module Verify.Bounds.Imaml2019InnerSolvers

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019

type private S = InnerSolvers

let inline private delta (o: Observables<'T>) : 'T = o[Bilevel.Delta]
let inline private epsilon (o: Observables<'T>) : 'T = o[Bilevel.Epsilon]
let inline private D (o: Observables<'T>) : 'T = o[Bilevel.D]
let inline private hv (o: Observables<'T>) : 'T = o[Bilevel.ProductCost]

/// |x_0 - phi*| of the start that the instance names.
let inline private R (o: Observables<'T>) : 'T = o[S.NamedStartError]

let private assumption2 = regularity @ [ withinRadius ]

// What is prescribed. A claim with the same prescriptions as another one shares its run.

let private startZero = prescribe S.Start zero
let private startTheta = prescribe S.Start (slot Bilevel.Theta)
let private startNamed = prescribe S.Start (slot S.NamedStart)
let private stepsT = prescribe S.Steps (count Count.T 0)
let private stepsK = prescribe S.Steps (count Count.Iterate 0)
let private stepInverseBeta = prescribe S.StepSize inverseBeta
let private error = slot S.Error

// ---- Standard facts

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
        Prescribes = [ startNamed; prescribe S.StepSize step; stepsT ]
    }
    |> reading name [ "step", choice ]

let gdContractionInverseBeta =
    descent
        "step-inverse-beta"
        "1/beta"
        @"\lVert x_T-x^\star\rVert\le(1-1/\kappa)^T\lVert x_0-x^\star\rVert"
        inverseBeta
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (1R - mu o / beta o) o[Count.T] * o[S.StartError]
        }
    |> wrong
        "root of kappa"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (1R - sqrt (mu o / beta o)) o[Count.T] * o[S.StartError]
        }

let gdContractionTwoOverSum =
    descent
        "step-two-over-sum"
        "2/(mu+beta)"
        @"\lVert x_T-x^\star\rVert\le\Big(\frac{\kappa-1}{\kappa+1}\Big)^T\lVert x_0-x^\star\rVert"
        twoOverSum
        { new IFormula with
            member _.Evaluate(o, _) =
                // (kappa - 1)/(kappa + 1), multiplied by mu.
                pow ((beta o - mu o) / (beta o + mu o)) o[Count.T] * o[S.StartError]
        }
    |> wrong
        "root of kappa"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow ((sqrt (kappa o) - 1R) / (sqrt (kappa o) + 1R)) o[Count.T] * o[S.StartError]
        }

let gdContractionGivenStep =
    descent
        "step-given"
        ""
        @"\lVert x_T-x^\star\rVert\le q^T\lVert x_0-x^\star\rVert,\quad q=\max(|1-\alpha\mu|,|1-\alpha\beta|)"
        (slot Bilevel.GivenStep)
        { new IFormula with
            member _.Evaluate(o, _) =
                let alpha = o[Bilevel.GivenStep]
                let q = max (abs (1R - alpha * mu o)) (abs (1R - alpha * beta o))
                pow q o[Count.T] * o[S.StartError]
        }
    |> wrong
        "beta forgotten"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (abs (1R - o[Bilevel.GivenStep] * mu o)) o[Count.T] * o[S.StartError]
        }
    |> wrong
        "lambda missing from mu"
        { new IFormula with
            member _.Evaluate(o, _) =
                let alpha = o[Bilevel.GivenStep]
                let q = max (abs (1R - alpha * (mu o + lambda o))) (abs (1R - alpha * beta o))
                pow q o[Count.T] * o[S.StartError]
        }

let private accelerated id source hypotheses statement lhs rhs =
    { claim id source Pathwise statement hypotheses lhs rhs with
        Provenance = Derived
        Prescribes = [ startNamed; stepsK ]
    }

let agdValue =
    accelerated
        "imaml2019.std.agd_value"
        "std, Nesterov's method"
        [ smooth; stronglyConvex ]
        @"G(y_k)-G^\star\le\frac{\mu+\beta}2\lVert x_0-x^\star\rVert^2e^{-k/\sqrt\kappa}"
        (slot S.ValueGap)
        { new IFormula with
            member _.Evaluate(o, _) =
                (mu o + beta o) / 2R
                * pow o[S.StartError] 2
                * exp (0R - number o[Count.Iterate] / sqrt (kappa o))
        }
    |> wrong
        "root of kappa missing"
        { new IFormula with
            member _.Evaluate(o, _) =
                (mu o + beta o) / 2R
                * pow o[S.StartError] 2
                * exp (0R - number o[Count.Iterate])
        }
    |> wrong
        "mu for mu plus beta"
        { new IFormula with
            member _.Evaluate(o, _) =
                mu o / 2R
                * pow o[S.StartError] 2
                * exp (0R - number o[Count.Iterate] / sqrt (kappa o))
        }

let agdDistance =
    accelerated
        "imaml2019.std.agd_distance"
        "std, Nesterov's method"
        [ smooth; stronglyConvex ]
        @"\lVert y_k-x^\star\rVert\le\sqrt{\kappa+1}\,e^{-k/(2\sqrt\kappa)}\lVert x_0-x^\star\rVert"
        error
        { new IFormula with
            member _.Evaluate(o, _) =
                sqrt (kappa o + 1R)
                * exp (0R - number o[Count.Iterate] / (2R * sqrt (kappa o)))
                * o[S.StartError]
        }
    |> wrong
        "kappa forgotten before the exponential"
        { new IFormula with
            member _.Evaluate(o, _) =
                exp (0R - number o[Count.Iterate] / (2R * sqrt (kappa o))) * o[S.StartError]
        }
    |> wrong
        "root of kappa missing"
        { new IFormula with
            member _.Evaluate(o, _) =
                sqrt (kappa o + 1R) * exp (0R - number o[Count.Iterate] / 2R) * o[S.StartError]
        }

// ---- Lemma 2

let private toDelta = slot Bilevel.Delta

let private lemma2Steps =
    prescribeCount
        S.Steps
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * sqrt (kappa o) * log (2R * kappa o * o[Bilevel.PhiStarNorm] / delta o)
        }

let private lemma2StepsWithoutRoot =
    prescribeCount
        S.Steps
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * log (2R * kappa o * o[Bilevel.PhiStarNorm] / delta o)
        }

/// The start is not stated: one reading for each.
let private lemma2 name choice start =
    { claim
          "imaml2019.lemma2"
          "Lemma 2, Appendix B"
          WholeRun
          @"\lVert x-x^\star\rVert\le\delta\text{ after }2\sqrt\kappa\log\frac{2\kappa\lVert x^\star\rVert}\delta\text{ gradients}"
          [ smooth; stronglyConvex ]
          error
          toDelta with
        Provenance = Reconstructed
        Prescribes = [ start; lemma2Steps ]
    }
    |> reading name [ "x0", choice ]
    |> wrongPrescriptions "root of kappa missing" [ start; lemma2StepsWithoutRoot ]

let lemma2Start0 = lemma2 "start-0" "zero" startZero
let lemma2StartTheta = lemma2 "start-theta" "theta" startTheta
let lemma2StartFar = lemma2 "start-far" "" startNamed

/// With |x_0 - x*| in the place of |x*| any start will do: by imaml2019.std.agd_distance, after n >= 2 sqrt(kappa)
/// log(2 kappa R/delta) steps the distance is at most sqrt(kappa + 1) R e^(-n/(2 sqrt(kappa))) <= sqrt(kappa + 1) delta/(2 kappa)
/// <= delta, and where the count is 0, R <= delta/(2 kappa).
let lemma2Corrected =
    { claim
          "imaml2019.lemma2.corrected"
          "Lemma 2, Appendix B, with the distance of the start"
          WholeRun
          @"\lVert x-x^\star\rVert\le\delta\text{ after }2\sqrt\kappa\log\frac{2\kappa\lVert x_0-x^\star\rVert}\delta\text{ gradients}"
          [ smooth; stronglyConvex ]
          error
          toDelta with
        Provenance = Derived
        Prescribes =
            [
                startNamed
                prescribeCount
                    S.Steps
                    { new IFormula with
                        member _.Evaluate(o, _) =
                            2R * sqrt (kappa o) * log (2R * kappa o * R o / delta o)
                    }
            ]
    }
    |> wrongPrescriptions
        "root of kappa missing"
        [
            startNamed
            prescribeCount
                S.Steps
                { new IFormula with
                    member _.Evaluate(o, _) = 2R * log (2R * kappa o * R o / delta o)
                }
        ]

// ---- Table 1

let private gdCount (distance: IFormula) =
    prescribeCount
        S.Steps
        { new IFormula with
            member _.Evaluate(o, k) =
                kappa o * log (distance.Evaluate(o, k) / delta o)
        }

let private gdCountOfRoot (distance: IFormula) =
    prescribeCount
        S.Steps
        { new IFormula with
            member _.Evaluate(o, k) =
                sqrt (kappa o) * log (distance.Evaluate(o, k) / delta o)
        }

let private table1MamlGd name choices hypotheses start (letter: string) distance =
    { claim
          "imaml2019.table1.maml_gd"
          "Table 1, MAML with gradient descent"
          WholeRun
          (String.concat
              ""
              [
                  @"\lVert x_T-x^\star\rVert\le\delta\text{ after }T=\kappa\log\frac{"
                  letter
                  @"}\delta\text{ steps of size }1/\beta"
              ])
          ([ smooth; stronglyConvex ] @ hypotheses)
          error
          toDelta with
        Provenance = Reconstructed
        Prescribes = [ start; stepInverseBeta; gdCount distance ]
    }
    |> reading name choices
    |> wrongPrescriptions "root of kappa" [ start; stepInverseBeta; gdCountOfRoot distance ]

/// D as theorem 1 has it, the diameter of the search space. Start and solution are in it, so that their distance, of which this is
/// stated, is the least D. The base id stands for this reading, whatever the start.
let table1MamlGdDistance =
    table1MamlGd "distance" [ "step", "1/beta" ] [] startNamed @"\lVert x_0-x^\star\rVert" (slot S.NamedStartError)

/// D as assumption 2 has it, the radius of a ball around 0 that holds Alg*: one claim for each start, by its own id only.
let private table1MamlGdRadius name start =
    table1MamlGd $"radius.{name}" [] [ withinRadius ] start "D" (slot Bilevel.D)

let table1MamlGdRadiusStart0 = table1MamlGdRadius "start-0" startZero
let table1MamlGdRadiusStartTheta = table1MamlGdRadius "start-theta" startTheta
let table1MamlGdRadiusStartFar = table1MamlGdRadius "start-far" startNamed

// A table of orders of magnitude hides a constant factor: the one that is tried stands in the id.

let private table1ImplicitMemory factor =
    { claim
          $"imaml2019.table1.imaml-memory.constant-{factor}"
          "Table 1, implicit MAML, in vectors of d numbers"
          Kind.Scalar
          (match factor with
           | 1 -> @"\mathrm{Mem}(\mathrm{iMAML})\le\mathrm{Mem}(\nabla\hat L)"
           | _ -> @$"\mathrm{{Mem}}(\mathrm{{iMAML}})\le{factor}\,\mathrm{{Mem}}(\nabla\hat L)")
          []
          (slot S.ImplicitVectors)
          { new IFormula with
              member _.Evaluate(o, _) = number factor * o[S.GradientVectors]
          } with
        Provenance = Reconstructed
    }
    |> wrong
        "one vector fewer"
        { new IFormula with
            member _.Evaluate(o, _) =
                number factor * o[S.GradientVectors] - 1R
        }

/// The entry to the letter.
let table1ImplicitMemoryOfOne = table1ImplicitMemory 1

/// phi, v, g, r, p and the product, whatever T and m: three times a point and a gradient.
let table1ImplicitMemoryOfThree = table1ImplicitMemory 3

let table1UnrolledMemory =
    { claim
          "imaml2019.table1.maml-memory"
          "Table 1, MAML, in iterates"
          Identity
          @"\mathrm{Mem}(\mathrm{MAML})=T+1"
          []
          (slot S.UnrolledVectors)
          { new IFormula with
              member _.Evaluate(o, _) = number (o[Count.T] +. 1)
          } with
        Provenance = Reconstructed
        Relation = Equal
    }
    |> wrong
        "T"
        { new IFormula with
            member _.Evaluate(o, _) = number o[Count.T]
        }

/// The iterates of the last K steps, and the one from which the first of them is taken.
let table1TruncatedMemory =
    { claim
          "imaml2019.table1.truncated-memory"
          "Table 1, truncated back-propagation, in iterates"
          Identity
          @"\mathrm{Mem}(\text{truncated})=K+1"
          [
              nonNegative
                  "no-more-kept-steps"
                  @"K\le T"
                  { new IFormula with
                      member _.Evaluate(o, _) = number (o[Count.T] -. o[Count.K])
                  }
          ]
          (slot S.TruncatedVectors)
          { new IFormula with
              member _.Evaluate(o, _) = number (o[Count.K] +. 1)
          } with
        Provenance = Reconstructed
        Relation = Equal
    }
    |> wrong
        "K"
        { new IFormula with
            member _.Evaluate(o, _) = number o[Count.K]
        }
    |> wrong
        "every iterate"
        { new IFormula with
            member _.Evaluate(o, _) = number (o[Count.T] +. 1)
        }

// ---- Theorem 2

let inline private inside1 (o: Observables<'T>) : 'T = insideInner (epsilon o) o
let inline private inside2 (o: Observables<'T>) : 'T = insideLinear (epsilon o) o

let private count1 =
    { new IFormula with
        member _.Evaluate(o, _) = innerSteps (epsilon o) o
    }

let private count2 =
    { new IFormula with
        member _.Evaluate(o, _) = linearSteps (epsilon o) o
    }

let private n1 = prescribeCount S.Steps count1
let private conjugate = prescribeCount S.ConjugateSteps count2
let private accelerate = prescribeCount S.AcceleratedSteps count2

let private n1WithoutRoot =
    prescribeCount
        S.Steps
        { new IFormula with
            member _.Evaluate(o, _) = 2R * log (inside1 o)
        }

let private fromZero = prescribe S.LinearStartShare zero

let private fromV =
    prescribe
        S.LinearStartShare
        { new IFormula with
            member _.Evaluate(_, _) = 1R
        }

let private endToEnd = slot S.EndToEndError
let private toEpsilon = slot Bilevel.Epsilon

/// Neither the starts nor the linear solver are fixed: one reading for each choice.
let private theorem2 name (x0, start) (w0, linearStart) (solver, n2) =
    { claim
          "imaml2019.theorem2"
          "Theorem 2, Appendix E"
          WholeRun
          @"\lVert g-d_\theta L(Alg^\star(\theta))\rVert\le\epsilon\text{ with }N_1=2\sqrt\kappa\log\Big(8\kappa D\Big(\frac{B_1}\epsilon+\frac\rho\mu\Big)\Big),\;N_2=2\sqrt\kappa\log\Big(4\kappa\frac{(\lambda/\mu)B}\epsilon\Big)"
          assumption2
          endToEnd
          toEpsilon with
        Version = 2
        Prescribes = [ start; n1; linearStart; n2 ]
    }
    |> reading name [ "x0", x0; "w0", w0; "solver", solver ]
    |> wrongPrescriptions "root of kappa missing" [ start; n1WithoutRoot; linearStart; n2 ]

let private x0Zero = "zero", startZero
let private x0Theta = "theta", startTheta
let private x0Named = "", startNamed
let private w0Zero = "zero", fromZero
let private w0V = "v", fromV
let private cg = "cg", conjugate
let private agd = "agd", accelerate

let theorem2Start0 = theorem2 "start-0" x0Zero w0Zero cg

/// The hypotheses to the letter, for all theta.
let private forAllTheta (name: string) (claim: Claim) =
    { claim with
        Id = $"imaml2019.{name}.all-theta"
        Hypotheses = regularity @ [ withinRadiusEverywhere ]
        Presupposes = [ Imaml2019ImplicitGradient.``assumption2.satisfiable`` ]
        Reading = []
        Wrong = []
    }

let theorem2AllTheta = theorem2Start0 |> forAllTheta "theorem2"

let theorem2StartTheta = theorem2 "start-theta" x0Theta w0Zero cg
let theorem2StartFar = theorem2 "start-far" x0Named w0Zero cg
let theorem2Start0CgV = theorem2 "start-0.cg-start-v" x0Zero w0V cg
let theorem2StartThetaCgV = theorem2 "start-theta.cg-start-v" x0Theta w0V cg
let theorem2StartFarCgV = theorem2 "start-far.cg-start-v" x0Named w0V cg
let theorem2Start0Agd = theorem2 "start-0.solver-agd" x0Zero w0Zero agd

let theorem2StartThetaAgd = theorem2 "start-theta.solver-agd" x0Theta w0Zero agd

let theorem2StartFarAgd = theorem2 "start-far.solver-agd" x0Named w0Zero agd

let theorem2Start0AgdV = theorem2 "start-0.cg-start-v.solver-agd" x0Zero w0V agd

let theorem2StartThetaAgdV =
    theorem2 "start-theta.cg-start-v.solver-agd" x0Theta w0V agd

let theorem2StartFarAgdV =
    theorem2 "start-far.cg-start-v.solver-agd" x0Named w0V agd

/// 8 kappa R (B_1/epsilon + rho/mu).
let inline private insideOfR (o: Observables<'T>) : 'T =
    8R * kappa o * R o * (B1 o / epsilon o + rhoOfTrain o / mu o)

/// For any start x_0, and the linear solver from v: R = |x_0 - Alg*(theta)| in the place of D, and 2 max(1, lambda/mu) B in that of
/// (lambda/mu) B. By lemma 2 as corrected the inner error is at most delta = min(epsilon/(2 B_1), mu/(2 rho)), as 8 kappa R (B_1/epsilon
/// + rho/mu) >= 2 kappa R/delta, and that of the linear solve at most epsilon/2, as |v - M^-1 v| <= (1 + lambda/mu) B <= 2
/// max(1, lambda/mu) B; lemma 3 adds them up. (That lemma wants delta < mu/(2 rho), which the factor 8 for 4 leaves.)
let theorem2Corrected =
    let linear slot =
        prescribeCount
            slot
            { new IFormula with
                member _.Evaluate(o, _) =
                    let size = 2R * max 1R (lambdaOverMu o) * B o
                    2R * sqrt (kappa o) * log (4R * kappa o * size / epsilon o)
            }

    { claim
          "imaml2019.theorem2.corrected"
          "Theorem 2, Appendix E, with the distances of the starts"
          WholeRun
          @"\lVert g-d_\theta L(Alg^\star(\theta))\rVert\le\epsilon\text{ with }N_1=2\sqrt\kappa\log\Big(8\kappa\lVert x_0-Alg^\star(\theta)\rVert\Big(\frac{B_1}\epsilon+\frac\rho\mu\Big)\Big),\;N_2=2\sqrt\kappa\log\Big(8\kappa\frac{\max(1,\lambda/\mu)B}\epsilon\Big)"
          regularity
          endToEnd
          toEpsilon with
        Provenance = Derived
        Prescribes =
            [
                startNamed
                prescribeCount
                    S.Steps
                    { new IFormula with
                        member _.Evaluate(o, _) = 2R * sqrt (kappa o) * log (insideOfR o)
                    }
                fromV
                linear S.AcceleratedSteps
            ]
    }
    |> wrongPrescriptions
        "root of kappa missing"
        [
            startNamed
            prescribeCount
                S.Steps
                { new IFormula with
                    member _.Evaluate(o, _) = 2R * log (insideOfR o)
                }
            fromV
            linear S.AcceleratedSteps
        ]

/// 1/delta, delta = min(epsilon/(2 B_1), mu/(2 rho)), without a division by a rho or B_1 of 0.
let inline private inverseDelta (o: Observables<'T>) : 'T =
    max (2R * B1 o / epsilon o) (2R * rhoOfTrain o / mu o)

let inline private display1Left (o: Observables<'T>) : 'T =
    2R * log (2R * kappa o * D o * inverseDelta o)

/// As real numbers. The left side lacks the sqrt(kappa) of lemma 2.
let theorem2Display1 =
    { claim
          "imaml2019.theorem2.display1"
          "Proof of theorem 2, first display"
          Kind.Scalar
          @"2\log\frac{2\kappa|D|}\delta\le2\sqrt\kappa\log\Big(8\kappa D\Big(\frac{B_1}\epsilon+\frac\rho\mu\Big)\Big)"
          assumption2
          { new IFormula with
              member _.Evaluate(o, _) = display1Left o
          }
          count1 with
        Version = 2
    }
    |> wrong
        "root of kappa missing"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * log (inside1 o)
        }

/// As numbers of steps: rounded up, and 0 where negative.
let theorem2Display1Counts =
    { claim
          "imaml2019.theorem2.display1.counts"
          "Proof of theorem 2, first display, as numbers of steps"
          Kind.Scalar
          @"\Big\lceil2\log\frac{2\kappa|D|}\delta\Big\rceil_+\le\Big\lceil2\sqrt\kappa\log\Big(8\kappa D\Big(\frac{B_1}\epsilon+\frac\rho\mu\Big)\Big)\Big\rceil_+"
          assumption2
          { new IFormula with
              member _.Evaluate(o, _) = steps (display1Left o)
          }
          { new IFormula with
              member _.Evaluate(o, _) =
                  steps (2R * sqrt (kappa o) * log (inside1 o))
          } with
        Version = 2
    }
    |> wrong
        "2 for 8"
        { new IFormula with
            member _.Evaluate(o, _) =
                steps (2R * sqrt (kappa o) * log (inside1 o / 4R))
        }

let inline private solution (o: Observables<'T>) : 'T = o[S.SolutionNorm]

let theorem2Display2First =
    claim
        "imaml2019.theorem2.display2.first"
        "Proof of theorem 2, second display, the size of the solution"
        Pathwise
        @"\lVert(I+\tfrac1\lambda H(\phi))^{-1}\nabla L(\phi)\rVert\le(\lambda/\mu)B"
        [ lipschitzTest; smooth; stronglyConvex ]
        { new IFormula with
            member _.Evaluate(o, _) = solution o
        }
        { new IFormula with
            member _.Evaluate(o, _) = lambdaOverMu o * B o
        }
    |> wrong
        "beta for mu"
        { new IFormula with
            member _.Evaluate(o, _) = lambda o / beta o * B o
        }

let private display2Right =
    { new IFormula with
        member _.Evaluate(o, _) = 2R * log (inside2 o)
    }

/// The delta of the display read as the accuracy of the system that it speaks of, delta' = epsilon/2.
let theorem2Display2Second =
    claim
        "imaml2019.theorem2.display2"
        "Proof of theorem 2, second display, the counts"
        Pathwise
        @"2\log\frac{2\kappa\lVert x^\star\rVert}{\delta'}\le2\log\frac{4\kappa(\lambda/\mu)B}\epsilon,\quad x^\star=(I+\tfrac1\lambda H(\phi))^{-1}\nabla L(\phi),\;\delta'=\epsilon/2"
        [ lipschitzTest; smooth; stronglyConvex ]
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * log (2R * kappa o * solution o / (epsilon o / 2R))
        }
        display2Right
    |> reading "second" [ "w0", "zero" ]
    |> wrong
        "2 for 4"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * log (inside2 o / 2R)
        }

/// To the letter, with the delta of the inner solve.
let theorem2Display2Letter =
    claim
        "imaml2019.theorem2.display2.second.inner-delta"
        "Proof of theorem 2, second display, the counts to the letter"
        Pathwise
        @"2\log\frac{2\kappa\lVert x^\star\rVert}\delta\le2\log\frac{4\kappa(\lambda/\mu)B}\epsilon,\quad\delta=\min\{\epsilon/(2B_1),\mu/(2\rho)\}"
        regularity
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * log (2R * kappa o * solution o * inverseDelta o)
        }
        display2Right
    |> wrong
        "2 for 4"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * log (inside2 o / 2R)
        }

// "A sufficient number of iterations": runs with the left sides of the two displays, from each start that theorem 2 leaves open.

let private one =
    { new IFormula with
        member _.Evaluate(_, _) = 1R
    }

let private rootOfKappa =
    { new IFormula with
        member _.Evaluate(o, _) = sqrt (kappa o)
    }

let private proofFirst id source statement hypotheses start steps =
    { claim
          id
          source
          WholeRun
          statement
          hypotheses
          error
          { new IFormula with
              member _.Evaluate(o, _) = 1R / inverseDelta o
          } with
        Version = 2
        Prescribes = [ start; steps ]
    }

let private proofFirstPrinted name choice start =
    proofFirst
        "imaml2019.theorem2.proof.first"
        "Proof of theorem 2, first display"
        @"\lVert x-x^\star\rVert\le\delta\text{ after }2\log(2\kappa|D|/\delta)\text{ gradients}"
        assumption2
        start
        (prescribeCount
            S.Steps
            { new IFormula with
                member _.Evaluate(o, _) = display1Left o
            })
    |> reading name [ "x0", choice ]
    |> wrongPrescriptions
        "kappa missing"
        [
            start
            prescribeCount
                S.Steps
                { new IFormula with
                    member _.Evaluate(o, _) = 2R * log (2R * D o * inverseDelta o)
                }
        ]

let theorem2ProofFirstStart0 = proofFirstPrinted "start-0" "zero" startZero

let theorem2ProofFirstStartTheta =
    proofFirstPrinted "start-theta" "theta" startTheta

let theorem2ProofFirstStartFar = proofFirstPrinted "start-far" "" startNamed

let private proofFirstCount (root: IFormula) =
    prescribeCount
        S.Steps
        { new IFormula with
            member _.Evaluate(o, k) =
                2R * root.Evaluate(o, k) * log (2R * kappa o * R o * inverseDelta o)
        }

/// With the sqrt(kappa) of lemma 2 as corrected, and the distance R = |x_0 - Alg*(theta)| of the start in the place of D.
let theorem2ProofFirstCorrected =
    { proofFirst
          "imaml2019.theorem2.proof.first.corrected"
          "Proof of theorem 2, first display, with the count of lemma 2 and the distance of the start"
          @"\lVert x-x^\star\rVert\le\delta\text{ after }2\sqrt\kappa\log(2\kappa\lVert x_0-x^\star\rVert/\delta)\text{ gradients}"
          regularity
          startNamed
          (proofFirstCount rootOfKappa) with
        Version = 3
        Provenance = Derived
    }
    |> wrongPrescriptions "root of kappa missing" [ startNamed; proofFirstCount one ]

let private proofSecond id source statement start steps =
    { claim
          id
          source
          WholeRun
          statement
          [ lipschitzTest; smooth; stronglyConvex ]
          (slot S.LinearError)
          { new IFormula with
              member _.Evaluate(o, _) = epsilon o / 2R
          } with
        Version = 2
        Prescribes = [ start; steps ]
    }

let private proofSecondCount (root: IFormula) (distance: IFormula) =
    prescribeCount
        S.AcceleratedSteps
        { new IFormula with
            member _.Evaluate(o, k) =
                2R
                * root.Evaluate(o, k)
                * log (2R * kappa o * distance.Evaluate(o, k) / (epsilon o / 2R))
        }

let private proofSecondPrinted name choice start =
    proofSecond
        "imaml2019.theorem2.proof.second"
        "Proof of theorem 2, second display"
        @"\lVert w-x^\star\rVert\le\delta'\text{ after }2\log(2\kappa\lVert x^\star\rVert/\delta')\text{ products},\quad x^\star=M(\phi)^{-1}\nabla L(\phi)"
        start
        (proofSecondCount one (slot S.SolutionNorm))
    |> reading name [ "w0", choice ]
    |> wrongPrescriptions
        "kappa missing"
        [
            start
            prescribeCount
                S.AcceleratedSteps
                { new IFormula with
                    member _.Evaluate(o, _) =
                        2R * log (2R * solution o / (epsilon o / 2R))
                }
        ]

let theorem2ProofSecondStart0 = proofSecondPrinted "start-0" "zero" fromZero
let theorem2ProofSecondStartV = proofSecondPrinted "start-v" "v" fromV

/// With the sqrt(kappa) of lemma 2: the quadratic of eq. (7) has constants mu/lambda and beta/lambda, and their kappa. From 0 the
/// distance of the start is |x*|, from v it is |v - x*|.
let private proofSecondCorrected name start (letter: string) distance =
    proofSecond
        $"imaml2019.theorem2.proof.second.corrected.{name}"
        "Proof of theorem 2, second display, with the count of lemma 2 and the distance of the start"
        (String.concat
            ""
            [
                @"\lVert w-x^\star\rVert\le\delta'\text{ after }2\sqrt\kappa\log(2\kappa"
                letter
                @"/\delta')\text{ products}"
            ])
        start
        (proofSecondCount rootOfKappa distance)
    |> derived
    |> wrongPrescriptions "root of kappa missing" [ start; proofSecondCount one distance ]

let theorem2ProofSecondCorrectedStart0 =
    proofSecondCorrected "start-0" fromZero @"\lVert x^\star\rVert" (slot S.SolutionNorm)

let theorem2ProofSecondCorrectedStartV =
    proofSecondCorrected "start-v" fromV @"\lVert\nabla L(\phi)-x^\star\rVert" (slot S.LinearStartError)

// ---- Theorem 1

/// The count that a run of theorem 2 comes to, in gradients, with the constants that the catalogue chooses for the O().
let theorem1 =
    { claim
          "imaml2019.theorem1"
          "Theorem 1, section 3.2"
          WholeRun
          @"N_1+1+hN_2\le2(1+h)\sqrt\kappa\log\Big(8\kappa D\Big(\frac{B_1}\epsilon+\frac\rho\mu\Big)+4\kappa\frac{(\lambda/\mu)B}\epsilon+1\Big)+h+2"
          assumption2
          { new IFormula with
              member _.Evaluate(o, _) =
                  o[Cost.Gradients] + hv o * o[Cost.HessianVectors]
          }
          { new IFormula with
              member _.Evaluate(o, _) =
                  gradientsOfOneCall 2R (sqrt (kappa o)) (epsilon o) o
          } with
        Version = 2
        Provenance = Reconstructed
        Prescribes = theorem2Start0.Prescribes
    }
    |> wrong
        "1 for 2"
        { new IFormula with
            member _.Evaluate(o, _) =
                gradientsOfOneCall 1R (sqrt (kappa o)) (epsilon o) o
        }
    |> wrong
        "root of kappa missing"
        { new IFormula with
            member _.Evaluate(o, _) = gradientsOfOneCall 2R 1R (epsilon o) o
        }

let theorem1AllTheta = theorem1 |> forAllTheta "theorem1"

/// In vectors of d numbers, all that a run holds counted.
let private memory id source statement vectors =
    { claim
          $"imaml2019.theorem1.memory{id}"
          $"{source}, the memory in vectors of d numbers"
          WholeRun
          statement
          []
          (slot S.StoredVectors)
          vectors with
        Prescribes = theorem2Start0.Prescribes
    }

let theorem1Memory =
    memory
        ""
        "Theorem 1, section 3.2"
        @"\mathrm{Mem}(\text{algorithm 2})\le2\,\mathrm{Mem}(\nabla\hat L)"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * o[S.GradientVectors]
        }
    |> wrong "1 for 2" (slot S.GradientVectors)

let theorem1MemoryAbstract =
    memory
        ".abstract"
        "Abstract"
        @"\mathrm{Mem}(\text{algorithm 2})\le\mathrm{Mem}(\nabla\hat L)"
        (slot S.GradientVectors)
    |> wrong
        "half"
        { new IFormula with
            member _.Evaluate(o, _) = o[S.GradientVectors] / 2R
        }

/// phi, v = grad L(phi), and the four vectors of conjugate gradients: w, r, p and the product. That is the memory of two gradients, a
/// point and a gradient each, and of two more vectors, whatever the counts.
let theorem1MemoryCorrected =
    memory
        ".corrected"
        "Theorem 1, section 3.2"
        @"\mathrm{Mem}(\text{algorithm 2})\le2\,\mathrm{Mem}(\nabla\hat L)+2"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * o[S.GradientVectors] + 2R
        }
    |> derived
    |> wrong
        "one vector fewer"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * o[S.GradientVectors] + 1R
        }

// ---- Costs

let private implicitCost =
    { new IFormula with
        member _.Evaluate(o, _) =
            o[S.ImplicitGradients] + hv o * o[S.ImplicitProducts]
    }

/// T g + 1 o + m h, in gradients.
let alg2 =
    { claim
          "imaml2019.alg2"
          "Algorithm 2, its cost"
          Identity
          @"\mathrm{cost}=T+1+mh"
          []
          implicitCost
          { new IFormula with
              member _.Evaluate(o, _) =
                  number (o[Count.T] +. 1) + number o[Count.M] * hv o
          } with
        Provenance = Reconstructed
        Relation = Equal
    }
    |> wrong
        "outer gradient forgotten"
        { new IFormula with
            member _.Evaluate(o, _) =
                number o[Count.T] + number o[Count.M] * hv o
        }

let private operations id source statement lhs rhs =
    claim id source Kind.Scalar statement [] lhs rhs

let assumption1Time =
    operations
        "imaml2019.assumption1.time"
        "Assumption 1, time, as operations of a chain of dense layers"
        @"\mathrm{Time}(\nabla^2\hat L(\phi)u)\le5\,\mathrm{Time}(\nabla\hat L(\phi))"
        (slot S.ProductOperations)
        { new IFormula with
            member _.Evaluate(o, _) = 5R * o[S.GradientOperations]
        }
    |> wrong
        "2 for 5"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * o[S.GradientOperations]
        }

let assumption1Memory =
    operations
        "imaml2019.assumption1.memory"
        "Assumption 1, memory, as stored activations of a chain of dense layers"
        @"\mathrm{Mem}(\nabla^2\hat L(\phi)u)\le2\,\mathrm{Mem}(\nabla\hat L(\phi))"
        (slot S.ProductMemory)
        { new IFormula with
            member _.Evaluate(o, _) = 2R * o[S.GradientMemory]
        }
    |> wrong "1 for 2" (slot S.GradientMemory)

let reverseMode =
    operations
        "imaml2019.appC.reverse_mode"
        "Appendix C, as operations of a chain of dense layers"
        @"\mathrm{Time}(\nabla f)\le5\,\mathrm{Time}(f)"
        (slot S.GradientOperations)
        { new IFormula with
            member _.Evaluate(o, _) = 5R * o[S.FunctionOperations]
        }
    |> wrong
        "2 for 5"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * o[S.FunctionOperations]
        }

/// The sum of the widths: the units of the input and of every layer.
let inline private units (o: Observables<'T>) : 'T =
    let widths = o.Vector S.Widths
    let mutable sum = widths[0]

    for l in 1 .. widths.Length -. 1 do
        sum <- sum + widths[l]

    sum

/// The intermediate variables of a chain are the activations of its units.
let reverseModeMemory =
    { operations
          "imaml2019.appC.reverse_mode.memory"
          "Appendix C, as stored activations of a chain of dense layers"
          @"\mathrm{Mem}(\nabla f)=\#\{\text{intermediate variables of }f\}"
          (slot S.GradientMemory)
          { new IFormula with
              member _.Evaluate(o, _) = units o
          } with
        Relation = Equal
        Kind = Identity
    }
    |> wrong
        "input left out"
        { new IFormula with
            member _.Evaluate(o, _) =
                let widths = o.Vector S.Widths
                units o - widths[0]
        }
