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
    /// Typed by a user; no text states it.
    | Proposed

/// The scalar of an instance that a hypothesis restricts; the sampler places it within the admissible range.
type Governed =
    | Nothing
    /// alpha L, from 0 up to the largest value with a positive margin.
    | AlphaL

type Condition =
    /// The instance has this constant (finite), established by construction or by enclosure of its own numbers.
    | Established of Slot
    /// The margin is positive: a condition that is printed strictly.
    | Positive of IFormula
    /// The margin is 0 or more: a condition that is printed with its boundary.
    | NonNegative of IFormula

    /// The formula whose sign decides. Throws InvalidOperationException for a constant that is to be established.
    member x.Margin =
        match x with
        | Established slot -> invalidOp $"{slot} is established, by no margin"
        | Positive margin
        | NonNegative margin -> margin

/// A named condition under which a claim is stated.
type Hypothesis =
    {
        Name: string
        /// As LaTeX.
        Statement: string
        Condition: Condition
        Governs: Governed
    }

/// A number that a statement prescribes: a step size, a start, an iteration count. It is evaluated from the constants of the
/// instance (and what a trial prepares), before the trial runs with it.
[<NoComparison; ReferenceEquality>]
type Prescription =
    {
        Slot: Slot
        Value: IFormula
        /// Rounded up, and 0 where negative.
        IsCount: bool
    }

/// A part of the right side: tables show the best ratio where it is at least half of it beside the best of all.
[<NoComparison; ReferenceEquality>]
type Highlight =
    {
        Name: string
        /// The part divided by the whole.
        Share: IFormula
    }

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
        Prescribes: Prescription list
        /// Of a statement that leaves a choice open: the fields of an instance that choose this reading, with the word that
        /// each holds ("" for numbers). The base id selects the first reading that the fields of an instance name.
        Reading: (string * string) list
        Relation: Relation
        Lhs: IFormula
        Rhs: IFormula
        /// How many components both sides have: Scalar, or the extent of the vectors that an identity compares.
        Extent: Extent
        Highlight: Highlight option
        /// Claims (`.satisfiable`) that its hypotheses can hold together: where one fails at every instance, this claim is
        /// about nothing.
        Presupposes: Claim list
        /// Deliberately wrong forms, each of which the suite must catch: a name and the claim with a changed side.
        Wrong: (string * Claim) list
    }

    override x.Equals(other) =
        match other with
        | :? Claim as y -> x.Id = y.Id
        | _ -> false

    override x.GetHashCode() = x.Id.GetHashCode()
    override x.ToString() = x.Id

/// How claims are written down.
[<AutoOpen>]
module Claim =
    /// A printed scalar inequality lhs <= rhs; change what differs with { ... with ... }.
    let claim id source kind statement hypotheses lhs rhs =
        {
            Id = id
            Version = 1
            Source = source
            Provenance = Printed
            Kind = kind
            Statement = statement
            Hypotheses = hypotheses
            Prescribes = []
            Reading = []
            Relation = AtMost
            Lhs = lhs
            Rhs = rhs
            Extent = Extent.Scalar
            Highlight = None
            Presupposes = []
            Wrong = []
        }

    let private hypothesis name statement condition =
        {
            Name = name
            Statement = statement
            Condition = condition
            Governs = Nothing
        }

    /// The hypothesis that the instance has a constant.
    let established name statement slot =
        hypothesis name statement (Established slot)

    /// A strict hypothesis: margin > 0.
    let positive name statement margin =
        hypothesis name statement (Positive margin)

    /// A hypothesis that its boundary meets: margin >= 0.
    let nonNegative name statement margin =
        hypothesis name statement (NonNegative margin)

    let private wrongForm (name: string) change claim =
        let variant =
            { change claim with
                Id = claim.Id + "!" + name.Replace(' ', '-')
                Wrong = []
            }

        { claim with
            Wrong = claim.Wrong @ [ name, variant ]
        }

    /// Adds a deliberately wrong form: the claim with another right side.
    let wrong name rhs =
        wrongForm name (fun claim -> { claim with Rhs = rhs })

    /// Adds a deliberately wrong form with both sides changed.
    let wrongSides name lhs rhs =
        wrongForm name (fun claim -> { claim with Lhs = lhs; Rhs = rhs })

    /// Adds a deliberately wrong form: the claim with other prescriptions.
    let wrongPrescriptions name prescribes =
        wrongForm name (fun claim -> { claim with Prescribes = prescribes })

    /// Not printed: derived here, or by the catalogue.
    let derived claim = { claim with Provenance = Derived }

    /// An equation between vectors, component by component.
    let componentwise claim =
        { claim with
            Relation = Equal
            Extent = Extent.Dimension
        }

    /// The claim under further hypotheses, its wrong forms as well; its id has ".with-" and the name as a suffix.
    let withHypotheses (name: string) hypotheses claim =
        let narrowed (form: Claim) id =
            { form with
                Id = id
                Provenance = Derived
                Hypotheses = form.Hypotheses @ hypotheses
            }

        let id = $"{claim.Id}.with-{name}"

        { narrowed claim id with
            Wrong =
                claim.Wrong
                |> List.map (fun (name, form) -> name, narrowed form (id + "!" + name.Replace(' ', '-')))
        }

    /// Prescribes the value of a slot.
    let prescribe slot value =
        {
            Slot = slot
            Value = value
            IsCount = false
        }

    /// Prescribes a number of steps, rounded up.
    let prescribeCount slot value =
        {
            Slot = slot
            Value = value
            IsCount = true
        }

    /// One of the readings of a statement that leaves a choice open; its id has the name as a suffix.
    let reading (name: string) choices claim =
        { claim with
            Id = claim.Id + "." + name
            Reading = choices
        }
