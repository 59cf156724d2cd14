using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Tests.Hosting.Http;

public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("\n=1")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠A1")]
    public void Formula_IsText(string formula)
    {
        var line = Csv.Line([formula]);

        Assert.StartsWith("'", line.TrimStart('"'), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sales", "Sales")]
    [InlineData("Sales, Europe", "\"Sales, Europe\"")]
    [InlineData("the \"big\" one", "\"the \"\"big\"\" one\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("a=b", "a=b")]
    public void Field_IsQuotedWhereItMustBe(string? text, string expected) =>
        Assert.Equal($"x,{expected},y\r\n", Csv.Line(["x", text, "y"]));
}
