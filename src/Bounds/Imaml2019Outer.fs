/// Rajeswaran et al. 2019: the outer loop and the experiments.
module Verify.Bounds.Imaml2019Outer

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019
