using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
using Verify.Algorithms.Observables;
using Verify.Bounds;
using Verify.Evidence;

namespace Verify.Report;

/// <summary>A constant of a counterexample.</summary>
/// <param name="Name">As LaTeX.</param>
/// <param name="Meaning">What it is, in words and LaTeX.</param>
/// <param name="Value">The number used: the safe end of the enclosure.</param>
/// <param name="Lower">At or below the smallest valid constant.</param>
/// <param name="Upper">At or above it.</param>
public sealed record CertifiedConstant(string Name, string Meaning, double Value, double Lower, double Upper);

/// <summary>The eigenvalues of a symmetric matrix.</summary>
/// <param name="Name">The matrix, as LaTeX.</param>
/// <param name="Values">In doubles, ascending.</param>
public sealed record Spectrum(string Name, IReadOnlyList<double> Values);

/// <summary>A certified counterexample as people cite it.</summary>
public sealed class Counterexample
{
    /// <summary>Larger matrices are not written out.</summary>
    private const int MostRows = 8;

    private readonly Claim _claim;
    private readonly Instance _instance;

    /// <summary>The counterexample of a refuted claim.</summary>
    public Counterexample(Claim claim, Witness witness, Registry registry)
    {
        Witness = witness;
        _claim = claim;
        _instance = Witness.Certificate.Instance;
        Json = WitnessFile.Text(WitnessFile.Write(_claim, Witness, registry));
        Hash = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{_claim.Id}\n{_claim.Version}\n{Json}"))
        );
        var reads = registry.Reads(_claim);
        Constants =
        [
            .. _instance.Shape.Fields.Where(f => f.Slot is { } s && reads.Contains(s)).SelectMany(ConstantsOf),
        ];
        Spectra = [.. _instance.Shape.Fields.SelectMany(SpectraOf)];
    }

    public Witness Witness { get; }

    /// <summary>The witness as a case file, which <c>verify check</c> reads.</summary>
    public string Json { get; }

    /// <summary>SHA-256 of the claim's id, its version and <see cref="Json"/>, each of the first two with a line feed after it.</summary>
    public string Hash { get; }

    /// <summary>The constants that the claim reads.</summary>
    public IReadOnlyList<CertifiedConstant> Constants { get; }

    /// <summary>Of the quadratic parts and of symmetric matrices.</summary>
    public IReadOnlyList<Spectrum> Spectra { get; }

    /// <summary>The instance as LaTeX formulas: counts, numbers, points, matrices and losses.</summary>
    public IReadOnlyList<string> Formulas
    {
        get
        {
            var formulas = new List<string>();
            if (_instance.Shape.Fields.Any(f => f.Kind is not (FieldKind.Scalar or FieldKind.PerTask) && !f.Internal))
                formulas.Add($"d={_instance.Layout.D}");
            formulas.AddRange(
                _instance.Counts.Where(c => c.Key != Count.D).Select(c => $"{Notation.Latex(c.Key.Name)}={c.Value}")
            );
            formulas.AddRange(_instance.Shape.Fields.Where(f => !f.Internal && IsWritten(f)).SelectMany(FormulasOf));
            return formulas;
        }
    }

    /// <summary>Which side is certainly where, as LaTeX.</summary>
    public string Sides
    {
        get
        {
            var sides = Witness.Certificate.Sides!;
            static string Low(string side, double x) => $@"\text{{{side}}}\ge{Notation.Latex(x)}";
            static string High(string side, double x) => $@"\text{{{side}}}\le{Notation.Latex(x)}";
            return !_claim.Relation.IsEqual || sides.LhsLower > sides.RhsUpper
                ? $@"{Low("left side", sides.LhsLower)},\quad {High("right side", sides.RhsUpper)}"
                : $@"{High("left side", sides.LhsUpper)},\quad {Low("right side", sides.RhsLower)}";
        }
    }

    /// <summary>The same as plain text.</summary>
    public string Summary => SummaryOf(_claim, Witness);

    /// <summary>
    /// Which side of a refuted claim is certainly where, as plain text: to six digits rounded outwards where those tell the
    /// sides apart.
    /// </summary>
    public static string SummaryOf(Claim claim, Witness witness)
    {
        var sides = witness.Certificate.Sides!;
        var isLeftBelow = claim.Relation.IsEqual && sides.LhsLower <= sides.RhsUpper;
        var (low, high) = isLeftBelow ? (sides.RhsLower, sides.LhsUpper) : (sides.LhsLower, sides.RhsUpper);
        var (below, above) = (Notation.Below(low), Notation.Above(high));
        if (below == above)
            (below, above) = (
                low.ToString("R", CultureInfo.InvariantCulture),
                high.ToString("R", CultureInfo.InvariantCulture)
            );
        return isLeftBelow
            ? $"left side ≤ {above}, right side ≥ {below}"
            : $"left side ≥ {below}, right side ≤ {above}";
    }

    /// <summary>A paragraph of LaTeX for a paper.</summary>
    public string Latex
    {
        get
        {
            var title = $@"{_claim.Source} (\texttt{{{_claim.Id.Replace("_", @"\_")}}}, version {_claim.Version})";
            return $"""
                \paragraph{"{"}Counterexample to {title}.{"}"}
                The statement
                \[ {_claim.Statement} \]
                fails for
                \[ \begin{"{"}gathered{"}"}
                {string.Join(" \\\\\n", Formulas.Select(f => "  " + f))}
                \end{"{"}gathered{"}"} \]
                {(
                    Constants.Count == 0
                        ? ""
                        : $"with ${string.Join(",\\ ", Constants.Select(c => $"{c.Name}={Notation.Latex(c.Value)}"))}$,\n"
                )}since
                \[ {Sides}. \]
                % Certified by Verify; SHA-256 {Hash}

                """.ReplaceLineEndings(
                "\n"
            );
        }
    }

    /// <summary>A BibTeX entry.</summary>
    /// <param name="program">The program and its version.</param>
    /// <param name="year">The year in which it was certified.</param>
    public string BibTeX(string program, int year) =>
        $$"""
            @misc{verify:{{_claim.Id}}:{{Hash[..8]}},
              key          = {Verify},
              title        = {Counterexample to {{_claim.Source.Replace("_", @"\_")}} ({\ttfamily {{_claim.Id.Replace(
                "_",
                @"\_"
            )}}}, version {{_claim.Version}})},
              howpublished = {{{program}}, certified counterexample},
              year         = {{{year}}},
              note         = {SHA-256 {{Hash}}}
            }

            """.ReplaceLineEndings(
            "\n"
        );

    private bool IsWritten(Field field) =>
        field.Kind == FieldKind.Losses
            ? _instance.Layout.LossesOf(field).Any(l => l.Length > 0)
            // A constant stands in a list of its own.
            : !Constants.Any(c => c.Name == NameOf(field)) && double.IsFinite(_instance[field][0]);

    /// <summary>The last part of a field's name, or all of it where two fields of the shape share that part.</summary>
    private string NameOf(Field field)
    {
        static string Last(Field f) => f.Name.Split('.')[^1];
        return Notation.Latex(
            _instance.Shape.Fields.Any(f => f != field && Last(f) == Last(field)) ? field.Name : Last(field)
        );
    }

    private IEnumerable<CertifiedConstant> ConstantsOf(Field field)
    {
        if (!_instance.Has(field))
            yield break;
        var enclosures = _instance.Shape.Establish<Interval>(_instance, field);
        if (enclosures is null)
            yield break;
        var numbers = _instance[field].ToArray();
        for (var k = 0; k < numbers.Length; k++)
            yield return new CertifiedConstant(
                NameOf(field) + (numbers.Length > 1 ? $"^{{({k + 1})}}" : ""),
                field.Slot!.Meaning,
                numbers[k],
                enclosures[k].Lower,
                enclosures[k].Upper
            );
    }

    private IEnumerable<Spectrum> SpectraOf(Field field)
    {
        var d = _instance.Layout.D;
        if (field.Internal)
            yield break;
        if (field.Kind == FieldKind.Losses)
        {
            var losses = _instance.Layout.LossesOf(field);
            for (var i = 0; i < losses.Length; i++)
                foreach (var term in losses[i].Where(t => t.Kind == TermKind.Quadratic))
                    yield return new Spectrum(
                        $"A_{{{LossName(field, i)}}}",
                        Eigenvalues(_instance.Term(term)[..SymmetricMatrix.PackedLength(d)])
                    );
        }
        else if (field.Kind == FieldKind.Symmetric && _instance.Has(field))
            yield return new Spectrum(NameOf(field), Eigenvalues(_instance[field]));
    }

    private IReadOnlyList<double> Eigenvalues(ReadOnlySpan<double> packed)
    {
        var dense = SymmetricMatrix.Unpack(_instance.Layout.D, packed);
        return
        [
            .. MathNet
                .Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(dense)
                .Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric)
                .EigenValues.Select(z => z.Real)
                .Order(),
        ];
    }

    private IEnumerable<string> FormulasOf(Field field)
    {
        var (d, name) = (_instance.Layout.D, NameOf(field));
        if (field.Kind == FieldKind.Losses)
        {
            var losses = _instance.Layout.LossesOf(field);
            return losses.Select((terms, i) => $"{LossName(field, i)}(x)={Sum(terms)}");
        }
        var numbers = _instance[field].ToArray();
        return field.Kind switch
        {
            FieldKind.Scalar => [$"{name}={Notation.Latex(numbers[0])}"],
            FieldKind.Vector or FieldKind.PerTask => [$"{name}={Vector(numbers)}"],
            FieldKind.Symmetric => [$"{name}={Matrix(SymmetricMatrix.Unpack(d, numbers))}"],
            _ => numbers
                .Chunk(d * (field.Kind == FieldKind.Rows ? numbers.Length / d : d))
                .Select((m, i) => $"{name}{(numbers.Length > d * d ? $"_{{{i}}}" : "")}={Matrix(Dense(m, d))}"),
        };
    }

    private string LossName(Field field, int task)
    {
        // inner.loss and outer.loss, or tasksS and tasksT; where there is one kind of loss it needs no name.
        var word = field.Name.Split('.')[0];
        var isOnly = _instance.Shape.Fields.Count(f => f.Kind == FieldKind.Losses) == 1;
        var letter = isOnly ? @"\ell" : $@"\ell^\text{{{word}}}";
        return _instance.Layout.Tasks > 1 ? $"{letter}_{{{task + 1}}}" : letter;
    }

    private string Sum(TermAt[] terms)
    {
        var written = terms.Select(Term).Where(t => t.Length > 0).ToList();
        return written.Count == 0 ? "0" : string.Join("+", written).Replace("+-", "-");
    }

    /// <summary>A term at x; empty where it is zero.</summary>
    private string Term(TermAt at)
    {
        var d = _instance.Layout.D;
        var numbers = _instance.Term(at);
        switch (at.Kind)
        {
            case TermKind.Quadratic:
                var (a, b) = (numbers[..SymmetricMatrix.PackedLength(d)].ToArray(), numbers[^d..].ToArray());
                var square =
                    Array.TrueForAll(a, x => x == 0) ? ""
                    : d == 1 ? Product(a[0], @"\tfrac{x^2}{2}")
                    : $@"\tfrac12x^\top{Matrix(SymmetricMatrix.Unpack(d, a))}x";
                return string.Join("+", new[] { square, Inner(b) }.Where(t => t.Length > 0));
            case TermKind.Linear:
                return Inner(numbers.ToArray());
            case TermKind.Cosine:
                return Product(numbers[0], $@"\cos({Affine(numbers[2..].ToArray(), numbers[1])})");
            case TermKind.RadialPseudoHuber:
                var (scale, center) = (Notation.Latex(numbers[1]), numbers[2..].ToArray());
                var distance = Array.TrueForAll(center, c => c == 0)
                    ? @"\lVert x\rVert"
                    : $@"\lVert x-{Vector(center)}\rVert";
                return Product(
                    numbers[0],
                    $@"{(scale == "1" ? "" : scale + @"\,")}\Big(\sqrt{{1+{(scale == "1" ? $"{distance}^2" : $@"({distance}/{scale})^2")}}}-1\Big)"
                );
            case TermKind.RidgePseudoHuber:
                return Product(numbers[0], $@"\sqrt{{1+({Affine(numbers[2..].ToArray(), -numbers[1])})^2}}");
            case TermKind.RidgeHuber:
                return Product(
                    numbers[0],
                    $@"h_{{{Notation.Latex(numbers[2])}}}({Affine(numbers[3..].ToArray(), -numbers[1])})"
                );
            default:
                return Product(
                    numbers[0],
                    d == 1 ? @"\tfrac{\lvert x\rvert^3}{6}" : @"\tfrac16\textstyle\sum_i\lvert x_i\rvert^3"
                );
        }
    }

    private static string Product(double factor, string text) =>
        factor switch
        {
            0 => "",
            1 => text,
            -1 => "-" + text,
            _ => Notation.Latex(factor) + @"\," + text,
        };

    private static string Inner(double[] c) =>
        Array.TrueForAll(c, x => x == 0) ? ""
        : c.Length == 1 ? Product(c[0], "x")
        : $@"{Vector(c)}\,x".Replace(@"^\top\,x", @"\cdot x");

    private static string Affine(double[] direction, double offset)
    {
        var inner = Inner(direction);
        var shift = offset == 0 ? "" : Notation.Latex(offset);
        return inner.Length == 0 ? (shift.Length == 0 ? "0" : shift)
            : shift.Length == 0 ? inner
            : $"{inner}+{shift}".Replace("+-", "-");
    }

    private static string Vector(double[] x) =>
        x.Length == 1 ? Notation.Latex(x[0])
        : x.Length > 2 * MostRows ? $@"(\ldots)\in\mathbb R^{{{x.Length}}}"
        : $@"({string.Join(",", x.Select(Notation.Latex))})^\top";

    private static string Matrix(double[,] a)
    {
        var (rows, columns) = (a.GetLength(0), a.GetLength(1));
        if (rows == 1 && columns == 1)
            return Notation.Latex(a[0, 0]);
        if (rows > MostRows || columns > MostRows)
            return $@"(\ldots)\in\mathbb R^{{{rows}\times{columns}}}";
        var lines = Enumerable
            .Range(0, rows)
            .Select(i => string.Join("&", Enumerable.Range(0, columns).Select(j => Notation.Latex(a[i, j]))));
        return $@"\begin{{pmatrix}}{string.Join(@"\\", lines)}\end{{pmatrix}}";
    }

    private static double[,] Dense(double[] rows, int d)
    {
        var dense = new double[rows.Length / d, d];
        for (var k = 0; k < rows.Length; k++)
            dense[k / d, k % d] = rows[k];
        return dense;
    }
}
