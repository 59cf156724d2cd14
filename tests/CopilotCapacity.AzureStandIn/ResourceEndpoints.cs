namespace CopilotCapacity.AzureStandIn;

/// <summary>The token endpoint of a managed identity, as App Service has it.</summary>
internal static class TokenEndpoints
{
    public const string Secret = "stand-in";

    public static void Map(WebApplication app, AzureState state) => app.MapGet("/identity/token", async http =>
    {
        if (state.Tokens.Refuses || http.Request.Headers["X-IDENTITY-HEADER"] != Secret || string.IsNullOrEmpty(http.Request.Query["resource"]))
        {
            await Answers.ProblemAsync(http, StatusCodes.Status400BadRequest, "invalid_request", "No identity is assigned.");
            return;
        }

        await http.Response.WriteAsJsonAsync(new
        {
            access_token = state.Tokens.Give(),
            expires_on = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            resource = http.Request.Query["resource"].ToString(),
            token_type = "Bearer",
        });
    });
}

/// <summary>Azure Resource Manager.</summary>
internal static class ResourceEndpoints
{
    private const string Provider = "Microsoft.PowerPlatform";

    public static void Map(WebApplication app, AzureState state)
    {
        app.MapGet("/subscriptions", async http =>
        {
            if (!await Answers.RefusesVersionAsync(http, "2022-12-01"))
            {
                await Answers.PageAsync(http, state, [
                    .. state.Subscriptions.Select(pair => new { id = $"/subscriptions/{pair.Key}", subscriptionId = pair.Key, displayName = pair.Value.Name, state = pair.Value.State, tenantId = Guid.Empty }),
                ]);
            }
        });
        app.MapGet("/subscriptions/{id}/resourcegroups", async (HttpContext http, string id) =>
        {
            if (!await Answers.RefusesVersionAsync(http, "2021-04-01") && await FindAsync(http, state, id) is { } found)
            {
                await Answers.PageAsync(http, state, [
                    .. found.ResourceGroups.Select(pair => new { id = $"/subscriptions/{id}/resourceGroups/{pair.Key}", name = pair.Key, location = pair.Value, type = "Microsoft.Resources/resourceGroups" }),
                ]);
            }
        });
        app.MapGet("/subscriptions/{id}/providers/" + Provider, async (HttpContext http, string id) =>
        {
            if (!await Answers.RefusesVersionAsync(http, "2021-04-01") && await FindAsync(http, state, id) is { } found)
            {
                await http.Response.WriteAsJsonAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["namespace"] = Provider, ["registrationState"] = found.Provider });
            }
        });
        app.MapPost("/subscriptions/{id}/providers/" + Provider + "/register", async (HttpContext http, string id) =>
        {
            if (await Answers.RefusesVersionAsync(http, "2021-04-01") || await FindAsync(http, state, id) is not { } found)
            {
                return;
            }

            if (!found.MayWrite)
            {
                await Answers.ProblemAsync(http, StatusCodes.Status403Forbidden, "AuthorizationFailed", "The client does not have authorization to perform action 'Microsoft.PowerPlatform/register/action'.");
                return;
            }

            found.Provider = "Registering";
            await http.Response.WriteAsJsonAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["namespace"] = Provider, ["registrationState"] = found.Provider });
        });
        app.MapGet("/subscriptions/{id}/resourceGroups/{group}/providers/" + Provider + "/accounts", async (HttpContext http, string id, string group) =>
        {
            if (!await Answers.RefusesVersionAsync(http, "2020-10-30-preview") && await FindAsync(http, state, id) is { } found)
            {
                await Answers.PageAsync(http, state, [
                    .. found.Accounts.Where(account => string.Equals(account.ResourceGroup, group, StringComparison.OrdinalIgnoreCase)).Select(account => new
                    {
                        id = $"/subscriptions/{id}/resourceGroups/{group}/providers/{Provider}/accounts/{account.Name}",
                        name = account.Name,
                        location = "unitedstates",
                        type = Provider + "/accounts",
                        tags = new Dictionary<string, string>(StringComparer.Ordinal),
                    }),
                ]);
            }
        });
        app.MapGet("/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.Authorization/permissions", async (HttpContext http, string id, string group) =>
        {
            if (await Answers.RefusesVersionAsync(http, "2022-04-01") || await FindAsync(http, state, id) is not { } found)
            {
                return;
            }

            if (!found.ResourceGroups.ContainsKey(group))
            {
                await Answers.ProblemAsync(http, StatusCodes.Status404NotFound, "ResourceGroupNotFound", $"Resource group '{group}' could not be found.");
                return;
            }

            // Contributor, or Reader.
            await Answers.PageAsync(http, state, [
                found.MayWrite
                    ? new { actions = new[] { "*" }, notActions = new[] { "Microsoft.Authorization/*/Write", "Microsoft.Authorization/*/Delete" }, dataActions = Array.Empty<string>(), notDataActions = Array.Empty<string>() }
                    : new { actions = new[] { "*/read" }, notActions = Array.Empty<string>(), dataActions = Array.Empty<string>(), notDataActions = Array.Empty<string>() },
            ]);
        });
    }

    private static async Task<SubscriptionState?> FindAsync(HttpContext http, AzureState state, string id)
    {
        if (state.Subscriptions.TryGetValue(id, out var found))
        {
            return found;
        }

        await Answers.ProblemAsync(http, StatusCodes.Status404NotFound, "SubscriptionNotFound", $"The subscription '{id}' could not be found.");
        return null;
    }
}
