using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>
/// Reads alerts in one snapshot, and takes them up on behalf of the person in the circuit. Whoever looks after some environments sees
/// and handles the alerts about those alone.
/// </summary>
internal sealed class AlertDesk(IDbContextFactory<PortalDbContext> contexts, Meter meter, CurrentPerson current, TimeProvider time) : IAlertDesk
{
    private const int NewestShown = 8;

    public async Task<AlertPage?> ReadAsync(TenantId tenant, AlertFilter filter, int limit, CancellationToken cancellationToken) =>
        await FindAsync(tenant, cancellationToken) is { } person
            ? await Task.Run(() => Read(tenant, person, filter, limit), cancellationToken)
            : null;

    public async Task<AlertNews?> NewsAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await FindAsync(tenant, cancellationToken) is { } person ? await Task.Run(() => News(tenant, person), cancellationToken) : null;

    public async Task MarkSeenAsync(TenantId tenant, long number, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenant, cancellationToken) is not { } person)
        {
            return;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Tenants.SingleOrDefaultAsync(row => row.Id == tenant.Value, cancellationToken) is { } row)
        {
            await AlertsSeen.MarkAsync(context, row, person.Id, number, cancellationToken);
        }
    }

    public Task<string?> AcknowledgeAsync(TenantId tenant, long story, CancellationToken cancellationToken) => HandleAsync(
        tenant, story, alert => alert is { IsOpen: true, AcknowledgedAt: null }, (ledger, number) => ledger.AcknowledgeAlert(number), cancellationToken);

    public Task<string?> SnoozeAsync(TenantId tenant, long story, DateTimeOffset until, CancellationToken cancellationToken) =>
        HandleAsync(tenant, story, alert => alert.IsOpen, (ledger, number) => ledger.SnoozeAlert(number, until), cancellationToken);

    public Task<string?> ReleaseAsync(TenantId tenant, long story, CancellationToken cancellationToken) => HandleAsync(
        tenant, story, alert => alert.AcknowledgedAt is not null || alert.SnoozedUntil is not null, (ledger, number) => ledger.ReleaseAlert(number), cancellationToken);

    private AlertPage? Read(TenantId tenant, Person person, AlertFilter filter, int limit)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var only = AccessRules.EnvironmentsOf(person, tenant);
        var stories = AlertStreamQuery.Read(snapshot, row, filter with { Only = only }, AsOf(row), limit + 1);
        return new AlertPage(
            row.Name,
            [.. stories.Take(limit).Select(story => ViewOf(tenant, person, story))],
            stories.Count > limit ? stories[limit - 1].Match : null,
            AsOf(row),
            row.IsRehearsal,
            AlertStreamQuery.Count(snapshot, row, person.Id, only),
            AboutOf(snapshot, row, filter, person));
    }

    private AlertNews? News(TenantId tenant, Person person)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var only = AccessRules.EnvironmentsOf(person, tenant);
        return new AlertNews(
            AlertStreamQuery.Count(snapshot, row, person.Id, only),
            [.. AlertStreamQuery.ReadNewest(snapshot, row, only, NewestShown).Select(alert => new NewsItem(alert, TitleOf(tenant, person, alert)))],
            AsOf(row));
    }

    private DateTimeOffset AsOf(TenantRow row) => row.IsRehearsal ? row.Now : time.GetUtcNow();

    private async Task<Person?> FindAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person && AccessRules.May(person, Operation.ReadTenant, tenant) ? person : null;

    private static StoryView ViewOf(TenantId tenant, Person person, AlertStory story)
    {
        var head = story.Head;
        return new StoryView(
            story,
            TitleOf(tenant, person, head),
            story.IsOpen ? AlertActions.For(tenant, head, AccessRules.May(person, Operation.ChangeCapacity, tenant)) : [],
            story.Alerts.Where(alert => alert.IsOpen).All(alert => MayHandle(person, tenant, alert)));
    }

    // An alert about several environments names them all.
    private static string TitleOf(TenantId tenant, Person person, StoredAlert alert) =>
        alert.Environments.Count > 1 && !alert.Environments.All(id => AccessRules.Sees(person, tenant, new EnvironmentId(id)))
            ? StoryText.OfSeveral(alert.Kind)
            : alert.Title;

    private static bool MayHandle(Person person, TenantId tenant, StoredAlert alert) => alert.Environments.Count == 1
        ? AccessRules.May(person, Operation.ChangeEnvironment, tenant, new EnvironmentId(alert.Environments[0]))
        : AccessRules.May(person, Operation.ChangeCapacity, tenant);

    private static string? AboutOf(ReadSnapshot snapshot, TenantRow row, AlertFilter filter, Person person)
    {
        if (filter.Environment is { } environment)
        {
            return AccessRules.Sees(person, new TenantId(row.Id), new EnvironmentId(environment))
                ? snapshot.Context.Environments.Where(found => found.TenantKey == row.Key && found.Id == environment).Select(found => found.Name).FirstOrDefault()
                : null;
        }

        return filter.Plan is { } plan
            ? snapshot.Context.Plans.Where(found => found.TenantKey == row.Key && found.Id == plan).Select(found => found.Name).FirstOrDefault()
            : null;
    }

    // Decided on the meter's thread, where nobody else takes the same alert up meanwhile.
    private async Task<string?> HandleAsync(
        TenantId tenant, long story, Func<StoredAlert, bool> concerns, Func<TenantLedger, long, Outcome<long>> handle, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenant, cancellationToken) is not { } person)
        {
            return AccessRules.WhyNot(Operation.ReadTenant);
        }

        var outcome = await meter.ChangeAsync<bool>(tenant, person.ToActor(current.Address), readsTheDisk: true, (ledger, _) =>
        {
            var alerts = AlertsOf(tenant, story, AccessRules.EnvironmentsOf(person, tenant)).Where(concerns).ToList();
            if (!alerts.TrueForAll(alert => MayHandle(person, tenant, alert)))
            {
                return Refusal.Conflict("forbidden", AccessRules.WhyNot(Operation.ChangeEnvironment));
            }

            foreach (var alert in alerts.OrderBy(alert => alert.Number))
            {
                if (handle(ledger, alert.Number).Refusal is { } refusal)
                {
                    return refusal;
                }
            }

            return alerts.Count > 0 ? true : Refusal.Conflict("over", "It is over, or somebody else was faster.");
        });
        return outcome.Refusal?.Detail;
    }

    private List<StoredAlert> AlertsOf(TenantId tenant, long story, IReadOnlyCollection<Guid>? only)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return [.. AlertQuery.ReadStories(snapshot, snapshot.Tenant(tenant)!, [story]).Where(alert => AlertStreamQuery.IsVisible(alert, only))];
    }
}
