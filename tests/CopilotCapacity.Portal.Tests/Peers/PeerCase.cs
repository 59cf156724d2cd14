using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>
/// A case from a peer's public tests: what is given, and what is expected. Whoever translates it takes every expectation; one
/// that nobody took fails the case, so that no number passes unread.
/// </summary>
internal sealed class PeerCase(JsonElement scenario)
{
    private readonly Dictionary<string, JsonElement> _expected =
        scenario.GetProperty("expect").EnumerateObject().ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);

    public string Kind => scenario.GetProperty("kind").GetString()!;

    public JsonElement Given => scenario.GetProperty("given");

    public static IReadOnlyDictionary<string, JsonElement> All { get; } = JsonDocument
        .Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "peer-scenarios.json")))
        .RootElement.GetProperty("scenarios").EnumerateArray()
        .ToDictionary(scenario => scenario.GetProperty("id").GetString()!, StringComparer.Ordinal);

    /// <summary>Takes an expectation when there is one.</summary>
    public bool Expects(string name, out JsonElement expected) => _expected.Remove(name, out expected);

    /// <summary>Compares a number with the expectation of that name, when there is one.</summary>
    public async Task CheckAsync(string name, Func<Task<decimal>> actual)
    {
        if (Expects(name, out var expected))
        {
            Assert.Equal((name, expected.GetDecimal()), (name, await actual()));
        }
    }

    public Task CheckAsync(string name, decimal actual) => CheckAsync(name, () => Task.FromResult(actual));

    public void AssertAllChecked() => Assert.Empty(_expected.Keys);
}

/// <summary>Short ways to read what is given.</summary>
internal static class Given
{
    public static decimal Decimal(this JsonElement element, string name) => element.GetProperty(name).GetDecimal();

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static DateTimeOffset Instant(this JsonElement element, string name) => element.GetProperty(name).GetDateTimeOffset();

    public static IEnumerable<JsonElement> List(this JsonElement element, string name) => element.GetProperty(name).EnumerateArray();

    /// <summary>A member that may be missing or null.</summary>
    public static JsonElement? Maybe(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string KindOf(string category) => category switch
    {
        "purchased" or "paid" => "messagePack",
        "granted" or "promotional" or "free" => "promotional",
        "included" => "included",
        _ => throw new InvalidOperationException($"No kind of grant is known for '{category}'."),
    };
}
