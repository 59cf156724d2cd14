using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Environments;

/// <summary>What the pages of environments read and change, on the real portal.</summary>
public sealed class EnvironmentDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly OverviewView s_all = OverviewView.Parse(null, null, "name", null);

    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Page_HasItsRows_AndTheirFigures()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(100_000);
        for (var number = 0; number < 30; number++)
        {
            await AsAsync<IEnvironmentDesk, string?>(administrator, desk => desk.CreateAsync(
                Id(tenant), new EnvironmentId(Guid.NewGuid()), new($"Env {number:00}", EnvironmentType.Sandbox, "europe", number % 2 == 0 ? "CC-1" : null), number > 0, default));
        }

        var second = await ReadAsync(tenant, administrator, OverviewView.Parse(null, null, "name", 2));
        var filtered = await ReadAsync(tenant, administrator, OverviewView.Parse("cc-1", null, "-name", null));

        Assert.Equal((30, 30, 5, "Env 25"), (second!.Total, second.Rows.Matches, second.Rows.Rows.Count, second.Rows.Rows[0].Name));
        Assert.Equal((15, "Env 28"), (filtered!.Rows.Matches, filtered.Rows.Rows[0].Name));
        Assert.Equal(Credits.Of(100_000), second.TenantCredits.PoolLeft);
        Assert.Equal(15, (await AsAsync<IEnvironmentDesk, IReadOnlyList<ChosenEnvironment>>(administrator, desk => desk.MatchingAsync(Id(tenant), OverviewView.Parse("cc-1", null, null, null), default))).Count);
    }

    [Fact]
    public async Task FullHardCap_MakesItDepleted_AsTheQuotaSays()
    {
        var (tenant, administrator) = await TenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(100_000);
        var cap = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/caps", $$"""{"scope":{"environmentId":"{{environment}}"},"per":"month","credits":10,"hardStop":true}""");
        Assert.Equal(System.Net.HttpStatusCode.Created, cap.Status);
        await RecordAsync(tenant, environment, Portal.Clock!.GetUtcNow(), 10);

        var row = Assert.Single((await ReadAsync(tenant, administrator, s_all))!.Rows.Rows);

        Assert.Equal(QuotaStatus.Depleted, row.Status);
        Assert.Contains("cap", EnvironmentText.Reason(row), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bulk_IsTriedThenDoneThenTakenBack_AllOrNothing()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        var (a, b) = (await tenant.NewEnvironmentAsync(drawFromTenantPool: false), await tenant.NewEnvironmentAsync(drawFromTenantPool: false));
        var chosen = await AsAsync<IEnvironmentDesk, IReadOnlyList<ChosenEnvironment>>(administrator, desk => desk.MatchingAsync(Id(tenant), s_all, default));
        var wanted = new BulkChange(BulkMode.Set, 400).For(chosen)!;
        var id = new ReallocationId(Guid.NewGuid());

        var tried = await BulkAsync(administrator, bulk => bulk.TryAsync(Id(tenant), wanted, default));
        Assert.Equal((Credits.Of(1_000), Credits.Of(200)), (tried.Result!.PoolBefore!.Value, tried.Result.PoolAfter!.Value));
        Assert.All(tried.Result.Statuses, status => Assert.Equal((QuotaStatus.Depleted, QuotaStatus.Available), (status.Before, status.After)));
        Assert.Equal([0m, 0m], await AllocationsAsync(tenant, administrator));

        Assert.NotNull((await BulkAsync(administrator, bulk => bulk.ApplyAsync(Id(tenant), id, wanted, "a busy week", default))).Result);
        Assert.NotNull((await BulkAsync(administrator, bulk => bulk.ApplyAsync(Id(tenant), id, wanted, "twice", default))).Refusal);
        Assert.Equal([400m, 400m], await AllocationsAsync(tenant, administrator));

        var tooMuch = new BulkChange(BulkMode.Add, 200).For(await MatchingAsync(tenant, administrator))!;
        Assert.Contains("200 too few", (await BulkAsync(administrator, bulk => bulk.TryAsync(Id(tenant), tooMuch, default))).Refusal, StringComparison.Ordinal);
        Assert.NotNull((await BulkAsync(administrator, bulk => bulk.ApplyAsync(Id(tenant), new(Guid.NewGuid()), tooMuch, null, default))).Refusal);
        Assert.Equal([400m, 400m], await AllocationsAsync(tenant, administrator));

        var history = await HistoryAsync(tenant, administrator, a);
        var move = history.Entries[0];
        Assert.Equal(("allocations.moved", id.ToString()), (move.Row.Action, move.Row.ObjectId));
        Assert.Contains(move.Row.Number, history.Undoable);

        Assert.Null(await AsAsync<IBulkAllocations, string?>(administrator, bulk => bulk.UndoAsync(Id(tenant), id, default)));
        Assert.Equal([0m, 0m], await AllocationsAsync(tenant, administrator));
        history = await HistoryAsync(tenant, administrator, b);
        Assert.Equal(("allocations.undone", "allocations.moved"), (history.Entries[0].Row.Action, history.Entries[1].Row.Action));
        Assert.Empty(history.Undoable);
        Assert.NotNull(await AsAsync<IBulkAllocations, string?>(administrator, bulk => bulk.UndoAsync(Id(tenant), id, default)));
        Assert.NotEqual(a, b);
    }

    [Fact]
    public async Task Bulk_ChosenBeforeSomebodyElseChangedOne_SaysSo_AndChangesNothing()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        var (a, _) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var stale = new BulkChange(BulkMode.Add, 100).For(await MatchingAsync(tenant, administrator))!;
        await tenant.AllocateAsync(a, 50);

        var outcome = await BulkAsync(administrator, bulk => bulk.ApplyAsync(Id(tenant), new(Guid.NewGuid()), stale, null, default));

        Assert.Contains("Somebody was faster.", outcome.Refusal, StringComparison.Ordinal);
        Assert.Contains("credits 0 → 50.", outcome.Refusal, StringComparison.Ordinal);
        Assert.Equal([0m, 50m], (await AllocationsAsync(tenant, administrator)).Order());
    }

    [Fact]
    public async Task Trial_NamesOthers_WhoseStatusChangesWithThePool()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        var (a, b) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var all = await MatchingAsync(tenant, administrator);
        var wanted = new BulkChange(BulkMode.Set, 1_000).For([all.Single(environment => environment.Id.Value == a)])!;

        var tried = await BulkAsync(administrator, bulk => bulk.TryAsync(Id(tenant), wanted, default));

        Assert.Equal(new OtherStatus(all.Single(environment => environment.Id.Value == b).Name, QuotaStatus.Available, QuotaStatus.Depleted), Assert.Single(tried.Result!.Others));
    }

    [Fact]
    public async Task Detail_AddsUpToTheQuota()
    {
        var (tenant, administrator) = await TenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        await tenant.AllocateAsync(environment, 40);
        var now = Portal.Clock!.GetUtcNow();
        await RecordAsync(tenant, environment, now.AddDays(-2), 30);
        await RecordAsync(tenant, environment, now, 15);

        var detail = await DetailAsync(tenant, environment, administrator);

        Assert.Equal(Credits.Of(45), detail!.Days.Aggregate(Credits.Zero, (sum, day) => sum + day.Total));
        Assert.Equal(now.Day, detail.Days.Count);
        Assert.Equal(Credits.Of(30), detail.Days[^3].Prepaid);
        Assert.Equal((2, Credits.Of(45)), ((int)detail.Features.Single().Uses, detail.Features.Single().Billed));
        Assert.Equal((Credits.Of(40), Credits.Of(5)), (detail.Environment.ConsumedFromAllocation, detail.Environment.ConsumedFromPool));
        Assert.True(detail.MayChange);
    }

    [Fact]
    public async Task Editor_DescribesSwitchesLinksAndRetires()
    {
        var (tenant, administrator) = await TenantAsync();
        var environment = new EnvironmentId(await tenant.NewEnvironmentAsync());
        var application = new LinkedApplication(new(Guid.NewGuid()), ApplicationKind.Sales, "https://contoso.crm.dynamics.com");

        Assert.Null(await EditAsync(administrator, editor => editor.DescribeAsync(Id(tenant), environment, new("Sales – Prod", EnvironmentType.Production, "europe", "CC-7"), 1, default)));
        Assert.NotNull(await EditAsync(administrator, editor => editor.DescribeAsync(Id(tenant), environment, new("Stale", EnvironmentType.Production, "europe", null), 1, default)));
        Assert.Null(await AllocateAsync(administrator, editor => editor.SetAsync(Id(tenant), environment, new(Credits.Zero, false, true), 1, default)));
        Assert.Null(await EditAsync(administrator, editor => editor.LinkAsync(Id(tenant), environment, application, default)));
        var detail = await DetailAsync(tenant, environment.Value, administrator);
        Assert.Equal(("Sales – Prod", "CC-7", false), (detail!.Environment.Name, detail.Environment.CostCenter, detail.Environment.Reach.DrawsOnPool));
        Assert.Equal(application.Url, Assert.Single(detail.Applications).Url);

        Assert.Null(await EditAsync(administrator, editor => editor.UnlinkAsync(Id(tenant), environment, application.Id, default)));
        Assert.Null(await EditAsync(administrator, editor => editor.RetireAsync(Id(tenant), environment, 2, default)));
        Assert.Null(await DetailAsync(tenant, environment.Value, administrator));
    }

    [Fact]
    public async Task EnvironmentAdministrator_ChangesTheirOwn_AndNothingThatIsShared()
    {
        var tenant = await fixture.NewTenantAsync();
        var (own, other) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.EnvironmentAdministrator, own);

        var list = await ReadAsync(tenant, person, s_all);
        Assert.Equal(own, Assert.Single(list!.Rows.Rows).Id.Value);
        Assert.False(list.MayChangeCapacity);
        Assert.Null(await DetailAsync(tenant, other, person));
        var detail = await DetailAsync(tenant, own, person);
        Assert.Equal((true, false), (detail!.MayChange, detail.MayChangeCapacity));
        Assert.Null(await EditAsync(person, editor => editor.DescribeAsync(Id(tenant), new(own), new("Mine", EnvironmentType.Sandbox, "europe", null), 1, default)));
        await RefusedAsync(tenant, person, other, own);
    }

    [Theory]
    [InlineData(TenantRole.Reader)]
    [InlineData(null)]
    public async Task WhoeverMayNot_IsRefusedByEveryHandler(TenantRole? role)
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(1_000);
        var environment = await tenant.NewEnvironmentAsync();
        var person = role is { } given ? await Portal.AddPersonAsync(tenant.Id, given) : await Portal.AddPersonAsync();

        Assert.Equal(role is null, await ReadAsync(tenant, person, s_all) is null);
        Assert.NotNull(await EditAsync(person, editor => editor.DescribeAsync(Id(tenant), new(environment), new("X", EnvironmentType.Sandbox, "europe", null), 1, default)));
        await RefusedAsync(tenant, person, environment, environment);
    }

    private async Task RefusedAsync(TenantUnderTest tenant, PortalUser person, Guid foreign, Guid own)
    {
        var chosen = new ChosenEnvironment(new(own), "x", Credits.Zero, 1);
        Assert.NotNull(await AsAsync<IEnvironmentDesk, string?>(person, desk => desk.CreateAsync(Id(tenant), new(Guid.NewGuid()), new("X", EnvironmentType.Sandbox, "europe", null), true, default)));
        Assert.NotNull((await BulkAsync(person, bulk => bulk.TryAsync(Id(tenant), [new(chosen, Credits.Of(1))], default))).Refusal);
        Assert.NotNull((await BulkAsync(person, bulk => bulk.ApplyAsync(Id(tenant), new(Guid.NewGuid()), [new(chosen, Credits.Of(1))], null, default))).Refusal);
        Assert.NotNull(await AsAsync<IBulkAllocations, string?>(person, bulk => bulk.UndoAsync(Id(tenant), new(Guid.NewGuid()), default)));
        Assert.NotNull(await AllocateAsync(person, editor => editor.SetAsync(Id(tenant), new(own), new(Credits.Zero, false, false), 1, default)));
        Assert.NotNull(await EditAsync(person, editor => editor.RetireAsync(Id(tenant), new(own), 1, default)));
        Assert.NotNull(await EditAsync(person, editor => editor.LinkAsync(Id(tenant), new(foreign), new(new(Guid.NewGuid()), ApplicationKind.Sales, "https://x.example"), default)));
        Assert.NotNull(await EditAsync(person, editor => editor.UnlinkAsync(Id(tenant), new(foreign), new(Guid.NewGuid()), default)));
    }

    [Fact]
    public async Task Application_ThatIsUnlinked_KeepsItsUses_UntilItIsLinkedAgain()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        var environment = await tenant.NewEnvironmentAsync();
        var application = new LinkedApplication(new LinkedApplicationId(Guid.NewGuid()), ApplicationKind.Finance, "https://contoso.operations.dynamics.com");
        Assert.Null(await EditAsync(administrator, editor => editor.LinkAsync(Id(tenant), new(environment), application, default)));
        Assert.Null(await EditAsync(administrator, editor => editor.UnlinkAsync(Id(tenant), new(environment), application.Id, default)));
        Assert.Equal((application, 0L, null), One(await ReadAsync(tenant, administrator, s_all)));
        await RecordAsync(tenant, application.Id.Value, Portal.Clock!.GetUtcNow(), 7);
        await RecordAsync(tenant, application.Id.Value, Portal.Clock!.GetUtcNow(), 5);

        Assert.Equal((application, 2L, true), One(await ReadAsync(tenant, administrator, s_all)));
        var beholder = await Portal.AddPersonAsync(tenant.Id, TenantRole.EnvironmentAdministrator, environment);
        Assert.Empty((await ReadAsync(tenant, beholder, s_all))!.Unlinked);
        Assert.Null(await EditAsync(administrator, editor => editor.LinkAsync(Id(tenant), new(environment), application, default)));

        var list = await ReadAsync(tenant, administrator, s_all);
        Assert.Empty(list!.Unlinked);
        Assert.Equal(Credits.Of(12), DetailText.Used(Assert.Single(list.Rows.Rows)));

        static (LinkedApplication, long, bool?) One(EnvironmentList? list)
        {
            var view = Assert.Single(list!.Unlinked);
            return (view.Application, view.Uses, view.First is null ? null : view.First <= view.Last);
        }
    }

    private static async Task RecordAsync(TenantUnderTest tenant, Guid environment, DateTimeOffset at, int credits)
    {
        var time = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var reply = await tenant.Api.RecordAsync(EventText.Of(environment, Guid.NewGuid().ToString(), "credits", $$"""{"quantity":{{credits}}}""", time), "application/cloudevents+json");
        Assert.Equal(System.Net.HttpStatusCode.OK, reply.Status);
    }

    private static TenantId Id(TenantUnderTest tenant) => new(tenant.Id);

    private async Task<(TenantUnderTest Tenant, PortalUser Administrator)> TenantAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        return (tenant, await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator));
    }

    private Task<EnvironmentList?> ReadAsync(TenantUnderTest tenant, PortalUser person, OverviewView view) =>
        AsAsync<IEnvironmentDesk, EnvironmentList?>(person, desk => desk.ReadAsync(Id(tenant), view, default));

    private Task<IReadOnlyList<ChosenEnvironment>> MatchingAsync(TenantUnderTest tenant, PortalUser person) =>
        AsAsync<IEnvironmentDesk, IReadOnlyList<ChosenEnvironment>>(person, desk => desk.MatchingAsync(Id(tenant), s_all, default));

    private Task<EnvironmentDetail?> DetailAsync(TenantUnderTest tenant, Guid environment, PortalUser person) =>
        AsAsync<IEnvironmentReader, EnvironmentDetail?>(person, reader => reader.ReadAsync(Id(tenant), new(environment), default));

    private Task<string?> EditAsync(PortalUser person, Func<IEnvironmentEditor, Task<string?>> edit) => AsAsync(person, edit);

    private async Task<AuditTrailView> HistoryAsync(TenantUnderTest tenant, PortalUser person, Guid environment) =>
        (await AsAsync<IAuditReader, AuditTrailView?>(
            person, reader => reader.ReadAsync(Id(tenant), new AuditFilter { ConcernedId = environment.ToString() }, long.MaxValue, 10, default)))!;

    private Task<string?> AllocateAsync(PortalUser person, Func<IAllocationEditor, Task<string?>> edit) => AsAsync(person, edit);

    private Task<BulkOutcome> BulkAsync(PortalUser person, Func<IBulkAllocations, Task<BulkOutcome>> ask) => AsAsync(person, ask);

    private async Task<List<decimal>> AllocationsAsync(TenantUnderTest tenant, PortalUser person) =>
        [.. (await MatchingAsync(tenant, person)).Select(environment => environment.Allocation.Value)];

    private async Task<TResult> AsAsync<TService, TResult>(PortalUser person, Func<TService, Task<TResult>> ask)
        where TService : notnull
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<TService>());
    }
}
