using System.Text.Json;
using System.Text.Json.Nodes;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;
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

    /// <summary>
    /// Whether an instance has the losses or matrices by which a shape is recognised; of a shape without, every required field.
    /// </summary>
    public static bool IsOf(Shape shape, JsonElement json)
    {
        var required = shape.Fields.Where(f => !f.Optional && !f.Internal).ToList();
        var bulk = required.Where(IsBulk).ToList();
        return (bulk.Count > 0 ? bulk : required).All(f => Find(shape, json, f) is not null);
    }

    /// <summary>Reads an instance of a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="json">The object.</param>
    /// <param name="needed">Optional fields that must be there.</param>
    /// <param name="neededCounts">Optional counts that must be there.</param>
    /// <exception cref="InputException">The first fault found.</exception>
    public static Instance Read(
        Shape shape,
        JsonElement json,
        IReadOnlySet<Field> needed,
        IReadOnlySet<Count> neededCounts
    )
    {
        if (Unknown(shape, json) is { } unknown)
            throw new InputException($"field '{unknown}' is unknown");
        var (d, tasks, matrices) = Sizes(shape, json);
        var losses = shape
            .Fields.Where(f => f.Kind == FieldKind.Losses)
            .ToDictionary(f => f, f => ReadLosses(shape, f, json, d));
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
            if (field.Internal || Find(shape, json, field) is not { } value)
            {
                if (!field.Internal && !field.IsExactWhenAbsent && (!field.Optional || needed.Contains(field)))
                    throw new InputException($"field '{field.Name}' is missing");
                into.Fill(field.IsProbability ? 1.0 / tasks : double.NaN);
                continue;
            }
            if (Word(field, value) is { } word)
                // The first word as the absent field, the others by an infinity: a trial may follow what the instance names.
                into.Fill(word == field.Words![0] ? double.NaN : double.NegativeInfinity);
            else if (IsPerTask(shape, field) && TaskObjects(shape, json) is { Count: > 0 } objects)
                for (var i = 0; i < tasks; i++)
                {
                    var length = into.Length / tasks;
                    if (Find(objects[i], field.Name) is { } own)
                        ReadNumbers(field, NameOf(shape, field, i, tasks), own, into.Slice(i * length, length), layout);
                    else
                        into.Slice(i * length, length).Fill(double.NaN);
                }
            else
                ReadNumbers(field, IsSingle(field, json) ? field.Single! : field.Name, value, into, layout);
        }
        var instance = new Instance(layout, ReadCounts(shape, json, neededCounts), record);
        foreach (var field in shape.Fields.Where(f => f.IsExactWhenAbsent && needed.Contains(f)))
            if (shape.Establish<Interval>(instance, field) is { } exact)
                for (var k = 0; k < exact.Length; k++)
                    if (double.IsNaN(instance[field][k]))
                        instance[field][k] = field.IsLowerBound ? exact[k].Lower : exact[k].Upper;
        return shape.Fault(instance) is { } fault ? throw new InputException(fault) : instance;
    }

    /// <summary>
    /// What the fields of an instance say of a reading: each field that admits words with the word that it holds, "" where it
    /// holds numbers and the first word where it is absent.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Words(Shape shape, JsonElement json) =>
        shape
            .Fields.Where(f => f.Words is not null)
            .ToDictionary(f => f.Name, f => Find(shape, json, f) is { } value ? Word(f, value) ?? "" : f.Words![0]);

    /// <summary>Writes an instance; absent fields are left out.</summary>
    public static JsonObject Write(Instance instance)
    {
        var (layout, shape, json) = (instance.Layout, instance.Shape, new JsonObject());
        foreach (var (count, value) in instance.Counts)
            json[count.Name] = value;
        var objects =
            shape.TaskList is null ? []
            : layout.Tasks == 1 ? [json]
            : Enumerable.Range(0, layout.Tasks).Select(_ => new JsonObject()).ToArray();
        foreach (var field in shape.Fields)
        {
            // An infinite constant has no number in JSON.
            if (field.Internal || field.Kind != FieldKind.Losses && !double.IsFinite(instance[field][0]))
                continue;
            // Absent, they are equal: what is read back is written as it was.
            if (field.IsProbability && !instance[field].ContainsAnyExcept(1.0 / layout.Tasks))
                continue;
            if (IsPerTask(shape, field))
            {
                for (var i = 0; i < layout.Tasks; i++)
                    if (WriteOfTask(instance, field, i) is { } own)
                        Put(objects[i], field.Name, own);
            }
            else if (field.Kind == FieldKind.Losses)
            {
                var losses = layout.LossesOf(field).Select(l => (JsonNode)WriteLoss(instance, l)).ToArray();
                var single = field.Single is not null && losses.Length == 1;
                json[single ? field.Single! : field.Name] = single ? losses[0] : new JsonArray(losses);
            }
            else
                Put(json, field.Name, WriteNumbers(field, instance[field], layout.D));
        }
        if (objects.Length > 1)
            json[shape.TaskList!] = new JsonArray([.. objects]);
        return json;
    }

    /// <summary>One task's part of a field; null where it is absent.</summary>
    private static JsonNode? WriteOfTask(Instance instance, Field field, int task)
    {
        if (field.Kind != FieldKind.Losses)
            return !double.IsFinite(instance[field][task]) ? null : JsonValue.Create(instance[field][task]);
        var terms = instance.Layout.LossesOf(field)[task];
        return field.Optional && terms.Length == 0 ? null : WriteLoss(instance, terms);
    }

    private static void Put(JsonObject json, string path, JsonNode value)
    {
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
            json = (JsonObject)(json[step] ??= new JsonObject());
        json[steps[^1]] = value;
    }

    private static bool IsBulk(Field field) => field.Kind is FieldKind.Losses or FieldKind.Matrices;

    /// <summary>Whether a field lies in the objects of a task list.</summary>
    private static bool IsPerTask(Shape shape, Field field) =>
        shape.TaskList is not null && field.Kind is FieldKind.Losses or FieldKind.PerTask && !field.IsProbability;

    /// <summary>The objects that hold the fields of each task; empty where the shape has no such list.</summary>
    private static IReadOnlyList<JsonElement> TaskObjects(Shape shape, JsonElement json)
    {
        if (shape.TaskList is not { } name)
            return [];
        if (!json.TryGetProperty(name, out var list))
            return [json];
        if (ArrayLength(name, list) == 0)
            throw new InputException($"field '{name}' is empty");
        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
                throw new InputException($"field '{name}[{i}]' is {Shown(item)}, not an object");
            i++;
        }
        return [.. list.EnumerateArray()];
    }

    private static string NameOf(Shape shape, Field field, int task, int tasks) =>
        tasks == 1 ? field.Name : $"{shape.TaskList}[{task}].{field.Name}";

    /// <summary>The value of a field; of one in a task list, the first task's that has it.</summary>
    private static JsonElement? Find(Shape shape, JsonElement json, Field field)
    {
        if (!IsPerTask(shape, field))
            return Find(json, field.Name) ?? (field.Single is { } single ? Find(json, single) : null);
        foreach (var task in TaskObjects(shape, json))
            if (Find(task, field.Name) is { } value)
                return value;
        return null;
    }

    private static JsonElement? Find(JsonElement json, string path)
    {
        foreach (var step in path.Split('.'))
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(step, out json))
                return null;
        return json;
    }

    /// <summary>The path of the first property that no field or count of the shape has, or null.</summary>
    private static string? Unknown(Shape shape, JsonElement json)
    {
        var names = shape
            .Fields.Where(f => !f.Internal)
            .SelectMany(f => f.Single is null ? [f.Name] : new[] { f.Name, f.Single })
            .Concat(shape.Counts.Select(c => c.Count.Name))
            .ToHashSet();
        return Unknown(shape, names, json, "", "");
    }

    private static string? Unknown(Shape shape, HashSet<string> names, JsonElement json, string shown, string path)
    {
        foreach (var property in json.EnumerateObject())
        {
            var (name, value) = (path + property.Name, property.Value);
            if (names.Contains(name))
                continue;
            string? unknown = null;
            if (name == shape.TaskList && value.ValueKind == JsonValueKind.Array)
            {
                var i = 0;
                foreach (var task in value.EnumerateArray())
                {
                    if (task.ValueKind == JsonValueKind.Object)
                        unknown ??= Unknown(shape, names, task, $"{name}[{i}].", "");
                    i++;
                }
            }
            else if (
                value.ValueKind == JsonValueKind.Object
                && names.Any(n => n.StartsWith(name + ".", StringComparison.Ordinal))
            )
                unknown = Unknown(shape, names, value, shown + property.Name + ".", name + ".");
            else
                unknown = shown + property.Name;
            if (unknown is not null)
                return unknown;
        }
        return null;
    }

    /// <summary>The word that stands for a field's numbers, or null.</summary>
    /// <exception cref="InputException">A text that the field does not admit.</exception>
    private static string? Word(Field field, JsonElement value)
    {
        if (field.Words is not { } words || value.ValueKind != JsonValueKind.String)
            return null;
        var word = value.GetString()!;
        return words.Contains(word)
            ? word
            : throw new InputException($"field '{field.Name}' is '{Short(word)}', none of {string.Join(", ", words)}");
    }

    private static (int D, int Tasks, int Matrices) Sizes(Shape shape, JsonElement json)
    {
        int? tasks = shape.TaskList is null ? null : TaskObjects(shape, json).Count;
        var (d, source, matrices) = (0, "", 0);
        foreach (var field in shape.Fields.Where(IsBulk))
        {
            if (IsPerTask(shape, field))
            {
                var i = 0;
                foreach (var task in TaskObjects(shape, json))
                {
                    var own = NameOf(shape, field, i++, tasks!.Value);
                    if (Find(task, field.Name) is { } loss)
                        (d, source) = (d == 0 ? DimensionOfLoss(own, loss) : d, own);
                    else if (!field.Optional)
                        throw new InputException($"field '{own}' is missing");
                }
                continue;
            }
            if (Find(shape, json, field) is not { } value)
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
        foreach (var field in shape.Fields)
        {
            if (!(field.Kind is FieldKind.Vector or FieldKind.Symmetric or FieldKind.Matrix or FieldKind.Rows))
                continue;
            if (Find(shape, json, field) is not { } value || Word(field, value) is not null)
            {
                if (!field.Optional)
                    throw new InputException($"field '{field.Single ?? field.Name}' is missing");
                continue;
            }
            source = IsSingle(field, json) ? field.Single! : field.Name;
            d = ArrayLength(source, value);
            if (field.Kind != FieldKind.Rows)
                break;
            (tasks, source) = (d, $"{field.Name}[0]");
            d = d == 0 ? throw new InputException($"field '{field.Name}' is empty") : ArrayLength(source, value[0]);
            break;
        }
        // Scalars alone have no dimension.
        if (source.Length == 0)
            d = 1;
        return d is >= 1 and <= MostDimensions
            ? (d, tasks ?? 1, matrices)
            : throw new InputException($"field '{source}' has dimension {d}, not one in 1..{MostDimensions}");
    }

    /// <summary>The dimension of the first term that has vectors; 0 where none has.</summary>
    private static int DimensionOfLoss(string name, JsonElement loss)
    {
        ArrayLength(name, loss);
        foreach (var term in loss.EnumerateArray())
            if (term.ValueKind == JsonValueKind.Object)
                foreach (var property in term.EnumerateObject())
                    if (property.Value.ValueKind == JsonValueKind.Array)
                        return property.Value.GetArrayLength();
        return 0;
    }

    private static bool IsSingle(Field field, JsonElement json) =>
        field.Single is not null && json.TryGetProperty(field.Single, out _);

    private static Counts ReadCounts(Shape shape, JsonElement json, IReadOnlySet<Count> needed)
    {
        var counts = new Counts();
        foreach (var field in shape.Counts)
        {
            var name = field.Count.Name;
            if (!json.TryGetProperty(name, out var value))
            {
                if (field.IsOptional && !needed.Contains(field.Count))
                    continue;
                counts[field.Count] = field.Default is { } other
                    ? counts[other]
                    : throw new InputException($"field '{name}' is missing");
            }
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

    private static void ReadNumbers(Field field, string name, JsonElement value, Span<double> into, Layout layout)
    {
        var d = layout.D;
        switch (field.Kind)
        {
            case FieldKind.Matrices:
                for (var m = 0; m < layout.Matrices; m++)
                    ReadMatrix($"{name}[{m}]", value[m], d, into.Slice(m * d * d, d * d));
                return;
            case FieldKind.Matrix:
                ReadMatrix(name, value, d, into);
                return;
            case FieldKind.Rows:
                if (ArrayLength(name, value) != layout.Tasks)
                    throw new InputException($"field '{name}' has {value.GetArrayLength()} rows, not {layout.Tasks}");
                for (var i = 0; i < layout.Tasks; i++)
                    ReadVector($"{name}[{i}]", value[i], into.Slice(i * d, d));
                return;
            case FieldKind.Symmetric when name == field.Single:
                var diagonal = new double[d];
                ReadVector(name, value, diagonal);
                into.Clear();
                for (var i = 0; i < d; i++)
                    into[SymmetricMatrix.IndexOf(d, i, i)] = diagonal[i];
                return;
            case FieldKind.Symmetric:
                ReadSymmetric(name, value, d, into);
                return;
        }
        if (field.Kind == FieldKind.Scalar || (into.Length == 1 && value.ValueKind != JsonValueKind.Array))
            into[0] = Number(name, value);
        else if (field.Kind == FieldKind.PerTask && value.ValueKind != JsonValueKind.Array)
            throw new InputException($"field '{name}' is {Shown(value)}, not a list of {into.Length} numbers");
        else
            ReadVector(name, value, into);
        foreach (var x in into)
            if (x < 0 && field.Domain != Domain.Real || x == 0 && field.Domain == Domain.Positive)
                throw new InputException(
                    $"field '{name}' is {x:R}, not {(field.Domain == Domain.Positive ? "above 0" : "at least 0")}"
                );
    }

    /// <summary>One loss is a list of terms, a list of losses a list of lists.</summary>
    private static List<List<(TermKind Kind, double[] Numbers)>> ReadLosses(
        Shape shape,
        Field field,
        JsonElement json,
        int d
    )
    {
        if (IsPerTask(shape, field))
        {
            var objects = TaskObjects(shape, json);
            return
            [
                .. objects.Select(
                    (task, i) =>
                        Find(task, field.Name) is { } loss
                            ? ReadLoss(NameOf(shape, field, i, objects.Count), loss, d)
                            : []
                ),
            ];
        }
        var value = Find(shape, json, field)!.Value;
        return IsSingle(field, json)
            ? [ReadLoss(field.Single!, value, d)]
            : [.. value.EnumerateArray().Select((loss, i) => ReadLoss($"{field.Name}[{i}]", loss, d))];
    }

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
    public static string Short(string text) => text.Length <= 40 ? text : text[..37] + "...";

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
        if (field.Kind is FieldKind.Vector or FieldKind.PerTask)
            return WriteVector(numbers);
        if (field.Kind == FieldKind.Symmetric)
            return WriteMatrix(SymmetricMatrix.Unpack(d, numbers));
        if (field.Kind != FieldKind.Matrices)
            return WriteRows(numbers, d);
        var matrices = new JsonArray();
        for (var m = 0; m < numbers.Length; m += d * d)
            matrices.Add((JsonNode)WriteRows(numbers.Slice(m, d * d), d));
        return matrices;
    }

    private static JsonArray WriteRows(ReadOnlySpan<double> numbers, int d)
    {
        var rows = new JsonArray();
        for (var first = 0; first < numbers.Length; first += d)
            rows.Add((JsonNode)WriteVector(numbers.Slice(first, d)));
        return rows;
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
