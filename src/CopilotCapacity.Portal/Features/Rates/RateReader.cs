using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>Reads the rate card in one snapshot of the database, for those who may see the tenant.</summary>
internal sealed class RateReader(
    IDbContextFactory<PortalDbContext> contexts,
    CurrentPerson current,
    TimeProvider time) : IRateReader
{
    public async Task<TenantRates?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ReadTenant, tenant))
        {
            return null;
        }

        // The embedded database blocks while it reads; a circuit must not.
        var mayChange = AccessRules.May(person, Operation.ChangeCapacity, tenant);
        return await Task.Run(() => Read(tenant, mayChange), cancellationToken);
    }

    private TenantRates? Read(TenantId tenant, bool mayChange)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var now = row.IsRehearsal ? row.Now : time.GetUtcNow();
        return new TenantRates
        {
            Tenant = tenant,
            TenantName = row.Name,
            Currency = new CurrencyCode(row.Currency),
            Period = new Period(row.OpenPeriod),
            AsOf = now,
            IsRehearsal = row.IsRehearsal,
            Rates = RateQuery.Read(snapshot, row, now),
            MayChange = mayChange,
        };
    }
}

/// <summary>Sets rates on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class RateEditor(Meter meter, CurrentPerson current) : IRateEditor
{
    public async Task<string?> SetAsync(
        TenantId tenant,
        Feature feature,
        Credits creditsPerUnit,
        DateTimeOffset? effectiveAt,
        CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        var set = await meter.ChangeAsync<bool>(tenant, actor, ledger =>
            ledger.SetRate(feature, creditsPerUnit, effectiveAt).Refusal is { } refused ? refused : true);
        return set.Refusal?.Detail;
    }
}

/// <summary>The log messages of the rate card.</summary>
internal static partial class RateLog
{
    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "The rate card of tenant {TenantId} could not be read")]
    public static partial void ReadFailed(ILogger logger, Exception exception, Guid tenantId);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Error, Message = "The rate of {Feature} could not be set")]
    public static partial void SetFailed(ILogger logger, Exception exception, Feature feature);
}
