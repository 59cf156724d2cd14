using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

/// <summary>The hub as a program of somebody else uses it, over long polling and over a web socket.</summary>
public sealed class AlertHubTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Theory]
    [InlineData(HttpTransportType.LongPolling)]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    public async Task Environment_ItsQuotaAtOnce_ThenWhatWasMissed_ThenLive(HttpTransportType transport)
    {
        var (tenant, environment) = await NewAsync(100);
        var elsewhere = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        await UseAsync(tenant, elsewhere, "elsewhere", 1);
        await UseAsync(tenant, environment, "1", 80);
        await using var client = await ConnectAsync(tenant.Key, transport);

        await client.SubscribeAsync(environment, 0);
        var quota = await client.QuotaAsync(_ => true);
        var missed = await client.AlertAsync();
        await UseAsync(tenant, environment, "2", 20);
        var live = await client.AlertAsync();
        var depleted = await client.QuotaAsync(status => status is "depleted");

        Assert.Equal("low", quota.GetProperty("status").GetString());
        Assert.Equal("quota.low", missed.GetProperty("kind").GetString());
        Assert.Equal("quota.depleted", live.GetProperty("kind").GetString());
        Assert.Equal(0, depleted.Number("remaining"));
        Assert.Equal("quota", client.Heard[0]);
    }

    [Fact]
    public async Task Tenant_TheQuotaOfEachEnvironment_AndEveryAlertInItsOrder()
    {
        var (tenant, environment) = await NewAsync(100);
        var second = await tenant.NewEnvironmentAsync();
        await using var client = await ConnectAsync(tenant.Key);

        await client.SubscribeAsync(tenant.Id, 0);
        Guid[] first = [IdOf(await client.QuotaAsync(_ => true)), IdOf(await client.QuotaAsync(_ => true))];
        await UseAsync(tenant, environment, "1", 10);
        var used = await client.QuotaAsync(_ => true);
        await UseAsync(tenant, environment, "2", 90);
        var both = await client.AlertAsync();

        Assert.Equal(new[] { environment, second }.Order(), first.Order());
        Assert.Equal((environment, 90), (IdOf(used), used.Number("remaining")));
        Assert.Equal(2, both.GetProperty("environmentIds").GetArrayLength());
        Assert.Equal(1, both.GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task Alerts_OverManyConnections_AreNeitherLostNorRepeated()
    {
        var (tenant, environment) = await NewAsync(100);
        var writing = Task.Run(async () =>
        {
            for (var round = 0; round < 15; round++)
            {
                var left = (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json.Number("remaining");
                await UseAsync(tenant, environment, $"round-{round}", left);
                await tenant.BuyAsync(100);
            }
        });
        var numbers = new List<long>();
        while (numbers.Count < 30)
        {
            // The last number is all that is kept from one connection to the next.
            await using var client = await ConnectAsync(tenant.Key);
            await client.SubscribeAsync(tenant.Id, numbers.LastOrDefault());
            for (var count = 0; count < 4 && numbers.Count < 30; count++)
            {
                numbers.Add((await client.AlertAsync()).GetProperty("sequence").GetInt64());
            }
        }

        await writing;
        Assert.Equal(Enumerable.Range(1, 30).Select(number => (long)number), numbers);
    }

    [Fact]
    public async Task AlertOfSeveralSubscriptionsOfOneConnection_ComesOnce_AndAgainForWhoeverBeginsAnew()
    {
        var (tenant, environment) = await NewAsync(100);
        await using var client = await ConnectAsync(tenant.Key);
        await client.SubscribeAsync(environment, 0);
        await client.SubscribeAsync(tenant.Id, 0);
        await UseAsync(tenant, environment, "1", 80);
        await UseAsync(tenant, environment, "2", 20);
        long[] once = [NumberOf(await client.AlertAsync()), NumberOf(await client.AlertAsync())];

        await client.UnsubscribeAsync(environment);
        await client.UnsubscribeAsync(tenant.Id);
        await client.SubscribeAsync(tenant.Id, 1);
        var again = NumberOf(await client.AlertAsync());
        await tenant.BuyAsync(100);
        var next = NumberOf(await client.AlertAsync());

        Assert.Equal([1, 2], once);
        Assert.Equal((2, 3), (again, next));
    }

    [Fact]
    public async Task Number_ThatWasNeverReached_CountsAsTheLast()
    {
        var (tenant, environment) = await NewAsync(100);
        await UseAsync(tenant, environment, "1", 80);
        await using var client = await ConnectAsync(tenant.Key);
        await client.SubscribeAsync(environment, 1_000);
        await UseAsync(tenant, environment, "2", 20);

        Assert.Equal(2, NumberOf(await client.AlertAsync()));
    }

    [Fact]
    public async Task WhatIsAnotherTenants_IsNotThere()
    {
        var (tenant, environment) = await NewAsync(100);
        var (other, theirs) = await NewAsync(100);
        await using var client = await ConnectAsync(tenant.Key);

        foreach (var id in new[] { $"{other.Id}", $"{theirs}", $"{Guid.NewGuid()}", "x", "" })
        {
            var refusal = await Assert.ThrowsAsync<HubException>(() => client.Connection.InvokeAsync("Subscribe", id, 0L));
            Assert.Contains("not_found", refusal.Message, StringComparison.Ordinal);
        }

        await client.SubscribeAsync(environment, 0);
        await UseAsync(other, theirs, "1", 100);
        await UseAsync(tenant, environment, "1", 90);
        var heard = await client.AlertAsync();
        Assert.Equal((1, environment), (NumberOf(heard), heard.GetProperty("environmentId").GetGuid()));
    }

    [Fact]
    public async Task Connection_NeedsAKeyWithTheScope_FromAPageThatIsAllowed()
    {
        var (tenant, environment) = await NewAsync(100);
        using var admin = fixture.Portal.CreateApi();
        var made = await admin.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/api-keys", "{\"name\": \"w\", \"scopes\": [\"usage:write\"]}");
        var powerless = made.Json.GetProperty("secret").GetString()!;
        using var client = fixture.Portal.CreateClient();

        Assert.Equal(HttpStatusCode.Unauthorized, await NegotiateAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await NegotiateAsync("cck_wrong"));
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(powerless));
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(PortalUnderTest.AdminKey));
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync(tenant.Key));
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync(tenant.Key, "http://localhost"));
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(tenant.Key, "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(null, "https://evil.example"));
        await admin.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}", "{\"allowedOrigins\": [\"https://contoso.example\"]}", ("If-Match", "*"));
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync(tenant.Key, "https://contoso.example"));
        var socket = fixture.Portal.Server.CreateWebSocketClient();
        socket.ConfigureRequest = request => request.Headers.Origin = "https://evil.example";
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ConnectAsync(
            new Uri($"http://localhost/hubs/alerts?access_token={tenant.Key}"), CancellationToken.None));
        Assert.NotEqual(Guid.Empty, environment);

        async Task<HttpStatusCode> NegotiateAsync(string? key, string? origin = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/hubs/alerts/negotiate?negotiateVersion=1{(key is null ? "" : $"&access_token={key}")}");
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    private static Guid IdOf(JsonElement quota) => quota.GetProperty("environmentId").GetGuid();

    private static long NumberOf(JsonElement alert) => alert.GetProperty("sequence").GetInt64();

    private Task<HubClient> ConnectAsync(string key, HttpTransportType transport = HttpTransportType.LongPolling) =>
        HubClient.ConnectAsync(fixture.Portal, key, transport);

    private async Task<(TenantUnderTest Tenant, Guid Environment)> NewAsync(decimal credits)
    {
        var tenant = await fixture.Portal.CreateTenantAsync();
        await tenant.BuyAsync(credits);
        return (tenant, await tenant.NewEnvironmentAsync());
    }

    private static Task<ApiReply> UseAsync(TenantUnderTest tenant, Guid environment, string id, decimal credits) => tenant.Api.RecordAsync(
        EventText.Of(environment, id, "credits", string.Create(CultureInfo.InvariantCulture, $"{{\"quantity\": {credits}}}"), time: null));
}

/// <summary>A portal with the real clock, since the hub waits by it.</summary>
public sealed class HubFixture : IAsyncLifetime
{
    public PortalUnderTest Portal { get; } = new() { Clock = null };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Portal.DisposeAsync();
}

/// <summary>A client of the hub.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Channel<JsonElement> _quotas = Channel.CreateUnbounded<JsonElement>();
    private readonly Channel<JsonElement> _alerts = Channel.CreateUnbounded<JsonElement>();
    private readonly ConcurrentQueue<string> _heard = [];

    private HubClient(HubConnection connection)
    {
        Connection = connection;
        connection.On<JsonElement>("quota", quota => Note("quota", _quotas, quota));
        connection.On<JsonElement>("alert", alert => Note("alert", _alerts, alert));
    }

    public HubConnection Connection { get; }

    public IReadOnlyList<string> Heard => [.. _heard];

    public static async Task<HubClient> ConnectAsync(PortalUnderTest portal, string key, HttpTransportType transport)
    {
        var connection = new HubConnectionBuilder().WithUrl("http://localhost/hubs/alerts", options =>
        {
            options.Transports = transport;
            options.HttpMessageHandlerFactory = _ => portal.Server.CreateHandler();
            options.AccessTokenProvider = () => Task.FromResult<string?>(key);
            options.WebSocketFactory = async (context, cancellationToken) => await portal.Server.CreateWebSocketClient()
                .ConnectAsync(new Uri($"{context.Uri}&access_token={key}"), cancellationToken);
        }).Build();
        var client = new HubClient(connection);
        await connection.StartAsync();
        return client;
    }

    public Task SubscribeAsync(Guid id, long after) => Connection.InvokeAsync("Subscribe", $"{id}", after).WaitAsync(s_patience);

    public Task UnsubscribeAsync(Guid id) => Connection.InvokeAsync("Unsubscribe", $"{id}").WaitAsync(s_patience);

    public async Task<JsonElement> QuotaAsync(Func<string?, bool> isMeant)
    {
        while (true)
        {
            var quota = await _quotas.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
            if (isMeant(quota.GetProperty("status").GetString()))
            {
                return quota;
            }
        }
    }

    public async Task<JsonElement> AlertAsync() => await _alerts.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    public async ValueTask DisposeAsync() => await Connection.DisposeAsync();

    private void Note(string name, Channel<JsonElement> channel, JsonElement message)
    {
        _heard.Enqueue(name);
        channel.Writer.TryWrite(message);
    }
}
