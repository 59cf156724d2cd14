using System.Globalization;
using System.Text.Json;

namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>What an agent used on a day, of one feature, channel, model, tool and knowledge source.</summary>
/// <param name="EnvironmentId">The environment; null where one environment was asked for and the row does not say.</param>
/// <param name="ResourceId">The agent.</param>
/// <param name="Consumed">
/// What the service calls consumed. Whether that includes what is not billed differs between those who read it, so both figures are kept
/// and neither is taken from the other.
/// </param>
/// <param name="NonBillable">What is not billed; null when the row does not say.</param>
/// <param name="AsOf">The day, or the instant the row was made.</param>
/// <param name="Metadata">What else the row says: ResourceName, FeatureName, ChannelId, LLMModel, ToolInvoked, KnowledgeSources, Users.</param>
public sealed record AgentConsumption(
    string? EnvironmentId, string ResourceId, decimal? Consumed, decimal? NonBillable, DateTimeOffset? AsOf, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The agent's name.</summary>
    public string? Name => Metadata.GetValueOrDefault("ResourceName");
}

/// <summary>
/// What agents used, as Power Platform knows it: day by day, up to 24 hours late, and recent days are revised. These routes answer only
/// the token of a person (a Power Platform or Global administrator); an identity of a machine is refused as forbidden.
/// </summary>
public sealed class ConsumptionClient(PowerPlatformHttp http)
{
    private const string Fields = "ResourceName,NonBillableQuantity,Users,ChannelId,FeatureName,LLMModel,ToolInvoked,KnowledgeSources";

    /// <summary>What all agents of the tenant used.</summary>
    public Task<AzureAnswer<IReadOnlyList<AgentConsumption>>> ListAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        ReadAsync($"/licensing/entitlements/{PowerPlatformNames.CopilotCredits}/resources?{Days(first, last)}", null, cancellationToken);

    /// <summary>What the agents of one environment used, with all that the rows can say.</summary>
    public Task<AzureAnswer<IReadOnlyList<AgentConsumption>>> ListOfEnvironmentAsync(string environment, DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        ReadAsync(
            $"/licensing/entitlements/{PowerPlatformNames.CopilotCredits}/environments/{Uri.EscapeDataString(environment)}/resources?includeFields={Fields}&{Days(first, last)}",
            environment,
            cancellationToken);

    private static string Days(DateOnly first, DateOnly last) =>
        $"fromDate={first.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}&toDate={last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}&api-version={PowerPlatformHttp.Version}";

    // One route is documented to answer rows, the other groups of rows; both were seen.
    private async Task<AzureAnswer<IReadOnlyList<AgentConsumption>>> ReadAsync(string address, string? environment, CancellationToken cancellationToken)
    {
        var answer = await http.ListAsync<ConsumptionItem>(address, cancellationToken);
        if (answer.Value is not { } items)
        {
            return answer.Failure!;
        }

        var rows = items.SelectMany(item => item.Resources ?? [new ConsumptionRow(item.EnvironmentId, item.ResourceId, item.Consumed, item.AsOfDate, item.LastRefreshedDate, item.Metadata)]).ToList();
        return rows.TrueForAll(row => row.ResourceId is not null)
            ? rows.ConvertAll(row => row.Read(environment))
            : http.Malformed("answered consumption without an agent.");
    }

    private sealed record ConsumptionItem(
        IReadOnlyList<ConsumptionRow>? Resources,
        string? EnvironmentId,
        string? ResourceId,
        decimal? Consumed,
        string? AsOfDate,
        string? LastRefreshedDate,
        IReadOnlyDictionary<string, JsonElement>? Metadata);

    private sealed record ConsumptionRow(
        string? EnvironmentId, string? ResourceId, decimal? Consumed, string? AsOfDate, string? LastRefreshedDate, IReadOnlyDictionary<string, JsonElement>? Metadata)
    {
        public AgentConsumption Read(string? environment)
        {
            var metadata = (Metadata ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
                .Where(pair => pair.Value.ValueKind is not JsonValueKind.Null)
                .ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var notBilled = metadata.GetValueOrDefault("NonBillableQuantity") ?? metadata.GetValueOrDefault("nonBillableConsumed");
            return new AgentConsumption(
                EnvironmentId ?? environment,
                ResourceId!,
                Consumed,
                decimal.TryParse(notBilled, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
                // Instants come without a zone, and are UTC.
                DateTimeOffset.TryParse(AsOfDate ?? LastRefreshedDate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null,
                metadata);
        }
    }
}
