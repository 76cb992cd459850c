/// Rajeswaran et al. 2019: what the text says of figure 2, (a) to (e) of panel (a) and the costs of panel (b).
///
/// The text states no protocol; that of the catalogue is used (class SyntheticRegression of Algorithms; here its numbers are
/// written a second time), and either of its steps unless the id names one. "Tends to the exact meta-gradient" is read as the
/// relative error tending to 0, "better" as the smaller relative error after any number of GD steps (tried up to 100), "vanishes" as 0. Thresholds
/// that stand for "small", "much cheaper" and "vanishes" as far as an eye can see are chosen here and stand in the ids.
module Verify.Bounds.Imaml2019Figure2

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas

// ---- The protocol

[<NoComparison; ReferenceEquality>]
type private Spectrum =
    {
        Name: string
        Marker: Slot
        /// h_j as a multiple of mu = 5.
        Multiple: IFormula
    }

let private linear =
    {
        Name = "linear"
        Marker = SyntheticProblem.IsLinear
        Multiple =
            { new IFormula with
                member _.Evaluate<'T
                    when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                    (_: Observables<'T>, j)
                    : 'T =
                    'T.From(float (j +. 1))
            }
    }

let private logarithmic =
    {
        Name = "log"
        Marker = SyntheticProblem.IsLog
        Multiple =
            { new IFormula with
                member _.Evaluate<'T
                    when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                    (_: Observables<'T>, j)
                    : 'T =
                    exp ('T.From(float j) * log 50R / 49R)
            }
    }

let private rank5 =
    {
        Name = "rank5"
        Marker = SyntheticProblem.IsRank5
        Multiple =
            { new IFormula with
                member _.Evaluate<'T
                    when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                    (_: Observables<'T>, j)
                    : 'T =
                    if j < 45 then
                        1R
                    else
                        1R + 49R / 5R * 'T.From(float (j -. 44))
            }
    }

let private onSpectrum spectrum =
    positive $"spectrum-{spectrum.Name}" @"\text{the spectrum of the protocol}" (slot spectrum.Marker)

let inline private step (o: Observables<'T>) : 'T = o[SyntheticProblem.Step]

/// Up to the rounding of a double.
let inline private near (x: 'T :> IReal<'T>) (y: 'T) : 'T = pow 2R -40 - abs (x - y)

let private inverseBeta =
    positive
        "step-inverse-beta"
        @"\alpha=1/\beta"
        { new IFormula with
            member _.Evaluate(o, _) = near (step o) (1R / 250R)
        }

let private meanStep =
    positive
        "step-mean"
        @"\alpha=2/(\mu+\beta)"
        { new IFormula with
            member _.Evaluate(o, _) = near (step o) (2R / 255R)
        }

let private eitherStep =
    positive
        "step-of-the-protocol"
        @"\alpha\in\{1/\beta,2/(\mu+\beta)\}"
        { new IFormula with
            member _.Evaluate(o, _) =
                max (near (step o) (1R / 250R)) (near (step o) (2R / 255R))
        }

/// q^T times the norm of a vector given coordinate by coordinate, relative to |g*|. With P_j = (1 - alpha h_j)^T and delta =
/// theta - phi*: phi_T = phi* + P delta, v = grad L(phi_T) = v* + a P delta, and |P_j| <= q^T <= 1, q = max |1 - alpha h_j|.
/// iMAML with a direct solve: (lambda/h) v - (lambda/h) v* = (lambda/h) a P delta.
/// MAML: (lambda/h + P(1 - lambda/h)) v - (lambda/h) v* = P [(1 - lambda/h)(v* + a P delta) + (lambda/h) a delta].
let private vanishing spectrum isMaml isSteepest =
    { new IFormula with
        member _.Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
            (o: Observables<'T>, _)
            : 'T =
            let mutable q: 'T = 0R
            let mutable numerator: 'T = 0R
            let mutable denominator: 'T = 0R

            for j in 0..49 do
                let h: 'T = 5R * spectrum.Multiple.Evaluate(o, j)
                let a: 'T = h - 5R
                let weight: 'T = 'T.Sin('T.From(float (2 *. j +. 1)))
                let testWeight: 'T = weight + 'T.Cos('T.From(float (3 *. j +. 2))) / 2R
                let theta: 'T = 'T.Cos('T.From(float (j +. 1)))
                // b = -a w, phi* = (lambda theta - b)/h.
                let star: 'T = (5R * theta + a * weight) / h
                let test: 'T = a * (star - testWeight)
                let moved: 'T = a * abs (theta - star)
                let share: 'T = 5R / h

                let part: 'T =
                    if isMaml then
                        (1R - share) * (abs test + moved) + share * moved
                    else
                        share * moved

                q <-
                    if isSteepest then
                        abs (1R - step o * h)
                    else
                        max q (abs (1R - step o * h))

                numerator <- numerator + pow part 2
                denominator <- denominator + pow (share * test) 2

            pow q o[Count.T] * sqrt (numerator / denominator)
    }

let private fraction (denominator: int) =
    { new IFormula with
        member _.Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
            (_: Observables<'T>, _)
            : 'T =
            1R / 'T.From(float denominator)
    }

let private panelA id kind spectrum statement hypotheses lhs rhs =
    { claim $"imaml2019.fig2a.{id}" "Section 4, figure 2(a)" kind statement (onSpectrum spectrum :: hypotheses) lhs rhs with
        Provenance = Reconstructed
    }

/// A statement about the limit, with the protocol's steps: alpha < 2/beta, without which there is none, is theirs.
let private atEitherStep id spectrum statement lhs rhs =
    { panelA id Asymptotic spectrum statement [ eitherStep ] lhs rhs with
        Version = 2
    }

// ---- (a) Both methods tend to the exact meta-gradient as the number of GD steps grows

let private limitOfMaml spectrum =
    atEitherStep
        $"a.{spectrum.Name}.maml"
        spectrum
        @"\lVert g^{MAML}_T-g^\star\rVert/\lVert g^\star\rVert\le Cq^T,\;q=\max_j|1-\alpha h_j|<1"
        (slot SyntheticProblem.Maml)
        (vanishing spectrum true false)
    |> wrong "rate of the steepest direction" (vanishing spectrum true true)
    |> wrong "constant of a direct solve" (vanishing spectrum false false)

let private limitOfImaml spectrum =
    atEitherStep
        $"a.{spectrum.Name}.imaml"
        spectrum
        @"\lim_{T\to\infty}\lVert g^{2CG}_T-g^\star\rVert/\lVert g^\star\rVert=0"
        (slot SyntheticProblem.TerminalTwoCg)
        zero
    |> wrong "one percent" (fraction 100)

let private limitOfExactSolve spectrum =
    atEitherStep
        $"a.{spectrum.Name}.imaml-exact"
        spectrum
        @"\lVert g^{exact\,solve}_T-g^\star\rVert/\lVert g^\star\rVert\le Cq^T,\;q=\max_j|1-\alpha h_j|<1"
        (slot SyntheticProblem.Exact)
        (vanishing spectrum false false)
    |> wrong "rate of the steepest direction" (vanishing spectrum false true)

// ---- (b) iMAML is the better approximation at a finite number of steps

let private better name (error: Slot) step spectrum =
    panelA
        $"b.{spectrum.Name}.{name}"
        Pathwise
        spectrum
        @"\lVert g^{iMAML}_T-g^\star\rVert\le\lVert g^{MAML}_T-g^\star\rVert"
        [ step ]
        (slot error)
        (slot SyntheticProblem.Maml)
    |> wrongSides "sides exchanged" (slot SyntheticProblem.Maml) (slot error)

let private betterWithTwo = better "2cg" SyntheticProblem.TwoCg eitherStep

let private betterWithFive =
    better "5cg.step-inverse-beta" SyntheticProblem.FiveCg inverseBeta

let private betterWithFiveMeanStep =
    better "5cg.step-mean" SyntheticProblem.FiveCg meanStep

let private betterWithExactSolve =
    better "exact.step-inverse-beta" SyntheticProblem.Exact inverseBeta

let private betterWithExactSolveMeanStep =
    better "exact.step-mean" SyntheticProblem.Exact meanStep

// ---- (c) With 2 CG steps iMAML keeps a small terminal error

let private keeps spectrum =
    { atEitherStep
          $"c.{spectrum.Name}.first"
          spectrum
          @"0<\lim_{T\to\infty}\lVert g^{2CG}_T-g^\star\rVert/\lVert g^\star\rVert"
          zero
          (slot SyntheticProblem.TerminalTwoCg) with
        Relation = Less
    }
    |> wrongSides "sides exchanged" (slot SyntheticProblem.TerminalTwoCg) zero

let private small spectrum =
    atEitherStep
        $"c.{spectrum.Name}.second.at-most-a-tenth"
        spectrum
        @"\lim_{T\to\infty}\lVert g^{2CG}_T-g^\star\rVert/\lVert g^\star\rVert\le1/10"
        (slot SyntheticProblem.TerminalTwoCg)
        (fraction 10)
    |> wrong "one percent" (fraction 100)

// ---- (d) With 5 CG steps the terminal error vanishes

let private vanishes spectrum =
    atEitherStep
        $"d.{spectrum.Name}"
        spectrum
        @"\lim_{T\to\infty}\lVert g^{5CG}_T-g^\star\rVert/\lVert g^\star\rVert=0"
        (slot SyntheticProblem.TerminalFiveCg)
        zero
    |> wrongSides "two steps" (slot SyntheticProblem.TerminalTwoCg) zero

let private vanishesNearly spectrum =
    atEitherStep
        $"d.{spectrum.Name}.at-most-a-hundredth"
        spectrum
        @"\lim_{T\to\infty}\lVert g^{5CG}_T-g^\star\rVert/\lVert g^\star\rVert\le1/100"
        (slot SyntheticProblem.TerminalFiveCg)
        (fraction 100)
    |> wrongSides "two steps" (slot SyntheticProblem.TerminalTwoCg) (fraction 100)

// ---- The claims, spectrum by spectrum

let limitOfMamlLinear = limitOfMaml linear
let limitOfImamlLinear = limitOfImaml linear
let limitOfExactSolveLinear = limitOfExactSolve linear
let betterWithTwoLinear = betterWithTwo linear
let betterWithFiveLinear = betterWithFive linear
let betterWithFiveMeanStepLinear = betterWithFiveMeanStep linear
let betterWithExactSolveLinear = betterWithExactSolve linear
let betterWithExactSolveMeanStepLinear = betterWithExactSolveMeanStep linear
let keepsLinear = keeps linear
let smallLinear = small linear
let vanishesLinear = vanishes linear
let vanishesNearlyLinear = vanishesNearly linear

let limitOfMamlLog = limitOfMaml logarithmic
let limitOfImamlLog = limitOfImaml logarithmic
let limitOfExactSolveLog = limitOfExactSolve logarithmic
let betterWithTwoLog = betterWithTwo logarithmic
let betterWithFiveLog = betterWithFive logarithmic
let betterWithFiveMeanStepLog = betterWithFiveMeanStep logarithmic
let betterWithExactSolveLog = betterWithExactSolve logarithmic
let betterWithExactSolveMeanStepLog = betterWithExactSolveMeanStep logarithmic
let keepsLog = keeps logarithmic
let smallLog = small logarithmic
let vanishesLog = vanishes logarithmic
let vanishesNearlyLog = vanishesNearly logarithmic

let limitOfMamlRank5 = limitOfMaml rank5
let limitOfImamlRank5 = limitOfImaml rank5
let limitOfExactSolveRank5 = limitOfExactSolve rank5
let betterWithTwoRank5 = betterWithTwo rank5
let betterWithFiveRank5 = betterWithFive rank5
let betterWithFiveMeanStepRank5 = betterWithFiveMeanStep rank5
let betterWithExactSolveRank5 = betterWithExactSolve rank5
let betterWithExactSolveMeanStepRank5 = betterWithExactSolveMeanStep rank5
let keepsRank5 = keeps rank5
let smallRank5 = small rank5
let vanishesRank5 = vanishes rank5
let vanishesNearlyRank5 = vanishesNearly rank5

// ---- (e) and panel (b): counted costs

let inline private h (o: Observables<'T>) : 'T = o[MethodCosts.ProductCost]

/// first + h second.
let private weighted (first: IFormula) (second: IFormula) =
    { new IFormula with
        member _.Evaluate(o, k) =
            first.Evaluate(o, k) + h o * second.Evaluate(o, k)
    }

let private difference (first: IFormula) (second: IFormula) =
    { new IFormula with
        member _.Evaluate(o, k) =
            first.Evaluate(o, k) - second.Evaluate(o, k)
    }

let private T = count Count.T 0
let private m = count Count.M 0

/// T + 1, the gradients of every method.
let private gradients = count Count.T 1

let private counted id source kind relation statement hypotheses lhs rhs =
    { claim $"imaml2019.{id}" source kind statement hypotheses lhs rhs with
        Relation = relation
    }

let private panelB id relation statement hypotheses lhs rhs =
    { counted $"fig2b.{id}" "Section 4, figure 2(b), as a cost model" Scalar relation statement hypotheses lhs rhs with
        Provenance = Reconstructed
    }

let private noMoreCgThanGd =
    nonNegative "no-more-cg-steps" @"m\le T" (difference T m)

let private someGd = nonNegative "some-gd-steps" @"T\ge1" (count Count.T -1)

/// One CG step and one step of MAML each take one product: m products in m steps as there are T in T.
let oneProductEach =
    counted
        "fig2a.e.products"
        "Section 4, figure 2(a)"
        Identity
        Equal
        @"\#_{products}(iMAML,m)/m=\#_{products}(MAML,T)/T"
        [ someGd; nonNegative "some-cg-steps" @"m\ge1" (count Count.M -1) ]
        { new IFormula with
            member _.Evaluate(o, k) =
                o[MethodCosts.ImplicitProducts] * T.Evaluate(o, k)
        }
        { new IFormula with
            member _.Evaluate(o, k) =
                o[MethodCosts.UnrolledProducts] * m.Evaluate(o, k)
        }
    |> wrong
        "one product fewer"
        { new IFormula with
            member _.Evaluate(o, k) =
                (o[MethodCosts.UnrolledProducts] - 1R) * m.Evaluate(o, k)
        }

/// "Much cheaper" with 100 GD steps, read as at most half; CG steps as in the figure. What a product costs is not printed.
let muchCheaper =
    { counted
          "fig2a.e.cheaper.at-most-half"
          "Section 4, figure 2(a)"
          Scalar
          AtMost
          @"time(iMAML,100,m)\le\tfrac12time(MAML,100)"
          [
              nonNegative
                  "hundred-gd-steps"
                  @"T=100"
                  { new IFormula with
                      member _.Evaluate(o, _) = 0R - abs (number (o[Count.T] -. 100))
                  }
              nonNegative
                  "cg-steps-of-the-figure"
                  @"2\le m\le10"
                  { new IFormula with
                      member _.Evaluate(o, _) =
                          min (number (o[Count.M] -. 2)) (number (10 -. o[Count.M]))
                  }
          ]
          (slot MethodCosts.ImplicitTime)
          { new IFormula with
              member _.Evaluate(o, _) = o[MethodCosts.UnrolledTime] / 2R
          } with
        Provenance = Reconstructed
    }
    |> wrong
        "a tenth"
        { new IFormula with
            member _.Evaluate(o, _) = o[MethodCosts.UnrolledTime] / 10R
        }

/// 101 + 5m <= 151 <= 601/2; with a product as cheap as a gradient 101 + m > 201/2.
let muchCheaperWithCostlyProducts =
    muchCheaper
    |> withHypotheses
        "h-5"
        [
            nonNegative
                "product-of-five-gradients"
                @"h=5\text{, the typical constant of assumption 1}"
                { new IFormula with
                    member _.Evaluate(o, _) = 0R - abs (h o - 5R)
                }
        ]

let time =
    panelB "time" AtMost @"T+1+mh\le T+1+Th" [ noMoreCgThanGd ] (slot MethodCosts.ImplicitTime) (weighted gradients T)
    |> wrong "products left out" gradients
    |> wrong "one product fewer" (weighted gradients (count Count.T -1))

let timeOfFomaml =
    panelB "time.fomaml" Equal @"time(FOMAML,T)=T+1" [] (slot MethodCosts.FirstOrderTime) gradients
    |> wrong "outer gradient left out" T

let timeOfImaml =
    panelB
        "time.imaml"
        Equal
        @"time(iMAML,T,m)-time(FOMAML,T)=mh"
        []
        (difference (slot MethodCosts.ImplicitTime) (slot MethodCosts.FirstOrderTime))
        (weighted zero m)
    |> wrong "a product for each GD step" (weighted zero T)

let timeGrowth =
    panelB
        "time.growth"
        Equal
        @"time(MAML,T+1)-time(MAML,T)=1+h"
        []
        (difference (slot MethodCosts.UnrolledTimeNext) (slot MethodCosts.UnrolledTime))
        { new IFormula with
            member _.Evaluate(o, _) = 1R + h o
        }
    |> wrong
        "growth of descent alone"
        { new IFormula with
            member _.Evaluate(_, _) = 1R
        }

let memoryOfImaml =
    panelB
        "memory.imaml"
        Equal
        @"memory(iMAML,T,m)=memory(iMAML,1,0)"
        []
        (slot MethodCosts.ImplicitMemory)
        (slot MethodCosts.ImplicitMemoryAtOne)
    |> wrong "every iterate kept" gradients

let memoryOfMaml =
    panelB "memory.maml" Equal @"memory(MAML,T)=T+1" [] (slot MethodCosts.UnrolledMemory) gradients
    |> wrong "last iterate not kept" T
