/// What a claim is: a published statement as a value, with both sides as formulas that run in every number type.
namespace Verify.Bounds

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables

/// A formula of constants and observables, written once for every number type. Component k is asked for where a side is
/// a vector; a scalar formula ignores k.
type IFormula =
    abstract Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType> :
        o: Observables<'T> * k: int -> 'T

/// How the left side stands to the right one.
type Relation =
    | AtMost
    | Less
    | Equal

/// What has to be evaluated to check a claim on one instance.
type Kind =
    | Identity
    | Pathwise
    | ExactMean
    | Expectation
    | WholeRun
    | Asymptotic
    | Scalar

/// Where the text of a statement comes from.
type Provenance =
    | Printed
    | Quoted
    | Reconstructed
    | Recalled
    | Derived

/// The scalar of an instance that a hypothesis restricts; the sampler places it within the admissible range.
type Governed =
    | Nothing
    /// alpha L, from 0 up to the largest value with a positive margin.
    | AlphaL

type Condition =
    /// The instance has this constant (finite), established by construction or by enclosure of its own numbers.
    | Established of Slot
    /// The formula is positive.
    | Positive of IFormula

/// A named condition under which a claim is stated.
type Hypothesis =
    { Name: string
      /// As LaTeX.
      Statement: string
      Condition: Condition
      Governs: Governed }

/// A published statement.
[<NoComparison; CustomEquality>]
type Claim =
    {
        /// For example ji2022.lemma12; parts and variants have suffixes.
        Id: string
        /// Raised with every change of what the claim says.
        Version: int
        /// Paper, number, page or equation.
        Source: string
        Provenance: Provenance
        Kind: Kind
        /// As LaTeX.
        Statement: string
        Hypotheses: Hypothesis list
        Relation: Relation
        Lhs: IFormula
        Rhs: IFormula
        /// How many components both sides have: Scalar, or the extent of the vectors that an identity compares.
        Extent: Extent
        /// Deliberately wrong forms, each of which the suite must catch: a name and the claim with a changed side.
        Wrong: (string * Claim) list
    }

    override x.Equals(other) =
        match other with
        | :? Claim as y -> x.Id = y.Id
        | _ -> false

    override x.GetHashCode() = x.Id.GetHashCode()
    override x.ToString() = x.Id
