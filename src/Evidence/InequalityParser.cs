using System.Globalization;
using System.Text.RegularExpressions;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>
/// Reads an inequality by precedence climbing. What is wrong is told with its column, from 1.
/// </summary>
internal sealed partial class InequalityParser
{
    /// <summary>The longest text, and the deepest nesting.</summary>
    public const int MostCharacters = 2000,
        MostDepth = 64;

    /// <summary>The digits that a decimal keeps.</summary>
    private const int MostDigits = 28;

    private static readonly string[] s_relations = ["<=", ">=", "==", "<", ">"];

    private readonly string _text;
    private readonly IReadOnlyDictionary<string, Formula> _names;
    private readonly IReadOnlyList<string> _awkward;

    /// <summary>Where the current token begins and ends.</summary>
    private int _start,
        _end,
        _depth;

    private (int At, Slot Slot)? _vector;

    private InequalityParser(string text, Registry registry)
    {
        _text = text;
        _names = Names(registry);
        _awkward =
        [
            .. registry.Observables.Select(s => s.Name).Where(n => !IsPlain(n)).OrderByDescending(n => n.Length),
        ];
    }

    /// <summary>Reads an inequality or an identity; a relation that points the other way is turned round.</summary>
    /// <exception cref="InputException">It is malformed: the column and what is wrong there.</exception>
    public static Inequality Parse(string text, Registry registry)
    {
        if (text.Length > MostCharacters)
            throw Fault(MostCharacters, $"the text goes on after {MostCharacters} characters");
        return new InequalityParser(text, registry).Inequality();
    }

    private string Token => _text[_start.._end];

    private Inequality Inequality()
    {
        Advance();
        if (Token == "")
            throw Fault(_start, "the text is empty");
        var left = Sum();
        if (!s_relations.Contains(Token))
            throw Unexpected("an operator or one of <=, <, >=, >, ==");
        var relation = Token;
        Advance();
        var right = Sum();
        if (s_relations.Contains(Token))
            throw Fault(_start, "a second relation; state two inequalities");
        if (Token != "")
            throw Unexpected("an operator");
        if (_vector is var (at, slot) && relation != "==")
            throw Fault(at, $"'{slot.Name}' is a vector; only == compares vectors, component by component");
        return relation switch
        {
            "<=" => new Inequality(left, Relation.AtMost, right),
            "<" => new Inequality(left, Relation.Less, right),
            ">=" => new Inequality(right, Relation.AtMost, left),
            ">" => new Inequality(right, Relation.Less, left),
            _ => new Inequality(left, Relation.Equal, right),
        };
    }

    private Formula Sum()
    {
        var left = Product();
        while (Token is "+" or "-")
        {
            var op = Token == "+" ? Operator.Add : Operator.Subtract;
            Advance();
            left = new Arithmetic(op, left, Product());
        }
        return left;
    }

    private Formula Product()
    {
        var left = Signed();
        while (Token is "*" or "/")
        {
            var op = Token == "*" ? Operator.Multiply : Operator.Divide;
            Advance();
            left = new Arithmetic(op, left, Signed());
        }
        return left;
    }

    private Formula Signed()
    {
        if (++_depth > MostDepth)
            throw Fault(_start, $"nested deeper than {MostDepth}");
        Formula result;
        if (Token == "-")
        {
            Advance();
            result = new Negation(Signed());
        }
        else
        {
            result = Atom();
            if (Token == "^")
            {
                Advance();
                result = new Power(result, Signed());
            }
        }
        _depth--;
        return result;
    }

    private Formula Atom()
    {
        var (token, at) = (Token, _start);
        if (token == "(")
        {
            Advance();
            var inner = Sum();
            Close(at);
            return inner;
        }
        if (token.Length > 0 && (char.IsAsciiDigit(token[0]) || token[0] == '.'))
        {
            Advance();
            return new Number(Decimal(token, at));
        }
        if (token.Length > 0 && (char.IsAsciiLetter(token[0]) || token[0] == '_'))
        {
            Advance();
            return Call.Names.TryGetValue(token, out var function) ? Arguments(function, token, at) : Named(token, at);
        }
        throw Unexpected("a number, a name or '('");
    }

    private Call Arguments(Function function, string name, int at)
    {
        if (Token != "(")
            throw Fault(at, $"'{name}' is a function: write {name}(...)");
        var open = _start;
        var arguments = new List<Formula>();
        do
        {
            Advance();
            arguments.Add(Sum());
        } while (Token == ",");
        Close(open);
        return arguments.Count == Call.Arity(function)
            ? new Call(function, arguments[0], arguments.ElementAtOrDefault(1))
            : throw Fault(at, $"{name} takes {Call.Arity(function)} of them, not {arguments.Count}");
    }

    private void Close(int open)
    {
        if (Token == "")
            throw Fault(_start, $"')' is missing, for the '(' of column {open + 1}");
        if (Token != ")")
            throw Unexpected("an operator or ')'");
        Advance();
    }

    private Formula Named(string name, int at)
    {
        if (!_names.TryGetValue(name, out var expression))
            throw Token == "("
                ? Fault(at, $"unknown function '{name}' (there are {string.Join(", ", Call.Names.Keys)})")
                : Fault(at, $"unknown name '{InstanceJson.Short(name)}'{Nearest.Hint(name, _names.Keys)}");
        if (expression is Observable { Slot: { Extent: Extent.Dimension } slot })
            _vector ??= (at, slot);
        return expression;
    }

    private static decimal Decimal(string token, int at)
    {
        if (
            !decimal.TryParse(
                token,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var value
            )
        )
            throw Fault(at, $"'{InstanceJson.Short(token)}' is not a number");
        // What a decimal cannot hold it rounds: the last place has to be one that it keeps.
        var (mantissa, power) = token.ToLowerInvariant().Split('e') is [var m, var e] ? (m, e) : (token, "0");
        var places = mantissa.Split('.') is [_, var fraction] ? fraction.Length : 0;
        if (
            mantissa.Replace(".", "").TrimStart('0').Length > MostDigits
            || !int.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            || places - (long)exponent > MostDigits
        )
            throw Fault(
                at,
                $"'{InstanceJson.Short(token)}' has more than the {MostDigits} digits that are kept exactly"
            );
        return value;
    }

    /// <summary>The next token: a name, a number, a relation or one character; empty at the end.</summary>
    private void Advance()
    {
        _start = _end;
        while (_start < _text.Length && char.IsWhiteSpace(_text[_start]))
            _start++;
        _end = _start;
        if (_start == _text.Length)
            return;
        var awkward = _awkward.FirstOrDefault(n => string.CompareOrdinal(_text, _start, n, 0, n.Length) == 0);
        _end += awkward?.Length ?? TokenPattern().Match(_text, _start).Length;
        if (_end == _start)
            throw _text[_start] == '='
                ? Fault(_start, "write == for an identity, <= or >= for an inequality")
                : Fault(_start, $"unexpected '{_text[_start]}'");
    }

    private InputException Unexpected(string wanted) =>
        Token switch
        {
            "" => Fault(_start, $"the text ends where {wanted} should stand"),
            ")" => Fault(_start, "')' without '('"),
            var token => Fault(_start, $"{wanted} should stand here, not '{InstanceJson.Short(token)}'"),
        };

    private static InputException Fault(int at, string message) => new($"column {at + 1}: {message}");

    /// <summary>What a name stands for: observables, counts, and observables by what follows their dot where that is unique.</summary>
    private static Dictionary<string, Formula> Names(Registry registry)
    {
        var names = new Dictionary<string, Formula>(StringComparer.Ordinal);
        foreach (var slot in registry.Observables)
            names.Add(slot.Name, new Observable(slot));
        foreach (var count in Count.All)
            names.Add(count.Name, new Counted(count));
        var byLast = registry.Observables.Where(s => s.Name.Contains('.')).ToLookup(s => s.Name.Split('.')[^1]);
        foreach (var slots in byLast.Where(g => g.Count() == 1))
            names.TryAdd(slots.Key, new Observable(slots.Single()));
        return names;
    }

    private static bool IsPlain(string name) => PlainName().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$", RegexOptions.ECMAScript)]
    private static partial Regex PlainName();

    [GeneratedRegex(
        @"\G([A-Za-z_]\w*(\.[A-Za-z_]\w*)*|[0-9.]+([eE][+-]?[0-9]+)?|<=|>=|==|[<>()+\-*/^,])",
        RegexOptions.ECMAScript
    )]
    private static partial Regex TokenPattern();
}

/// <summary>Names near a wrong one.</summary>
internal static class Nearest
{
    private const int Most = 3;

    /// <summary>" (did you mean ...?)" with the names fewest edits away, at most half of the wrong one; else nothing.</summary>
    public static string Hint(string wrong, IEnumerable<string> names)
    {
        var near = names
            .Select(n => (Name: n, Edits: Edits(wrong.ToLowerInvariant(), n.ToLowerInvariant())))
            .Where(x => x.Edits <= Math.Max(1, (wrong.Length + 1) / 2))
            .OrderBy(x => x.Edits)
            .ThenBy(x => x.Name, StringComparer.Ordinal)
            .ToList();
        var best = near.TakeWhile(x => x.Edits == near[0].Edits).Take(Most).Select(x => $"'{x.Name}'").ToList();
        return best.Count == 0 ? "" : $" (did you mean {string.Join(" or ", best)}?)";
    }

    /// <summary>The Levenshtein distance.</summary>
    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }
}
