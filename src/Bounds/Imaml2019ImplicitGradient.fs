/// Rajeswaran et al. 2019: implicit gradients, their definition and their error.
module Verify.Bounds.Imaml2019ImplicitGradient

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019

type private I = ImplicitGradient

/// Where several tasks are there, each of them.
let private stronglyConvexTasks =
    positive
        "strongly-convex"
        @"G_i(\cdot,\theta)\text{ is }\mu\text{-strongly convex for every }i"
        { new IFormula with
            member _.Evaluate(o, _) =
                let values = o.Vector Bilevel.Mu
                let mutable least = values[0]

                for i in 1 .. values.Length -. 1 do
                    least <- min least values[i]

                least
        }

/// What makes Hessian and derivative exist: the statements write them down.
let private twiceDifferentiable =
    { lipschitzTrainHessian with
        Name = "twice-differentiable"
        Statement = @"\nabla^2\hat L\text{ exists (and is Lipschitz)}"
    }

let private differentiableTest =
    { smoothTest with
        Name = "differentiable-test"
        Statement = @"\nabla L\text{ exists (and is Lipschitz)}"
    }

let private quadraticTrain =
    nonNegative
        "quadratic-train"
        @"\hat L(\phi)=\tfrac12\phi^\top A\phi+b^\top\phi"
        { new IFormula with
            member _.Evaluate(o, _) = 0R - rhoOfTrain o
        }

let inline private delta (o: Observables<'T>) : 'T = o[I.Distance]

// ---- Section 1, 2: the problem

let prox_growth =
    { derived (
          claim
              "imaml2019.prox_growth"
              "std, eq. (3)-(4)"
              Pathwise
              @"G(\phi^\star,\theta)+\frac\mu2\lVert\phi-\phi^\star\rVert^2\le G(\phi,\theta)"
              [ stronglyConvex ]
              { new IFormula with
                  member _.Evaluate(o, _) =
                      o[I.ValueAtStar] + mu o / 2R * pow (delta o) 2
              }
              (slot I.Value)
      ) with
        Highlight =
            Some
                {
                    Name = "growth"
                    Share =
                        { new IFormula with
                            member _.Evaluate(o, _) =
                                mu o / 2R * pow (delta o) 2 / o[I.Value]
                        }
                }
    }
    |> wrong
        "mu for mu/2"
        { new IFormula with
            member _.Evaluate(o, _) =
                o[I.Value] - mu o / 2R * pow (delta o) 2
        }
    |> wrong
        "lambda left out of G"
        { new IFormula with
            member _.Evaluate(o, _) =
                o[I.Value] - lambda o / 2R * pow (delta o) 2
        }

let eq2 =
    { claim
          "imaml2019.eq2"
          "Eq. (2), section 2.1"
          Identity
          @"u^\top d_\theta L(Alg(\theta))=u^\top(I-\alpha\nabla^2\hat L(\theta))\nabla L(\theta-\alpha\nabla\hat L(\theta)),\quad Alg(\theta)=\theta-\alpha\nabla\hat L(\theta)"
          []
          (slot I.OneStepReverse)
          (slot I.OneStepForward) with
        Relation = Equal
    }
    |> wrong "Hessian dropped" (slot I.OneStepFirstOrder)
    |> wrong
        "sign of the Hessian turned"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * o[I.OneStepFirstOrder] - o[I.OneStepForward]
        }

/// As printed: no convexity is assumed, and the derivative of Alg* is that of lemma 1. Where a minimizer at which M is invertible is
/// one of two, Alg* jumps and F with it; the right side stays finite.
let eq5 =
    { claim
          "imaml2019.eq5"
          "Eq. (5), section 2.3"
          Identity
          @"u^\top\nabla F(\theta)=u^\top\frac1M\sum_i\Big(I+\frac1{\lambda_i}\nabla^2\hat L_i(\phi_i)\Big)^{-1}\nabla L_i(\phi_i),\quad\phi_i=Alg_i^\star(\theta)"
          [
              twiceDifferentiable
              differentiableTest
              positive
                  "invertible"
                  @"I+\frac1{\lambda_i}\nabla^2\hat L_i(\phi_i)\text{ is invertible for every }i"
                  { new IFormula with
                      // M_i >= mu_i/lambda_i where G_i is strongly convex; in one dimension M_i itself.
                      member _.Evaluate(o, _) =
                          let mus = o.Vector Bilevel.Mu
                          let lambdas = o.Vector Bilevel.Lambda
                          let mutable least = mus[0] / lambdas[0]

                          for i in 1 .. mus.Length -. 1 do
                              least <- min least (mus[i] / lambdas[i])

                          max least o[I.LeastPivot]
                  }
          ]
          (slot I.ObjectiveQuotient)
          (slot I.ObjectiveSlope) with
        Version = 2
        Relation = Equal
    }
    |> wrong
        "sum for mean"
        { new IFormula with
            member _.Evaluate<'T
                when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                (o: Observables<'T>, _)
                : 'T =
                'T.From(float o[Count.Tasks]) * o[I.ObjectiveSlope]
        }
    |> wrong "Jacobian dropped" (slot I.FirstOrderSlope)
    |> wrong
        "lambda lost"
        { new IFormula with
            member _.Evaluate(o, _) = o[I.ObjectiveSlope] / lambda o
        }

/// Strong convexity of every G_i makes each Alg*_i differentiable (lemma 1 with strong convexity), and the chain rule gives the rest.
let ``eq5.with-strong-convexity`` =
    { eq5 with
        Hypotheses = [ twiceDifferentiable; differentiableTest ]
    }
    |> withHypotheses "strong-convexity" [ stronglyConvexTasks ]

// ---- Lemma 1

let private invertible =
    positive
        "invertible"
        @"I+\frac1\lambda\nabla^2\hat L(\phi)\text{ is invertible}"
        { new IFormula with
            // M >= mu/lambda where G is strongly convex; in one dimension M itself.
            member _.Evaluate(o, _) = max (mu o / lambda o) o[I.LeastPivot]
        }

/// As printed: Alg*(theta) is a minimizer of eq. (4), and no convexity is assumed. A minimizer at which M is invertible may be
/// one of two; then Alg* jumps at theta, whichever is chosen, and has no derivative.
let lemma1 =
    claim
        "imaml2019.lemma1"
        "Lemma 1, eq. (6)"
        Identity
        @"\frac{d\,Alg^\star(\theta)}{d\theta}w=\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)^{-1}w,\quad\phi=Alg^\star(\theta)"
        [ twiceDifferentiable; invertible ]
        (slot I.Derivative)
        (slot I.JacobianVector)
    |> componentwise
    |> wrong "lambda lost" (slot I.JacobianVectorWithoutLambda)
    |> wrong "sign turned" (negative I.JacobianVector)

/// Strong convexity makes the minimizer unique, M positive definite and grad G a diffeomorphism: the implicit function theorem
/// at every theta.
let ``lemma1.with-strong-convexity`` =
    { lemma1 with
        Hypotheses = [ twiceDifferentiable ]
    }
    |> withHypotheses "strong-convexity" [ stronglyConvex ]

let jacobian_norm =
    derived (
        claim
            "imaml2019.std.jacobian_norm"
            "std, after Lemma 1"
            Pathwise
            @"\Big\lVert\Big(I+\frac1\lambda\nabla^2\hat L(\phi^\star)\Big)^{-1}\Big\rVert\le\frac\lambda\mu"
            [ stronglyConvex ]
            (slot I.JacobianNorm)
            { new IFormula with
                member _.Evaluate(o, _) = lambda o / mu o
            }
    )
    |> wrong
        "at most 1"
        { new IFormula with
            member _.Evaluate(_, _) = 1R
        }
    |> wrong
        "lambda missing from mu"
        { new IFormula with
            member _.Evaluate(o, _) = lambda o / (mu o + lambda o)
        }

let ``jacobian_norm.gradient`` =
    derived (
        claim
            "imaml2019.std.jacobian_norm.gradient"
            "std, after Lemma 1"
            Pathwise
            @"\lVert d_\theta L(Alg^\star(\theta))\rVert\le\frac\lambda\mu\lVert\nabla L(Alg^\star(\theta))\rVert"
            [ stronglyConvex ]
            (slot I.MetaGradient)
            { new IFormula with
                member _.Evaluate(o, _) =
                    lambda o / mu o * o[I.TestGradientAtStar]
            }
    )
    |> wrong "at most 1" (slot I.TestGradientAtStar)
    |> wrong
        "beta for mu"
        { new IFormula with
            member _.Evaluate(o, _) =
                lambda o / beta o * o[I.TestGradientAtStar]
        }

// ---- Definitions 1 and 2

let def1 =
    derived (
        claim
            "imaml2019.def1"
            "Definition 1, its certificate"
            Pathwise
            @"\lVert\phi-Alg^\star(\theta)\rVert\le\frac1\mu\lVert\nabla\hat L(\phi)+\lambda(\phi-\theta)\rVert"
            [ stronglyConvex ]
            (slot I.Distance)
            { new IFormula with
                member _.Evaluate(o, _) = o[I.InnerGradient] / mu o
            }
    )
    |> wrong
        "beta for mu"
        { new IFormula with
            member _.Evaluate(o, _) = o[I.InnerGradient] / beta o
        }
    |> wrong
        "lambda counted twice in mu"
        { new IFormula with
            member _.Evaluate(o, _) = o[I.InnerGradient] / (mu o + lambda o)
        }

let ``def1.second`` =
    derived (
        claim
            "imaml2019.def1.second"
            "Definition 1, the converse of its certificate"
            Pathwise
            @"\lVert\nabla\hat L(\phi)+\lambda(\phi-\theta)\rVert\le\beta\lVert\phi-Alg^\star(\theta)\rVert"
            // Strong convexity only says which point phi* is.
            [ smooth; stronglyConvex ]
            (slot I.InnerGradient)
            { new IFormula with
                member _.Evaluate(o, _) = beta o * delta o
            }
    )
    |> wrong
        "mu for beta"
        { new IFormula with
            member _.Evaluate(o, _) = mu o * delta o
        }
    |> wrong
        "lambda missing from beta"
        { new IFormula with
            member _.Evaluate(o, _) = (beta o - lambda o) * delta o
        }

let def2 =
    derived (
        claim
            "imaml2019.def2"
            "Definition 2, its certificate"
            Pathwise
            @"\Big\lVert g-\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)^{-1}\nabla L(\phi)\Big\rVert\le\frac\lambda\mu\Big\lVert\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)g-\nabla L(\phi)\Big\rVert"
            [ stronglyConvex ]
            (slot I.GivenError)
            { new IFormula with
                member _.Evaluate(o, _) = lambda o / mu o * o[I.GivenResidual]
            }
    )
    |> wrong "residual for error" (slot I.GivenResidual)
    |> wrong
        "lambda lost"
        { new IFormula with
            member _.Evaluate(o, _) = o[I.GivenResidual] / mu o
        }

/// As printed the stationary point solves 2Mw = v.
let eq7 =
    claim
        "imaml2019.eq7"
        "Eq. (7), section 3.1"
        Identity
        @"\arg\min_ww^\top\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)w-w^\top\nabla L(\phi)=\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)^{-1}\nabla L(\phi)"
        [ stronglyConvex ]
        (slot I.PrintedMinimizer)
        (slot I.Solution)
    |> componentwise
    |> wrong
        "twice the solution"
        { new IFormula with
            member _.Evaluate(o, k) = 2R * entry I.Solution o k
        }

/// d/dw (w'Mw/2 - w'v) = Mw - v for a symmetric M: with the half, the stationary point is M^-1 v.
let ``eq7.corrected`` =
    derived (
        claim
            "imaml2019.eq7.corrected"
            "Eq. (7), section 3.1"
            Identity
            @"\arg\min_w\tfrac12w^\top\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)w-w^\top\nabla L(\phi)=\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)^{-1}\nabla L(\phi)"
            [ stronglyConvex ]
            (slot I.HalvedMinimizer)
            (slot I.Solution)
    )
    |> componentwise
    |> wrong
        "half of the solution"
        { new IFormula with
            member _.Evaluate(o, k) = entry I.Solution o k / 2R
        }

// ---- Appendix B

let private convex =
    nonNegative "convex" @"f=G(\cdot,\theta)\text{ is convex}" (slot Bilevel.Mu)

/// The definition as printed, for all points: its mu is one that singular values give, which ask for no convexity.
let private printedStrongConvexity =
    nonNegative
        "strongly-convex-as-printed"
        @"\lVert\nabla f(x)-\nabla f(x')\rVert\ge\mu\lVert x-x'\rVert\text{ for all }x,x',\;\mu\ge0"
        (slot I.Expansion)

/// The implication: the definition as printed, for all pairs, gives the usual inequality. Convexity carries it: x -> diag(1, -1)x is
/// as expansive, and not monotone.
let strong_convexity =
    { claim
          "imaml2019.appB.strong_convexity"
          "Appendix B, definition of strong convexity"
          Pathwise
          @"f\text{ convex},\;\lVert\nabla f(x)-\nabla f(x')\rVert\ge\mu\lVert x-x'\rVert\;\forall x,x'\;\Rightarrow\;\mu\lVert x-x'\rVert^2\le\langle\nabla f(x)-\nabla f(x'),x-x'\rangle"
          [ convex; printedStrongConvexity ]
          { new IFormula with
              member _.Evaluate(o, _) =
                  o[I.Expansion] * pow o[I.PairDistance] 2
          }
          (slot I.PairProduct) with
        Version = 2
    }
    |> wrong
        "lambda left out of f"
        { new IFormula with
            member _.Evaluate(o, _) =
                o[I.PairProduct] - lambda o * pow o[I.PairDistance] 2
        }
    |> wrong
        "half"
        { new IFormula with
            member _.Evaluate(o, _) = o[I.PairProduct] / 2R
        }

/// The converse, by the inequality of Cauchy and Schwarz: the usual definition gives that which is printed.
let ``strong_convexity.converse`` =
    claim
        "imaml2019.appB.strong_convexity.converse"
        "Appendix B, definition of strong convexity"
        Pathwise
        @"\langle\nabla f(x)-\nabla f(x'),x-x'\rangle\ge\mu\lVert x-x'\rVert^2\;\forall x,x'\;\Rightarrow\;\mu\lVert x-x'\rVert\le\lVert\nabla f(x)-\nabla f(x')\rVert,\quad f=G(\cdot,\theta)"
        [ stronglyConvex ]
        { new IFormula with
            member _.Evaluate(o, _) = mu o * o[I.PairDistance]
        }
        (slot I.PairGradientGap)
    |> wrong
        "half"
        { new IFormula with
            member _.Evaluate(o, _) = o[I.PairGradientGap] / 2R
        }

// ---- Assumption 2 (iv)

/// What can be checked of the assumption: the theta in use are those of a ball that Alg*, which is lambda/mu-Lipschitz, takes into the ball of radius D.
let radius =
    derived (
        claim
            "imaml2019.assumption2.radius"
            "Assumption 2 (iv), over the theta in use"
            Pathwise
            @"\lVert Alg^\star(\theta)\rVert\le D"
            [
                stronglyConvex
                nonNegative
                    "theta-in-use"
                    @"\lVert Alg^\star(0)\rVert+\frac\lambda\mu\lVert\theta\rVert\le D"
                    { new IFormula with
                        member _.Evaluate(o, _) =
                            o[Bilevel.D] - (o[I.RadiusAtZero] + lambdaOverMu o * o[I.ThetaNorm])
                    }
            ]
            (slot I.Radius)
            (slot Bilevel.D)
    )
    |> wrong
        "D for the diameter"
        { new IFormula with
            member _.Evaluate(o, _) = o[Bilevel.D] / 2R
        }

/// As printed, for all theta. Where G(., theta) is strongly convex, Alg* takes values of any length: p is the inner solution of
/// theta = p + grad(p)/lambda. The theta of some p of length 2D is measured, whatever D is: no D is large enough. Since this holds
/// for any train loss, what presupposes it is vacuous.
let ``assumption2.satisfiable`` =
    { claim
          "imaml2019.assumption2.satisfiable"
          "Assumption 2 (ii) and (iv)"
          Pathwise
          @"\text{strong convexity of }G(\cdot,\theta)\text{ and }\lVert Alg^\star(\theta)\rVert\le D\text{ for all }\theta\text{ can hold together}"
          [ stronglyConvex ]
          (slot I.RadiusBeyond)
          (slot Bilevel.D) with
        Provenance = Reconstructed
    }
    |> wrong
        "D for the diameter"
        { new IFormula with
            member _.Evaluate(o, _) = o[Bilevel.D] / 2R
        }

// ---- Lemma 3

let inline private bound3 (o: Observables<'T>) : 'T = B1 o * delta o + o[I.LinearError]

/// delta < mu/(2 rho), which every delta meets where rho = 0.
let private nearby =
    positive
        "nearby"
        @"\delta<\frac\mu{2\rho}"
        { new IFormula with
            member _.Evaluate(o, _) = mu o - 2R * rhoOfTrain o * delta o
        }

let lemma3 =
    { claim
          "imaml2019.lemma3"
          "Lemma 3, Appendix E"
          Pathwise
          @"\lVert g-d_\theta L(Alg^\star(\theta))\rVert\le\Big(\frac{2\lambda\rho B}{\mu^2}+\frac{\lambda L}\mu\Big)\delta+\delta'"
          (regularity @ [ nearby ])
          (slot I.Error)
          { new IFormula with
              member _.Evaluate(o, _) = bound3 o
          } with
        Highlight =
            Some
                {
                    Name = "rho"
                    Share =
                        { new IFormula with
                            member _.Evaluate(o, _) =
                                2R * lambda o * rhoOfTrain o * B o / pow (mu o) 2 * delta o / bound3 o
                        }
                }
    }
    |> wrong
        "lambda lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                (2R * rhoOfTrain o * B o / pow (mu o) 2 + Lsm o / mu o) * delta o
                + o[I.LinearError]
        }
    |> wrong
        "L dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * lambda o * rhoOfTrain o * B o / pow (mu o) 2 * delta o + o[I.LinearError]
        }
    |> wrong
        "error of the linear solve dropped"
        { new IFormula with
            member _.Evaluate(o, _) = bound3 o - o[I.LinearError]
        }
    |> wrong
        "rho dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                lambda o * Lsm o / mu o * delta o + o[I.LinearError]
        }
    |> wrong
        "L of the test loss for rho of the train loss"
        { new IFormula with
            member _.Evaluate(o, _) =
                (2R * lambda o * Lsm o * B o / pow (mu o) 2 + lambda o * Lsm o / mu o) * delta o
                + o[I.LinearError]
        }
    |> wrong
        "mu to the first power"
        { new IFormula with
            member _.Evaluate(o, _) =
                (2R * lambda o * rhoOfTrain o * B o / mu o + lambda o * Lsm o / mu o) * delta o
                + o[I.LinearError]
        }

/// With Assumption 2 whole, as printed. lemma3 leaves its part (iv) out, which is in no bound.
let ``lemma3.all-theta`` =
    { lemma3 with
        Id = "imaml2019.lemma3.all-theta"
        Hypotheses = lemma3.Hypotheses @ [ withinRadiusEverywhere ]
        Presupposes = [ ``assumption2.satisfiable`` ]
        Wrong = []
    }

let step_outer =
    claim
        "imaml2019.lemma3.step_outer"
        "Proof of Lemma 3, Appendix E"
        Pathwise
        @"\Big\lVert\Big(I+\frac1\lambda\nabla^2\hat L(\phi)\Big)^{-1}(\nabla L(\phi^\star)-\nabla L(\phi))\Big\rVert\le\frac{\lambda L}\mu\delta"
        regularity
        (slot I.OuterError)
        { new IFormula with
            member _.Evaluate(o, _) = lambda o * Lsm o / mu o * delta o
        }
    |> wrong
        "lambda lost"
        { new IFormula with
            member _.Evaluate(o, _) = Lsm o / mu o * delta o
        }
    |> wrong
        "beta for mu"
        { new IFormula with
            member _.Evaluate(o, _) = lambda o * Lsm o / beta o * delta o
        }

let step_neumann =
    claim
        "imaml2019.lemma3.step_neumann"
        "Proof of Lemma 3, Appendix E"
        Pathwise
        @"\lVert M^{-1}\Delta\rVert\le\tfrac12\Rightarrow\lVert(I+M^{-1}\Delta)^{-1}\rVert\le2"
        [
            nonNegative
                "small-perturbation"
                @"\lVert M^{-1}\Delta\rVert\le\tfrac12"
                { new IFormula with
                    member _.Evaluate(o, _) = 1R - 2R * o[I.NeumannFactor]
                }
        ]
        (slot I.NeumannInverse)
        { new IFormula with
            member _.Evaluate(_, _) = 2R
        }
    |> wrong
        "3/2 for 2"
        { new IFormula with
            member _.Evaluate(_, _) = 3R / 2R
        }
    |> wrong
        "1 + norm"
        { new IFormula with
            member _.Evaluate(o, _) = 1R + o[I.NeumannFactor]
        }

/// The factor 2 comes from the Neumann step; A^-1 - B^-1 = A^-1(B - A)B^-1 gives half of it, so that no ratio exceeds 1/2.
let step_inverse =
    claim
        "imaml2019.lemma3.step_inverse"
        "Proof of Lemma 3, Appendix E"
        Pathwise
        @"\big\lVert(\lambda I+\nabla^2\hat L(\phi^\star))^{-1}-(\lambda I+\nabla^2\hat L(\phi))^{-1}\big\rVert\le\frac{2\rho}{\mu^2}\delta"
        [ stronglyConvex; lipschitzTrainHessian; nearby ]
        (slot I.InverseGap)
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * rhoOfTrain o / pow (mu o) 2 * delta o
        }
    |> wrong
        "a quarter"
        { new IFormula with
            member _.Evaluate(o, _) =
                rhoOfTrain o / (2R * pow (mu o) 2) * delta o
        }
    |> wrong
        "mu to the first power"
        { new IFormula with
            member _.Evaluate(o, _) = 2R * rhoOfTrain o / mu o * delta o
        }
    |> wrong
        "beta for mu"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * rhoOfTrain o / pow (beta o) 2 * delta o
        }

/// What makes the Neumann step apply in the proof.
let ``step_inverse.implied`` =
    derived (
        claim
            "imaml2019.lemma3.step_inverse.implied"
            "Proof of Lemma 3, Appendix E"
            Pathwise
            @"\delta<\frac\mu{2\rho}\Rightarrow\big\lVert(\lambda I+\nabla^2\hat L(\phi^\star))^{-1}(\nabla^2\hat L(\phi)-\nabla^2\hat L(\phi^\star))\big\rVert\le\tfrac12"
            [ stronglyConvex; lipschitzTrainHessian; nearby ]
            (slot I.RelativeGap)
            { new IFormula with
                member _.Evaluate(_, _) = 1R / 2R
            }
    )
    |> wrong
        "a quarter"
        { new IFormula with
            member _.Evaluate(_, _) = 1R / 4R
        }

/// The two steps and the error of the linear solve, put together as the proof does.
let ``lemma3.implied`` =
    derived (
        claim
            "imaml2019.lemma3.implied"
            "Proof of Lemma 3, Appendix E"
            Scalar
            @"\lambda\frac{2\rho}{\mu^2}\delta B+\frac{\lambda L}\mu\delta+\delta'\le\Big(\frac{2\lambda\rho B}{\mu^2}+\frac{\lambda L}\mu\Big)\delta+\delta'"
            regularity
            { new IFormula with
                member _.Evaluate(o, _) =
                    lambda o * (2R * rhoOfTrain o / pow (mu o) 2 * delta o) * B o
                    + lambda o * Lsm o / mu o * delta o
                    + o[I.LinearError]
            }
            { new IFormula with
                member _.Evaluate(o, _) = bound3 o
            }
    )
    |> wrong
        "rho dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                lambda o * Lsm o / mu o * delta o + o[I.LinearError]
        }
    |> wrong
        "L dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                bound3 o - lambda o * Lsm o / mu o * delta o
        }

// ---- Standard facts

let inline private LF (o: Observables<'T>) : 'T =
    pow (lambda o) 2 * Lsm o / pow (mu o) 2
    + pow (lambda o) 2 * rhoOfTrain o * B o / pow (mu o) 3

let std_LF =
    { derived (
          claim
              "imaml2019.std.LF"
              "std, smoothness of the meta-objective"
              Pathwise
              @"\lVert\nabla F(\theta)-\nabla F(\theta')\rVert\le\Big(\frac{\lambda^2L}{\mu^2}+\frac{\lambda^2\rho B}{\mu^3}\Big)\lVert\theta-\theta'\rVert"
              regularity
              (slot I.MetaGradientGap)
              { new IFormula with
                  member _.Evaluate(o, _) = LF o * o[I.ThetaGap]
              }
      ) with
        Highlight =
            Some
                {
                    Name = "rho"
                    Share =
                        { new IFormula with
                            member _.Evaluate(o, _) =
                                pow (lambda o) 2 * rhoOfTrain o * B o / pow (mu o) 3 / LF o
                        }
                }
    }
    |> wrong
        "one power of lambda/mu lower"
        { new IFormula with
            member _.Evaluate(o, _) = LF o * mu o / lambda o * o[I.ThetaGap]
        }
    |> wrong
        "rho dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (lambda o) 2 * Lsm o / pow (mu o) 2 * o[I.ThetaGap]
        }
    |> wrong
        "L dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (lambda o) 2 * rhoOfTrain o * B o / pow (mu o) 3 * o[I.ThetaGap]
        }

let fomaml_error =
    derived (
        claim
            "imaml2019.std.fomaml_error"
            "std, error of first-order MAML"
            Pathwise
            @"\lVert\nabla L(\phi^\star)-d_\theta L(Alg^\star(\theta))\rVert\le\max\Big(1-\frac\lambda\beta,\frac\lambda\mu-1\Big)\lVert\nabla L(\phi^\star)\rVert"
            [ smooth; stronglyConvex ]
            (slot I.FirstOrderError)
            { new IFormula with
                member _.Evaluate(o, _) =
                    max (1R - lambda o / beta o) (lambda o / mu o - 1R) * o[I.TestGradientAtStar]
            }
    )
    |> wrong
        "beta alone"
        { new IFormula with
            member _.Evaluate(o, _) =
                (1R - lambda o / beta o) * o[I.TestGradientAtStar]
        }
    |> wrong
        "mu alone"
        { new IFormula with
            member _.Evaluate(o, _) =
                (lambda o / mu o - 1R) * o[I.TestGradientAtStar]
        }

// ---- Appendix A

let private zeroSteps name choice start =
    { componentwise (
          claim
              "imaml2019.appA.fomaml_0cg"
              "Appendix A, first-order MAML"
              Identity
              @"\text{iMAML with no CG step has }g=\nabla L(\phi)\text{ (CG started at $w_0$)}"
              []
              (slot I.ZeroSteps)
              (slot I.TestGradient)
      ) with
        Prescribes = [ prescribe I.ZeroStepStart start ]
    }
    |> reading name [ "w0", choice ]

/// The usual start: no step leaves 0.
let ``fomaml_0cg.start-zero`` =
    zeroSteps "start-zero" "zero" zero
    |> wrong "sign turned" (negative I.TestGradient)

/// The only start with which the statement is true: it says that w0 = v.
let ``fomaml_0cg.start-v`` =
    zeroSteps "start-v" "v" (slot I.TestGradient)
    |> wrong "sign turned" (negative I.TestGradient)

let ``fomaml_0cg.start-given`` =
    zeroSteps "start-given" "" (slot Bilevel.GivenLinearStart)
    |> wrong "sign turned" (negative I.TestGradient)

/// As printed, with the gradient of the test loss.
let reptile =
    claim
        "imaml2019.appA.reptile"
        "Appendix A, Reptile"
        Identity
        @"\lambda(\theta-\phi)-\nabla L(\phi)=0,\quad\phi=Alg^\star(\theta)"
        [ stronglyConvex ]
        { new IFormula with
            member _.Evaluate(o, k) =
                entry I.ProximalStep o k - entry I.TestGradientOfStep o k
        }
        zero
    |> componentwise
    |> wrong
        "lambda lost"
        { new IFormula with
            member _.Evaluate(o, k) =
                entry I.ProximalStep o k - entry I.ProximalStep o k / lambda o
        }

/// phi = Alg*(theta) minimizes train loss + (lambda/2)|phi - theta|^2: grad of the train loss + lambda(phi - theta) = 0.
let ``reptile.corrected`` =
    derived (
        claim
            "imaml2019.appA.reptile.corrected"
            "Appendix A, Reptile"
            Identity
            @"\lambda(\theta-\phi)=\nabla\hat L(\phi),\quad\phi=Alg^\star(\theta)"
            [ stronglyConvex ]
            (slot I.SolvedStep)
            (slot I.TrainGradientOfSolved)
    )
    |> componentwise
    |> wrong "test loss for train loss" (slot I.TestGradientOfStep)

// ---- Appendix F.1

/// As printed: b = E[x'y], where the square has the cross term -phi'E[xy].
let f1_loss =
    { claim
          "imaml2019.F1.loss"
          "Appendix F.1"
          Identity
          @"\tfrac12E|\phi^\top x-y|^2-\tfrac12E|y|^2=\tfrac12\phi^\top A\phi+\phi^\top b,\quad A=E[xx^\top],\;b=E[x^\top y]"
          []
          (slot I.RegressionLoss)
          { new IFormula with
              member _.Evaluate(o, _) =
                  o[I.RegressionQuadratic] + o[I.RegressionLinear]
          } with
        Relation = Equal
    }
    |> wrong
        "without the half"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * o[I.RegressionQuadratic] + o[I.RegressionLinear]
        }

/// |phi'x - y|^2/2 = phi'xx'phi/2 - phi'xy + y^2/2: b = -E[xy].
let ``f1_loss.corrected`` =
    { derived (
          claim
              "imaml2019.F1.loss.corrected"
              "Appendix F.1"
              Identity
              @"\tfrac12E|\phi^\top x-y|^2-\tfrac12E|y|^2=\tfrac12\phi^\top A\phi+\phi^\top b,\quad A=E[xx^\top],\;b=-E[xy]"
              []
              (slot I.RegressionLoss)
              { new IFormula with
                  member _.Evaluate(o, _) =
                      o[I.RegressionQuadratic] - o[I.RegressionLinear]
              }
      ) with
        Relation = Equal
    }
    |> wrong
        "sign of b turned"
        { new IFormula with
            member _.Evaluate(o, _) =
                o[I.RegressionQuadratic] + o[I.RegressionLinear]
        }
    |> wrong
        "without the half"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * o[I.RegressionQuadratic] - o[I.RegressionLinear]
        }

let f1_alg_star =
    claim
        "imaml2019.F1.alg_star"
        "Appendix F.1"
        Identity
        @"\nabla_\phi G(\phi,\theta)=0,\quad\phi=(A+\lambda I)^{-1}(\lambda\theta-b)"
        [ quadraticTrain; stronglyConvex ]
        (slot I.ClosedFormGradient)
        zero
    |> componentwise
    |> wrong
        "lambda theta dropped"
        { new IFormula with
            member _.Evaluate(o, k) = 0R - lambda o * entry Bilevel.Theta o k
        }

let f1_meta_gradient =
    { claim
          "imaml2019.F1.meta_gradient"
          "Appendix F.1"
          Identity
          @"u^\top d_\theta L(Alg^\star(\theta))=u^\top\lambda(A+\lambda I)^{-1}\nabla L(\phi),\quad\phi=(A+\lambda I)^{-1}(\lambda\theta-b)"
          [ quadraticTrain; stronglyConvex; smoothTest ]
          (slot I.ClosedFormQuotient)
          (slot I.ClosedFormSlope) with
        Relation = Equal
    }
    |> wrong
        "lambda lost"
        { new IFormula with
            member _.Evaluate(o, _) = o[I.ClosedFormSlope] / lambda o
        }
