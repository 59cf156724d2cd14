using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests;

/// <summary>Short ways to ask about billing plans.</summary>
internal static class PlanCalls
{
    public static string Plans(this TenantUnderTest tenant, object? plan = null) =>
        $"/api/v1/tenants/{tenant.Id}/billing-plans{(plan is null ? "" : $"/{plan}")}";

    public static async Task<Guid> NewPlanAsync(this TenantUnderTest tenant, params Guid[] environments)
    {
        var created = await tenant.Api.SendJsonAsync(HttpMethod.Post, tenant.Plans(), PlanText.Of(environments: environments));
        Assert.Equal(HttpStatusCode.Created, created.Status);
        return created.Json.GetProperty("id").GetGuid();
    }

    public static Task<ApiReply> SetBudgetAsync(this TenantUnderTest tenant, Guid plan, string body, string ifMatch = "*") =>
        tenant.Api.SendJsonAsync(HttpMethod.Put, $"{tenant.Plans(plan)}/budget", body, ("If-Match", ifMatch));
}

/// <summary>Writes billing plans and budgets as their senders would.</summary>
internal static class PlanText
{
    public static string Of(string name = "Europe", string region = "europe", params Guid[] environments) =>
        JsonSerializer.Serialize(new { name, subscriptionId = "sub-1", resourceGroup = "rg-1", region, environments });

    public static string Budget(string amount, string grain = "monthly", string startsOn = "2026-11-01", string extra = "") => $$"""
        { "amount": { "amount": "{{amount}}", "currency": "USD" }, "timeGrain": "{{grain}}", "startsOn": "{{startsOn}}",
          "thresholds": [], "contacts": [] {{extra}} }
        """;
}
