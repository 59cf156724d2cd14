using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>Reads one environment in one snapshot of the database; its caps come from the meter, which counts them.</summary>
internal sealed class EnvironmentReader(
    IDbContextFactory<PortalDbContext> contexts, EnvironmentViews views, Meter meter, CurrentPerson current, TimeProvider time) : IEnvironmentReader
{
    public async Task<EnvironmentDetail?> ReadAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ReadTenant, tenant, environment))
        {
            return null;
        }

        var detail = await Task.Run(() => Read(tenant, environment, person), cancellationToken);
        if (detail is null)
        {
            return null;
        }

        var caps = await meter.ChangeAsync<List<CapDto>>(tenant, person.ToActor(current.Address), ledger => ledger.Caps
            .Where(cap => cap.Scope.Environment == environment)
            .Select(cap => CapDto.From(cap, ledger.Now))
            .ToList());
        return detail with { Caps = caps.Value ?? [] };
    }

    private EnvironmentDetail? Read(TenantId tenantId, EnvironmentId id, Person person)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenantId) is not { } tenant)
        {
            return null;
        }

        var period = new Period(tenant.OpenPeriod);
        if (EnvironmentQuery.Find(snapshot, tenant, id, period) is not { } found)
        {
            return null;
        }

        var asOf = tenant.IsRehearsal ? tenant.Now : time.GetUtcNow();
        var capacity = CapacityQuery.Read(snapshot, tenant, period);
        var applications = snapshot.Context.Applications
            .Where(row => row.TenantKey == tenant.Key && row.EnvironmentKey == found.Row.Key)
            .OrderBy(row => row.Url)
            .AsEnumerable()
            .Select(row => new ApplicationDto(row.Id, found.Row.Id, row.Kind, row.Url))
            .ToList();
        if (views.Find(snapshot, tenant, id, capacity, PlanQuery.Read(snapshot, tenant, period), asOf) is not { } environment)
        {
            return null;
        }

        var uses = UsesOf(snapshot, tenant, id, period);
        return new EnvironmentDetail
        {
            TenantName = tenant.Name,
            Environment = environment,
            Version = found.Row.Version,
            WhenUnreachable = UnreachableRule.Of(found.Row.UnreachableLimit is { } limit ? new Credits(limit) : null),
            TenantCredits = views.CreditsOf(snapshot, tenant, capacity, asOf),
            Period = period,
            AsOf = asOf,
            IsRehearsal = tenant.IsRehearsal,
            Days = DaysOf(snapshot, tenant, found.Row.Key, period, asOf),
            Agents = Named(Parts(uses, 0), AgentNames.ReadOf(snapshot, tenant.Key, found.Row.Key), id),
            Features = Parts(uses, 1),
            Applications = applications,
            Caps = [],
            Alerts =
            [
                .. AlertQuery.ReadOpen(snapshot, tenant, id.Value).Where(alert => alert.RaisedAt >= period.Start),
            ],
            MayChange = AccessRules.May(person, Operation.ChangeEnvironment, tenantId, id),
            MayChangeCapacity = AccessRules.May(person, Operation.ChangeCapacity, tenantId, id),
        };
    }

    private static UsageAnswer UsesOf(ReadSnapshot snapshot, TenantRow tenant, EnvironmentId id, Period period) => UsageQuery.Read(
        snapshot,
        tenant,
        new UsageQuestion(
            period.Start,
            period.End,
            [UsageDimension.Agent, UsageDimension.Feature],
            UsageGranularity.None,
            new Dictionary<UsageDimension, string> { [UsageDimension.Environment] = id.ToString() }));

    private static List<PartUse> Parts(UsageAnswer uses, int dimension) =>
    [
        .. uses.Groups.GroupBy(group => group.Keys[dimension], StringComparer.Ordinal)
            .Select(group => new PartUse(group.Key, group.Sum(row => row.Sums.Events), new Credits(group.Sum(row => row.Sums.Billed))))
            .OrderByDescending(part => part.Billed.Thousandths)
            .ThenBy(part => part.Key, StringComparer.Ordinal),
    ];

    private static List<PartUse> Named(List<PartUse> agents, AgentNames names, EnvironmentId environment) =>
        agents.ConvertAll(agent => agent with { Name = agent.Key is { } key ? names.Of(environment.Value, key) : null });

    private static IReadOnlyList<DayUse> DaysOf(ReadSnapshot snapshot, TenantRow tenant, int environment, Period period, DateTimeOffset asOf)
    {
        var (first, last) = (DateOnly.FromDateTime(period.Start.UtcDateTime), DateOnly.FromDateTime((asOf < period.End ? asOf : period.End.AddTicks(-1)).UtcDateTime));
        var known = UsageDayQuery.Read(snapshot, tenant, [environment], first, last)
            .ToDictionary(
                row => DateOnly.FromDayNumber(row.Day),
                row => new DayUse(DateOnly.FromDayNumber(row.Day), new Credits(row.Prepaid), new Credits(row.PayAsYouGo), new Credits(row.Unfunded)));
        return DayUse.Fill(first, last, known);
    }
}
