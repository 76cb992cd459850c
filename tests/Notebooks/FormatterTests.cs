using Verify.Report;

namespace Verify.Tests.Notebooks;

/// <summary>What a notebook is given to show.</summary>
public sealed class FormatterTests
{
    private static Table Example
    {
        get
        {
            var table = new Table("name", "x", "n");
            table.Add("a < b & c", 0.99999999, 12345);
            table.Add("", 1.0, 2L);
            return table;
        }
    }

    [Fact]
    public void A_table_is_aligned_text() =>
        Assert.Equal(
            "name              x       n\na < b & c  0.999999  12,345\n                  1       2\n",
            Text(new TableFormatters().CreateTypeFormatters(), "text/plain", Example)
        );

    [Fact]
    public void A_table_is_HTML_with_its_texts_escaped()
    {
        var html = Text(new TableFormatters().CreateTypeFormatters(), "text/html", Example);
        Assert.Contains("<th scope=\"col\" style=\"text-align: left\">name</th>", html);
        Assert.Contains("<td style=\"text-align: left\">a &lt; b &amp; c</td>", html);
        Assert.Contains("<td style=\"text-align: right\">12,345</td>", html);
    }

    [Fact]
    public void A_figure_says_what_it_shows_where_nothing_is_drawn()
    {
        var figure = Figure.Of("Title", new Axis("x"), new Axis("y"), new Scatter("s", 0, [1], [2]));
        var formatters = new FigureFormatters().CreateTypeFormatters().ToList();
        Assert.Equal("Title", Text(formatters, "text/plain", figure));
        Assert.Equal("Title. Shown.", Text(formatters, "text/plain", figure with { Description = "Shown." }));
        Assert.Equal(Plotly.Write(figure), Text(formatters, FigureFormatters.MimeType, figure));
    }

    [Fact]
    public void Another_type_is_left_to_others() =>
        Assert.All(
            new TableFormatters().CreateTypeFormatters().Cast<Formatter<Table>>(),
            f => Assert.False(f.Format("text", TextWriter.Null))
        );

    private static string Text<T>(IEnumerable<object> formatters, string mimeType, T value)
        where T : notnull
    {
        var text = new StringWriter();
        Assert.True(formatters.Cast<Formatter<T>>().Single(f => f.MimeType == mimeType).Format(value, text));
        return text.ToString();
    }
}
