/// Rajeswaran et al. 2019: implicit gradients, their definition and their error.
module Verify.Bounds.Imaml2019ImplicitGradient

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019
