/// Every claim of this assembly, found by reflection: a new claim touches its own file only.
module Verify.Bounds.Catalogue

open System.Reflection

/// All claims, paper by paper in the order of their declaration.
let all: Claim list =
    Assembly.GetExecutingAssembly().GetExportedTypes()
    |> Seq.sortBy _.FullName
    |> Seq.collect (fun t -> t.GetProperties(BindingFlags.Public ||| BindingFlags.Static))
    |> Seq.filter (fun p -> p.PropertyType = typeof<Claim>)
    |> Seq.sortBy _.MetadataToken
    |> Seq.map (fun p -> p.GetValue null |> Unchecked.nonNull :?> Claim)
    |> List.ofSeq

let tryFind id =
    all |> List.tryFind (fun c -> c.Id = id)

/// Ids of catalogued statements that have no claim yet.
let notBuilt = NotBuilt.ids
