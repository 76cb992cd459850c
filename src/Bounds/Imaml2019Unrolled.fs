/// Rajeswaran et al. 2019: differentiation through the inner steps.
module Verify.Bounds.Imaml2019Unrolled

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019

type private U = Unrolled

let private identity id source statement (lhs: IFormula) rhs =
    { claim id source Identity statement [] lhs rhs with
        Relation = Equal
    }

// ---- Step sizes: 1/beta where an instance has no step, 2/(mu+beta), or any number.

/// gamma, the step size that the trial took.
let inline private gamma (o: Observables<'T>) : 'T = o[InnerSolvers.StepSize]

let private given = slot Bilevel.GivenStep

let private stepReadings =
    [
        "step-inverse-beta", "1/beta", inverseBeta
        "step-two-over-sum", "2/(mu+beta)", twoOverSum
        "step-given", "", given
    ]

let private stepReading n =
    let name, word, formula = List.item n stepReadings
    formula, reading name [ "step", word ]

/// gamma <= 1/beta, equality admitted; fused, so that the sign is that of the exact difference.
let private shortStep =
    nonNegative
        "short-step"
        @"\gamma\le1/\beta"
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                'T.Fma(0R - o[Bilevel.GivenStep], beta o, 1R)
        }

// ---- Section 2.4 and Appendix D: the chain rule through T steps.

/// As printed, without a transpose. J is a sum of products of I - alpha (lambda I + H(phi_t)), which is symmetric only where
/// these commute: T <= 1, or Hessians with common eigenvectors.
let chain =
    identity
        "imaml2019.sec2.4.chain"
        "Section 2.4"
        @"d_\theta L(Alg(\theta))=\frac{d\,Alg(\theta)}{d\theta}\,\nabla L(\phi)\big|_{\phi=Alg(\theta)}"
        (slot U.ChainGap)
        zero
    |> wrong "difference as long as the gradient" (slot U.ReverseNorm)

/// With rows as outputs dL = v' d phi = v' J d theta, so the gradient is J'v.
let chainCorrected =
    { identity
          "imaml2019.sec2.4.chain.corrected"
          "Section 2.4, with the transpose"
          @"d_\theta L(Alg(\theta))=\Big(\frac{d\,Alg(\theta)}{d\theta}\Big)^\top\nabla L(\phi)\big|_{\phi=Alg(\theta)}"
          (slot U.Transposed)
          (slot U.Reverse) with
        Provenance = Derived
    }
    |> componentwise
    |> wrong "sign turned" (negative U.Reverse)

let private approximateSolve id lhs rhs =
    identity
        id
        "Appendix D"
        @"\text{back-propagation through the steps of }Alg\text{ returns }d_\theta L(Alg(\theta))"
        lhs
        rhs

/// Along one direction u: u'g by reverse accumulation, v'(J u) forward.
let mamlApproxSolve =
    approximateSolve "imaml2019.appD.maml_approx_solve" (slot U.ReverseAlong) (slot U.ForwardAlong)
    |> wrong
        "sign turned"
        { new IFormula with
            member _.Evaluate(o, _) = 0R - o[U.ForwardAlong]
        }

let mamlApproxSolveByComponent =
    approximateSolve "imaml2019.appD.maml_approx_solve.componentwise" (slot U.Reverse) (slot U.Forward)
    |> componentwise
    |> wrong "sign turned" (negative U.Forward)

// ---- Appendix A: outer updates, as (theta^k - theta^{k+1})/eta.

let maml =
    identity
        "imaml2019.appA.maml"
        "Appendix A"
        @"\theta^{k+1}=\theta^k-\eta\frac1M\sum_id_\theta L_i(Alg_i(\theta^k))"
        (slot U.MeanReverse)
        (slot U.MeanForward)
    |> componentwise
    |> wrong "first-order" (slot U.MeanFirstOrder)

let fomaml =
    identity
        "imaml2019.appA.fomaml"
        "Appendix A"
        @"\theta^{k+1}=\theta^k-\eta\frac1M\sum_i\nabla L_i(\phi_i)|_{\phi_i=Alg_i(\theta^k)}"
        (slot U.MeanFirstOrder)
        (slot U.MeanFirstOrderForward)
    |> componentwise
    |> wrong "derivative through the steps" (slot U.MeanForward)

// ---- Section 2.2: descent on the train loss alone.

/// alpha <= 1/beta_hat; the train loss, strongly convex, is (beta - lambda)-smooth.
let private shortTrainStep =
    nonNegative
        "short-train-step"
        @"\alpha\le1/\hat\beta,\ \hat\beta=\beta-\lambda"
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                'T.Fma(0R - o[Bilevel.Alpha], beta o - lambda o, 1R)
        }

let private stronglyConvexTrain =
    positive "strongly-convex-train" @"\hat L\text{ is }m\text{-strongly convex}" (slot Bilevel.TrainConvexity)

let vanishing =
    { claim
          "imaml2019.sec2.2.vanishing"
          "Section 2.2"
          Pathwise
          @"\lVert d\phi_T/d\theta\rVert\le(1-\alpha m)^T"
          [ smooth; stronglyConvexTrain; shortTrainStep ]
          (slot U.JacobianNorm)
          { new IFormula with
              member _.Evaluate(o, _) =
                  pow (1R - o[Bilevel.Alpha] * o[Bilevel.TrainConvexity]) o[Count.T]
          } with
        Provenance = Derived
    }
    |> wrong
        "one power more"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (1R - o[Bilevel.Alpha] * o[Bilevel.TrainConvexity]) (o[Count.T] +. 1)
        }
    |> wrong
        "constant of G"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (1R - o[Bilevel.Alpha] * (o[Bilevel.TrainConvexity] + lambda o)) o[Count.T]
        }

/// Left: a lower bound of the limit inferior. Where the train loss is concave (beta <= lambda: H(x) <= 0 for all x) every factor
/// I - alpha H(phi_t) stretches every vector, so that |J_T| never decreases in T, and its value at the instance's T bounds all
/// later ones from below. Elsewhere 0, which says nothing.
let vanishingPrinted =
    claim
        "imaml2019.sec2.2.vanishing.printed"
        "Section 2.2"
        Asymptotic
        @"\lVert d\phi_T/d\theta\rVert\to0\text{ as }T\to\infty"
        [ smooth ]
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                'T.SelectLess(lambda o, beta o, 0R, o[U.JacobianNorm])
        }
        zero
    |> wrong
        "below one half"
        { new IFormula with
            member _.Evaluate(o, _) = 1R / 2R
        }

// ---- Unrolled descent against the exact solution.

/// q = max(|1 - alpha mu|, |1 - alpha beta|).
let inline private q (o: Observables<'T>) : 'T =
    max (abs (1R - gamma o * mu o)) (abs (1R - gamma o * beta o))

/// alpha rho (lambda/mu) T q^(T-1) |theta - phi*|, without lambda/mu where `ratio` is 1.
let inline private drift (ratio: 'T) (power: int) (o: Observables<'T>) : 'T =
    gamma o
    * rhoOfTrain o
    * ratio
    * number o[Count.T]
    * pow (q o) power
    * o[InnerSolvers.StartError]

let inline private jacobianBound (ratio: 'T) (o: Observables<'T>) : 'T =
    let drift =
        if o[Count.T] = 0 then
            0R
        else
            drift ratio (o[Count.T] -. 1) o

    pow (q o) o[Count.T] * o[U.IdentityGap] + drift

let private highlightDrift =
    Some
        {
            Name = "rho-term"
            Share =
                { new IFormula with
                    member _.Evaluate(o, _) =
                        let whole = jacobianBound (lambdaOverMu o) o
                        1R - pow (q o) o[Count.T] * o[U.IdentityGap] / whole
                }
        }

let private unrolledJacobian n =
    let step, choose = stepReading n

    { claim
          "imaml2019.std.unrolled_jacobian"
          "std, unrolled descent"
          Pathwise
          @"\Big\lVert\frac{d\phi_T}{d\theta}-J^\star\Big\rVert\le q^T\lVert I-J^\star\rVert+\alpha\rho\frac\lambda\mu Tq^{T-1}\lVert\theta-\phi^\star\rVert"
          [ smooth; stronglyConvex; lipschitzTrainHessian ]
          (slot U.JacobianError)
          { new IFormula with
              member _.Evaluate(o, _) = jacobianBound (lambdaOverMu o) o
          } with
        Provenance = Derived
        Prescribes = [ prescribe InnerSolvers.StepSize step ]
        Highlight = highlightDrift
    }
    |> choose
    |> wrong
        "rho-term dropped"
        { new IFormula with
            member _.Evaluate(o, _) = pow (q o) o[Count.T] * o[U.IdentityGap]
        }
    |> wrong
        "one power more"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (q o) (o[Count.T] +. 1) * o[U.IdentityGap]
                + q o * drift (lambdaOverMu o) (o[Count.T] -. 1) o
        }
    |> wrong
        "lambda over mu lost"
        { new IFormula with
            member _.Evaluate(o, _) = jacobianBound 1R o
        }

let unrolledJacobianInverseBeta = unrolledJacobian 0
let unrolledJacobianTwoOverSum = unrolledJacobian 1
let unrolledJacobianGiven = unrolledJacobian 2

let inline private metaGradientBound (ratio: 'T) (L: 'T) (o: Observables<'T>) : 'T =
    jacobianBound (lambdaOverMu o) o * o[U.TestGradient]
    + ratio * L * pow (q o) o[Count.T] * o[InnerSolvers.StartError]

let private unrolledMetaGradient n =
    let step, choose = stepReading n

    { claim
          "imaml2019.std.unrolled_metagrad"
          "std, unrolled descent"
          Pathwise
          @"\lVert d_\theta L(\phi_T)-d_\theta L(Alg^\star(\theta))\rVert\le\Big[q^T\lVert I-J^\star\rVert+\alpha\rho\tfrac\lambda\mu Tq^{T-1}\lVert\theta-\phi^\star\rVert\Big]\lVert\nabla L(\phi_T)\rVert+\frac\lambda\mu L\,q^T\lVert\theta-\phi^\star\rVert"
          [ smooth; stronglyConvex; lipschitzTrainHessian; smoothTest ]
          (slot U.MetaGradientError)
          { new IFormula with
              member _.Evaluate(o, _) =
                  metaGradientBound (lambdaOverMu o) (Lsm o) o
          } with
        Provenance = Derived
        Prescribes = [ prescribe InnerSolvers.StepSize step ]
    }
    |> choose
    |> wrong
        "smoothness of the test loss lost"
        { new IFormula with
            member _.Evaluate(o, _) = metaGradientBound (lambdaOverMu o) 0R o
        }
    |> wrong
        "lambda over mu lost"
        { new IFormula with
            member _.Evaluate(o, _) = metaGradientBound 1R (Lsm o) o
        }
    |> wrong
        "Jacobian's error lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                lambdaOverMu o * Lsm o * pow (q o) o[Count.T] * o[InnerSolvers.StartError]
        }

let unrolledMetaGradientInverseBeta = unrolledMetaGradient 0
let unrolledMetaGradientTwoOverSum = unrolledMetaGradient 1
let unrolledMetaGradientGiven = unrolledMetaGradient 2

let inline private c (o: Observables<'T>) : 'T = chebyshevRate (kappa o)

/// What an error of phi costs the implicit gradient, per unit.
let inline private sensitivity (L: 'T) (o: Observables<'T>) : 'T =
    lambda o * rhoOfTrain o * o[U.TestGradientAtSolution] / pow (mu o) 2
    + lambda o * L / mu o

let inline private imamlDescent (L: 'T) (o: Observables<'T>) : 'T =
    sensitivity L o * pow (q o) o[Count.T] * o[InnerSolvers.StartError]

let inline private imamlLinear (factor: 'T) (power: int) (o: Observables<'T>) : 'T =
    2R * factor * pow (c o) power * o[U.LinearSolution]

let inline private imamlBound (o: Observables<'T>) : 'T =
    imamlDescent (Lsm o) o + imamlLinear (sqrt (kappa o)) o[Count.M] o

let private imamlTotal n =
    let step, choose = stepReading n

    { claim
          "imaml2019.std.imaml_total"
          "std, end to end"
          Pathwise
          @"\lVert g-d_\theta L(Alg^\star(\theta))\rVert\le\Big(\frac{\lambda\rho\lVert\nabla L(\phi^\star)\rVert}{\mu^2}+\frac{\lambda L}\mu\Big)q^T\lVert\theta-\phi^\star\rVert+2\sqrt\kappa\,c_\kappa^m\lVert M(\phi_T)^{-1}\nabla L(\phi_T)\rVert"
          [ smooth; stronglyConvex; lipschitzTrainHessian; smoothTest ]
          (slot U.ImplicitError)
          { new IFormula with
              member _.Evaluate(o, _) = imamlBound o
          } with
        Provenance = Derived
        Prescribes = [ prescribe InnerSolvers.StepSize step ]
    }
    |> choose
    |> wrong
        "descent's error lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                imamlLinear (sqrt (kappa o)) o[Count.M] o
        }
    |> wrong
        "linear solver's error lost"
        { new IFormula with
            member _.Evaluate(o, _) = imamlDescent (Lsm o) o
        }
    |> wrong
        "root of kappa lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                imamlDescent (Lsm o) o + imamlLinear 1R o[Count.M] o
        }

let imamlTotalInverseBeta = imamlTotal 0
let imamlTotalTwoOverSum = imamlTotal 1
let imamlTotalGiven = imamlTotal 2

/// What doubles add: 1e-14 (kappa + lambda/mu) of the vectors that the two linear solves return, and of phi's size in its effect.
let inline private roundingFloor (o: Observables<'T>) : 'T =
    'T.From 1e-14
    * (kappa o + lambdaOverMu o)
    * (o[U.LinearSolution]
       + lambdaOverMu o * o[U.TestGradientAtSolution]
       + sensitivity (Lsm o) o * (o[InnerSolvers.StartError] + o[Bilevel.PhiStarNorm]))

/// In doubles conjugate gradients do not end at the solution, and both sides may be below rounding.
let imamlTotalFloatingPoint =
    { imamlTotalInverseBeta with
        Id = "imaml2019.std.imaml_total.floating-point"
        Statement =
            String.concat
                ""
                [
                    imamlTotalInverseBeta.Statement
                    @"+10^{-14}\big(\kappa+\tfrac\lambda\mu\big)\big(\lVert M(\phi_T)^{-1}\nabla L(\phi_T)\rVert+\tfrac\lambda\mu\lVert\nabla L(\phi^\star)\rVert+s(\lVert\theta-\phi^\star\rVert+\lVert\phi^\star\rVert)\big),\ s=\tfrac{\lambda\rho}{\mu^2}\lVert\nabla L(\phi^\star)\rVert+\tfrac{\lambda L}\mu"
                ]
        Reading = []
        Rhs =
            { new IFormula with
                member _.Evaluate(o, _) = imamlBound o + roundingFloor o
            }
        Wrong = []
    }
    |> wrong
        "descent's error lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                imamlLinear (sqrt (kappa o)) o[Count.M] o + roundingFloor o
        }
    |> wrong
        "linear solver's error lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                imamlDescent (Lsm o) o + roundingFloor o
        }

// ---- Truncated back-propagation.

let private keptSteps = prescribe U.KeptSteps (count Count.K 0)

/// M_B = max of |B_t| over t <= T-K: B_0 = I, B_t = gamma lambda I.
let inline private MB (o: Observables<'T>) : 'T =
    if o[Count.T] > o[Count.K] then
        max 1R (gamma o * lambda o)
    else
        1R

/// r = 1 - gamma a.
let inline private r (a: 'T) (o: Observables<'T>) : 'T = 1R - gamma o * a

let private truncated id hypotheses statement bound n =
    let step, choose = stepReading n

    { claim
          id
          "std, truncated back-propagation (Shaban et al. 2019, Prop. 3.1)"
          Pathwise
          statement
          (if n = 2 then hypotheses @ [ shortStep ] else hypotheses)
          (slot U.TruncationError)
          bound with
        Provenance = Derived
        Prescribes = [ prescribe InnerSolvers.StepSize step; keptSteps ]
    }
    |> choose

let private truncatedGlobal n =
    truncated
        "imaml2019.std.truncated_global"
        [ smooth; stronglyConvex ]
        @"\lVert h_{T-K}-d_\theta f\rVert\le\frac{(1-\gamma a)^K}{\gamma a}\lVert\nabla f(w_T)\rVert M_B"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (r (mu o) o) o[Count.K] / (gamma o * mu o) * o[U.TestGradient] * MB o
        }
        n
    |> wrong
        "one power more"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (r (mu o) o) (o[Count.K] +. 1) / (gamma o * mu o) * o[U.TestGradient] * MB o
        }
    |> wrong
        "geometric series lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (r (mu o) o) o[Count.K] * o[U.TestGradient] * MB o
        }

let truncatedGlobalInverseBeta = truncatedGlobal 0

/// Beyond what is printed, gamma <= 1/beta: |I - gamma S| <= 1 - gamma mu holds up to 2/(mu + beta).
let truncatedGlobalTwoOverSum = truncatedGlobal 1
let truncatedGlobalGiven = truncatedGlobal 2

/// lambda I + H(phi_t) - a I is positive semidefinite at the last K iterates.
let private locallyConvex =
    nonNegative "locally-strongly-convex" @"\lambda I+H(\phi_t)\succeq aI,\ t=T-K..T-1" (slot U.LocalPivot)

let private truncatedLocal n =
    truncated
        "imaml2019.std.truncated_local"
        [ smooth; locallyConvex ]
        @"\lVert h_{T-K}-d_\theta f\rVert\le2^{T-K+1}(1-\gamma a)^K\lVert\nabla f\rVert M_B"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow 2R (o[Count.T] -. o[Count.K] +. 1)
                * pow (r o[Bilevel.LocalConvexity] o) o[Count.K]
                * o[U.TestGradient]
                * MB o
        }
        n
    |> wrong
        "one power of 2 less"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow 2R (o[Count.T] -. o[Count.K])
                * pow (r o[Bilevel.LocalConvexity] o) o[Count.K]
                * o[U.TestGradient]
                * MB o
        }
    |> wrong
        "one power more"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow 2R (o[Count.T] -. o[Count.K] +. 1)
                * pow (r o[Bilevel.LocalConvexity] o) (o[Count.K] +. 1)
                * o[U.TestGradient]
                * MB o
        }

let truncatedLocalInverseBeta = truncatedLocal 0
let truncatedLocalGiven = truncatedLocal 2

/// With B_t = gamma lambda I the geometric series is finite: gamma lambda (r^K + ... + r^(T-1)) + r^T.
let inline private refined (ratio: 'T) (o: Observables<'T>) : 'T =
    let r = r (mu o) o
    let rest = pow r (o[Count.T] -. o[Count.K])
    o[U.TestGradient] * pow r o[Count.K] * (rest + ratio * (1R - rest))

let private truncatedRefined n =
    truncated
        "imaml2019.std.truncated_refined"
        [ smooth; stronglyConvex ]
        @"\lVert h_{T-K}-d_\theta L(\phi_T)\rVert\le\lVert v\rVert\,r^K\big[r^{T-K}+\frac\lambda\mu(1-r^{T-K})\big],\ r=1-\gamma\mu"
        { new IFormula with
            member _.Evaluate(o, _) = refined (lambdaOverMu o) o
        }
        n
    |> wrong
        "lambda over mu lost"
        { new IFormula with
            member _.Evaluate(o, _) = refined 1R o
        }
    |> wrong
        "one power more"
        { new IFormula with
            member _.Evaluate(o, _) = r (mu o) o * refined (lambdaOverMu o) o
        }

let truncatedRefinedInverseBeta = truncatedRefined 0

/// Beyond gamma <= 1/beta, as truncatedGlobalTwoOverSum.
let truncatedRefinedTwoOverSum = truncatedRefined 1
let truncatedRefinedGiven = truncatedRefined 2

/// M_B where some summand with t >= 1 is dropped, an upper bound of it otherwise: gamma lambda = lambda/beta.
let inline private MBOfTable (o: Observables<'T>) : 'T = max 1R (lambda o / beta o)

let tableTruncated =
    { claim
          "imaml2019.table1.truncated"
          "Table 1, Appendix D"
          Pathwise
          @"K=\lceil\kappa\log(\kappa\lVert v\rVert M_B/\epsilon)\rceil\Rightarrow\lVert h_{T-K}-d_\theta L(\phi_T)\rVert\le\epsilon"
          [ smooth; stronglyConvex ]
          (slot U.TruncationError)
          (slot Bilevel.Epsilon) with
        Provenance = Reconstructed
        Prescribes =
            [
                prescribe InnerSolvers.StepSize inverseBeta
                prescribeCount
                    U.KeptSteps
                    { new IFormula with
                        member _.Evaluate(o, _) =
                            kappa o
                            * log (kappa o * o[U.TestGradientBefore] * MBOfTable o / o[Bilevel.Epsilon])
                    }
            ]
    }
    |> wrong
        "a tenth of the accuracy"
        { new IFormula with
            member _.Evaluate(o, _) = o[Bilevel.Epsilon] / 10R
        }
