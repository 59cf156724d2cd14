using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Usage;

/// <summary>Usage added up.</summary>
public record UsageRowDto(long Events, Credits Billed, Credits NonBilled, BurnDto Burn, MoneyDto Money)
{
    internal static UsageRowDto From(UsageSums sums, string currency) => new(
        sums.Events,
        new Credits(sums.Billed),
        new Credits(sums.NonBilled),
        new BurnDto(new Credits(sums.Allocation), new Credits(sums.Pool), new Credits(sums.PayAsYouGo), new Credits(sums.Unfunded)),
        MoneyDto.From(sums.CostMicros, currency));
}

/// <summary>Usage of one combination of what was grouped by, in one span.</summary>
public sealed record UsageItemDto(
    IReadOnlyDictionary<string, string?> Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Start,
    long Events,
    Credits Billed,
    Credits NonBilled,
    BurnDto Burn,
    MoneyDto Money) : UsageRowDto(Events, Billed, NonBilled, Burn, Money);

/// <summary>An answer about usage.</summary>
public sealed record UsageDto(
    DateTimeOffset From,
    DateTimeOffset To,
    UsageGranularity Granularity,
    UsageRowDto Totals,
    IReadOnlyList<UsageItemDto> Items,
    string? Next,
    long Sequence,
    DateTimeOffset AsOf);

/// <summary>Usage of a tenant, added up.</summary>
internal static class UsageEndpoints
{
    private static readonly TimeSpan s_rangeMax = TimeSpan.FromDays(2 * 366);

    public static void MapUsage(this IEndpointRouteBuilder api) =>
        api.MapGet("/tenants/{tenantId}/usage", GetUsage).InTenant(Operation.ReadTenant).Produces<UsageDto>();

    private static IResult GetUsage(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
    {
        var list = $"usage:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } badPage)
        {
            return badPage;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        var now = tenant.IsRehearsal ? tenant.Now : time.GetUtcNow();
        if (ReadQuestion(http.Request, tenant, out var question) is { } problem)
        {
            return problem;
        }

        var answer = UsageQuery.Read(snapshot, tenant, question);
        var items = answer.Groups
            .OrderBy(group => group.Start)
            .ThenBy(group => string.Join('\u0001', group.Keys), StringComparer.Ordinal)
            .Select(group => ToDto(group, question, tenant.Currency))
            .ToList();
        var page = range.Cut(items, list);
        return ApiAnswer.Ok(new UsageDto(
            question.From,
            question.To,
            question.Granularity,
            UsageRowDto.From(answer.Totals, tenant.Currency),
            page.Items,
            page.Next,
            tenant.Sequence,
            now));
    }

    private static UsageItemDto ToDto(UsageGroup group, UsageQuestion question, string currency)
    {
        var row = UsageRowDto.From(group.Sums, currency);
        var key = question.GroupBy
            .Select((dimension, index) => (Name: NameOf(dimension), Value: group.Keys[index]))
            .ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        return new UsageItemDto(key, group.Start, row.Events, row.Billed, row.NonBilled, row.Burn, row.Money);
    }

    /// <summary>Reads range, filters and grouping; the result is the problem with them, or null.</summary>
    internal static IResult? ReadQuestion(HttpRequest request, TenantRow tenant, out UsageQuestion question)
    {
        var month = new Period(tenant.OpenPeriod);
        var from = month.Start;
        var to = month.End;
        var granularity = UsageGranularity.None;
        var groupBy = new List<UsageDimension>();
        var query = request.Query;
        var fields = new Fields()
            .Require(!query.ContainsKey("from") || InstantJsonConverter.TryParse(query["from"], out from), "from", "A time is written like 2026-11-22T10:00:00Z.")
            .Require(!query.ContainsKey("to") || InstantJsonConverter.TryParse(query["to"], out to), "to", "A time is written like 2026-11-22T10:00:00Z.")
            .Require(
                !query.ContainsKey("granularity") || EnumNames.TryParse(query["granularity"], out granularity),
                "granularity",
                "The granularity is hour, day, month or none.")
            .Require(TryReadDimensions(query["groupBy"], groupBy), "groupBy", $"Group by {string.Join(", ", Enum.GetValues<UsageDimension>().Select(NameOf))}.")
            .Require(from < to, "to", "The range ends after it begins.")
            .Require(from >= to || to - from <= s_rangeMax, "to", "A range is at most two years long.");
        var filters = new Dictionary<UsageDimension, string>();
        foreach (var dimension in Enum.GetValues<UsageDimension>())
        {
            if (query.TryGetValue(NameOf(dimension), out var value) && value.ToString() is { Length: > 0 } text)
            {
                filters[dimension] = text;
            }
        }

        question = new UsageQuestion(from, to, groupBy, granularity, filters);
        return fields.Problem;
    }

    private static bool TryReadDimensions(string? text, List<UsageDimension> dimensions)
    {
        foreach (var name in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!EnumNames.TryParse<UsageDimension>(name, out var dimension))
            {
                return false;
            }

            if (!dimensions.Contains(dimension))
            {
                dimensions.Add(dimension);
            }
        }

        return true;
    }

    private static string NameOf(UsageDimension dimension)
    {
        var name = dimension.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
