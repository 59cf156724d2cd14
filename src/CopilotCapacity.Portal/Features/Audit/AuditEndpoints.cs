using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>Who changed something.</summary>
/// <param name="Kind"><c>person</c>, <c>apiKey</c> or <c>system</c>.</param>
/// <param name="Id">The person's or key's id.</param>
/// <param name="Name">What they are called now; null for a person who was removed.</param>
/// <param name="Address">Where the request came from; null when it came from inside.</param>
public sealed record AuditActorDto(string Kind, string Id, string? Name, string? Address);

/// <summary>What was changed.</summary>
/// <param name="Kind">Such as <c>environment</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it was called; null where only its id names it.</param>
public sealed record AuditObjectDto(string Kind, string Id, string? Name);

/// <summary>An entry of the audit trail.</summary>
/// <param name="Number">1, 2, 3, … within the tenant, without gap.</param>
/// <param name="At">When, in real time.</param>
/// <param name="Actor">Who, and from where.</param>
/// <param name="Action">What was done, such as <c>allocation.set</c>.</param>
/// <param name="Of">To what.</param>
/// <param name="Old">The fields that changed, as they were; null where nothing was.</param>
/// <param name="New">The fields that changed, as they are; null where nothing is.</param>
/// <param name="Reason">Why, in the words of whoever did it.</param>
/// <param name="Sequence">The ledger sequence number of the change; null for one that is not of the ledger.</param>
/// <param name="Hash">SHA-256 over the entry before and this one, in hexadecimal digits.</param>
public sealed record AuditEntryDto(
    long Number,
    DateTimeOffset At,
    AuditActorDto Actor,
    string Action,
    [property: JsonPropertyName("object")] AuditObjectDto Of,
    JsonObject? Old,
    JsonObject? New,
    string? Reason,
    long? Sequence,
    string Hash)
{
    internal static AuditEntryDto From(AuditView view) => new(
        view.Row.Number,
        view.Row.At,
        new AuditActorDto(JsonNamingPolicy.CamelCase.ConvertName(view.Row.ActorKind.ToString()), view.Row.ActorId, view.ActorName, view.Row.ActorAddress),
        view.Row.Action,
        new AuditObjectDto(view.Row.ObjectKind, view.Row.ObjectId, view.ObjectName),
        ObjectOf(view.Row.Old),
        ObjectOf(view.Row.New),
        view.Row.Reason,
        view.Row.Sequence,
        Convert.ToHexStringLower(view.Row.Hash));

    private static JsonObject? ObjectOf(string? json) => json is null ? null : JsonNode.Parse(json)!.AsObject();
}

/// <summary>What a look at the whole trail found.</summary>
/// <param name="Entries">How many entries are as they were written.</param>
/// <param name="Head">The hash of the last one of them.</param>
/// <param name="Ok">Whether all is as it was written, up to the exported end.</param>
/// <param name="Problem">The first thing that is wrong; null when nothing is.</param>
public sealed record AuditVerificationDto(long Entries, string Head, bool Ok, string? Problem);

/// <summary>The audit trail of a tenant.</summary>
internal static class AuditEndpoints
{
    private const string Path = "/tenants/{tenantId}/audit";

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        api.MapGet(Path, List).InTenant(Operation.ReadAudit)
            .WithDescription("Entries, newest first. Filters: actor, action, objectKind, objectId, from, to (exclusive).")
            .Produces<PageDto<AuditEntryDto>>();
        api.MapGet(Path + "/verify", VerifyAsync).InTenant(Operation.ReadAudit).Produces<AuditVerificationDto>();
    }

    private static IResult List(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts)
    {
        var query = http.Request.Query;
        var fields = new Fields();
        var filter = new AuditFilter
        {
            Actor = Text(query["actor"]),
            Action = Text(query["action"]),
            ObjectKind = Text(query["objectKind"]),
            ObjectId = Text(query["objectId"]),
            From = Instant(fields, query["from"], "from"),
            To = Instant(fields, query["to"], "to"),
        };

        // A cursor belongs to the question it was given for, and stands for the number it goes on before.
        var list = $"audit:{tenantId}:{filter}";
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (PageRange.Read(http.Request, list, out var range) is { } badPage)
        {
            return badPage;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        var before = range.Offset == 0 ? long.MaxValue : range.Offset;
        var views = AuditQuery.Read(snapshot, tenant.Key, filter, before, range.Limit + 1);
        var items = views.Take(range.Limit).Select(AuditEntryDto.From).ToList();
        return ApiAnswer.Ok(new PageDto<AuditEntryDto>(
            items, views.Count > range.Limit ? PageRange.Encode((int)items[^1].Number, list) : null));
    }

    // The trail may be long and the database has no waiting of its own, so this is no work for a request's thread.
    private static Task<IResult> VerifyAsync(
        Guid tenantId, IDbContextFactory<PortalDbContext> contexts, AuditHeads heads, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => (IResult)Verify(tenantId, contexts, heads),
        cancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static ApiAnswer Verify(Guid tenantId, IDbContextFactory<PortalDbContext> contexts, AuditHeads heads)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var key = snapshot.Tenant(new TenantId(tenantId))!.Key;
        var found = AuditVerifier.Verify(snapshot.Context, key, heads.Find(key));
        return ApiAnswer.Ok(new AuditVerificationDto(found.Entries, found.Head, found.IsOk, found.Problem));
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static DateTimeOffset? Instant(Fields fields, string? value, string name)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        var isRight = Rfc3339.TryParse(value, out var instant);
        fields.Require(isRight, name, "This must be an RFC 3339 time, such as 2026-11-01T00:00:00Z.");
        return isRight ? instant : null;
    }
}
