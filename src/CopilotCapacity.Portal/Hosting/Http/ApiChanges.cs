using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>Something that was created, as the caller sees it.</summary>
/// <param name="Body">The new resource.</param>
/// <param name="Location">Where it can be read.</param>
/// <param name="Version">Its version for the ETag; null when it has none.</param>
internal sealed record Created<T>(T Body, string Location, int? Version);

/// <summary>Sends changes to the meter and turns what comes back into answers.</summary>
internal static class ApiChanges
{
    /// <summary>Creates something, once per <c>Idempotency-Key</c> when the caller sent one.</summary>
    public static Task<IResult> CreateAsync<T>(
        HttpContext http,
        TenantId tenant,
        byte[] body,
        Func<TenantLedger, Outcome<Created<T>>> change) =>
        CreateAsync(http, tenant, body, readsTheDisk: false, (ledger, _) => change(ledger), Problems.From);

    /// <summary>Creates something that has to be looked up beyond the ledger.</summary>
    /// <param name="http">The request.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="readsTheDisk">As in <see cref="Meter.ChangeAsync{T}(TenantId, Actor, bool, Func{TenantLedger, ILedgerArchive, Outcome{T}})"/>.</param>
    /// <param name="change">What is to be done.</param>
    /// <param name="refuse">How a refusal is told.</param>
    public static async Task<IResult> CreateAsync<T>(
        HttpContext http,
        TenantId tenant,
        byte[] body,
        bool readsTheDisk,
        Func<TenantLedger, ILedgerArchive, Outcome<Created<T>>> change,
        Func<Refusal, IResult> refuse)
    {
        if (!http.Request.TryReadIdempotencyKey(tenant, body, out var repeatable))
        {
            return InvalidKey();
        }

        var meter = http.RequestServices.GetRequiredService<Meter>();
        if (repeatable.Key is { } key)
        {
            var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            var outcome = await meter.ChangeOnceAsync(
                tenant, http.Actor(), key, repeatable.RequestHash, readsTheDisk,
                (ledger, archive) => Remember(change(ledger, archive), key, repeatable.RequestHash, now));
            return outcome.Refusal is { } refusal ? refuse(refusal) : Again(outcome);
        }

        var created = await meter.ChangeAsync(tenant, http.Actor(), readsTheDisk, change);
        return created.Refusal is { } reason ? refuse(reason) : AnswerOf(created);
    }

    /// <summary>Changes something and answers with it as it is then.</summary>
    public static async Task<IResult> ChangeAsync<T>(
        HttpContext http,
        TenantId tenant,
        Func<TenantLedger, Outcome<(T Body, int? Version)>> change)
    {
        var meter = http.RequestServices.GetRequiredService<Meter>();
        var outcome = await meter.ChangeAsync(tenant, http.Actor(), change);
        if (outcome.Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        return new ApiAnswer(StatusCodes.Status200OK, JsonSerializer.Serialize(outcome.Value.Body, ApiJson.Options))
        {
            ETag = outcome.Value.Version is { } version ? ApiRequests.ETag(version) : null,
        };
    }

    /// <summary>Changes something that leaves nothing to show.</summary>
    public static async Task<IResult> DeleteAsync<T>(HttpContext http, TenantId tenant, Func<TenantLedger, Outcome<T>> change)
    {
        var meter = http.RequestServices.GetRequiredService<Meter>();
        var outcome = await meter.ChangeAsync(tenant, http.Actor(), ledger => Done(change(ledger)));
        return outcome.Refusal is { } refusal ? Problems.From(refusal) : Results.NoContent();
    }

    public static IResult AnswerOf<T>(Outcome<Created<T>> outcome) => outcome.Refusal is { } refusal
        ? Problems.From(refusal)
        : new ApiAnswer(StatusCodes.Status201Created, JsonSerializer.Serialize(outcome.Value!.Body, ApiJson.Options))
        {
            Location = outcome.Value.Location,
            ETag = outcome.Value.Version is { } version ? ApiRequests.ETag(version) : null,
        };

    public static IResult Again(Outcome<RememberedAnswer> outcome) => outcome.Refusal is { } refusal
        ? Problems.From(refusal)
        : new ApiAnswer(outcome.Value!.Status, outcome.Value.Body)
        {
            ETag = outcome.Value.ETag,
            Location = outcome.Value.Location,
        };

    public static Outcome<RememberedAnswer> Remember<T>(
        Outcome<Created<T>> outcome,
        RequestKey key,
        string requestHash,
        DateTimeOffset now) => outcome.Refusal is { } refusal
        ? refusal
        : new RememberedAnswer(
            key,
            requestHash,
            StatusCodes.Status201Created,
            JsonSerializer.Serialize(outcome.Value!.Body, ApiJson.Options),
            outcome.Value.Version is { } version ? ApiRequests.ETag(version) : null,
            outcome.Value.Location,
            now);

    public static IResult InvalidKey() => Problems.Invalid(
        "Idempotency-Key", "An Idempotency-Key has 1 to 255 printable ASCII characters.", "invalid_idempotency_key");

    private static Outcome<bool> Done<T>(Outcome<T> outcome) => outcome.Refusal is { } refusal ? refusal : true;
}

/// <summary>An answer whose body is JSON already.</summary>
internal sealed class ApiAnswer(int status, string json) : IResult
{
    public string? ETag { get; init; }

    public string? Location { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
        }

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        return response.WriteAsync(json, httpContext.RequestAborted);
    }

    public static ApiAnswer Ok<T>(T body, int? version = null) =>
        new(StatusCodes.Status200OK, JsonSerializer.Serialize(body, ApiJson.Options))
        {
            ETag = version is { } number ? ApiRequests.ETag(number) : null,
        };
}
