using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Capacity;

public sealed class CapacityEndpointsTests : IAsyncLifetime
{
    private readonly PortalUnderTest _portal = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task GetCapacity_AfterBuyingPacks_CountsThemInFull()
    {
        var tenant = await _portal.CreateTenantAsync();
        var bought = await tenant.Api.PostAsJsonAsync($"/api/v1/tenants/{tenant.Id}/message-packs", new { packs = 2 });

        var capacity = await tenant.Api.GetFromJsonAsync<JsonElement>($"/api/v1/tenants/{tenant.Id}/capacity");

        Assert.Equal(HttpStatusCode.Created, bought.StatusCode);
        Assert.Equal(50_000, capacity.GetProperty("entitled").GetDecimal());
        Assert.Equal(50_000, capacity.GetProperty("pool").GetProperty("remaining").GetDecimal());
        Assert.Equal("2026-11-15T12:00:00Z", capacity.GetProperty("asOf").GetString());
    }
}
