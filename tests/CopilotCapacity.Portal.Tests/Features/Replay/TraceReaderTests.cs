using CopilotCapacity.Portal.Features.Replay;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

public sealed class TraceReaderTests
{
    [Fact]
    public async Task Rows_OfRealTrace_AreAllRead()
    {
        await using var file = File.OpenRead(TestTrace.RealFile);

        var rows = await TraceReader.RowsAsync(file, default).ToListAsync();

        Assert.Equal(TestTrace.RealRows, rows.Count);
        Assert.Equal(new TraceRow(1, At("2023-11-16T18:15:46.68059Z"), 374, 44), rows[0]);
        Assert.Equal(new TraceRow(TestTrace.RealRows, At("2023-11-16T19:14:08.402527Z"), 197, 183), rows[^1]);
        Assert.Equal(26_450_535, rows.Sum(row => row.Tokens));
    }

    [Fact]
    public async Task Inspect_OfRealTrace_TellsItsFactsAndRewinds()
    {
        await using var file = File.OpenRead(TestTrace.RealFile);

        var facts = await TraceReader.InspectAsync(file, default);

        Assert.Equal(new TraceFacts("2f1e5b666d4e3055", TestTrace.RealRows, At("2023-11-16T18:15:46.68059Z"), At("2023-11-16T19:14:08.402527Z")), facts);
        Assert.Equal(0, file.Position);
    }

    [Theory]
    [InlineData("2023-11-16 18:15:46,1", "Line 3: expected 3 fields")]
    [InlineData("2023-11-16 18:15:46,1,2,3", "Line 3: expected 3 fields")]
    [InlineData("yesterday,1,2", "Line 3: TIMESTAMP 'yesterday'")]
    [InlineData("2023-11-16 18:15:46,-1,2", "Line 3: ContextTokens '-1'")]
    [InlineData("2023-11-16 18:15:46,1,2.5", "Line 3: GeneratedTokens '2.5'")]
    [InlineData("2023-11-16 18:15:46,1,", "Line 3: GeneratedTokens ''")]
    [InlineData("2023-11-16 18:15:46,1000000001,2", "Line 3: ContextTokens '1000000001'")]
    [InlineData("2023-11-16 17:59:59,1,2", "Line 3: its time lies before")]
    public async Task Inspect_WithMalformedRow_NamesTheLine(string row, string expected)
    {
        using var trace = TestTrace.Of("2023-11-16 18:00:00,1,2", row);

        var error = await Assert.ThrowsAsync<TraceFormatException>(() => TraceReader.InspectAsync(trace, default));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("time,in,out\n2023-11-16 18:00:00,1,2")]
    public async Task Inspect_WithoutHeader_NamesLineOne(string text)
    {
        using var trace = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));

        var error = await Assert.ThrowsAsync<TraceFormatException>(() => TraceReader.InspectAsync(trace, default));

        Assert.StartsWith("Line 1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfHeaderOnly_IsRefused()
    {
        using var trace = TestTrace.Of();

        await Assert.ThrowsAsync<TraceFormatException>(() => TraceReader.InspectAsync(trace, default));
    }

    [Fact]
    public async Task Rows_WithOffsetsAndEmptyLines_AreReadInUtc()
    {
        using var trace = TestTrace.Of("2024-05-10 02:00:00.009930+02:00,5,0", "", "2024-05-10 00:00:01,0,0", "");

        var rows = await TraceReader.RowsAsync(trace, default).ToListAsync();

        Assert.Equal([new TraceRow(1, At("2024-05-10T00:00:00.00993Z"), 5, 0), new TraceRow(2, At("2024-05-10T00:00:01Z"), 0, 0)], rows);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
