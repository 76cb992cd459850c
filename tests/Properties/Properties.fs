/// Properties of every claim: not refuted, the same in every number type, its wrong variants wrong.
namespace Verify.Properties

open System
open System.Collections.Generic
open System.IO
open System.Text.Json
open Verify.Algorithms.Instances
open Verify.Algorithms.Numbers
open Verify.Algorithms.Observables
open Verify.Bounds
open Verify.Evidence
open Verify.Properties.Generators
open Xunit

[<AutoOpen>]
module private Claims =
    let find id =
        Catalogue.tryFind id |> Option.defaultWith (fun () -> failwith $"no claim {id}")

    let ids (claims: Claim seq) =
        TheoryData<string>(claims |> Seq.map _.Id)

    /// The ledger of the sources, upward from the test assembly.
    let rec private ledger (folder: string) =
        if File.Exists(Path.Combine(folder, "Verify.sln")) then
            Path.Combine(folder, "ledger")
        else
            ledger (Path.GetDirectoryName folder |> nonNull)

    /// Refuted as printed; each has a witness in the ledger.
    let knownRefuted =
        Ledger.Read(ledger AppContext.BaseDirectory)
        |> Seq.filter (fun e -> e.Verdict = "refuted")
        |> Seq.map _.Claim
        |> set

    let notRefuted (certify: Case -> Certificate) (case: Case) =
        let certificate = certify case

        if certificate.Outcome = Outcome.Refuted then
            failwith $"refuted at {certificate.Bits} bits: {certificate.Sides}"

    let withRisingPrecision (case: Case) =
        Certifier.WithRisingPrecision(case.Claim, case.Trial, case.Instance)

/// Each claim on its own. xunit runs the classes of this file side by side.
type ClaimProperties() =
    static member All = ids Catalogue.all

    static member Standing =
        Catalogue.all |> Seq.filter (fun c -> not (knownRefuted.Contains c.Id)) |> ids

    static member WithVariants = Catalogue.all |> Seq.filter (fun c -> not c.Wrong.IsEmpty) |> ids

    [<Theory; MemberData(nameof ClaimProperties.Standing)>]
    member _.``is not refuted``(id: string) =
        let claim = find id
        let mutable met = 0

        let property case =
            let certificate = withRisingPrecision case

            if
                certificate.Outcome = Outcome.Satisfied
                || certificate.Outcome = Outcome.AtEquality
            then
                met <- met + 1

            notRefuted (fun _ -> certificate) case

        // An identity goes through every precision, since overlapping enclosures never decide it.
        let tests = if claim.Relation = Equal then 15 else 50
        Property.check tests id (cases claim) property
        // Else the property says nothing.
        Assert.True(met > 0 || Property.replayed.IsSome, "no case met the hypotheses")

    [<Theory; MemberData(nameof ClaimProperties.WithVariants)>]
    member _.``differs from its wrong variants``(id: string) =
        let claim = find id

        let difference (x: Real) (y: Real) =
            abs (x.Value - y.Value) > 1e-6 * (abs x.Value + abs y.Value)

        for name, variant in claim.Wrong do
            let differs (case: Case) =
                // Each with what it prescribes: a variant may differ in that alone.
                let sides (x: Claim) =
                    NumberTypes.sides x (Certifier.Measure<Real>(x, case.Trial, case.Instance))

                List.zip (sides claim) (sides variant)
                |> List.exists (fun ((_, x), (_, y)) -> difference x y)

            Assert.True(Property.exists 30 variant.Id (cases claim) differs, $"'{name}' is the same as {id}")

    [<Theory; MemberData(nameof ClaimProperties.All)>]
    member _.``has a trial and a family``(id: string) =
        Assert.NotEmpty(Registry.Default.TrialsOf(find id))
        Assert.NotEmpty(Registry.Default.FamiliesOf(find id))

/// Each claim's sides in each number type.
type NumberTypeProperties() =
    static member Pairs =
        let pairs = TheoryData<string, string>()

        for claim in Catalogue.all do
            for name, _ in NumberTypes.all do
                pairs.Add(claim.Id, name)

        pairs

    [<Theory; MemberData(nameof NumberTypeProperties.Pairs)>]
    member _.``agrees``(id: string, numberType: string) =
        let _, agree = NumberTypes.all |> List.find (fun (name, _) -> name = numberType)
        // Numbers of 128 bits take most of the time; a deep run tries a hundred times as many in any type.
        let tests = if numberType = "BigInterval" then 5 else 20
        let says = Property.exists tests $"{id} in {numberType}" (cases (find id)) agree
        Assert.True(says, "no side could be compared")

/// The instance format and the smaller instances that shrinking tries.
type InstanceProperties() =
    let sameNumbers (x: double seq) (y: double seq) =
        Seq.forall2
            (fun a b ->
                BitConverter.DoubleToInt64Bits a = BitConverter.DoubleToInt64Bits b
                || Double.IsNaN a && Double.IsNaN b)
            x
            y

    static member All = ids Catalogue.all

    [<Theory; MemberData(nameof InstanceProperties.All)>]
    member _.``is read back as written``(id: string) =
        let property (case: Case) =
            let x = finite case.Instance
            use json = JsonDocument.Parse(InstanceJson.Write(x).ToJsonString())

            let y =
                InstanceJson.Read(x.Shape, json.RootElement, HashSet<Field>(), HashSet<Count>())

            // What is never written is not read.
            for field in x.Shape.Fields |> Seq.filter _.Internal do
                y[field].Clear()
                x[field].Clear()

            Assert.Equal<KeyValuePair<_, _>>(x.Counts, y.Counts)
            Assert.Equal(x.Record.Length, y.Record.Length)
            Assert.True(sameNumbers x.Record y.Record, $"read as {InstanceJson.Write(y).ToJsonString()}")

        // Claims of one shape share their format.
        Property.check 15 id (cases (find id)) property

    [<Theory; MemberData(nameof InstanceProperties.All)>]
    member _.``has smaller ones that are well formed``(id: string) =
        let property (case: Case) =
            for y in Shrinker.Smaller case.Instance do
                Assert.Null(y.Shape.Fault y)
                Assert.Equal(y.Layout.Size, y.Record.Length)

                let isSame =
                    y.Record.Length = case.Instance.Record.Length
                    && sameNumbers y.Record case.Instance.Record
                    && Seq.forall2 (=) y.Counts case.Instance.Counts

                Assert.False(isSame, "a proposal is the instance itself")

        Property.check 5 id (cases (find id)) property

/// The runner itself, on the claim that is known to be refuted.
type RunnerTests() =
    let claim = find "ji2022.lemma15"

    let run start =
        Assert.Throws<Falsified>(fun () ->
            // Double intervals refute it: higher precision would only slow the shrinking.
            Property.checkFrom
                (Some start)
                1000
                claim.Id
                (cases claim)
                (notRefuted (fun case -> Certifier.WithIntervals(case.Claim, case.Trial, case.Instance))))

    [<Fact>]
    member _.``a violation is found, made small and replayed from its token``() =
        let found = run { Rnd = FsCheck.Rnd 1UL; Size = None }
        let token = $"replay with VERIFY_REPLAY={Property.token found.Replay}"
        Assert.EndsWith(token, found.Message)

        let again = run (Property.parse (Property.token found.Replay))
        Assert.EndsWith(token, again.Message)
        Assert.Equal(string found.Counterexample, string again.Counterexample)

        let smallest = found.Counterexample :?> Case
        Assert.Contains(string smallest, found.Message)
        Assert.Equal(Outcome.Refuted, (withRisingPrecision smallest).Outcome)
        Assert.Equal(1, smallest.Instance.Layout.D)
        Assert.Equal(1, smallest.Instance.Layout.Tasks)

    [<Theory>]
    [<InlineData "1,2">]
    [<InlineData "1,2,x">]
    [<InlineData "-1,2,3">]
    member _.``a token that is none is refused``(token: string) =
        Assert.Contains("not seed,gamma,size", Assert.ThrowsAny<exn>(fun () -> Property.parse token |> ignore).Message)
