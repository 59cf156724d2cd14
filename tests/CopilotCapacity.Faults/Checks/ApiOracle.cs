using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.Faults.Load;

namespace CopilotCapacity.Faults.Checks;

/// <summary>Compares what senders remember with what the running portal says.</summary>
public static class ApiOracle
{
    /// <summary>What of a tenant's answers is wrong.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(Uri portal, TestTenant tenant, IReadOnlyList<Sender> senders)
    {
        using var client = TestTenant.ClientOf(portal, tenant.Key);
        var events = senders
            .Where(sender => sender.Tenant == tenant)
            .SelectMany(sender => sender.Sent)
            .SelectMany(batch => batch.Events)
            .ToList();
        var now = TimeProvider.System.GetUtcNow();
        var range = string.Create(CultureInfo.InvariantCulture, $"from={now.AddDays(-2):yyyy-MM-dd}T00:00:00Z&to={now.AddDays(2):yyyy-MM-dd}T00:00:00Z");
        var totals = (await client.GetFromJsonAsync<JsonElement>($"/api/v1/tenants/{tenant.Id}/usage?{range}")).GetProperty("totals");
        var capacity = await client.GetFromJsonAsync<JsonElement>($"/api/v1/tenants/{tenant.Id}/capacity");
        var burn = totals.GetProperty("burn");
        var wrong = new List<string>();
        Expect("usage events", Number(totals, "events"), events.Count);
        Expect("usage billed", Number(totals, "billed"), events.Sum(known => known.Thousandths) / 1000m);
        Expect(
            "usage by payer",
            Number(burn, "allocation") + Number(burn, "pool") + Number(burn, "payAsYouGo") + Number(burn, "unfunded"),
            Number(totals, "billed"));
        Expect(
            "capacity entitled",
            Number(capacity, "entitled"),
            Number(capacity, "consumed") + Number(capacity, "held") + Number(capacity, "remaining"));
        Expect("capacity consumed", Number(capacity, "consumed"), Number(burn, "allocation") + Number(burn, "pool"));
        Expect("capacity unfunded", Number(capacity, "unfunded"), Number(burn, "unfunded"));
        return wrong;

        void Expect(string what, decimal actual, decimal expected)
        {
            if (actual != expected)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{tenant.Name}: {what} is {actual}, it must be {expected}."));
            }
        }
    }

    private static decimal Number(JsonElement element, string name) => element.GetProperty(name).GetDecimal();
}
