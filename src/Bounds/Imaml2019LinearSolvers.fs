/// Rajeswaran et al. 2019: conjugate gradients, the linear solver behind the implicit gradient (catalogue section 8, standard
/// facts). Each statement is about exact arithmetic; `.floating-point` is what a run in doubles (u = 2^-53) can be asked for.
module Verify.Bounds.Imaml2019LinearSolvers

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019

type private S = LinearSolvers

// ---- Letters

let inline private kappa (o: Observables<'T>) : 'T = o[S.Kappa]

/// 2/(c^m + c^-m), as 2 c^m/(1 + c^2m): defined at c = 0, too.
let inline private chebyshev (c: 'T) (m: int) : 'T = 2R * pow c m / (1R + pow c (2 *. m))

/// 4 (d + 4) u kappa: where runs in doubles stall, relative to the size of solution and start. Sums of d numbers carry a relative
/// error of up to d u, which the two sums of a step length pass on to x; x is stored with an error of u |x|, so that no residual
/// below u |S| |x| can be told from rounding, and |e| <= |r|/mu. (16 u kappa, without d, is refuted: S = c I, d = 83, all |b_i|
/// equal, where the roundings of the sums add up.)
let inline private floor (o: Observables<'T>) : 'T =
    number (o[Count.D] +. 4) * pow (1R / 2R) 51 * kappa o

let inline private euclideanFloor (o: Observables<'T>) : 'T =
    floor o * (o[S.SolutionNorm] + o[S.StartError])

let inline private energyFloor (o: Observables<'T>) : 'T =
    floor o * (o[S.SolutionEnergy] + o[S.StartEnergy])

// ---- What a run takes

let private givenStart = prescribe S.Start (slot S.GivenStart)
let private fromZero = prescribe S.Start zero
let private stepsM = prescribe S.Steps (count Count.M 0)

/// One value, so that claims share a run.
let private mSteps = [ givenStart; stepsM ]

// ---- Hypotheses

let positiveDefinite =
    established "condition-number" @"S\succ0,\ \operatorname{cond}S\le\kappa" S.Kappa

let atLeastOneStep = nonNegative "at-least-one-step" @"m\ge1" (count Count.M -1)

let distinctEigenvalues =
    nonNegative
        "distinct-eigenvalues"
        @"m\ge\#\{\text{distinct eigenvalues of }S\text{ present in }b-Sx_0\}"
        { new IFormula with
            member _.Evaluate(o, _) = number o[Count.M] - o[S.Grade]
        }

let conditionNumberFromOne =
    nonNegative
        "kappa-from-1"
        @"\kappa\ge1"
        { new IFormula with
            member _.Evaluate(o, _) = kappa o - 1R
        }

// ---- Sides

let private error = slot S.Error
let private energy = slot S.Energy
let private computedError = slot S.ComputedError
let private computedEnergy = slot S.ComputedEnergy

let private fact id statement hypotheses prescribes lhs rhs =
    { claim $"imaml2019.std.{id}" "std, conjugate gradients" Pathwise statement hypotheses lhs rhs with
        Prescribes = prescribes
    }
    |> derived

// ---- Energy norm

let cgEnergy =
    fact
        "cg_energy"
        @"\lVert x_m-x^\star\rVert_S\le2\Big(\frac{\sqrt\kappa-1}{\sqrt\kappa+1}\Big)^m\lVert x_0-x^\star\rVert_S"
        [ positiveDefinite ]
        mSteps
        energy
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartEnergy]
        }
    |> wrong
        "1 for 2"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartEnergy]
        }
    |> wrong
        "root of kappa one half lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (chebyshevRate (sqrt (kappa o))) o[Count.M] * o[S.StartEnergy]
        }

let cgEnergyFloatingPoint =
    fact
        "cg_energy.floating-point"
        @"\lVert\hat x_m-x^\star\rVert_S\le2c_\kappa^m\lVert x_0-x^\star\rVert_S+4(d+4)u\kappa\big(\lVert x^\star\rVert_S+\lVert x_0-x^\star\rVert_S\big)"
        [ positiveDefinite ]
        mSteps
        computedEnergy
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartEnergy] + energyFloor o
        }
    |> wrong
        "no floor"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartEnergy]
        }

let cgChebyshev =
    fact
        "cg_chebyshev"
        @"\lVert x_m-x^\star\rVert_S\le\frac2{c_\kappa^m+c_\kappa^{-m}}\lVert x_0-x^\star\rVert_S"
        [ positiveDefinite ]
        mSteps
        energy
        { new IFormula with
            member _.Evaluate(o, _) =
                chebyshev (chebyshevRate (kappa o)) o[Count.M] * o[S.StartEnergy]
        }
    |> wrong
        "a step more"
        { new IFormula with
            member _.Evaluate(o, _) =
                chebyshev (chebyshevRate (kappa o)) (o[Count.M] +. 1) * o[S.StartEnergy]
        }
    |> wrong
        "root of kappa one half lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                chebyshev (chebyshevRate (sqrt (kappa o))) o[Count.M] * o[S.StartEnergy]
        }

let cgChebyshevFloatingPoint =
    fact
        "cg_chebyshev.floating-point"
        @"\lVert\hat x_m-x^\star\rVert_S\le\frac2{c_\kappa^m+c_\kappa^{-m}}\lVert x_0-x^\star\rVert_S+4(d+4)u\kappa\big(\lVert x^\star\rVert_S+\lVert x_0-x^\star\rVert_S\big)"
        [ positiveDefinite ]
        mSteps
        computedEnergy
        { new IFormula with
            member _.Evaluate(o, _) =
                chebyshev (chebyshevRate (kappa o)) o[Count.M] * o[S.StartEnergy]
                + energyFloor o
        }
    |> wrong
        "no floor"
        { new IFormula with
            member _.Evaluate(o, _) =
                chebyshev (chebyshevRate (kappa o)) o[Count.M] * o[S.StartEnergy]
        }

// ---- Euclidean norm

/// From the energy bound by mu |e|^2 <= |e|_S^2 <= beta |e|^2.
let cgEuclid =
    fact
        "cg_euclid"
        @"\lVert x_m-x^\star\rVert\le2\sqrt\kappa\,c_\kappa^m\lVert x_0-x^\star\rVert"
        [ positiveDefinite ]
        mSteps
        error
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * sqrt (kappa o) * pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartError]
        }
    |> wrong
        "root of kappa one half lower in the rate"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R
                * sqrt (kappa o)
                * pow (chebyshevRate (sqrt (kappa o))) o[Count.M]
                * o[S.StartError]
        }
    |> wrong
        "root of kappa dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartError]
        }

let cgEuclidFloatingPoint =
    fact
        "cg_euclid.floating-point"
        @"\lVert\hat x_m-x^\star\rVert\le2\sqrt\kappa\,c_\kappa^m\lVert x_0-x^\star\rVert+4(d+4)u\kappa\big(\lVert x^\star\rVert+\lVert x_0-x^\star\rVert\big)"
        [ positiveDefinite ]
        mSteps
        computedError
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * sqrt (kappa o) * pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartError]
                + euclideanFloor o
        }
    |> wrong
        "no floor"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * sqrt (kappa o) * pow (chebyshevRate (kappa o)) o[Count.M] * o[S.StartError]
        }

let cgMonotone =
    fact
        "cg_monotone"
        @"\lVert x_m-x^\star\rVert\le\lVert x_{m-1}-x^\star\rVert"
        [ positiveDefinite; atLeastOneStep ]
        mSteps
        error
        (slot S.PreviousError)
    |> wrong
        "by the rate in each step"
        { new IFormula with
            member _.Evaluate(o, _) =
                chebyshevRate (kappa o) * o[S.PreviousError]
        }

let cgMonotoneFloatingPoint =
    fact
        "cg_monotone.floating-point"
        @"\lVert\hat x_m-x^\star\rVert\le\lVert\hat x_{m-1}-x^\star\rVert+4(d+4)u\kappa\big(\lVert x^\star\rVert+\lVert x_0-x^\star\rVert\big)"
        [ positiveDefinite; atLeastOneStep ]
        mSteps
        computedError
        { new IFormula with
            member _.Evaluate(o, _) =
                o[S.ComputedPreviousError] + euclideanFloor o
        }
    |> wrong "no floor" (slot S.ComputedPreviousError)

// ---- Finite termination

/// x_m = x* in the form of the catalogue's check.
let inline private part (o: Observables<'T>) : 'T = 1R / pow 10R 10 * o[S.SolutionNorm]

let private checkForm =
    { new IFormula with
        member _.Evaluate(o, _) = part o
    }

/// x_m minimizes the energy error over x_0 + span(r_0, S r_0, ..., S^(m-1) r_0), which holds x* from then on. Rank-r data leaves
/// I + H/lambda at most r + 1 distinct eigenvalues.
let cgFinite =
    fact
        "cg_finite"
        @"x_m=x^\star\text{, checked as }\lVert x_m-x^\star\rVert\le10^{-10}\lVert x^\star\rVert"
        [ positiveDefinite; distinctEigenvalues ]
        mSteps
        error
        checkForm
    |> wrong
        "sign turned"
        { new IFormula with
            member _.Evaluate(o, _) = 0R - part o
        }

/// Relative to start and solution: an error relative to |x*| alone cannot be asked for where x* is small beside x_0. Rounding
/// costs the residuals their orthogonality once an outlying eigenvalue is found, and CG needs more steps than eigenvalues; with
/// kappa <= 100 and m <= 10, too, search found a thousand times this bound.
let cgFiniteFloatingPoint =
    fact
        "cg_finite.floating-point"
        @"\lVert\hat x_m-x^\star\rVert\le\big(10^{-10}+4(d+4)u\kappa\big)\big(\lVert x^\star\rVert+\lVert x_0-x^\star\rVert\big)"
        [ positiveDefinite; distinctEigenvalues ]
        mSteps
        computedError
        { new IFormula with
            member _.Evaluate(o, _) =
                part o + 1R / pow 10R 10 * o[S.StartError] + euclideanFloor o
        }
    |> wrong
        "no floor and no tolerance"
        { new IFormula with
            member _.Evaluate(_, _) = 0R
        }

// ---- Counts

/// (sqrt kappa/2) log(2 sqrt kappa R/delta).
let inline private stepsTo (kappa: 'T) (R: 'T) (delta: 'T) : 'T =
    sqrt kappa / 2R * log (2R * sqrt kappa * R / delta)

let private prescribedCount =
    [
        fromZero
        prescribeCount
            S.Steps
            { new IFormula with
                member _.Evaluate(o, _) =
                    stepsTo (kappa o) o[S.SolutionNorm] o[Bilevel.Delta]
            }
    ]

let private delta = slot Bilevel.Delta

/// From cg_euclid by c_kappa <= exp(-2/sqrt kappa).
let cgCount =
    fact
        "cg_count"
        @"m\ge\frac{\sqrt\kappa}2\log\frac{2\sqrt\kappa\lVert x^\star\rVert}{\delta'},\ x_0=0\ \Rightarrow\ \lVert x_m-x^\star\rVert\le\delta'"
        [ positiveDefinite ]
        prescribedCount
        error
        delta
    |> wrong
        "a quarter of the accuracy"
        { new IFormula with
            member _.Evaluate(o, _) = o[Bilevel.Delta] / 4R
        }

let cgCountFloatingPoint =
    fact
        "cg_count.floating-point"
        @"m\ge\frac{\sqrt\kappa}2\log\frac{2\sqrt\kappa\lVert x^\star\rVert}{\delta'},\ x_0=0\ \Rightarrow\ \lVert\hat x_m-x^\star\rVert\le\delta'+8(d+4)u\kappa\lVert x^\star\rVert"
        [ positiveDefinite ]
        prescribedCount
        computedError
        { new IFormula with
            member _.Evaluate(o, _) = o[Bilevel.Delta] + euclideanFloor o
        }
    |> wrong
        "a quarter of the accuracy"
        { new IFormula with
            member _.Evaluate(o, _) =
                o[Bilevel.Delta] / 4R + euclideanFloor o
        }

/// Always true: where 2 sqrt(kappa) R <= delta the left count is 0; else, as kappa >= 1, 0 < log(2 sqrt(kappa) R/delta) <=
/// log(2 kappa R/delta) and sqrt(kappa)/2 < 2 sqrt(kappa), and rounding up is monotone.
let cgCountVsAgd =
    { fact
          "cg_count_vs_agd"
          @"\Big\lceil\frac{\sqrt\kappa}2\log\frac{2\sqrt\kappa R}\delta\Big\rceil\le\Big\lceil2\sqrt\kappa\log\frac{2\kappa R}\delta\Big\rceil"
          [ conditionNumberFromOne ]
          []
          { new IFormula with
              member _.Evaluate(o, _) =
                  steps (stepsTo (kappa o) o[S.R] o[Bilevel.Delta])
          }
          { new IFormula with
              member _.Evaluate(o, _) =
                  steps (2R * sqrt (kappa o) * log (2R * kappa o * o[S.R] / o[Bilevel.Delta]))
          } with
        Kind = Scalar
    }
    |> wrong
        "root of kappa for kappa and 1 for 2"
        { new IFormula with
            member _.Evaluate(o, _) =
                steps (2R * sqrt (kappa o) * log (kappa o * o[S.R] / o[Bilevel.Delta]))
        }
    |> wrong
        "kappa dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                steps (2R * sqrt (kappa o) * log (2R * o[S.R] / o[Bilevel.Delta]))
        }
