using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopilotCapacity.AzureStandIn.PowerPlatform;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CopilotCapacity.AzureStandIn;

/// <summary>
/// Answers what the portal asks of Azure and of Power Platform, over real HTTP, by the published shapes of its services: stateful, strict about what it is
/// sent, and with faults to order. It shares no code with the clients that it tests.
/// </summary>
public sealed class StandIn : IAsyncDisposable
{
    // A token that was revoked is to be asked for anew, with these claims.
    private static readonly string s_claims = Convert.ToBase64String("""{"access_token":{"nbf":{"essential":true,"value":"1795000000"}}}"""u8);

    private readonly WebApplication _app;

    private StandIn(WebApplication app, AzureState state) => (_app, State) = (app, state);

    /// <summary>What it knows.</summary>
    public AzureState State { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts it on a free port of this machine, or at an address.</summary>
    public static async Task<StandIn> StartAsync(string address = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var state = new AzureState();
        app.Use((http, next) => state.Faults.PassAsync(http, next));
        TokenEndpoints.Map(app, state);
        app.Use(async (http, next) =>
        {
            if (state.Tokens.Accepts(http.Request.Headers.Authorization.ToString()) || http.Request.Path.StartsWithSegments("/identity", StringComparison.Ordinal))
            {
                await next(http);
                return;
            }

            http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_claims\", claims=\"{s_claims}\"";
            await Answers.ProblemAsync(http, StatusCodes.Status401Unauthorized, "InvalidAuthenticationToken", "The access token is invalid.");
        });
        app.Use((http, next) => state.Recorded.TryGetValue(http.Request.Path.Value!, out var recorded) ? http.Response.WriteAsJsonAsync(recorded) : next(http));
        ResourceEndpoints.Map(app, state);
        BudgetEndpoints.Map(app, state);
        CostEndpoints.Map(app, state);
        AllocationEndpoints.Map(app, state.PowerPlatform);
        EntitlementEndpoints.Map(app, state.PowerPlatform);
        BillingPolicyEndpoints.Map(app, state);
        ThresholdEndpoints.Map(app, state.PowerPlatform);
        ConsumptionEndpoints.Map(app, state);
        await app.StartAsync();
        return new StandIn(app, state);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Waits until it is stopped from outside.</summary>
    public Task RunAsync() => _app.WaitForShutdownAsync();
}

/// <summary>What the stand-in knows.</summary>
public sealed class AzureState
{
    /// <summary>Knows nothing yet.</summary>
    public AzureState() => Faults = new FaultState(Tokens);

    /// <summary>Subscriptions by their ids, with their resource groups.</summary>
    public Dictionary<string, SubscriptionState> Subscriptions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Budgets by scope and name, lower case.</summary>
    public Dictionary<string, JsonObject> Budgets { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Cost of a scope by day, of resources that no query asks for alone.</summary>
    public Dictionary<(string Scope, DateOnly Day), decimal> Costs { get; } = [];

    /// <summary>What the licensing API of Power Platform knows.</summary>
    public PowerPlatformState PowerPlatform { get; } = new();

    /// <summary>Cost of a resource by day.</summary>
    public Dictionary<(string Resource, DateOnly Day), decimal> ResourceCosts { get; } = [];

    /// <summary>What a forecast expects of each day to come; null for nothing.</summary>
    public decimal? ForecastPerDay { get; set; }

    /// <summary>The currency of all cost and of new budgets.</summary>
    public string Currency { get; set; } = "EUR";

    /// <summary>Called before a budget is written, with its path: another writer may be faster.</summary>
    public Action<string>? BeforeBudgetIsWritten { get; set; }

    /// <summary>Tokens it has given.</summary>
    public TokenState Tokens { get; } = new();

    /// <summary>Faults to come.</summary>
    public FaultState Faults { get; }

    /// <summary>Answers to give as they are, by path.</summary>
    public Dictionary<string, JsonNode> Recorded { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many items a page of a list has.</summary>
    public int PageSize { get; set; } = 2;
}

/// <summary>A subscription.</summary>
public sealed class SubscriptionState
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its state.</summary>
    public string State { get; set; } = "Enabled";

    /// <summary>Whether the caller may write in it.</summary>
    public bool MayWrite { get; set; } = true;

    /// <summary>The state of Microsoft.PowerPlatform.</summary>
    public string Provider { get; set; } = "NotRegistered";

    /// <summary>Its resource groups, by name, with their regions.</summary>
    public Dictionary<string, string> ResourceGroups { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The accounts of billing plans, by resource group and name.</summary>
    public List<(string ResourceGroup, string Name)> Accounts { get; } = [];
}

/// <summary>Tokens.</summary>
public sealed class TokenState
{
    private readonly HashSet<string> _valid = [];
    private int _given;

    /// <summary>How many were given.</summary>
    public int Given => _given;

    /// <summary>Whether the identity has any token.</summary>
    public bool Refuses { get; set; }

    /// <summary>Gives a new one.</summary>
    public string Give()
    {
        // The credential keeps tokens for the whole process, so those of two stand-ins must not be called the same.
        var token = string.Create(CultureInfo.InvariantCulture, $"token-{Interlocked.Increment(ref _given)}-{Guid.NewGuid():N}");
        lock (_valid)
        {
            _valid.Add(token);
        }

        return token;
    }

    /// <summary>Ends all that were given.</summary>
    public void ExpireAll()
    {
        lock (_valid)
        {
            _valid.Clear();
        }
    }

    /// <summary>Whether a header carries one that is valid.</summary>
    public bool Accepts(string header)
    {
        lock (_valid)
        {
            return header.StartsWith("Bearer ", StringComparison.Ordinal) && _valid.Contains(header["Bearer ".Length..]);
        }
    }
}

/// <summary>Ways to answer.</summary>
internal static class Answers
{
    public static Task ProblemAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { error = new { code, message } });
    }

    /// <summary>Refuses any other version than the one that is documented; true when it was refused.</summary>
    public static async Task<bool> RefusesVersionAsync(HttpContext http, string version)
    {
        if (string.Equals(http.Request.Query["api-version"], version, StringComparison.Ordinal))
        {
            return false;
        }

        await ProblemAsync(http, StatusCodes.Status400BadRequest, "InvalidApiVersionParameter", $"The api-version is {version} here.");
        return true;
    }

    /// <summary>A page of a list, with a link to the next.</summary>
    public static Task PageAsync(HttpContext http, AzureState state, IReadOnlyList<object> items)
    {
        var skip = int.TryParse(http.Request.Query["$skiptoken"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0;
        var page = items.Skip(skip).Take(state.PageSize).ToList();
        var next = skip + page.Count < items.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}?api-version={http.Request.Query["api-version"]}&$skiptoken={skip + page.Count}")
            : null;
        return http.Response.WriteAsJsonAsync(new { value = page, nextLink = next });
    }

    public static async Task<JsonObject?> BodyAsync(HttpContext http)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body);
        }
        catch (JsonException)
        {
            await ProblemAsync(http, StatusCodes.Status400BadRequest, "InvalidRequestContent", "The request content is not JSON.");
            return null;
        }
    }
}
