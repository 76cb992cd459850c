using System.Text.Json;
using System.Text.Json.Nodes;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Observables;

namespace Verify.Evidence;

/// <summary>
/// Instances in the format of the conformance cases. What a shape's fields and counts are called, and what they admit, is
/// read from the shape; every fault is an <see cref="InputException"/> that names the field and its value.
/// </summary>
public static class InstanceJson
{
    /// <summary>The largest dimension that is read.</summary>
    public const int MostDimensions = 1000;

    private static readonly Dictionary<string, TermKind> s_kinds = Enum.GetValues<TermKind>()
        .ToDictionary(TermLayout.Name);

    /// <summary>Whether an instance has the losses or matrices by which a shape is recognised.</summary>
    public static bool IsOf(Shape shape, JsonElement json) =>
        shape.Fields.Where(IsBulk).All(f => Find(json, f) is not null);

    /// <summary>Reads an instance of a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="json">The object.</param>
    /// <param name="needed">Optional fields that must be there.</param>
    /// <exception cref="InputException">The first fault found.</exception>
    public static Instance Read(Shape shape, JsonElement json, IReadOnlySet<Field> needed)
    {
        RejectUnknownFields(shape, json);
        var (d, tasks, matrices) = Sizes(shape, json);
        var losses = shape
            .Fields.Where(f => f.Kind == FieldKind.Losses)
            .ToDictionary(f => f, f => ReadLosses(f, IsSingle(f, json), Find(json, f)!.Value, d));
        var layout = new Layout(shape, d, tasks, matrices, (f, i) => [.. losses[f][i].Select(t => t.Kind)]);
        var record = new double[layout.Size];
        foreach (var field in shape.Fields)
        {
            if (field.Kind == FieldKind.Losses)
            {
                for (var i = 0; i < tasks; i++)
                    foreach (var (at, term) in layout.LossesOf(field)[i].Zip(losses[field][i]))
                        term.Numbers.CopyTo(record, at.Offset);
                continue;
            }
            var into = record.AsSpan(layout.OffsetOf(field), layout.LengthOf(field));
            if (field.Internal || Find(json, field) is not { } value)
            {
                if (!field.Internal && (!field.Optional || needed.Contains(field)))
                    throw new InputException($"field '{field.Name}' is missing");
                into.Fill(field.IsProbability ? 1.0 / tasks : double.NaN);
                continue;
            }
            ReadNumbers(field, value, into, layout);
        }
        var instance = new Instance(layout, ReadCounts(shape, json), record);
        return shape.Fault(instance) is { } fault ? throw new InputException(fault) : instance;
    }

    /// <summary>Writes an instance; absent fields are left out.</summary>
    public static JsonObject Write(Instance instance)
    {
        var (layout, json) = (instance.Layout, new JsonObject());
        foreach (var (count, value) in instance.Counts)
            json[count.Name] = value;
        foreach (var field in instance.Shape.Fields)
        {
            if (field.Internal)
                continue;
            if (field.Kind == FieldKind.Losses)
            {
                var losses = layout.LossesOf(field).Select(l => (JsonNode)WriteLoss(instance, l)).ToArray();
                var single = field.Single is not null && losses.Length == 1;
                json[single ? field.Single! : field.Name] = single ? losses[0] : new JsonArray(losses);
            }
            else if (instance.Has(field))
                json[field.Name] = WriteNumbers(field, instance[field], layout.D);
        }
        return json;
    }

    private static bool IsBulk(Field field) => field.Kind is FieldKind.Losses or FieldKind.Matrices;

    private static JsonElement? Find(JsonElement json, Field field) =>
        json.TryGetProperty(field.Name, out var value) ? value
        : field.Single is not null && json.TryGetProperty(field.Single, out value) ? value
        : null;

    private static void RejectUnknownFields(Shape shape, JsonElement json)
    {
        foreach (var property in json.EnumerateObject())
            if (
                shape.Counts.All(c => c.Count.Name != property.Name)
                && shape.Fields.All(f => f.Internal || (f.Name != property.Name && f.Single != property.Name))
            )
                throw new InputException($"field '{property.Name}' is unknown");
    }

    private static (int D, int Tasks, int Matrices) Sizes(Shape shape, JsonElement json)
    {
        int? tasks = null;
        var (d, source, matrices) = (0, "", 0);
        foreach (var field in shape.Fields.Where(IsBulk))
        {
            if (Find(json, field) is not { } value)
                throw new InputException($"field '{field.Single ?? field.Name}' is missing");
            var isSingle = IsSingle(field, json);
            if (isSingle && json.TryGetProperty(field.Name, out _))
                throw new InputException($"field '{field.Single}' stands beside '{field.Name}'");
            var name = isSingle ? field.Single! : field.Name;
            var length = ArrayLength(name, value);
            if (length == 0)
                throw new InputException($"field '{name}' is empty");
            if (field.Kind == FieldKind.Losses)
            {
                length = isSingle ? 1 : length;
                if (tasks is { } others && length != others)
                    throw new InputException($"field '{name}' has {length} losses, not {others}");
                tasks = length;
            }
            else
            {
                (matrices, source) = (length, $"{field.Name}[0]");
                d = ArrayLength(source, value[0]);
            }
        }
        if (shape.Fields.FirstOrDefault(f => f.Kind == FieldKind.Vector && !f.Optional) is { } vector)
        {
            source = vector.Name;
            d = Find(json, vector) is { } value
                ? ArrayLength(source, value)
                : throw new InputException($"field '{source}' is missing");
        }
        return d is >= 1 and <= MostDimensions
            ? (d, tasks ?? 1, matrices)
            : throw new InputException($"field '{source}' has dimension {d}, not one in 1..{MostDimensions}");
    }

    private static bool IsSingle(Field field, JsonElement json) =>
        field.Single is not null && json.TryGetProperty(field.Single, out _);

    private static Counts ReadCounts(Shape shape, JsonElement json)
    {
        var counts = new Counts();
        foreach (var field in shape.Counts)
        {
            var name = field.Count.Name;
            if (!json.TryGetProperty(name, out var value))
                counts[field.Count] = field.Default is { } other
                    ? counts[other]
                    : throw new InputException($"field '{name}' is missing");
            else if (
                value.ValueKind == JsonValueKind.Number
                && value.TryGetDouble(out var number)
                && number == Math.Floor(number)
                && number >= field.Least
                && number <= field.Most
            )
                counts[field.Count] = (int)number;
            else
                throw new InputException(
                    $"field '{name}' is {Shown(value)}, not a whole number in {field.Least}..{field.Most}"
                );
        }
        return counts;
    }

    private static void ReadNumbers(Field field, JsonElement value, Span<double> into, Layout layout)
    {
        if (field.Kind == FieldKind.Matrices)
        {
            for (var m = 0; m < layout.Matrices; m++)
            {
                var size = layout.D * layout.D;
                ReadMatrix($"{field.Name}[{m}]", value[m], layout.D, into.Slice(m * size, size));
            }
            return;
        }
        if (
            field.Kind == FieldKind.Scalar
            || (field.Kind == FieldKind.PerTask && value.ValueKind != JsonValueKind.Array)
        )
        {
            if (into.Length != 1)
                throw new InputException(
                    $"field '{field.Name}' is {Shown(value)}, not a list of {into.Length} numbers"
                );
            into[0] = Number(field.Name, value);
        }
        else
            ReadVector(field.Name, value, into);
        foreach (var x in into)
            if (x < 0 && field.Domain != Domain.Real || x == 0 && field.Domain == Domain.Positive)
                throw new InputException(
                    $"field '{field.Name}' is {x:R}, not {(field.Domain == Domain.Positive ? "above 0" : "at least 0")}"
                );
    }

    /// <summary>One loss is a list of terms, a list of losses a list of lists.</summary>
    private static List<List<(TermKind Kind, double[] Numbers)>> ReadLosses(
        Field field,
        bool isSingle,
        JsonElement value,
        int d
    ) =>
        isSingle
            ? [ReadLoss(field.Single!, value, d)]
            : [.. value.EnumerateArray().Select((loss, i) => ReadLoss($"{field.Name}[{i}]", loss, d))];

    private static List<(TermKind, double[])> ReadLoss(string name, JsonElement value, int d)
    {
        ArrayLength(name, value);
        return [.. value.EnumerateArray().Select((term, i) => ReadTerm($"{name}[{i}]", term, d))];
    }

    private static (TermKind, double[]) ReadTerm(string name, JsonElement term, int d)
    {
        if (term.ValueKind != JsonValueKind.Object)
            throw new InputException($"field '{name}' is {Shown(term)}, not a term");
        if (!term.TryGetProperty("kind", out var kindName) || kindName.ValueKind != JsonValueKind.String)
            throw new InputException($"field '{name}.kind' is missing or not a string");
        if (!s_kinds.TryGetValue(kindName.GetString()!, out var kind))
            throw new InputException(
                $"field '{name}.kind' is '{Short(kindName.GetString()!)}', none of {string.Join(", ", s_kinds.Keys)}"
            );
        var fields = TermLayout.Fields(kind);
        foreach (var property in term.EnumerateObject())
            if (property.Name != "kind" && fields.All(f => f.Name != property.Name))
                throw new InputException($"field '{name}.{property.Name}' is unknown");
        var numbers = new double[TermLayout.Length(kind, d)];
        var offset = 0;
        foreach (var (fieldName, field) in fields)
        {
            var path = $"{name}.{fieldName}";
            if (!term.TryGetProperty(fieldName, out var value))
                throw new InputException($"field '{path}' is missing");
            var into = numbers.AsSpan(offset, TermLayout.Length(field, d));
            offset += into.Length;
            switch (field)
            {
                case TermField.Vector:
                    ReadVector(path, value, into);
                    break;
                case TermField.Symmetric:
                    ReadSymmetric(path, value, d, into);
                    break;
                default:
                    into[0] = Number(path, value);
                    if (field == TermField.PositiveScalar && into[0] <= 0)
                        throw new InputException($"field '{path}' is {into[0]:R}, not above 0");
                    break;
            }
        }
        return (kind, numbers);
    }

    private static void ReadSymmetric(string name, JsonElement value, int d, Span<double> packed)
    {
        var full = new double[d * d];
        ReadMatrix(name, value, d, full);
        var dense = new double[d, d];
        var largest = full.Max(Math.Abs);
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
        {
            var (x, y) = (full[i * d + j], full[j * d + i]);
            // Printed matrices are symmetric up to the rounding of what computed them; the lower triangle is used.
            if (Math.Abs(x - y) > 1e-12 * largest)
                throw new InputException($"field '{name}' is not symmetric: [{i}][{j}] is {x:R}, [{j}][{i}] is {y:R}");
            dense[i, j] = x;
        }
        SymmetricMatrix.Pack(dense, packed);
    }

    private static void ReadMatrix(string name, JsonElement value, int d, Span<double> rows)
    {
        if (ArrayLength(name, value) != d)
            throw new InputException($"field '{name}' has {value.GetArrayLength()} rows, not {d}");
        for (var i = 0; i < d; i++)
            ReadVector($"{name}[{i}]", value[i], rows.Slice(i * d, d));
    }

    private static void ReadVector(string name, JsonElement value, Span<double> into)
    {
        if (ArrayLength(name, value) != into.Length)
            throw new InputException($"field '{name}' has {value.GetArrayLength()} numbers, not {into.Length}");
        for (var i = 0; i < into.Length; i++)
            into[i] = Number($"{name}[{i}]", value[i]);
    }

    private static int ArrayLength(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? value.GetArrayLength()
            : throw new InputException($"field '{name}' is {Shown(value)}, not a list");

    private static double Number(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var x) && double.IsFinite(x)
            ? x
            : throw new InputException($"field '{name}' is {Shown(value)}, not a finite number");

    /// <summary>A value as a message shows it: on one line, and short.</summary>
    private static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Array ? "a list" : value.GetRawText().ReplaceLineEndings(" ");
        return Short(text);
    }

    /// <summary>A text as a message quotes it.</summary>
    internal static string Short(string text) => text.Length <= 40 ? text : text[..37] + "...";

    private static JsonArray WriteLoss(Instance instance, TermAt[] terms)
    {
        var d = instance.Layout.D;
        var loss = new JsonArray();
        foreach (var at in terms)
        {
            var term = new JsonObject { ["kind"] = TermLayout.Name(at.Kind) };
            var numbers = instance.Term(at);
            foreach (var (name, field) in TermLayout.Fields(at.Kind))
            {
                var length = TermLayout.Length(field, d);
                var mine = numbers[..length];
                term[name] = field switch
                {
                    TermField.Vector => WriteVector(mine),
                    TermField.Symmetric => WriteMatrix(SymmetricMatrix.Unpack(d, mine)),
                    _ => JsonValue.Create(mine[0]),
                };
                numbers = numbers[length..];
            }
            loss.Add((JsonNode)term);
        }
        return loss;
    }

    private static JsonNode WriteNumbers(Field field, ReadOnlySpan<double> numbers, int d)
    {
        if (field.Kind == FieldKind.Scalar)
            return JsonValue.Create(numbers[0]);
        if (field.Kind != FieldKind.Matrices)
            return WriteVector(numbers);
        var matrices = new JsonArray();
        for (var m = 0; m < numbers.Length; m += d * d)
        {
            var dense = new double[d, d];
            for (var i = 0; i < d * d; i++)
                dense[i / d, i % d] = numbers[m + i];
            matrices.Add((JsonNode)WriteMatrix(dense));
        }
        return matrices;
    }

    private static JsonArray WriteVector(ReadOnlySpan<double> x)
    {
        var array = new JsonArray();
        foreach (var value in x)
            array.Add((JsonNode)JsonValue.Create(value));
        return array;
    }

    private static JsonArray WriteMatrix(double[,] a)
    {
        var rows = new JsonArray();
        for (var i = 0; i < a.GetLength(0); i++)
        {
            var row = new double[a.GetLength(1)];
            for (var j = 0; j < row.Length; j++)
                row[j] = a[i, j];
            rows.Add((JsonNode)WriteVector(row));
        }
        return rows;
    }
}
