/// Arithmetic for formula files. F# resolves chained operators on a static-abstract constraint badly (FS0670), so the
/// operators are shadowed here; open this module and write formulas as on paper, with literals 1R, 2R.
module Verify.Bounds.Formulas

open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds

/// Integer arithmetic, for exponents and indices.
let inline ( *. ) (m: int) (n: int) : int = m * n
let inline (-.) (m: int) (n: int) : int = m - n
let inline (+.) (m: int) (n: int) : int = m + n

let inline (+) (a: 'T :> IReal<'T>) (b: 'T) : 'T = 'T.op_Addition (a, b)
let inline (-) (a: 'T :> IReal<'T>) (b: 'T) : 'T = 'T.op_Subtraction (a, b)
let inline (*) (a: 'T :> IReal<'T>) (b: 'T) : 'T = 'T.op_Multiply (a, b)
let inline (/) (a: 'T :> IReal<'T>) (b: 'T) : 'T = 'T.op_Division (a, b)

/// x^n for an integer n.
let inline pow (x: 'T :> IReal<'T>) (n: int) : 'T = 'T.Pow(x, n)
let inline sqrt (x: 'T :> IReal<'T>) : 'T = 'T.Sqrt x
let inline log (x: 'T :> IReal<'T>) : 'T = 'T.Log x
let inline exp (x: 'T :> IReal<'T>) : 'T = 'T.Exp x
let inline abs (x: 'T :> IReal<'T>) : 'T = 'T.Abs x
let inline max (x: 'T :> IReal<'T>) (y: 'T) : 'T = 'T.Max(x, y)
let inline min (x: 'T :> IReal<'T>) (y: 'T) : 'T = 'T.Min(x, y)

/// The number of steps that a fractional or negative count stands for.
let inline steps (x: 'T :> IReal<'T>) : 'T = 'T.Max('T.From 0.0, 'T.Ceiling x)

module NumericLiteralR =
    let inline FromZero () : 'T :> IReal<'T> = 'T.From 0.0
    let inline FromOne () : 'T :> IReal<'T> = 'T.From 1.0
    let inline FromInt32 (n: int) : 'T :> IReal<'T> = 'T.From(float n)

let inline alpha (o: Observables<'T>) = o[Constants.Alpha]
let inline L (o: Observables<'T>) = o[Constants.L]
let inline rho (o: Observables<'T>) = o[Constants.Rho]
let inline sigma (o: Observables<'T>) = o[Constants.Sigma]
let inline N (o: Observables<'T>) = o[Count.N]
let inline j (o: Observables<'T>) = o[Count.J]

/// 1 + alpha L.
let inline a (o: Observables<'T>) : 'T = 1R + alpha o * L o

/// Component k of a vector.
let inline entry (slot: Slot) (o: Observables<'T>) (k: int) : 'T = o.Vector(slot).[k]

/// An integer as a number of the type.
let inline number (n: int) : 'T :> IReal<'T> = 'T.From(float n)

/// The formula of a slot: its value, or component k of a vector.
let slot (slot: Slot) =
    { new IFormula with
        member _.Evaluate(o, k) = entry slot o k
    }

/// The formula of a slot with its sign turned.
let negative (slot: Slot) =
    { new IFormula with
        member _.Evaluate(o, k) = 0R - entry slot o k
    }

/// The formula 0.
let zero =
    { new IFormula with
        member _.Evaluate(_, _) = 0R
    }

/// The formula of a count, with an integer added.
let count (count: Count) (offset: int) =
    { new IFormula with
        member _.Evaluate(o, _) = number (o[count] +. offset)
    }
