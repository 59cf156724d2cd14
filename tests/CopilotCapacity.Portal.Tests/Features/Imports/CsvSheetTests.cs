using System.Text;
using CopilotCapacity.Portal.Features.Imports;
using CopilotCapacity.Portal.Hosting.Http;
using CsCheck;

namespace CopilotCapacity.Portal.Tests.Features.Imports;

public sealed class CsvSheetTests
{
    private static readonly ImportColumn[] s_columns = [new("name", true, ""), new("credits", true, ""), new("note", false, "")];

    [Theory]
    [InlineData("name,credits\nAlpha,5\n")]
    [InlineData("name;credits\r\nAlpha;5\r\n")]
    [InlineData("name\tcredits\nAlpha\t5")]
    [InlineData("\uFEFF NAME , Credits \n\n\"Alpha\", 5 \n,\n")]
    public void File_IsReadWhateverSeparatesItsFields(string text)
    {
        var row = Assert.Single(Read(text).Rows);

        Assert.Equal(("Alpha", "5", (string?)null), (row["name"], row["credits"], row["note"]));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("name,credits\n", "no rows")]
    [InlineData("name,amount\nAlpha,5\n", "“credits”")]
    [InlineData("name,credits,name\nAlpha,5,Beta\n", "there twice")]
    [InlineData("name,credits\nAlpha,5,6\n", "Line 2 has 3 fields")]
    [InlineData("name,credits\nAlpha,5\nAl\"pha\",5\n", "line 3")]
    [InlineData("PK\0\u0003", "no text")]
    public void File_ThatCannotBeRead_IsRefusedWithTheReason(string text, string reason) =>
        Assert.Contains(reason, Read(text).Problem, StringComparison.Ordinal);

    [Fact]
    public void File_InAnotherEncoding_IsRefused() =>
        Assert.Contains("UTF-8", CsvSheet.Read([.. "name,credits\nM"u8, 0xFC, .. "nchen,5\n"u8], s_columns).Problem, StringComparison.Ordinal);

    [Fact]
    public void File_WithTooManyRows_IsRefused()
    {
        var rows = string.Concat(Enumerable.Repeat("Alpha,5\n", CsvSheet.RowsMost));

        Assert.Null(Read("name,credits\n" + rows).Problem);
        Assert.Contains("Split it", Read("name,credits\n" + rows + "Alpha,5\n").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_AreThoseOfTheFile()
    {
        var sheet = Read("name,credits\nAlpha,1\n\n\"Be\nta\",2\nGamma,3\n");

        Assert.Equal([2, 4, 6], sheet.Rows.Select(row => row.Line));
        Assert.Equal("Be\nta", sheet.Rows[1]["name"]);
    }

    [Fact]
    public void OtherColumns_ArePassedOver() => Assert.Equal(["colour"], Read("name,colour,credits\nAlpha,red,5\n").Ignored);

    // What is written here comes back as it was, also what a spreadsheet would compute.
    [Fact]
    public void Written_IsReadAgain() => Gen.String[Gen.Char["ab,;\t\"'=+-@ ü＝\n"], 1, 12].Array[2].Sample(fields =>
    {
        // No name begins or ends with a space.
        var expected = fields.Select(field => field.Trim()).ToList();
        var text = Csv.Line(["name", "credits"]) + Csv.Line(expected);
        var sheet = Read(text);
        if (expected.TrueForAll(field => field.Length == 0))
        {
            return sheet.Problem is not null;
        }

        var row = sheet.Rows.Single();
        return string.Equals(row["name"] ?? "", expected[0], StringComparison.Ordinal) && string.Equals(row["credits"] ?? "", expected[1], StringComparison.Ordinal);
    });

    private static CsvSheet Read(string text) => CsvSheet.Read(Encoding.UTF8.GetBytes(text), s_columns);
}
