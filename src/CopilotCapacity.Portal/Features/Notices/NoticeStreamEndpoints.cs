using System.Globalization;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Hosting.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>
/// An environment's changes of status as server-sent events. The last event's id is all a client has to keep: with it, every change since
/// is told once, also over restarts of the portal.
/// </summary>
internal static class NoticeStreamEndpoints
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public static void MapNoticeStream(this IEndpointRouteBuilder api) => api
        .MapGet("/environments/{environmentId}/notices/stream", StreamAsync)
        .ForTenantKey(Operation.ReadQuota)
        .AcceptsBannerToken()
        .WithDescription("""
            Server-sent events. `id` is the ledger sequence of the change of status, `event` is `quota`, `data` the quota document of that moment. Without Last-Event-ID the
            current state comes first, under the number since which it holds; with it every change since, each once; then live. A number that the ledger has not
            reached counts as none. A comment every 15 seconds shows that the stream lives. A stream ends when its key or token does; come back with the last id.
            """)
        .Produces<QuotaDto>(StatusCodes.Status200OK, "text/event-stream");

    private static async Task<IResult> StreamAsync(
        string environmentId,
        HttpContext http,
        QuotaReader quotas,
        TenantTails tails,
        NoticeStreams streams,
        CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var tenant = caller.Tenant!.Value;
        if (!Guid.TryParse(environmentId, out var id) || await quotas.FindAsync(tenant, new EnvironmentId(id)) is not { } reading)
        {
            return Problems.NotFound();
        }

        if (!TryReadLastId(http.Request, out var after))
        {
            return Problems.Invalid("Last-Event-ID", "The id of an event is a ledger sequence number.");
        }

        using var followed = await tails.FollowAsync(tenant);
        if (followed is null)
        {
            http.Response.Headers.RetryAfter = "10";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "too_many_streams", "The tenant has too many streams open; come back later.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, streams.Stopping);
        await new NoticeStream(http.Response, followed.Tail, streams, caller, reading, s_heartbeat).RunAsync(after, stop.Token);
        return Results.Empty;
    }

    private static bool TryReadLastId(HttpRequest request, out long? after)
    {
        after = null;
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
        {
            return true;
        }

        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        after = isNumber ? number : null;
        return isNumber;
    }
}

/// <summary>What every stream needs to know of the portal.</summary>
internal sealed class NoticeStreams(QuotaReader quotas, QuotaForecast forecast, ApiKeyDirectory keys, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public QuotaReader Quotas => quotas;

    public QuotaForecast Forecast => forecast;

    public TimeProvider Time => time;

    /// <summary>Cancelled when the portal stops, so that streams end before its patience does.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public ValueTask<bool> MayGoOnAsync(ApiCaller caller) => keys.IsStillValidAsync(caller);
}

/// <summary>One open stream.</summary>
internal sealed class NoticeStream(
    HttpResponse response, TenantTail tail, NoticeStreams streams, ApiCaller caller, QuotaReading reading, TimeSpan heartbeat)
{
    private long _checkedAt = streams.Time.GetTimestamp();

    private EnvironmentId Environment => reading.Environment;

    public async Task RunAsync(long? after, CancellationToken stop)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await response.BodyWriter.WriteAsync(ServerSentEvents.Retry, stop);
            var position = after is { } last && last <= reading.Sequence ? last : await WriteStateAsync(stop);
            await FollowAsync(position, stop);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the portal stops.
        }
    }

    private async Task<long> WriteStateAsync(CancellationToken stop)
    {
        var now = QuotaDto.From(tail.Tenant, reading, streams.Forecast, streams.Time.GetUtcNow());
        await response.BodyWriter.WriteAsync(ServerSentEvents.Quota(reading.StatusSequence, now), stop);
        return reading.Sequence;
    }

    private async Task FollowAsync(long position, CancellationToken stop)
    {
        while (true)
        {
            // Asked for first: what comes after it completes it.
            var news = tail.News;
            IReadOnlyList<TailChange> changes;
            do
            {
                (changes, position) = tail.ChangesAfter(Environment, position);
                foreach (var change in changes)
                {
                    await response.BodyWriter.WriteAsync(change.Frame, stop);
                }
            }
            while (changes.Count > 0);

            if (!await WaitAsync(news, stop))
            {
                return;
            }
        }
    }

    // False when the stream is over: its key, its token or its environment has ended.
    private async Task<bool> WaitAsync(Task news, CancellationToken stop)
    {
        while (true)
        {
            var isNews = true;
            try
            {
                await news.WaitAsync(heartbeat, streams.Time, stop);
            }
            catch (TimeoutException)
            {
                isNews = false;
                await response.BodyWriter.WriteAsync(ServerSentEvents.Heartbeat, stop);
            }

            // By time and not by silence: a stream that is never silent ends, too.
            if (streams.Time.GetElapsedTime(_checkedAt) >= heartbeat && !await MayGoOnAsync())
            {
                return false;
            }

            if (isNews)
            {
                return true;
            }
        }
    }

    private async Task<bool> MayGoOnAsync()
    {
        _checkedAt = streams.Time.GetTimestamp();
        return await streams.MayGoOnAsync(caller) && await streams.Quotas.FindAsync(tail.Tenant, Environment) is not null;
    }
}
