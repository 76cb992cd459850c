/// Rajeswaran et al. 2019: conjugate gradients and other linear solvers.
module Verify.Bounds.Imaml2019LinearSolvers

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Bounds.Formulas
open Verify.Bounds.Imaml2019
