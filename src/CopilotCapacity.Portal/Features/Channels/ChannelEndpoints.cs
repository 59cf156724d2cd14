using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Features.Channels.Mail;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>Who hears what, by webhook or e-mail.</summary>
internal static class ChannelEndpoints
{
    private const string Path = "/tenants/{tenantId}/channels";
    private const string Told =
        "A webhook carries {type, timestamp, data}: data is the alert, type its kind. It is signed as Standard Webhooks 1.0.0 says, with webhook-id, "
        + "webhook-timestamp and webhook-signature, and tried for three days; 410 turns the channel off. The secret is in this answer alone.";

    public static void MapChannels(this IEndpointRouteBuilder api)
    {
        api.MapPost(Path, CreateAsync).InTenant(Operation.ChangeCapacity).WithDescription(Told).Produces<ChannelDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListAsync).InTenant(Operation.ReadTenant).Produces<PageDto<ChannelDto>>();
        api.MapGet(Path + "/{channelId}", GetAsync).InTenant(Operation.ReadTenant).Produces<ChannelDto>();
        api.MapPut(Path + "/{channelId}", ChangeAsync).InTenant(Operation.ChangeCapacity)
            .WithDescription("Replaces the settings. What is raised while a channel is off is not sent later.")
            .Produces<ChannelDto>();
        api.MapDelete(Path + "/{channelId}", DeleteAsync).InTenant(Operation.ChangeCapacity).Produces(StatusCodes.Status204NoContent);
        api.MapPost(Path + "/{channelId}/rotate", RotateAsync).InTenant(Operation.ChangeCapacity)
            .WithDescription("Makes a new secret for a webhook. The old one signs too for overlapSeconds, a day when left out.")
            .Produces<ChannelDto>();
        api.MapPost(Path + "/{channelId}/test", TestAsync).InTenant(Operation.ChangeCapacity)
            .WithDescription("Sends a test; what comes of it stands under deliveries.")
            .Produces<DeliveryDto>(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> CreateAsync(
        Guid tenantId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        ChannelChanges changes,
        IOptions<ChannelOptions> options,
        IOptions<MailOptions> mail,
        CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<ChannelRequestDto>(cancellationToken);
        if (body.Value is not { } wanted || Check(wanted, options.Value, mail.Value) is { } problem)
        {
            return body.Problem ?? Check(body.Value!, options.Value, mail.Value)!;
        }

        if (!http.Request.TryReadIdempotencyKey(new TenantId(tenantId), body.Bytes, out var repeatable))
        {
            return ApiChanges.InvalidKey();
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        if (await new SealedAnswers(context, http.Request).FindAsync(repeatable, cancellationToken) is { } earlier)
        {
            return earlier;
        }

        var (id, answer) = (wanted.Id ?? Guid.NewGuid(), "");
        var (location, etag) = ($"/api/v1/tenants/{tenantId}/channels/{id}", ApiRequests.ETag(1));
        try
        {
            var made = await changes.CreateAsync(new TenantId(tenantId), id, wanted.ToSettings(), http.Actor(), Remember, cancellationToken);
            if (made.Refusal is { } refusal)
            {
                return Problems.From(refusal);
            }
        }
        catch (DbUpdateException) when (repeatable.Key is not null)
        {
            // The same request was quicker elsewhere: nothing of this one is kept, and the other's answer is given.
            if (await new SealedAnswers(context, http.Request).FindAsync(repeatable, cancellationToken) is not { } quicker)
            {
                throw;
            }

            return quicker;
        }

        return new ApiAnswer(StatusCodes.Status201Created, answer) { ETag = etag, Location = location };

        void Remember(PortalDbContext with, ChangedChannel made)
        {
            answer = JsonSerializer.Serialize(ChannelDto.From(made.Row, made.Secret), ApiJson.Options);
            new SealedAnswers(with, http.Request).Add(repeatable, answer, made.Row.CreatedAt, etag, location);
        }
    }

    private static async Task<IResult> ListAsync(
        Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken)
    {
        var list = $"channels:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Of(context, tenantId).OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        return ApiAnswer.Ok(range.Cut([.. rows.Select(row => ChannelDto.From(row))], list));
    }

    private static async Task<IResult> GetAsync(
        Guid tenantId, string channelId, IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken) =>
        await FindAsync(contexts, tenantId, channelId, cancellationToken) is { } row
            ? ApiAnswer.Ok(ChannelDto.From(row), row.Version)
            : Problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        Guid tenantId,
        string channelId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        ChannelChanges changes,
        IOptions<ChannelOptions> options,
        IOptions<MailOptions> mail,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(contexts, tenantId, channelId, cancellationToken) is not { } row)
        {
            return Problems.NotFound();
        }

        if (http.Request.CheckIfMatch(row.Version, out var expected) is { } unmatched)
        {
            return unmatched;
        }

        var body = await http.Request.ReadBodyAsync<ChannelRequestDto>(cancellationToken);
        var wanted = body.Value is { Kind: null } without ? without with { Kind = row.Kind } : body.Value;
        if (wanted is null || Check(wanted, options.Value, mail.Value) is { } problem)
        {
            return body.Problem ?? Check(wanted!, options.Value, mail.Value)!;
        }

        return AnswerOf(await changes.ChangeAsync(new TenantId(tenantId), row.Id, wanted.ToSettings(), expected, http.Actor(), cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(
        Guid tenantId,
        string channelId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        ChannelChanges changes,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(contexts, tenantId, channelId, cancellationToken) is not { } row)
        {
            return Problems.NotFound();
        }

        return http.Request.CheckIfMatch(row.Version, out var expected)
            ?? (await changes.DeleteAsync(new TenantId(tenantId), row.Id, expected, http.Actor(), cancellationToken) is { } refusal
                ? Problems.From(refusal)
                : Results.NoContent());
    }

    private static async Task<IResult> RotateAsync(
        Guid tenantId, string channelId, HttpContext http, IDbContextFactory<PortalDbContext> contexts, ChannelChanges changes, CancellationToken cancellationToken)
    {
        if (await FindAsync(contexts, tenantId, channelId, cancellationToken) is not { } row)
        {
            return Problems.NotFound();
        }

        var body = await http.Request.ReadBodyAsync<SecretRotationDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var overlap = wanted.OverlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : ChannelChanges.OverlapDefault;
        if (overlap < TimeSpan.Zero || overlap > ChannelChanges.OverlapMax)
        {
            return Problems.Invalid("overlapSeconds", "The old secret signs too for 0 seconds to 30 days.");
        }

        http.Response.Headers.CacheControl = "no-store";
        return AnswerOf(await changes.RotateAsync(new TenantId(tenantId), row.Id, overlap, http.Actor(), cancellationToken));
    }

    private static async Task<IResult> TestAsync(
        Guid tenantId, string channelId, HttpContext http, ChannelChanges changes, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(channelId, out var id))
        {
            return Problems.NotFound();
        }

        var made = await changes.TestAsync(new TenantId(tenantId), id, http.Actor(), cancellationToken);
        return made.Refusal is { } refusal
            ? Problems.From(refusal)
            : new ApiAnswer(StatusCodes.Status202Accepted, JsonSerializer.Serialize(DeliveryDto.From(made.Value!), ApiJson.Options))
            {
                Location = $"/api/v1/tenants/{tenantId}/deliveries/{made.Value!.Id}",
            };
    }

    private static IResult AnswerOf(Outcome<ChangedChannel> outcome) => outcome.Refusal is { } refusal
        ? Problems.From(refusal)
        : ApiAnswer.Ok(ChannelDto.From(outcome.Value!.Row, outcome.Value.Secret), outcome.Value.Row.Version);

    private static IResult? Check(ChannelRequestDto wanted, ChannelOptions options, MailOptions mail)
    {
        var fields = new Fields()
            .Require(wanted.Id != Guid.Empty, "id", "The id is a GUID other than zero.")
            .Require(wanted.Kind is not null, "kind", "A channel is a webhook or email.")
            .Require((wanted.Kinds ?? []).All(name => AlertWords.Find(name) is not null), "kinds", "Name kinds of alerts, such as quota.low, or none for all.");
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        foreach (var (field, sentence) in wanted.ToSettings().Problems(options, mail))
        {
            fields.Require(holds: false, field, sentence);
        }

        return fields.Problem;
    }

    private static IQueryable<ChannelRow> Of(PortalDbContext context, Guid tenant) => context.Channels.AsNoTracking()
        .Where(row => row.DeletedAt == null && context.Tenants.Any(owner => owner.Id == tenant && owner.Key == row.TenantKey));

    private static async Task<ChannelRow?> FindAsync(
        IDbContextFactory<PortalDbContext> contexts, Guid tenant, string channelId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return Guid.TryParse(channelId, out var id) ? await Of(context, tenant).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) : null;
    }
}
