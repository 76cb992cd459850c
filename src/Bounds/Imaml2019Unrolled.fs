/// Rajeswaran et al. 2019: differentiation through the inner steps.
module Verify.Bounds.Imaml2019Unrolled

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019
