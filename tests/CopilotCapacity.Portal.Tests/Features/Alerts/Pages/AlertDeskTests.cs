using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;
using static CopilotCapacity.Portal.Tests.Features.Permissions.PermissionCalls;

namespace CopilotCapacity.Portal.Tests.Features.Alerts.Pages;

/// <summary>What the page of alerts reads and changes, on the real portal.</summary>
public sealed class AlertDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Story_IsTakenUp_ByOneOfTwo_WorsensAndComesBack()
    {
        var (tenant, environment) = await TenantAsync();
        var (first, second) = (await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator), await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator));
        await tenant.Api.RecordAsync(Use(environment, "1", 85));

        var answers = await Task.WhenAll(AskAsync(first, desk => desk.AcknowledgeAsync(new(tenant.Id), 1, default)), AskAsync(second, desk => desk.AcknowledgeAsync(new(tenant.Id), 1, default)));
        Assert.Single(answers, answer => answer is null);
        Assert.Contains("It is over, or somebody else was faster.", answers, StringComparer.Ordinal);
        var page = await ReadAsync(tenant, first);
        Assert.Equal((false, 0L), (Assert.Single(page!.Stories).Story.IsWaiting, page.Counts.Waiting));

        await tenant.Api.RecordAsync(Use(environment, "2", 15));
        var story = Assert.Single((await ReadAsync(tenant, first))!.Stories);
        Assert.Equal((AlertKind.QuotaDepleted, true, 2), (story.Story.Head.Kind, story.Story.IsWaiting, story.Story.Alerts.Count));
        Assert.Equal(1, (await Audit(tenant, "alert.acknowledged")));
    }

    [Fact]
    public async Task Snoozed_ComesBackWithTheClock_AndIsTakenBackByHand()
    {
        var (tenant, environment) = await TenantAsync();
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        await tenant.Api.RecordAsync(Use(environment, "1", 85));
        Assert.Contains("at most 31 days", await AskAsync(person, desk => desk.SnoozeAsync(new(tenant.Id), 1, Start.AddDays(60), default)), StringComparison.Ordinal);
        Assert.Null(await AskAsync(person, desk => desk.SnoozeAsync(new(tenant.Id), 1, Start.AddHours(4), default)));
        var snoozed = Assert.Single((await ReadAsync(tenant, person, new AlertFilter(StoryState.Snoozed)))!.Stories).Story.Head;
        Assert.Equal((Start.AddHours(4), person.DisplayName), (snoozed.SnoozedUntil, snoozed.SnoozedBy));
        Assert.Empty((await ReadAsync(tenant, person, new AlertFilter(StoryState.Waiting)))!.Stories);
        await tenant.ClockAsync(Start.AddHours(4));

        // By then the forecast has something to say as well.
        Assert.Single((await ReadAsync(tenant, person, new AlertFilter(StoryState.Waiting, Kind: AlertKind.QuotaLow)))!.Stories);

        await AskAsync(person, desk => desk.SnoozeAsync(new(tenant.Id), 1, Start.AddHours(9), default));
        Assert.Null(await AskAsync(person, desk => desk.ReleaseAsync(new(tenant.Id), 1, default)));
        Assert.True(Assert.Single((await ReadAsync(tenant, person, new AlertFilter(Kind: AlertKind.QuotaLow)))!.Stories).Story.IsWaiting);
        Assert.Equal((2, 1), (await Audit(tenant, "alert.snoozed"), await Audit(tenant, "alert.released")));
        var verified = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/ledger/verify", null);
        Assert.True(verified.Json.GetProperty("ok").GetBoolean(), verified.Body);
    }

    [Fact]
    public async Task Seen_IsEachPersonsOwn()
    {
        var (tenant, environment) = await TenantAsync();
        var (one, other) = (await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator), await Portal.AddPersonAsync(tenant.Id));
        await tenant.Api.RecordAsync(Use(environment, "1", 85));
        await MarkAsync(one, tenant, 1);
        await MarkAsync(one, tenant, 0);

        Assert.Equal((0L, 1L), ((await NewsAsync(tenant, one))!.Counts.Unseen, (await NewsAsync(tenant, other))!.Counts.Unseen));
    }

    [Fact]
    public async Task EnvironmentAdministrator_SeesAndHandlesTheirOwnAlone_WithoutOthersNames()
    {
        var (tenant, own) = await TenantAsync();
        var other = await tenant.NewEnvironmentAsync();
        var alone = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.EnvironmentAdministrator, own);
        await tenant.AllocateAsync(alone, 10);
        await tenant.Api.RecordAsync(Use(alone, "1", 10));
        await tenant.Api.RecordAsync(Use(other, "2", 90));

        var page = await ReadAsync(tenant, person);
        var shared = Assert.Single(page!.Stories);
        Assert.Equal(("Depleted: several environments", false), (shared.Title, shared.MayHandle));
        Assert.Single((await NewsAsync(tenant, person))!.Newest);
        Assert.NotNull(await AskAsync(person, desk => desk.AcknowledgeAsync(new(tenant.Id), shared.Story.Number, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.AcknowledgeAsync(new(tenant.Id), 1, default)));
        var stranger = await Portal.AddPersonAsync();
        Assert.Null(await ReadAsync(tenant, stranger));
        Assert.Null(await NewsAsync(tenant, stranger));
    }

    [Fact]
    public async Task Pages_GoOnWithoutGapOrRepetition_AndFiltersFind()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        await tenant.BuyAsync(1_000);
        var environments = new List<Guid>();
        for (var number = 0; number < 5; number++)
        {
            environments.Add(await tenant.NewEnvironmentAsync(drawFromTenantPool: false));
            await tenant.AllocateAsync(environments[^1], 100);
            await tenant.Api.RecordAsync(Use(environments[^1], $"low {number}", 85));
        }

        await tenant.Api.RecordAsync(Use(environments[1], "more", 15));
        var seen = new List<long>();
        for (long? before = null; ;)
        {
            var page = await ReadAsync(tenant, person, new AlertFilter(Before: before), 2);
            seen.AddRange(page!.Stories.Select(story => story.Story.Number));
            before = page.Next;
            if (before is null)
            {
                break;
            }
        }

        Assert.Equal([2L, 5, 4, 3, 1], seen);
        Assert.Equal([2L], await NumbersAsync(new AlertFilter(Severity: AlertSeverity.Error)));
        Assert.Equal([4L], await NumbersAsync(new AlertFilter(Environment: environments[3])));
        Assert.Equal([5L, 4, 3, 2, 1], await NumbersAsync(new AlertFilter(Kind: AlertKind.QuotaLow)));
        Assert.Equal([2L], await NumbersAsync(new AlertFilter(StoryState.Over)));
        Assert.Equal(5, (await NumbersAsync(new AlertFilter(Back: TimeSpan.FromDays(7)))).Count);
        await tenant.ClockAsync(Start.AddDays(8));
        Assert.Empty(await NumbersAsync(new AlertFilter(Back: TimeSpan.FromDays(7), Kind: AlertKind.QuotaLow)));

        async Task<List<long>> NumbersAsync(AlertFilter filter) => [.. (await ReadAsync(tenant, person, filter))!.Stories.Select(story => story.Story.Number)];
    }

    private async Task<(TenantUnderTest Tenant, Guid Environment)> TenantAsync()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        await tenant.BuyAsync(100);
        return (tenant, await tenant.NewEnvironmentAsync());
    }

    private async Task<int> Audit(TenantUnderTest tenant, string action) =>
        (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit?action={action}")).Json.GetProperty("items").EnumerateArray().Count(entry => entry.GetProperty("action").ValueEquals(action));

    private async Task<AlertPage?> ReadAsync(TenantUnderTest tenant, PortalUser person, AlertFilter? filter = null, int limit = 25)
    {
        await using var page = Portal.OpenPageAs(person);
        return await page.ServiceProvider.GetRequiredService<IAlertDesk>().ReadAsync(new(tenant.Id), filter ?? new AlertFilter(), limit, default);
    }

    private async Task<AlertNews?> NewsAsync(TenantUnderTest tenant, PortalUser person)
    {
        await using var page = Portal.OpenPageAs(person);
        return await page.ServiceProvider.GetRequiredService<IAlertDesk>().NewsAsync(new(tenant.Id), default);
    }

    private async Task MarkAsync(PortalUser person, TenantUnderTest tenant, long number)
    {
        await using var page = Portal.OpenPageAs(person);
        await page.ServiceProvider.GetRequiredService<IAlertDesk>().MarkSeenAsync(new(tenant.Id), number, default);
    }

    private async Task<string?> AskAsync(PortalUser person, Func<IAlertDesk, Task<string?>> ask)
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<IAlertDesk>());
    }
}
