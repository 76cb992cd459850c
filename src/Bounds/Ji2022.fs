/// Ji, Yang, Liang: Theoretical Convergence of Multi-Step Model-Agnostic Meta-Learning. JMLR 23 (2022), arXiv 2002.07836.
/// Each claim is encoded as printed; wrong variants stand below each.
module Verify.Bounds.Ji2022

open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Hypotheses

type private M = MultiStepMaml

let private vector lhs rhs statement id source =
    claim id source Identity statement [] lhs rhs |> componentwise

let assumption1 = [ boundedBelow; lipschitzGradient; lipschitzHessian ]

/// Assumption 3 bounds the noise of the data; without noise it holds with sigma_g = sigma_H = 0.
let assumptions123 = assumption1 @ [ boundedVariance ]

/// For the train and the test losses together.
let assumption4 = assumption1
let assumptions45 = assumption4 @ [ boundedVariance; boundedGap ]

// ---- Section 2

let eq3 =
    vector
        { new IFormula with
            member _.Evaluate(o, k) = entry M.TaskMetaGradient o k
        }
        { new IFormula with
            member _.Evaluate(o, k) = entry M.TaskMetaGradientTwin o k
        }
        @"\nabla\mathcal L_i(w)=\Big[\prod_{j=0}^{N-1}(I-\alpha\nabla^2l_i(\tilde w^i_j))\Big]\nabla l_i(\tilde w^i_N)"
        "ji2022.eq3"
        "Eq. (3), section 2"
    |> wrong
        "sign turned"
        { new IFormula with
            member _.Evaluate(o, k) = 0R - entry M.TaskMetaGradientTwin o k
        }

let eq12 =
    vector
        { new IFormula with
            member _.Evaluate(o, k) = entry M.Estimate o k
        }
        { new IFormula with
            member _.Evaluate(o, k) = entry M.EstimateTwin o k
        }
        @"\widehat G_i(w)=\prod_{j=0}^{N-1}(I-\alpha\nabla^2l_{S_i}(\tilde w^i_j))\nabla l_{T_i}(\tilde w^i_N)"
        "ji2022.eq12"
        "Eq. (12), section 2"
    |> wrong
        "sign turned"
        { new IFormula with
            member _.Evaluate(o, k) = 0R - entry M.EstimateTwin o k
        }

// ---- Appendix C

let lemma11 =
    claim
        "ji2022.lemma11"
        "Lemma 11, Appendix C"
        Pathwise
        @"\lVert\tilde w^i_j-\tilde u^i_j\rVert\le(1+\alpha L)^j\lVert w-u\rVert"
        [ lipschitzGradient; positiveStep ]
        { new IFormula with
            member _.Evaluate(o, _) = o[M.PathDistanceJ]
        }
        { new IFormula with
            member _.Evaluate(o, _) = pow (a o) (j o) * o[M.StartDistance]
        }
    |> wrong
        "one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (j o -. 1) * o[M.StartDistance]
        }

let private gradientGrowth id source statement =
    claim
        id
        source
        Pathwise
        statement
        [ lipschitzGradient; positiveStep ]
        { new IFormula with
            member _.Evaluate(o, _) = o[M.TrainGradientJ]
        }
        { new IFormula with
            member _.Evaluate(o, _) = pow (a o) (j o) * o[M.TrainGradient]
        }
    |> wrong
        "one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (j o -. 1) * o[M.TrainGradient]
        }

let lemma12 =
    gradientGrowth
        "ji2022.lemma12"
        "Lemma 12, Appendix C"
        @"\lVert\nabla l_i(\tilde w^i_j)\rVert\le(1+\alpha L)^j\lVert\nabla l_i(w)\rVert"

let lemma13 =
    claim
        "ji2022.lemma13"
        "Lemma 13, Appendix C"
        Pathwise
        @"\Big\lVert I-\prod_{j=0}^m(I-\alpha V_j)\Big\rVert\le(1+\alpha L)^{m+1}-1"
        [ spectralNorms; positiveStep ]
        { new IFormula with
            member _.Evaluate(o, _) = o[M.NearIdentityProduct]
        }
        { new IFormula with
            member _.Evaluate(o, _) = pow (a o) (o[Count.M] +. 1) - 1R
        }
    |> wrong
        "one power lower"
        { new IFormula with
            member _.Evaluate(o, _) = pow (a o) o[Count.M] - 1R
        }
    |> wrong
        "2 for 1"
        { new IFormula with
            member _.Evaluate(o, _) = pow (a o) (o[Count.M] +. 1) - 2R
        }

/// (65): C_l = (1 + alpha L)^(2N) - 1.
let inline private Cl o = pow (a o) (2 *. N o) - 1R

let lemma14 =
    claim
        "ji2022.lemma14"
        "Lemma 14, Appendix C, eq. (65)"
        Pathwise
        @"\lVert\nabla l_i(w)-\nabla\mathcal L_i(w)\rVert\le C_l\lVert\nabla l_i(w)\rVert,\quad C_l=(1+\alpha L)^{2N}-1"
        (assumption1 @ [ positiveStep ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.TaskMetaGap]
        }
        { new IFormula with
            member _.Evaluate(o, _) = Cl o * o[M.TaskGradient]
        }
    |> wrong
        "one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (2 *. N o -. 1) - 1R) * o[M.TaskGradient]
        }
    |> wrong
        "2 for 1"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (2 *. N o) - 2R) * o[M.TaskGradient]
        }

let eq66 =
    { vector
          { new IFormula with
              member _.Evaluate(o, k) = entry M.GradientAtN o k
          }
          { new IFormula with
              member _.Evaluate(o, k) =
                  entry M.GradientAt0 o k
                  - alpha o * entry M.MeanHessianGradientAt0 o k
                  - alpha o * entry M.MeanHessianPathSum o k
          }
          @"\nabla l_i(\tilde w_N)=(I-\alpha\bar H)\nabla l_i(w)-\alpha\bar H\sum_{j=1}^{N-1}\nabla l_i(\tilde w_j)"
          "ji2022.eq66"
          "Eq. (66), proof of Lemma 14, Appendix C" with
        Hypotheses = assumption1 @ [ positiveStep ]
    }
    |> wrong
        "sign turned"
        { new IFormula with
            member _.Evaluate(o, k) =
                entry M.GradientAt0 o k + alpha o * entry M.MeanHessianGradientAt0 o k
                - alpha o * entry M.MeanHessianPathSum o k
        }
    |> wrong
        "alpha lost"
        { new IFormula with
            member _.Evaluate(o, k) =
                entry M.GradientAt0 o k
                - entry M.MeanHessianGradientAt0 o k
                - alpha o * entry M.MeanHessianPathSum o k
        }
    |> wrong
        "sum dropped"
        { new IFormula with
            member _.Evaluate(o, k) =
                entry M.GradientAt0 o k - alpha o * entry M.MeanHessianGradientAt0 o k
        }
    |> wrong
        "sign of the sum turned"
        { new IFormula with
            member _.Evaluate(o, k) =
                entry M.GradientAt0 o k - alpha o * entry M.MeanHessianGradientAt0 o k
                + alpha o * entry M.MeanHessianPathSum o k
        }
    |> wrong
        "alpha of the sum lost"
        { new IFormula with
            member _.Evaluate(o, k) =
                entry M.GradientAt0 o k
                - alpha o * entry M.MeanHessianGradientAt0 o k
                - entry M.MeanHessianPathSum o k
        }
    |> wrong
        "mean Hessian times gradient dropped"
        { new IFormula with
            member _.Evaluate(o, k) =
                entry M.GradientAt0 o k - alpha o * entry M.MeanHessianPathSum o k
        }
    |> wrong
        "gradient dropped"
        { new IFormula with
            member _.Evaluate(o, k) =
                0R
                - alpha o * entry M.MeanHessianGradientAt0 o k
                - alpha o * entry M.MeanHessianPathSum o k
        }

let lemma15 =
    claim
        "ji2022.lemma15"
        "Lemma 15, Appendix C"
        ExactMean
        @"\lVert\nabla l(w)\rVert\le\frac1{1-C_l}\lVert\nabla\mathcal L(w)\rVert+\frac{C_l}{1-C_l}\sigma,\quad C_l=(1+\alpha L)^{2N}-1"
        (assumption1 @ [ boundedVariance ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.MeanGradient]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                1R / (1R - Cl o) * o[M.MetaGradient] + Cl o / (1R - Cl o) * sigma o
        }
    |> wrong
        "sigma dropped"
        { new IFormula with
            member _.Evaluate(o, _) = 1R / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "meta-gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) = Cl o / (1R - Cl o) * sigma o
        }
    |> wrong
        "sigma squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                1R / (1R - Cl o) * o[M.MetaGradient] + Cl o / (1R - Cl o) * pow (sigma o) 2
        }
    |> wrong
        "one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let Cl = pow (a o) (2 *. N o -. 1) - 1R
                1R / (1R - Cl) * o[M.MetaGradient] + Cl / (1R - Cl) * sigma o
        }
    |> wrong
        "denominator of the meta-gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                o[M.MetaGradient] + Cl o / (1R - Cl o) * sigma o
        }
    |> wrong
        "denominator of sigma dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                1R / (1R - Cl o) * o[M.MetaGradient] + Cl o * sigma o
        }
    |> wrong
        "numerator one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                1R / (1R - Cl o) * o[M.MetaGradient]
                + (pow (a o) (2 *. N o -. 1) - 1R) / (1R - Cl o) * sigma o
        }

/// The printed lemma does not name the step-size condition that section 3.3 has; here it does.
let ``lemma15.with-step-size`` = lemma15 |> withHypotheses "step-size" [ stepSize ]

// ---- Section 3.3

/// (13), grouped as printed.
let inline private C13 o =
    (pow (a o) (N o -. 1) * alpha o * rho o
     + rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R))
    * pow (a o) (N o)

/// L_w = (1 + alpha L)^(2N) L + C_L E|grad l_i(w)| for some C_L.
let inline private Lw C o =
    pow (a o) (2 *. N o) * L o + C * o[M.MeanTaskGradient]

let prop1 =
    { claim
          "ji2022.prop1"
          "Proposition 1, section 3.3, eq. (13)"
          ExactMean
          @"\lVert\nabla\mathcal L(w)-\nabla\mathcal L(u)\rVert\le\big((1+\alpha L)^{2N}L+C_{\mathcal L}E_i\lVert\nabla l_i(w)\rVert\big)\lVert w-u\rVert,\quad C_{\mathcal L}=\Big((1+\alpha L)^{N-1}\alpha\rho+\frac\rho L(1+\alpha L)^N\big((1+\alpha L)^{N-1}-1\big)\Big)(1+\alpha L)^N"
          (assumptions123 @ [ positiveStep ])
          { new IFormula with
              member _.Evaluate(o, _) = o[M.MetaGradientGap]
          }
          { new IFormula with
              member _.Evaluate(o, _) = Lw (C13 o) o * o[M.StartDistance]
          } with
        Highlight =
            Some
                {
                    Name = "rho-term"
                    Share =
                        { new IFormula with
                            member _.Evaluate(o, _) =
                                C13 o * o[M.MeanTaskGradient] / Lw (C13 o) o
                        }
                }
    }
    |> wrong
        "rho-term dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o * o[M.StartDistance]
        }
    |> wrong
        "L-term dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                C13 o * o[M.MeanTaskGradient] * o[M.StartDistance]
        }
    |> wrong
        "L-term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (2 *. N o -. 1) * L o + C13 o * o[M.MeanTaskGradient])
                * o[M.StartDistance]
        }
    |> wrong
        "rho-term a factor 1+alpha L lost"
        { new IFormula with
            member _.Evaluate(o, _) = Lw (C13 o / a o) o * o[M.StartDistance]
        }
    |> wrong
        "alpha rho dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C =
                    rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R) * pow (a o) (N o)

                Lw C o * o[M.StartDistance]
        }
    |> wrong
        "alpha rho one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C =
                    (pow (a o) (N o -. 2) * alpha o * rho o
                     + rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R))
                    * pow (a o) (N o)

                Lw C o * o[M.StartDistance]
        }
    |> wrong
        "rho over L dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                Lw (pow (a o) (N o -. 1) * alpha o * rho o * pow (a o) (N o)) o
                * o[M.StartDistance]
        }
    |> wrong
        "rho over L turned"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C =
                    (pow (a o) (N o -. 1) * alpha o * rho o
                     + L o / rho o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R))
                    * pow (a o) (N o)

                Lw C o * o[M.StartDistance]
        }
    |> wrong
        "inner bracket one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C =
                    (pow (a o) (N o -. 1) * alpha o * rho o
                     + rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 2) - 1R))
                    * pow (a o) (N o)

                Lw C o * o[M.StartDistance]
        }
    |> wrong
        "rho over L one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C =
                    (pow (a o) (N o -. 1) * alpha o * rho o
                     + rho o / L o * pow (a o) (N o -. 1) * (pow (a o) (N o -. 1) - 1R))
                    * pow (a o) (N o)

                Lw C o * o[M.StartDistance]
        }

// ---- Proof of proposition 1

let eq27 =
    claim
        "ji2022.eq27"
        "Eq. (27), proof of Proposition 1"
        Pathwise
        @"V(m)\le\alpha\rho(1+\alpha L)^{2m-2}\lVert w-u\rVert+(1+\alpha L)V(m-1)"
        (assumption1 @ [ positiveStep; atLeastOneFactor ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.ProductGapJ]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                alpha o * rho o * pow (a o) (2 *. j o -. 2) * o[M.StartDistance]
                + a o * o[M.ProductGapBeforeJ]
        }
    |> wrong
        "first term dropped"
        { new IFormula with
            member _.Evaluate(o, _) = a o * o[M.ProductGapBeforeJ]
        }
    |> wrong
        "second term dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                alpha o * rho o * pow (a o) (2 *. j o -. 2) * o[M.StartDistance]
        }
    |> wrong
        "first term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                alpha o * rho o * pow (a o) (2 *. j o -. 3) * o[M.StartDistance]
                + a o * o[M.ProductGapBeforeJ]
        }
    |> wrong
        "second term a factor 1+alpha L lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                alpha o * rho o * pow (a o) (2 *. j o -. 2) * o[M.StartDistance]
                + o[M.ProductGapBeforeJ]
        }

let eq28 =
    claim
        "ji2022.eq28"
        "Eq. (28), proof of Proposition 1"
        Pathwise
        @"V(N)\le\Big((1+\alpha L)^{N-1}\alpha\rho+\frac\rho L(1+\alpha L)^N\big((1+\alpha L)^{N-1}-1\big)\Big)\lVert w-u\rVert"
        (assumption1 @ [ positiveStep ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.ProductGapN]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o -. 1) * alpha o * rho o
                 + rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R))
                * o[M.StartDistance]
        }
    |> wrong
        "alpha rho dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R) * o[M.StartDistance]
        }
    |> wrong
        "alpha rho one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o -. 2) * alpha o * rho o
                 + rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R))
                * o[M.StartDistance]
        }
    |> wrong
        "rho over L dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o -. 1) * alpha o * rho o * o[M.StartDistance]
        }
    |> wrong
        "rho over L turned"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o -. 1) * alpha o * rho o
                 + L o / rho o * pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R))
                * o[M.StartDistance]
        }
    |> wrong
        "second term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o -. 1) * alpha o * rho o
                 + rho o / L o * pow (a o) (N o -. 1) * (pow (a o) (N o -. 1) - 1R))
                * o[M.StartDistance]
        }
    |> wrong
        "inner bracket one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o -. 1) * alpha o * rho o
                 + rho o / L o * pow (a o) (N o) * (pow (a o) (N o -. 2) - 1R))
                * o[M.StartDistance]
        }

// ---- Proof of theorem 5

let eq39 =
    claim
        "ji2022.eq39"
        "Eq. (39), proof of Theorem 5"
        ExactMean
        @"L_{w_k}\le(1+\alpha L)^{2N}L+\frac{C_{\mathcal L}\sigma}{1-C_l}+\frac{C_{\mathcal L}}{1-C_l}\lVert\nabla\mathcal L(w_k)\rVert"
        (assumptions123 @ [ positiveStep; stepSize ])
        { new IFormula with
            member _.Evaluate(o, _) = Lw (C13 o) o
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C13 o * sigma o / (1R - Cl o)
                + C13 o / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "L-term dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                C13 o * sigma o / (1R - Cl o) + C13 o / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "L-term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o -. 1) * L o
                + C13 o * sigma o / (1R - Cl o)
                + C13 o / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "sigma dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o + C13 o / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "sigma squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C13 o * pow (sigma o) 2 / (1R - Cl o)
                + C13 o / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "meta-gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o + C13 o * sigma o / (1R - Cl o)
        }
    |> wrong
        "C_l one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let Cl = pow (a o) (2 *. N o -. 1) - 1R

                pow (a o) (2 *. N o) * L o
                + C13 o * sigma o / (1R - Cl)
                + C13 o / (1R - Cl) * o[M.MetaGradient]
        }
    |> wrong
        "C_L a factor 1+alpha L lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C = C13 o / a o

                pow (a o) (2 *. N o) * L o
                + C * sigma o / (1R - Cl o)
                + C / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "denominator of sigma dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C13 o * sigma o
                + C13 o / (1R - Cl o) * o[M.MetaGradient]
        }
    |> wrong
        "denominator of the meta-gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C13 o * sigma o / (1R - Cl o)
                + C13 o * o[M.MetaGradient]
        }

let ``eq39.second`` =
    claim
        "ji2022.eq39.second"
        "Remark at eq. (39), proof of Theorem 5"
        ExactMean
        @"L\le L_{w_k}"
        (assumptions123 @ [ positiveStep; stepSize ])
        { new IFormula with
            member _.Evaluate(o, _) = L o
        }
        { new IFormula with
            member _.Evaluate(o, _) = Lw (C13 o) o
        }
    |> wrong
        "L-term dropped"
        { new IFormula with
            member _.Evaluate(o, _) = C13 o * o[M.MeanTaskGradient]
        }
    |> wrong
        "L-term turned"
        { new IFormula with
            member _.Evaluate(o, _) =
                L o / pow (a o) (2 *. N o) + C13 o * o[M.MeanTaskGradient]
        }

// ---- Appendix D

let lemma17 =
    gradientGrowth
        "ji2022.lemma17"
        "Lemma 17, Appendix D"
        @"\lVert\nabla l_{S_i}(\tilde w^i_j)\rVert\le(1+\alpha L)^j\lVert\nabla l_{S_i}(w)\rVert"

let lemma18 =
    claim
        "ji2022.lemma18"
        "Lemma 18, Appendix D"
        Pathwise
        @"\lVert\nabla l_{T_i}(w)-\nabla\mathcal L_i(w)\rVert\le((1+\alpha L)^N-1)\lVert\nabla l_{T_i}(w)\rVert+(1+\alpha L)^N((1+\alpha L)^N-1)\lVert\nabla l_{S_i}(w)\rVert"
        (assumption4 @ [ positiveStep ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.TestMetaGap]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o) - 1R) * o[M.TestGradient]
                + pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.TrainGradient]
        }
    |> wrong
        "test gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.TrainGradient]
        }
    |> wrong
        "train gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o) - 1R) * o[M.TestGradient]
        }
    |> wrong
        "test gradient one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o -. 1) - 1R) * o[M.TestGradient]
                + pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.TrainGradient]
        }
    |> wrong
        "train gradient one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o) - 1R) * o[M.TestGradient]
                + pow (a o) (N o -. 1) * (pow (a o) (N o) - 1R) * o[M.TrainGradient]
        }
    |> wrong
        "train bracket one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (N o) - 1R) * o[M.TestGradient]
                + pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R) * o[M.TrainGradient]
        }

/// (74).
let inline private C1 o = 2R - pow (a o) (2 *. N o)

/// (74).
let inline private C2 o =
    (pow (a o) (2 *. N o) - 1R) * sigma o
    + pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.MeanGap]

/// "where C_1 and C_2 are positive constants".
let private positiveC1 =
    { stepSize with
        Name = "C1-positive"
        Statement = "C_1>0"
    }

let private positiveC2 =
    positive
        "C2-positive"
        "C_2>0"
        { new IFormula with
            member _.Evaluate(o, _) = C2 o
        }

let inline private lemma19Bound C1 C2 (o: Observables<'T>) : 'T = 1R / C1 * o[M.MetaGradient] + C2 / C1

let lemma19 =
    claim
        "ji2022.lemma19"
        "Lemma 19, Appendix D, eq. (73), (74)"
        ExactMean
        @"\lVert\nabla l_T(w)\rVert\le\frac1{C_1}\lVert\nabla\mathcal L(w)\rVert+\frac{C_2}{C_1},\quad C_1=2-(1+\alpha L)^{2N},\ C_2=((1+\alpha L)^{2N}-1)\sigma+(1+\alpha L)^N((1+\alpha L)^N-1)b"
        (assumptions45 @ [ positiveStep; positiveC1; positiveC2 ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.MeanTestGradient]
        }
        { new IFormula with
            member _.Evaluate(o, _) = lemma19Bound (C1 o) (C2 o) o
        }
    |> wrong
        "meta-gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) = C2 o / C1 o
        }
    |> wrong
        "sigma dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                lemma19Bound (C1 o) (pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.MeanGap]) o
        }
    |> wrong
        "b dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                lemma19Bound (C1 o) ((pow (a o) (2 *. N o) - 1R) * sigma o) o
        }
    |> wrong
        "C_1 one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                lemma19Bound (2R - pow (a o) (2 *. N o -. 1)) (C2 o) o
        }
    |> wrong
        "sigma one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o -. 1) - 1R) * sigma o
                    + pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.MeanGap]

                lemma19Bound (C1 o) C2 o
        }
    |> wrong
        "sigma squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o) - 1R) * pow (sigma o) 2
                    + pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.MeanGap]

                lemma19Bound (C1 o) C2 o
        }
    |> wrong
        "b one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o) - 1R) * sigma o
                    + pow (a o) (N o -. 1) * (pow (a o) (N o) - 1R) * o[M.MeanGap]

                lemma19Bound (C1 o) C2 o
        }
    |> wrong
        "b bracket one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o) - 1R) * sigma o
                    + pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R) * o[M.MeanGap]

                lemma19Bound (C1 o) C2 o
        }
    |> wrong
        "denominator of the meta-gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) = o[M.MetaGradient] + C2 o / C1 o
        }
    |> wrong
        "denominator of C_2 dropped"
        { new IFormula with
            member _.Evaluate(o, _) = 1R / C1 o * o[M.MetaGradient] + C2 o
        }
    |> wrong
        "b tilde for b"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o) - 1R) * sigma o
                    + pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.MeanSquaredGap]

                lemma19Bound (C1 o) C2 o
        }

// ---- Section 4

/// (21): C_b = C_L, two names for one expression.
let inline private C21 o =
    (alpha o * rho o + rho o / L o * pow (a o) (N o -. 1)) * pow (a o) (2 *. N o)

/// L_w = (1 + alpha L)^(2N) L + C_b b + C_L E|grad l_Ti(w)| for some C_b, C_L.
let inline private LwT Cb C o =
    pow (a o) (2 *. N o) * L o + Cb * o[M.MeanGap] + C * o[M.MeanTestGradientNorm]

let prop7 =
    { claim
          "ji2022.prop7"
          "Proposition 7, section 4, eq. (21)"
          ExactMean
          @"\lVert\nabla\mathcal L(w)-\nabla\mathcal L(u)\rVert\le L_w\lVert w-u\rVert,\quad L_w=(1+\alpha L)^{2N}L+C_bb+C_{\mathcal L}E_i\lVert\nabla l_{T_i}(w)\rVert,\quad C_b=C_{\mathcal L}=\big(\alpha\rho+\frac\rho L(1+\alpha L)^{N-1}\big)(1+\alpha L)^{2N}"
          (assumptions45 @ [ positiveStep ])
          { new IFormula with
              member _.Evaluate(o, _) = o[M.MetaGradientGap]
          }
          { new IFormula with
              member _.Evaluate(o, _) =
                  LwT (C21 o) (C21 o) o * o[M.StartDistance]
          } with
        Highlight =
            Some
                {
                    Name = "rho-term"
                    Share =
                        { new IFormula with
                            member _.Evaluate(o, _) =
                                C21 o * (o[M.MeanGap] + o[M.MeanTestGradientNorm]) / LwT (C21 o) (C21 o) o
                        }
                }
    }
    |> wrong
        "L-term dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                C21 o * (o[M.MeanGap] + o[M.MeanTestGradientNorm]) * o[M.StartDistance]
        }
    |> wrong
        "L-term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                (LwT (C21 o) (C21 o) o - pow (a o) (2 *. N o) * L o
                 + pow (a o) (2 *. N o -. 1) * L o)
                * o[M.StartDistance]
        }
    |> wrong
        "b dropped"
        { new IFormula with
            member _.Evaluate(o, _) = LwT 0R (C21 o) o * o[M.StartDistance]
        }
    |> wrong
        "test gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) = LwT (C21 o) 0R o * o[M.StartDistance]
        }
    |> wrong
        "alpha rho dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C = rho o / L o * pow (a o) (N o -. 1) * pow (a o) (2 *. N o)
                LwT C C o * o[M.StartDistance]
        }
    |> wrong
        "rho over L dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C = alpha o * rho o * pow (a o) (2 *. N o)
                LwT C C o * o[M.StartDistance]
        }
    |> wrong
        "rho over L turned"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C =
                    (alpha o * rho o + L o / rho o * pow (a o) (N o -. 1)) * pow (a o) (2 *. N o)

                LwT C C o * o[M.StartDistance]
        }
    |> wrong
        "rho over L one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C =
                    (alpha o * rho o + rho o / L o * pow (a o) (N o -. 2)) * pow (a o) (2 *. N o)

                LwT C C o * o[M.StartDistance]
        }
    |> wrong
        "C_b a factor 1+alpha L lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                LwT (C21 o / a o) (C21 o) o * o[M.StartDistance]
        }
    |> wrong
        "C_L a factor 1+alpha L lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                LwT (C21 o) (C21 o / a o) o * o[M.StartDistance]
        }
    |> wrong
        "b tilde for b"
        { new IFormula with
            member _.Evaluate(o, _) =
                (pow (a o) (2 *. N o) * L o
                 + C21 o * o[M.MeanSquaredGap]
                 + C21 o * o[M.MeanTestGradientNorm])
                * o[M.StartDistance]
        }

let eq52 =
    claim
        "ji2022.eq52"
        "Eq. (52), proof of Proposition 7"
        Pathwise
        @"\lVert\nabla l_{T_i}(\tilde w_N)\rVert\le(1+\alpha L)^N\lVert\nabla l_{T_i}(w)\rVert+((1+\alpha L)^N-1)b_i"
        (assumptions45 @ [ positiveStep ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.TestGradientN]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o) * o[M.TestGradient] + (pow (a o) (N o) - 1R) * o[M.Gap]
        }
    |> wrong
        "test gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) = (pow (a o) (N o) - 1R) * o[M.Gap]
        }
    |> wrong
        "b dropped"
        { new IFormula with
            member _.Evaluate(o, _) = pow (a o) (N o) * o[M.TestGradient]
        }
    |> wrong
        "test gradient one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o -. 1) * o[M.TestGradient] + (pow (a o) (N o) - 1R) * o[M.Gap]
        }
    |> wrong
        "b one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o) * o[M.TestGradient] + (pow (a o) (N o -. 1) - 1R) * o[M.Gap]
        }

let eq53 =
    claim
        "ji2022.eq53"
        "Eq. (53), proof of Proposition 7"
        Pathwise
        @"\lVert\tilde w_N-\tilde u_N\rVert\le(1+\alpha L)^N\lVert w-u\rVert"
        (assumption4 @ [ positiveStep ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.PathDistanceN]
        }
        { new IFormula with
            member _.Evaluate(o, _) = pow (a o) (N o) * o[M.StartDistance]
        }
    |> wrong
        "one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (N o -. 1) * o[M.StartDistance]
        }

let prop8 =
    claim
        "ji2022.prop8"
        "Proposition 8, section 4, eq. (23)"
        ExactMean
        @"E\lVert\widehat G_i(w)\rVert^2\le A_{squ_1}\lVert\nabla\mathcal L(w)\rVert^2+A_{squ_2},\quad A_{squ_1}=\frac{4(1+\alpha L)^{4N}}{(2-(1+\alpha L)^{2N})^2},\ A_{squ_2}=\frac{4(1+\alpha L)^{8N}}{(2-(1+\alpha L)^{2N})^2}(\sigma+b)^2+2(1+\alpha)^{4N}(\sigma^2+\tilde b)"
        (assumptions45 @ [ positiveStep; stepSize ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.EstimateSquare]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "A_1 dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "first part of A_2 dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "second part of A_2 dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
        }
    |> wrong
        "A_1 one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o -. 1) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "C_1 not squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / C1 o * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / C1 o * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "A_2 one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o -. 1) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "1+alpha one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R
                  * pow (1R + alpha o) (4 *. N o -. 1)
                  * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "meta-gradient not squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * o[M.MetaGradient]
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "sigma not squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * (sigma o + o[M.MeanGap])
                + 2R * pow (1R + alpha o) (4 *. N o) * (sigma o + o[M.MeanSquaredGap])
        }
    |> wrong
        "b for b tilde"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanGap])
        }
    |> wrong
        "b tilde for b"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanSquaredGap]) 2
                + 2R * pow (1R + alpha o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }
    |> wrong
        "1+alpha L for 1+alpha"
        { new IFormula with
            member _.Evaluate(o, _) =
                4R * pow (a o) (4 *. N o) / pow (C1 o) 2 * pow (o[M.MetaGradient]) 2
                + 4R * pow (a o) (8 *. N o) / pow (C1 o) 2 * pow (sigma o + o[M.MeanGap]) 2
                + 2R * pow (a o) (4 *. N o) * (pow (sigma o) 2 + o[M.MeanSquaredGap])
        }

let eq54 =
    claim
        "ji2022.eq54"
        "Eq. (54), proof of Proposition 8"
        ExactMean
        @"E\lVert\widehat G_i(w)\rVert^2\le2(1+\alpha L)^{4N}(\lVert\nabla l_T(w)\rVert^2+\sigma^2)+2(1+\alpha L)^{2N}((1+\alpha L)^N-1)^2\tilde b"
        (assumptions45 @ [ positiveStep; stepSize ])
        { new IFormula with
            member _.Evaluate(o, _) = o[M.EstimateSquare]
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
                + 2R * pow (a o) (2 *. N o) * pow (pow (a o) (N o) - 1R) 2 * o[M.MeanSquaredGap]
        }
    |> wrong
        "test gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * pow (sigma o) 2
                + 2R * pow (a o) (2 *. N o) * pow (pow (a o) (N o) - 1R) 2 * o[M.MeanSquaredGap]
        }
    |> wrong
        "sigma dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * pow (o[M.MeanTestGradient]) 2
                + 2R * pow (a o) (2 *. N o) * pow (pow (a o) (N o) - 1R) 2 * o[M.MeanSquaredGap]
        }
    |> wrong
        "sigma not squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + sigma o)
                + 2R * pow (a o) (2 *. N o) * pow (pow (a o) (N o) - 1R) 2 * o[M.MeanSquaredGap]
        }
    |> wrong
        "b tilde dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
        }
    |> wrong
        "b for b tilde"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
                + 2R * pow (a o) (2 *. N o) * pow (pow (a o) (N o) - 1R) 2 * o[M.MeanGap]
        }
    |> wrong
        "first term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R
                * pow (a o) (4 *. N o -. 1)
                * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
                + 2R * pow (a o) (2 *. N o) * pow (pow (a o) (N o) - 1R) 2 * o[M.MeanSquaredGap]
        }
    |> wrong
        "second term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
                + 2R
                  * pow (a o) (2 *. N o -. 1)
                  * pow (pow (a o) (N o) - 1R) 2
                  * o[M.MeanSquaredGap]
        }
    |> wrong
        "bracket one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
                + 2R
                  * pow (a o) (2 *. N o)
                  * pow (pow (a o) (N o -. 1) - 1R) 2
                  * o[M.MeanSquaredGap]
        }
    |> wrong
        "bracket not squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
                + 2R * pow (a o) (2 *. N o) * (pow (a o) (N o) - 1R) * o[M.MeanSquaredGap]
        }
    |> wrong
        "b squared for b tilde"
        { new IFormula with
            member _.Evaluate(o, _) =
                2R * pow (a o) (4 *. N o) * (pow (o[M.MeanTestGradient]) 2 + pow (sigma o) 2)
                + 2R * pow (a o) (2 *. N o) * pow (pow (a o) (N o) - 1R) 2 * pow (o[M.MeanGap]) 2
        }

let eq58 =
    claim
        "ji2022.eq58"
        "Eq. (58), proof of Theorem 9"
        ExactMean
        @"L_{w_k}\le(1+\alpha L)^{2N}L+C_bb+C_{\mathcal L}\Big(\frac{C_2}{C_1}+\sigma\Big)+\frac{C_{\mathcal L}}{C_1}\lVert\nabla\mathcal L(w_k)\rVert"
        (assumptions45 @ [ positiveStep; stepSize ])
        { new IFormula with
            member _.Evaluate(o, _) = LwT (C21 o) (C21 o) o
        }
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "L-term dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "L-term one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o -. 1) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "b dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * (C2 o / C1 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "C_2 dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * sigma o
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "sigma dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "meta-gradient dropped"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 o + sigma o)
        }
    |> wrong
        "C_1 one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C1 = 2R - pow (a o) (2 *. N o -. 1)

                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 + sigma o)
                + C21 o / C1 * o[M.MetaGradient]
        }
    |> wrong
        "sigma squared"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 o + pow (sigma o) 2)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "C_L a factor 1+alpha L lost"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C = C21 o / a o

                pow (a o) (2 *. N o) * L o
                + C * o[M.MeanGap]
                + C * (C2 o / C1 o + sigma o)
                + C / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "C_2 not divided"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "meta-gradient not divided"
        { new IFormula with
            member _.Evaluate(o, _) =
                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 o / C1 o + sigma o)
                + C21 o * o[M.MetaGradient]
        }
    |> wrong
        "C_2 sigma one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o -. 1) - 1R) * sigma o
                    + pow (a o) (N o) * (pow (a o) (N o) - 1R) * o[M.MeanGap]

                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 / C1 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "C_2 b one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o) - 1R) * sigma o
                    + pow (a o) (N o -. 1) * (pow (a o) (N o) - 1R) * o[M.MeanGap]

                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 / C1 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
    |> wrong
        "C_2 b bracket one power lower"
        { new IFormula with
            member _.Evaluate(o, _) =
                let C2 =
                    (pow (a o) (2 *. N o) - 1R) * sigma o
                    + pow (a o) (N o) * (pow (a o) (N o -. 1) - 1R) * o[M.MeanGap]

                pow (a o) (2 *. N o) * L o
                + C21 o * o[M.MeanGap]
                + C21 o * (C2 / C1 o + sigma o)
                + C21 o / C1 o * o[M.MetaGradient]
        }
