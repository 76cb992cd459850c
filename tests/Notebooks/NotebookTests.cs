namespace Verify.Tests.Notebooks;

/// <summary>Every notebook runs and shows what it stores; a cell that fails is named.</summary>
public sealed class NotebookTests
{
    public static TheoryData<string> Names => [.. Library.Paths.Select(p => Path.GetFileName(p))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Shows_what_it_stores(string name) =>
        NotebookRunner.Check(Notebook.Read(Path.Combine(Library.Folder, name)));

    [Theory]
    [InlineData("fsharp", "let x = 1\\nx + \\\"a\\\"", "cell 2, line 2: FS0001")]
    [InlineData("fsharp", "let x = 1\\n(failwith \\\"oh\\\": int)", "cell 2, line 2: Exception: oh")]
    [InlineData("fsharp", "match 1 with 2 -> ()", "cell 2, line 1: FS0025")]
    [InlineData("csharp", "var x = 1;\\nx + y", "cell 2, line 2: CS0103")]
    [InlineData("csharp", "var x = 0;\\n1 / x", "cell 2, line 2: DivideByZeroException")]
    [InlineData("fsharp", "#!csharp\\nvar x = 0;\\nvar y = z;", "cell 2, line 3: CS0103")]
    [InlineData("fsharp", "#!pwsh\\nls", "cell 2: 'pwsh' is neither fsharp nor csharp")]
    [InlineData("fsharp", "1 + 1", "cell 2: output 1 differs: stored nothing, now '{'")]
    [InlineData("fsharp", "System.Console.Write 3", "cell 2: output 1 differs: stored nothing, now '{'")]
    public void Names_the_cell_that_fails(string language, string source, string message)
    {
        var notebook = Notebook.Parse(
            Path.Combine(AppContext.BaseDirectory, "planted.ipynb"),
            $$"""
            {
              "cells": [
                { "cell_type": "markdown", "id": "a", "metadata": {}, "source": "text" },
                { "cell_type": "code", "execution_count": 1, "id": "b", "metadata": {}, "outputs": [], "source": "{{source}}" }
              ],
              "metadata": { "kernelspec": { "display_name": "", "language": "", "name": ".net-{{language}}" } },
              "nbformat": 4,
              "nbformat_minor": 5
            }
            """
        );
        var e = Assert.Throws<NotebookException>(() => NotebookRunner.Check(notebook));
        Assert.StartsWith($"planted.ipynb, {message}", e.Message);
    }

    [Theory]
    [InlineData("no json", "planted.ipynb: not a notebook")]
    [InlineData("{}", "planted.ipynb: the format is not 4.5")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5}""", "planted.ipynb: not a notebook")]
    [InlineData(
        """{"nbformat": 4, "nbformat_minor": 5, "cells": [{"id": "a"}, {"id": "a"}]}""",
        "planted.ipynb: a cell has no id of its own"
    )]
    public void Rejects_what_is_no_notebook(string text, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<NotebookException>(() => Notebook.Parse("planted.ipynb", text)).Message
        );

    [Fact]
    public void A_figure_needs_a_picture()
    {
        var stored = """
            [{ "data": { "application/vnd.plotly.v1+json": {}, "text/plain": ["f"] }, "output_type": "execute_result" }]
            """;
        var notebook = Notebook.Parse(
            Path.Combine(AppContext.BaseDirectory, "planted.ipynb"),
            $$"""
            {
              "cells": [
                { "cell_type": "code", "execution_count": 1, "id": "b", "metadata": {}, "outputs": {{stored}}, "source": "1" }
              ],
              "metadata": { "kernelspec": { "name": ".net-csharp" } }, "nbformat": 4, "nbformat_minor": 5
            }
            """
        );
        var e = Assert.Throws<NotebookException>(() => NotebookRunner.Check(notebook));
        Assert.Equal("planted.ipynb, cell 1: a figure has no picture", e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a\n")]
    [InlineData("a\n\nb\n")]
    public void Lines_are_the_text(string text)
    {
        var lines = Notebook.Lines(text);
        Assert.Equal(text, Notebook.Text(lines));
        Assert.Equal(text.Split('\n').Length - (text.EndsWith('\n') || text == "" ? 1 : 0), lines.Count);
    }
}
