using System.Globalization;
using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

public sealed class NoticeStreamTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Stream_BeginsWithTheStateAndTellsEachChangeWithTheQuotaOfItsMoment()
    {
        var (tenant, environment) = await NewAsync(100);
        await using var stream = await EventStream.OpenAsync(tenant.Api, environment);
        var state = await stream.NextAsync();
        await UseAsync(tenant, environment, "1", 50);
        var low = await UseAsync(tenant, environment, "2", 30);
        var depleted = await UseAsync(tenant, environment, "3", 20);
        await tenant.BuyAsync(1_000);

        var told = new[] { await stream.NextAsync(), await stream.NextAsync(), await stream.NextAsync() };

        Assert.Equal("quota", state.Name);
        Assert.Equal("available", state.Status);
        Assert.True(state.Id <= state.Sequence);
        Assert.Equal("low depleted available", string.Join(' ', told.Select(change => change.Status)));
        Assert.Equal([low, depleted], told.Take(2).Select(change => change.Id));
        Assert.All(told, change => Assert.Equal(change.Id, change.Sequence));
        Assert.Equal([20, 0, 1_000], told.Select(change => change.Data.Number("remaining")));
        Assert.Equal("warning", told[0].Data.GetProperty("notice").GetProperty("severity").GetString());
    }

    [Fact]
    public async Task Stream_WithTheLastId_TellsWhatWasMissed_EachOnce()
    {
        var (tenant, environment) = await NewAsync(100);
        long last;
        await using (var stream = await EventStream.OpenAsync(tenant.Api, environment))
        {
            last = (await stream.NextAsync()).Id;
        }

        // All of it in one request, and so in one commit: what happened in between is told all the same.
        string[] uses = [Use(environment, "1", 80), Use(environment, "2", 20)];
        await tenant.Api.RecordAsync(EventText.Array(uses));
        await tenant.BuyAsync(1_000);
        var statuses = new List<string?>();
        for (var count = 0; count < 3; count++)
        {
            await using var stream = await EventStream.OpenAsync(tenant.Api, environment, last);
            var change = await stream.NextAsync();
            Assert.True(change.Id > last);
            last = change.Id;
            statuses.Add(change.Status);
        }

        Assert.Equal(["low", "depleted", "available"], statuses);
        await using var later = await EventStream.OpenAsync(tenant.Api, environment, last);
        await UseAsync(tenant, environment, "3", 990);
        Assert.Equal("low", (await later.NextAsync()).Status);
    }

    [Fact]
    public async Task Stream_AfterAnIdTheLedgerNeverReached_BeginsWithTheState()
    {
        var (tenant, environment) = await NewAsync(100);

        await using var stream = await EventStream.OpenAsync(tenant.Api, environment, 1_000_000);

        Assert.Equal("available", (await stream.NextAsync()).Status);
    }

    [Fact]
    public async Task Stream_ShowsThatItLives_AndEndsWithItsKey()
    {
        var (tenant, environment) = await NewAsync(100);
        using var admin = fixture.Portal.CreateApi();
        var made = await admin.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", "{\"name\": \"banner\", \"scopes\": [\"quota:read\"]}");
        using var reader = fixture.Portal.CreateApi(made.Json.GetProperty("secret").GetString()!);
        await using var stream = await EventStream.OpenAsync(reader, environment);
        await stream.NextAsync();

        await BeatAsync(stream);
        Assert.Equal(":", await stream.LineAsync());
        Assert.Equal("", await stream.LineAsync());
        await admin.SendJsonAsync(HttpMethod.Delete, $"/api/v1/tenants/{tenant.Id}/api-keys/{made.Json.GetProperty("id").GetString()}", null);
        await BeatAsync(stream);

        while (await stream.LineAsync() is { } line)
        {
            // A beat that was on its way.
            Assert.True(line is ":" or "", line);
        }
    }

    [Fact]
    public async Task Stream_OfARetiredEnvironment_Ends()
    {
        var (tenant, environment) = await NewAsync(100);
        await using var stream = await EventStream.OpenAsync(tenant.Api, environment);
        await stream.NextAsync();

        await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"/api/v1/tenants/{tenant.Id}/environments/{environment}", null, ("If-Match", "*"));
        await BeatAsync(stream, until: line => line is null);
        var again = await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/notices/stream");

        Assert.Equal(HttpStatusCode.NotFound, again.Status);
    }

    [Fact]
    public async Task Stream_OfAnotherTenant_IsNotThere_AndItsSameIdIsItsOwn()
    {
        var (tenant, environment) = await NewAsync(100);
        var other = await fixture.NewTenantAsync();
        var path = $"/api/v1/environments/{environment}/notices/stream";
        using var writer = await fixture.WithScopesAsync(tenant, "usage:write");
        using var admin = fixture.Portal.CreateApi();

        Assert.Equal(HttpStatusCode.NotFound, (await other.Api.ReadAsync(path)).Status);
        Assert.Equal("missing_scope", (await writer.ReadAsync(path)).Code);
        Assert.Equal("tenant_key_required", (await admin.ReadAsync(path)).Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await tenant.Api.ReadAsync(path, ("Last-Event-ID", "x"))).Status);

        // Ids of environments are a tenant's own.
        await other.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{other.Id}/environments", JsonSerializer.Serialize(new { id = environment, name = "Theirs", type = "sandbox", region = "europe" }));
        await using var theirs = await EventStream.OpenAsync(other.Api, environment);
        Assert.Equal("depleted", (await theirs.NextAsync()).Status);
        await UseAsync(tenant, environment, "1", 90);
        await other.BuyAsync(7);
        Assert.Equal(7, (await theirs.NextAsync()).Data.Number("remaining"));
    }

    [Fact]
    public async Task ManyStreams_WhileOthersComeAndGo_MissAndRepeatNothing()
    {
        var (tenant, environment) = await NewAsync(100);
        var watchers = Enumerable.Range(0, 20).Select(number => WatchAsync(tenant, environment, reconnectAfter: (number % 4) + 1, last: 12)).ToList();

        // All have their first state before anything changes.
        await Task.WhenAll(_begun.Select(begun => begun.Task));
        for (var round = 0; round < 6; round++)
        {
            var left = (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json.Number("remaining");
            await UseAsync(tenant, environment, string.Create(CultureInfo.InvariantCulture, $"round-{round}"), left);
            await tenant.BuyAsync(100);
        }

        foreach (var watcher in watchers)
        {
            var ids = await watcher;
            Assert.Equal(ids.Distinct().Order(), ids);
            Assert.Equal((await watchers[0])[^12..], ids[^12..]);
        }
    }

    private readonly List<TaskCompletionSource> _begun = [];

    // Follows through many connections, with the last id as its only memory.
    private async Task<List<long>> WatchAsync(TenantUnderTest tenant, Guid environment, int reconnectAfter, int last)
    {
        var begun = new TaskCompletionSource();
        _begun.Add(begun);
        var ids = new List<long>();
        long? id = null;
        while (ids.Count <= last)
        {
            await using var stream = await EventStream.OpenAsync(tenant.Api, environment, id);
            for (var count = 0; count < reconnectAfter && ids.Count <= last; count++)
            {
                id = (await stream.NextAsync()).Id;
                ids.Add(id.Value);
                begun.TrySetResult();
            }
        }

        return ids;
    }

    private async Task BeatAsync(EventStream stream, Func<string?, bool>? until = null)
    {
        // The stream may be about to wait: the clock moves until it has seen it.
        for (var count = 0; count < 50; count++)
        {
            await Task.Yield();
            fixture.Portal.Clock!.Advance(TimeSpan.FromSeconds(15));
        }

        while (until is not null && !until(await stream.LineAsync()))
        {
        }
    }

    private async Task<(TenantUnderTest Tenant, Guid Environment)> NewAsync(decimal credits)
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(credits);
        return (tenant, await tenant.NewEnvironmentAsync());
    }

    private static string Use(Guid environment, string id, decimal credits) =>
        EventText.Of(environment, id, "credits", string.Create(CultureInfo.InvariantCulture, $"{{\"quantity\": {credits}}}"));

    private static async Task<long> UseAsync(TenantUnderTest tenant, Guid environment, string id, decimal credits) =>
        (await tenant.Api.RecordAsync(Use(environment, id, credits))).Item(0).GetProperty("sequence").GetInt64();
}
