using System.Net;
using System.Text.Json;
using CopilotCapacity.Portal.Tests.Hosting.Http;
using CopilotCapacity.Testing;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Tests.Features.Audit;

public sealed class AuditEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task List_TellsWhoChangedWhatAndWhy_NewestFirst()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        await tenant.AllocateAsync(environment, 100);
        var set = await tenant.Api.SendJsonAsync(
            HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation", "{\"credits\": 250.5}", ("If-Match", "*"), ("Change-Reason", "a busy week"));
        Assert.Equal(HttpStatusCode.OK, set.Status);

        var listed = await AuditAsync(tenant);

        var entry = listed.Item(0);
        Assert.Equal("allocation.set", entry.GetProperty("action").GetString());
        Assert.Equal("apiKey", entry.GetProperty("actor").GetProperty("kind").GetString());
        Assert.Equal("test", entry.GetProperty("actor").GetProperty("name").GetString());
        Assert.Equal(environment, entry.GetProperty("object").GetProperty("id").GetGuid());
        Assert.Equal("Sales", entry.GetProperty("object").GetProperty("name").GetString());
        Assert.Equal(100m, entry.GetProperty("old").GetProperty("credits").GetDecimal());
        Assert.Equal(250.5m, entry.GetProperty("new").GetProperty("credits").GetDecimal());
        Assert.Equal("a busy week", entry.GetProperty("reason").GetString());
        Assert.Equal(
            ["allocation.set", "allocation.set", "grant.added", "environment.created", "key.created", "tenant.created"],
            listed.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("action").GetString()!),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task EveryChangeByAnActor_HasOneEntry()
    {
        var tenant = (await FilledTenant.CreateAsync(fixture, uses: 1)).Tenant;
        await using var context = await fixture.Portal.OpenDatabaseAsync();
        var key = await context.Tenants.Where(row => row.Id == tenant.Id).Select(row => row.Key).SingleAsync();

        // Holds are uses, and what they book; all else that somebody did is audited.
        var missing = await context.Database.SqlQueryRaw<string>(
            """
            SELECT j.Change AS Value FROM journal j
            WHERE j.TenantKey = {0} AND j.ActorKind IS NOT NULL AND json_extract(j.Change, '$.$type') NOT IN ('holdMade', 'holdReleased', 'usageKept')
              AND (SELECT COUNT(*) FROM audit a WHERE a.TenantKey = j.TenantKey AND a.Sequence = j.Sequence) <> 1
            """, key).ToListAsync();

        Assert.Empty(missing);
        Assert.True(await context.Audit.CountAsync(row => row.TenantKey == key) >= 8);
    }

    [Theory]
    [InlineData("action=allocation", 1)]
    [InlineData("action=allocation.set", 1)]
    [InlineData("action=alloc", 0)]
    [InlineData("objectKind=environment", 2)]
    [InlineData("actor=11111111-1111-1111-1111-111111111111", 0)]
    [InlineData("from=2026-11-15T12:00:00Z&to=2026-11-15T12:00:01Z", 5)]
    [InlineData("to=2026-11-15T12:00:00Z", 0)]
    public async Task List_Filtered_GivesWhatFits(string query, int count)
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        await tenant.AllocateAsync(environment, 100);

        Assert.Equal(count, (await AuditAsync(tenant, query)).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task List_InPages_GivesEachEntryOnce_AndRefusesAnotherQuestionsCursor()
    {
        var tenant = await fixture.NewTenantAsync();
        for (var count = 0; count < 5; count++)
        {
            await tenant.NewEnvironmentAsync();
        }

        var numbers = new List<long>();
        var query = "limit=3";
        while (true)
        {
            var page = await AuditAsync(tenant, query);
            numbers.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetInt64()));
            if (page.Json.GetProperty("next").ValueKind == JsonValueKind.Null)
            {
                break;
            }

            query = $"limit=3&cursor={page.Json.GetProperty("next").GetString()}";
        }

        Assert.Equal([7, 6, 5, 4, 3, 2, 1], numbers);
        Assert.Equal("invalid_cursor", (await AuditAsync(tenant, query + "&action=key")).Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AuditAsync(tenant, "from=yesterday")).Status);
    }

    [Fact]
    public async Task Verify_FindsTheTrailRight_AndATamperedOneWrong()
    {
        await using var portal = new PortalUnderTest();
        var tenant = await portal.CreateTenantAsync();
        await tenant.NewEnvironmentAsync();
        var url = $"/api/v1/tenants/{tenant.Id}/audit/verify";

        var right = (await tenant.Api.ReadAsync(url)).Json;
        await using (var context = await portal.OpenDatabaseAsync())
        {
            await context.Database.ExecuteSqlRawAsync("DROP TRIGGER audit_keeps_rows; UPDATE audit SET ObjectName = 'other' WHERE Action = 'environment.created'");
        }

        var wrong = (await tenant.Api.ReadAsync(url)).Json;
        Assert.Equal((3, true), (right.GetProperty("entries").GetInt64(), right.GetProperty("ok").GetBoolean()));
        Assert.Equal(64, right.GetProperty("head").GetString()!.Length);
        Assert.Equal((2, false), (wrong.GetProperty("entries").GetInt64(), wrong.GetProperty("ok").GetBoolean()));
        Assert.Contains("Entry 3", wrong.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    private static Task<ApiReply> AuditAsync(TenantUnderTest tenant, string query = "") => tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit?{query}");
}
