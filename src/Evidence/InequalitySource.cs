using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Verify.Algorithms.Observables;
using Verify.Bounds;

namespace Verify.Evidence;

/// <summary>An inequality as LaTeX, and as an F# file of Bounds.</summary>
public static partial class InequalitySource
{
    /// <summary>The columns of a line, and of operators on one line, as fantomas lays them out.</summary>
    private const int LineWidth = 120,
        OperatorWidth = 80;

    /// <summary>Greek letters by the last part of an observable's name.</summary>
    private static readonly Dictionary<string, string> s_letters = new()
    {
        ["alpha"] = @"\alpha",
        ["beta"] = @"\beta",
        ["delta"] = @"\delta",
        ["eps"] = @"\epsilon",
        ["eta"] = @"\eta",
        ["kappa"] = @"\kappa",
        ["lam"] = @"\lambda",
        ["mu"] = @"\mu",
        ["rho"] = @"\rho",
        ["sigma"] = @"\sigma",
        ["theta"] = @"\theta",
    };

    /// <summary>The F# name of each slot: the class and the field that hold it.</summary>
    private static readonly Dictionary<Slot, string> s_paths = typeof(Slot)
        .Assembly.GetExportedTypes()
        .Where(t => t.Namespace == typeof(Slot).Namespace)
        .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
        .Where(f => f.FieldType == typeof(Slot))
        .DistinctBy(f => f.GetValue(null))
        .ToDictionary(f => (Slot)f.GetValue(null)!, f => $"{f.DeclaringType!.Name}.{f.Name}");

    private static readonly Dictionary<Count, string> s_counts = typeof(Count)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.FieldType == typeof(Count))
        .ToDictionary(f => (Count)f.GetValue(null)!, f => $"{nameof(Count)}.{f.Name}");

    /// <summary>The statement as LaTeX, observables by their names.</summary>
    public static string Latex(Inequality x)
    {
        var relation =
            x.Relation.IsEqual ? "="
            : x.Relation.IsLess ? "<"
            : @"\le ";
        return Latex(x.Left, 0) + relation + Latex(x.Right, 0);
    }

    private static string Latex(Formula x, int precedence)
    {
        var text = x switch
        {
            Observable o => Letter(o.Slot.Name),
            Arithmetic { Operator: Operator.Divide } a => $@"\frac{{{Latex(a.Left, 0)}}}{{{Latex(a.Right, 0)}}}",
            Arithmetic { Operator: Operator.Multiply } a => $@"{Latex(a.Left, 2)}\,{Latex(a.Right, 4)}",
            Arithmetic a => Latex(a.Left, 1) + a.Symbol + Latex(a.Right, 2),
            Negation n => "-" + Latex(n.Operand, 4),
            Power p => $"{Latex(p.Base, 5)}^{{{Latex(p.Exponent, 0)}}}",
            Call { Function: Function.Sqrt } c => $@"\sqrt{{{Latex(c.X, 0)}}}",
            Call { Function: Function.Abs } c => $@"\lvert {Latex(c.X, 0)}\rvert ",
            Call c => $@"\{c.Name}({string.Join(',', c.Operands.Select(y => Latex(y, 0)))})",
            _ => x.ToString(),
        };
        // Two signs in a row are not written.
        var own = x is Negation ? 1 : x.Precedence;
        return own < precedence ? $"({text})" : text;
    }

    private static string Letter(string name)
    {
        var (first, last) = name.LastIndexOf('.') is >= 0 and var dot ? (name[..dot], name[(dot + 1)..]) : ("", name);
        var letter =
            s_letters.TryGetValue(last, out var greek) ? greek
            : last.Length == 1 ? last
            : $@"\mathrm{{{last.Replace("_", @"\_")}}}";
        return first == "" ? letter : $@"{letter}_{{\mathrm{{{first}}}}}";
    }

    /// <summary>A file of Bounds that states a claim made of an inequality.</summary>
    /// <param name="claim">Such a claim.</param>
    /// <param name="module">The module's name: a capital letter, then letters and digits.</param>
    /// <exception cref="InputException">The name is another.</exception>
    public static string FSharp(Claim claim, string module)
    {
        if (!ModuleName().IsMatch(module))
            throw new InputException($"'{module}' is no module name: a capital letter, then letters and digits");
        var inequality = Inequality.Of(claim) ?? throw new ArgumentException($"{claim} was not typed", nameof(claim));
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            /// {inequality}
            module Verify.Bounds.{module}

            open Verify.Algorithms.Numbers
            open Verify.Algorithms.Observables
            open Verify.Bounds
            open Verify.Bounds.Formulas


            """
        );
        text.Append(FormulaText("lhs", (Formula)claim.Lhs)).Append(FormulaText("rhs", (Formula)claim.Rhs));
        var names = new List<string>();
        foreach (var hypothesis in claim.Hypotheses)
        {
            if (Inequality.Declared.FirstOrDefault(x => x.Hypothesis.Equals(hypothesis)).Path is { } path)
            {
                names.Add(path);
                continue;
            }
            var name = $"condition{names.Count + 1}";
            names.Add(name);
            var kind = hypothesis.Condition.IsPositive ? "positive" : "nonNegative";
            var margin = $"margin{names.Count}";
            text.Append(FormulaText(margin, (Formula)hypothesis.Condition.Margin));
            var condition = $"{kind} \"{hypothesis.Name}\" @\"{hypothesis.Statement}\" {margin}";
            var start = $"let private {name} =";
            var gap = start.Length + 1 + condition.Length <= LineWidth ? " " : "\n    ";
            text.Append(start).Append(gap).Append(condition).Append("\n\n");
        }
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""
            let conjecture =
                { claim
                      "{{module.ToLowerInvariant()}}.conjecture"
                      "{{claim.Source}}"
                      {{claim.Kind}}
                      @"{{claim.Statement}}"
                      [{{(names.Count == 0 ? "" : $" {string.Join("; ", names)} ")}}]
                      lhs
                      rhs with
                    Provenance = {{claim.Provenance}}

            """
        );
        if (!claim.Relation.IsAtMost)
            text.Append(CultureInfo.InvariantCulture, $"        Relation = {claim.Relation}\n");
        if (claim.Extent != Extent.Scalar)
            text.Append(CultureInfo.InvariantCulture, $"        Extent = Extent.{claim.Extent}\n");
        return text.Append("    }\n").ToString();
    }

    private static string FormulaText(string name, Formula x) =>
        $$"""
            let private {{name}} =
                { new IFormula with
                    member _.Evaluate<'T when 'T: struct and 'T :> IReal<'T> and 'T: (new: unit -> 'T) and 'T :> System.ValueType>
                        (o: Observables<'T>, {{(x.IsVector ? "k" : "_")}})
                        : 'T =
                        {{string.Join("\n            ", Lines(x))}}
                }


            """;

    /// <summary>A formula on one line, or with each term of a long sum or factor of a long product on its own.</summary>
    private static IEnumerable<string> Lines(Formula x)
    {
        var line = Term(x, 0);
        return line.Length <= OperatorWidth || x is not Arithmetic a ? [line]
            : a.Left is Arithmetic left && left.Precedence == a.Precedence
                ? [.. Lines(left), $"{a.Symbol} {Term(a.Right, a.Precedence + 1)}"]
            : [Term(a.Left, a.Precedence), $"{a.Symbol} {Term(a.Right, a.Precedence + 1)}"];
    }

    /// <summary>An expression as F#; an argument of a function needs the precedence of an atom.</summary>
    private static string Term(Formula x, int precedence)
    {
        const int application = 4;
        var (text, own) = x switch
        {
            Number { IsInteger: true } n => ($"{n}R", 5),
            Number n => ($"'T.From {n}M", application),
            Observable { Slot.Extent: Extent.Dimension } o => ($"entry {s_paths[o.Slot]} o k", application),
            Observable o => ($"o[{s_paths[o.Slot]}]", 5),
            Counted c => ($"number o[{s_counts[c.Count]}]", application),
            Negation n => ($"0R - {Term(n.Operand, 2)}", 1),
            Arithmetic a => (
                $"{Term(a.Left, a.Precedence)} {a.Symbol} {Term(a.Right, a.Precedence + 1)}",
                a.Precedence
            ),
            Power { Exponent.IsWhole: true } p => ($"pow {Term(p.Base, 5)} {Integer(p.Exponent, 5)}", application),
            Power p => ($"exp ({Term(p.Exponent, 2)} * log {Term(p.Base, 5)})", application),
            Call c => ($"{c.Name} {string.Join(' ', c.Operands.Select(y => Term(y, 5)))}", application),
            _ => throw new ArgumentException($"{x} has no F# form", nameof(x)),
        };
        return own < precedence ? $"({text})" : text;
    }

    /// <summary>A whole expression as F# integers, whose operators end in a dot.</summary>
    private static string Integer(Formula x, int precedence)
    {
        var (text, own) = x switch
        {
            Counted c => ($"o[{s_counts[c.Count]}]", 5),
            Negation n => ($"0 -. {Integer(n.Operand, 2)}", 1),
            Arithmetic a => (
                $"{Integer(a.Left, a.Precedence)} {a.Symbol}. {Integer(a.Right, a.Precedence + 1)}",
                a.Precedence
            ),
            _ => (x.ToString(), 5),
        };
        return own < precedence ? $"({text})" : text;
    }

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*$")]
    private static partial Regex ModuleName();
}
