using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Verify.Algorithms.Instances;

namespace Verify.Evidence;

/// <summary>One cell of a map of tightness.</summary>
/// <param name="X">The bin of the first coordinate.</param>
/// <param name="Y">The bin of the second one.</param>
/// <param name="Evaluations">Instances on which the claim was evaluated.</param>
/// <param name="Silent">Instances on which it says nothing: a hypothesis is not met, or a side is NaN or infinite.</param>
/// <param name="Best">
/// The largest ratio in doubles, rounded to three digits: for a picture, and for no verdict. Null where no right side is
/// positive, and for identities.
/// </param>
[JsonConverter(typeof(MapCellConverter))]
public readonly record struct MapCell(int X, int Y, long Evaluations, long Silent, float? Best)
{
    /// <summary>A ratio to three digits.</summary>
    internal static float Rounded(float ratio) =>
        float.Parse(ratio.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Two counts of one cell as one.</summary>
    internal static MapCell Sum(MapCell a, MapCell b) =>
        new(
            a.X,
            a.Y,
            a.Evaluations + b.Evaluations,
            a.Silent + b.Silent,
            a.Best is { } x && b.Best is { } y ? Math.Max(x, y) : a.Best ?? b.Best
        );
}

/// <summary>What a block saw of a claim over two coordinates.</summary>
/// <param name="X">The name of the first coordinate.</param>
/// <param name="Y">The name of the second one.</param>
/// <param name="Cells">The cells in which something was drawn, by X, then by Y.</param>
public sealed record FactMap(string X, string Y, MapCell[] Cells);

/// <summary>What was tested along one coordinate.</summary>
/// <param name="Coordinate">The coordinate.</param>
/// <param name="Counts">Evaluations by bin; those where the coordinate is NaN are in none.</param>
public sealed record Coverage(Coordinate Coordinate, IReadOnlyList<long> Counts)
{
    /// <summary>The sums of facts of one claim, in order of the names.</summary>
    internal static IReadOnlyList<Coverage> Of(IEnumerable<Fact> facts, Registry registry)
    {
        var sums = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (name, counts) in facts.SelectMany(f => f.Coverage))
            if (sums.TryGetValue(name, out var sum))
                for (var bin = 0; bin < sum.Length; bin++)
                    sum[bin] += counts[bin];
            else
                sums[name] = [.. counts];
        return [.. sums.Select(x => new Coverage(registry.CoordinateOf(x.Key)!, x.Value))];
    }
}

/// <summary>Where over two coordinates a bound is tight, and where it says nothing.</summary>
/// <param name="X">The first coordinate.</param>
/// <param name="Y">The second one.</param>
/// <param name="Cells">The cells in which something was drawn, by X, then by Y.</param>
public sealed record TightnessMap(Coordinate X, Coordinate Y, IReadOnlyList<MapCell> Cells)
{
    /// <summary>The sums of facts of one claim: a map for each pair of coordinates, in order of the names.</summary>
    internal static IReadOnlyList<TightnessMap> Of(IEnumerable<Fact> facts, Registry registry)
    {
        var sums = new SortedDictionary<(string, string), SortedDictionary<(int, int), MapCell>>();
        foreach (var map in facts.Select(f => f.Map).OfType<FactMap>())
        {
            if (!sums.TryGetValue((map.X, map.Y), out var cells))
                sums[(map.X, map.Y)] = cells = [];
            foreach (var cell in map.Cells)
                cells[(cell.X, cell.Y)] = cells.TryGetValue((cell.X, cell.Y), out var sum)
                    ? MapCell.Sum(sum, cell)
                    : cell;
        }
        return
        [
            .. sums.Select(m => new TightnessMap(
                registry.CoordinateOf(m.Key.Item1)!,
                registry.CoordinateOf(m.Key.Item2)!,
                [.. m.Value.Values]
            )),
        ];
    }
}

/// <summary>A cell as a list: x, y, evaluations, silent and, where there is one, the best ratio.</summary>
internal sealed class MapCellConverter : JsonConverter<MapCell>
{
    public override MapCell Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("a cell of a map is not a list");
        Next(ref reader);
        var x = reader.GetInt32();
        Next(ref reader);
        var y = reader.GetInt32();
        Next(ref reader);
        var evaluations = reader.GetInt64();
        Next(ref reader);
        var silent = reader.GetInt64();
        float? best = null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number)
        {
            best = reader.GetSingle();
            reader.Read();
        }
        return reader.TokenType == JsonTokenType.EndArray
            ? new MapCell(x, y, evaluations, silent, best)
            : throw new JsonException("a cell of a map is not x, y, evaluations, silent and a ratio");
    }

    public override void Write(Utf8JsonWriter writer, MapCell cell, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(cell.X);
        writer.WriteNumberValue(cell.Y);
        writer.WriteNumberValue(cell.Evaluations);
        writer.WriteNumberValue(cell.Silent);
        if (cell.Best is { } best)
            writer.WriteNumberValue(best);
        writer.WriteEndArray();
    }

    private static void Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.Number)
            throw new JsonException("a cell of a map is not x, y, evaluations, silent and a ratio");
    }
}
