/// Bounds sees two namespaces of Algorithms, the number types and the observables: no formula can run an algorithm.
module Verify.Properties.Layers

open System
open System.IO
open System.Text.RegularExpressions
open Verify.Bounds
open Xunit

/// The folder of the repository.
let root =
    let rec search (folder: DirectoryInfo | null) =
        match folder with
        | null -> failwith $"no Verify.sln above {AppContext.BaseDirectory}"
        | folder when File.Exists(Path.Combine(folder.FullName, "Verify.sln")) -> folder.FullName
        | folder -> search folder.Parent

    search (DirectoryInfo AppContext.BaseDirectory)

[<Fact>]
let ``formulas see number types and observables only`` () =
    let allowed = set [ "Numbers"; "Observables" ]

    let seen =
        [
            for file in Directory.GetFiles(Path.Combine(root, "src", "Bounds"), "*.fs") do
                for line in File.ReadAllLines file do
                    for part in Regex.Matches(line, @"Verify\.Algorithms(\.(\w+))?") do
                        Path.GetFileName file, part.Groups[2].Value
        ]

    // Both are seen, or the search is broken.
    Assert.Equal<Set<string>>(allowed, seen |> Seq.map snd |> set |> Set.intersect allowed)
    Assert.Empty(seen |> List.filter (fun (_, name) -> not (allowed.Contains name)))

[<Fact>]
let ``Bounds references Algorithms and nothing else of ours`` () =
    let ours =
        typeof<Claim>.Assembly.GetReferencedAssemblies()
        |> Seq.map (fun name -> string name.Name)
        |> Seq.filter (fun name -> name <> "FSharp.Core" && name <> "netstandard" && not (name.StartsWith "System"))

    Assert.Equal<string>([ "Verify.Algorithms" ], ours)

[<Fact>]
let ``layers look down only`` () =
    let layers = [ "Algorithms"; "Bounds"; "Evidence"; "Report"; "Verify" ]

    let folders =
        Directory.GetDirectories(Path.Combine(root, "src"))
        |> Seq.map (fun path -> string (Path.GetFileName path))
        // Outside of Verify.sln, with packages of their own: src/Ilgpu adds its engine to src/Verify, src/PlotlyNet reads figures.
        |> Seq.filter (fun name -> name <> "Ilgpu" && name <> "PlotlyNet")
        |> set

    Assert.Equal<Set<string>>(set layers, folders)

    for layer in layers do
        let project =
            Directory.GetFiles(Path.Combine(root, "src", layer), "*.*proj")
            |> Array.exactlyOne

        let references =
            [
                for found in Regex.Matches(File.ReadAllText project, @"<ProjectReference Include=""\.\./(\w+)/") do
                    found.Groups[1].Value
            ]

        let below = layers |> List.takeWhile (fun other -> other <> layer)
        // Every layer but the lowest rests on one, or the search is broken.
        Assert.Equal(below.IsEmpty, references.IsEmpty)
        Assert.Empty(references |> List.except below)
