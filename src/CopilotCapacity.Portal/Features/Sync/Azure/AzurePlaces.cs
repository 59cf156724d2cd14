using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Sync.Azure;

/// <summary>The plans of a tenant with what earlier steps read of where they lie.</summary>
internal sealed class AzurePlaces
{
    private readonly IReadOnlyDictionary<string, string?> _readings;
    private readonly IReadOnlyDictionary<int, string> _currencies;

    private AzurePlaces(List<PlanRow> all, IReadOnlyDictionary<string, string?> readings, IReadOnlyDictionary<int, string> currencies)
    {
        (All, _readings, _currencies) = (all, readings, currencies);
        Plans = [.. all.Where(plan => plan.DeletedAt is null)];
    }

    /// <summary>The plans, deleted ones as well.</summary>
    public List<PlanRow> All { get; }

    /// <summary>The plans.</summary>
    public List<PlanRow> Plans { get; }

    public static AzurePlaces Read(IDbContextFactory<PortalDbContext> contexts, SyncTarget target)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var readings = snapshot.Context.SyncReadings.Where(row => row.TenantKey == target.Key && row.Service == AzureSync.ServiceName)
            .Select(row => new { row.Step, row.Value }).ToDictionary(row => row.Step, row => row.Value, StringComparer.Ordinal);
        var currencies = snapshot.Context.AzureCosts.Where(row => row.TenantKey == target.Key)
            .GroupBy(row => row.PlanKey).Select(rows => new { Plan = rows.Key, Currency = rows.Max(row => row.Currency) }).ToDictionary(row => row.Plan, row => row.Currency!);
        return new AzurePlaces([.. snapshot.Context.Plans.Where(row => row.TenantKey == target.Key).OrderBy(row => row.Key)], readings, currencies);
    }

    /// <summary>Whether the credential sees a plan's subscription; true as long as that was never asked.</summary>
    public bool IsVisible(PlanRow plan) => Of<List<SubscriptionReading>>(AzureSteps.Subscriptions) is not { } seen
        || plan.DeletedAt is not null
        || seen.Exists(subscription => string.Equals(subscription.Id, plan.SubscriptionId, StringComparison.OrdinalIgnoreCase));

    /// <summary>A plan's account resource; null when there is none, or that is not known.</summary>
    public AccountReading? AccountOf(PlanRow plan) => Of<AccountsReading>(AzureSteps.Accounts(plan.SubscriptionId, plan.ResourceGroup))?.Of(plan.Name);

    /// <summary>The currency in which a plan was billed; null while it was not.</summary>
    public string? BilledIn(PlanRow plan) => _currencies.GetValueOrDefault(plan.Key);

    private T? Of<T>(string step)
        where T : class => ReadingJson.Read<T>(_readings.GetValueOrDefault(step));
}
