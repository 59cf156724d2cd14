using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Tests.Features.Alerts;

/// <summary>Where the fix of each kind leads, for whoever may do it and whoever may only ask.</summary>
public sealed class AlertActionsTests
{
    private static readonly TenantId s_tenant = new(new Guid("11111111-1111-1111-1111-111111111111"));
    private static readonly Guid s_thing = new("22222222-2222-2222-2222-222222222222");

    [Theory]
    [InlineData(AlertKind.QuotaDepleted, true, "environments/T?open=allocation packs?record=1 pay-as-you-go/new?environments=T")]
    [InlineData(AlertKind.QuotaLow, false, "requests?ask=T&alert=7")]
    [InlineData(AlertKind.GrantExpiring, true, "environments?rebalance=1")]
    [InlineData(AlertKind.BudgetExhausted, true, "pay-as-you-go/T?budget=raise")]
    [InlineData(AlertKind.BudgetThreshold, false, "requests?plan=T&alert=7")]
    [InlineData(AlertKind.CapReached, true, "caps?change=T")]
    [InlineData(AlertKind.UsageUnlinked, true, "environments?link=T")]
    [InlineData(AlertKind.UsageAnomaly, true, "caps?add=1&environment=T&agent=a%207 usage?range=7d&group=agent&environment=T")]
    [InlineData(AlertKind.UsageAnomaly, false, "usage?range=7d&group=agent&environment=T")]
    [InlineData(AlertKind.QuotaRestored, true, "")]
    public void Fix_LeadsToThePaneWithItFilledIn(AlertKind kind, bool mayChange, string expected)
    {
        var actions = AlertActions.For(s_tenant, Alert(kind), mayChange);

        Assert.Equal(expected, string.Join(' ', actions.Select(action => action.Href
            .Replace($"/tenants/{s_tenant}/", "", StringComparison.Ordinal)
            .Replace(s_thing.ToString(), "T", StringComparison.Ordinal))));
    }

    [Fact]
    public void EnvironmentOnAPlan_HasItsBudgetRaised()
    {
        var actions = AlertActions.For(s_tenant, Alert(AlertKind.QuotaDepleted) with { PlanOfEnvironment = s_thing }, mayChange: true);
        Assert.Contains(actions, action => action.Kind is "raiseBudget" && action.Href.EndsWith($"/{s_thing}?budget=raise", StringComparison.Ordinal));
        Assert.DoesNotContain(actions, action => action.Kind is "linkPayAsYouGo");
    }

    [Fact]
    public void TomorrowMorning_IsThatOfTheTenantsZone()
    {
        var zone = DisplayZone.Find("America/New_York")!;
        var choices = Snooze.ChoicesAt(new DateTimeOffset(2026, 11, 30, 2, 0, 0, TimeSpan.Zero), zone);

        Assert.Equal(new DateTimeOffset(2026, 11, 30, 14, 0, 0, TimeSpan.Zero), choices[2].Until);
    }

    private static StoredAlert Alert(AlertKind kind) => new(
        7, 7, kind, AlertSeverity.Warning, kind is AlertKind.BudgetExhausted or AlertKind.BudgetThreshold ? [] : [s_thing], s_thing, "a 7", null, "Title", "Text",
        DateTimeOffset.UnixEpoch, null, null, null)
    {
        Story = 7,
        Subject = s_thing,
    };
}
