using System.Globalization;
using System.Text.RegularExpressions;

namespace Verify.Report;

/// <summary>Names and numbers as LaTeX and as plain text.</summary>
public static partial class Notation
{
    private static readonly Dictionary<string, (string Latex, string Plain)> s_letters = new()
    {
        ["alpha"] = (@"\alpha", "α"),
        ["beta"] = (@"\beta", "β"),
        ["gamma"] = (@"\gamma", "γ"),
        ["delta"] = (@"\delta", "δ"),
        ["Delta"] = (@"\Delta", "Δ"),
        ["eps"] = (@"\epsilon", "ε"),
        ["epsilon"] = (@"\epsilon", "ε"),
        ["eta"] = (@"\eta", "η"),
        ["theta"] = (@"\theta", "θ"),
        ["kappa"] = (@"\kappa", "κ"),
        ["lam"] = (@"\lambda", "λ"),
        ["lambda"] = (@"\lambda", "λ"),
        ["mu"] = (@"\mu", "μ"),
        ["rho"] = (@"\rho", "ρ"),
        ["sigma"] = (@"\sigma", "σ"),
        ["phi"] = (@"\phi", "φ"),
    };

    /// <summary>A name of the instance format as LaTeX: phi_star is \phi^\star, inner.mu is \mu_\text{inner}.</summary>
    public static string Latex(string name)
    {
        var path = name.Split('.');
        var symbol = Written(
            path[^1],
            x => x.Latex,
            word => $@"\mathrm{{{Escaped(word)}}}",
            @"^\star",
            i => $"_{{{i}}}"
        );
        // A second subscript needs braces around the first.
        return path.Length == 1 ? symbol : $@"{{{symbol}}}_\text{{{Escaped(string.Join(".", path[..^1]))}}}";
    }

    /// <summary>A name as plain text: alphaL is αL.</summary>
    public static string Plain(string name) =>
        string.Join("/", name.Split('/').Select(n => Written(n, x => x.Plain, word => word, "*", i => i)));

    private static string Written(
        string name,
        Func<(string Latex, string Plain), string> letter,
        Func<string, string> word,
        string star,
        Func<string, string> subscript
    )
    {
        var match = Parts().Match(name);
        if (!match.Success)
            return word(name);
        var (stem, index) = (match.Groups["stem"].Value, match.Groups["index"].Value);
        var greek = s_letters.Keys.Where(stem.StartsWith).MaxBy(k => k.Length);
        var rest = greek is null ? stem : stem[greek.Length..];
        if (rest.Length > 1)
            (greek, rest) = (null, word(stem));
        var first = greek is null ? "" : letter(s_letters[greek]);
        // A letter after a command needs a space.
        var text = first + (first.StartsWith('\\') && rest.Length > 0 ? " " : "") + rest;
        return text + (index.Length > 0 ? subscript(index) : "") + (match.Groups["star"].Success ? star : "");
    }

    [GeneratedRegex("^(?<stem>[A-Za-z]+)(?<index>[0-9]*)(?<star>_star)?$")]
    private static partial Regex Parts();

    private static string Escaped(string text) => text.Replace("_", @"\_");

    /// <summary>The digits that read back the same, as LaTeX.</summary>
    public static string Latex(double x)
    {
        if (double.IsNaN(x))
            return @"\text{NaN}";
        if (double.IsInfinity(x))
            return x > 0 ? @"\infty" : @"-\infty";
        var text = (x + 0.0).ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        if (e < 0)
            return text;
        var power = int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        return text[..e] is "1" ? $"10^{{{power}}}" : $@"{text[..e]}\cdot10^{{{power}}}";
    }

    /// <summary>A number for people, to six digits.</summary>
    public static string Number(double x)
    {
        // Rounded down just below 1, so that only what reaches 1 is shown as 1.
        var text = (x is > 0.9 and < 1 ? Math.Floor(x * 1e6) / 1e6 : x).ToString("G6", CultureInfo.InvariantCulture);
        return Unicode(text);
    }

    /// <summary>At or below a number, to six digits.</summary>
    public static string Below(double x) => Unicode(Directed(x, up: false));

    /// <summary>At or above a number, to six digits.</summary>
    public static string Above(double x) => Unicode(Directed(x, up: true));

    public static string Grouped(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Directed(double x, bool up)
    {
        if (!double.IsFinite(x) || x == 0)
            return x.ToString("R", CultureInfo.InvariantCulture);
        var text = x.ToString("E5", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        var digits = decimal.Parse(text[..e], CultureInfo.InvariantCulture);
        // Below a power of ten the digits lie closer.
        var step = Math.Abs(digits) == 1 && up == x < 0 ? 0.000001m : 0.00001m;
        string Joined() =>
            double.Parse($"{digits.ToString(CultureInfo.InvariantCulture)}{text[e..]}", CultureInfo.InvariantCulture)
                .ToString("G6", CultureInfo.InvariantCulture);
        while (double.Parse(Joined(), CultureInfo.InvariantCulture) is var y && (up ? y < x : y > x))
            digits += up ? step : -step;
        return Joined();
    }

    /// <summary>1E-06 as people write it.</summary>
    private static string Unicode(string text)
    {
        var e = text.IndexOf('E');
        if (e < 0)
            return text.Replace('-', '−');
        var power = int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        var digits = text[..e].Replace('-', '−');
        return (digits is "1" ? "" : digits + "·") + PowerOfTen(power);
    }

    /// <summary>A power of ten in superscripts.</summary>
    public static string PowerOfTen(int power) =>
        "10"
        + string.Concat(
            power.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0'])
        );
}
