using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Writes what people change. Rare enough for the change tracker.</summary>
internal static class SettingsWriter
{
    /// <summary>True when the changes touch a setting; holds and reversals do not.</summary>
    public static bool IsNeeded(LedgerChanges changes) =>
        changes.Environments.Count > 0
        || changes.Grants.Count > 0
        || changes.Plans.Count > 0
        || changes.Entries.Any(entry => AuditedChange.IsAudited(entry.Change));

    public static void Write(PortalDbContext context, AuditTrail trail, int tenantKey, TenantCommit commit)
    {
        var ledger = commit.Ledger;
        Upsert(context, context.Tenants.Find(tenantKey), ToRow(tenantKey, ledger));
        foreach (var plan in ledger.Changes.Plans)
        {
            Upsert(context, context.Plans.Find(tenantKey, plan.Key), ToRow(tenantKey, plan));
        }

        foreach (var environment in ledger.Changes.Environments)
        {
            Upsert(context, context.Environments.Find(tenantKey, environment.Key), ToRow(tenantKey, environment));
            WriteApplications(context, tenantKey, environment);
        }

        foreach (var grant in ledger.Changes.Grants)
        {
            Upsert(context, context.Grants.Find(tenantKey, grant.Key), ToRow(tenantKey, grant));
        }

        foreach (var entry in ledger.Changes.Entries)
        {
            DecisionWriter.Write(context, tenantKey, entry);
            if (commit.Actors.GetValueOrDefault(entry.Sequence) is { } actor && AuditedChange.Of(entry, ledger, actor, commit.At) is { } audited)
            {
                trail.Append(tenantKey, audited);
            }

            if (entry.Change is AlertAcknowledged seen)
            {
                var by = commit.Actors.GetValueOrDefault(entry.Sequence)?.Name;
                context.Database.ExecuteSql(
                    $"UPDATE alerts SET AcknowledgedAt = {entry.At.UtcTicks}, AcknowledgedBy = {by} WHERE TenantKey = {tenantKey} AND Number = {seen.Alert} AND AcknowledgedAt IS NULL");
            }
        }
    }

    public static void Write(PortalDbContext context, IEnumerable<RememberedAnswer> answers) =>
        context.Answers.AddRange(answers.Select(answer => new AnswerRow
        {
            Tenant = answer.Key.Tenant.Value,
            Key = answer.Key.Key,
            RequestHash = answer.RequestHash,
            Status = answer.Status,
            Body = answer.Body,
            ETag = answer.ETag,
            Location = answer.Location,
            At = answer.At,
        }));

    private static void Upsert<T>(PortalDbContext context, T? existing, T row)
        where T : class
    {
        if (existing is null)
        {
            context.Add(row);
        }
        else
        {
            context.Entry(existing).CurrentValues.SetValues(row);
        }
    }

    private static void WriteApplications(PortalDbContext context, int tenantKey, TenantEnvironment environment)
    {
        foreach (var application in environment.Applications)
        {
            Upsert(context, context.Applications.Find(tenantKey, application.Id.Value), new ApplicationRow
            {
                TenantKey = tenantKey,
                Id = application.Id.Value,
                EnvironmentKey = environment.Key,
                Kind = application.Kind,
                Url = application.Url,
            });
        }
    }

    private static TenantRow ToRow(int tenantKey, TenantLedger ledger) => new()
    {
        Key = tenantKey,
        Id = ledger.Id.Value,
        Name = ledger.Name,
        Currency = ledger.Currency.Value,
        LowThresholdPercent = ledger.LowThresholdPercent,
        WarningHorizonDays = ledger.WarningHorizonDays,
        DisplayZone = ledger.DisplayZone,
        IsRehearsal = ledger.IsRehearsal,
        CreatedAt = ledger.CreatedAt,
        Version = ledger.Version,
        Now = ledger.Now,
        Sequence = ledger.Sequence,
        OpenPeriod = ledger.Open.Period.Index,
        NextBoundary = ledger.NextBoundary,
    };

    private static EnvironmentRow ToRow(int tenantKey, TenantEnvironment environment) => new()
    {
        TenantKey = tenantKey,
        Key = environment.Key,
        Id = environment.Id.Value,
        Name = environment.Name,
        Type = environment.Type,
        Region = environment.Region,
        CostCenter = environment.CostCenter,
        CreatedAt = environment.CreatedAt,
        RetiredAt = environment.RetiredAt,
        Version = environment.Version,
        Allocation = environment.Allocation.Thousandths,
        AllocationOrder = environment.AllocationOrder,
        AllocationVersion = environment.AllocationVersion,
        DrawFromTenantPool = environment.DrawFromTenantPool,
        PayAsYouGo = environment.PayAsYouGo,
        PlanKey = environment.Plan?.Key,
    };

    private static GrantRow ToRow(int tenantKey, Grant grant) => new()
    {
        TenantKey = tenantKey,
        Key = grant.Key,
        Id = grant.Id.Value,
        Kind = grant.Kind,
        Amount = grant.Amount.Thousandths,
        Priority = grant.Priority,
        EffectiveAt = grant.EffectiveAt,
        ExpiresAt = grant.ExpiresAt,
        Recurrence = grant.Recurrence,
        RolloverMax = grant.RolloverMax?.Thousandths,
        CreatedAt = grant.CreatedAt,
        EndedAt = grant.EndedAt,
        Packs = grant.Order?.Packs,
        CreditsPerPack = grant.Order?.CreditsPerPack.Thousandths,
        UnitPriceMicros = grant.Order?.UnitPriceMicros,
        OrderReference = grant.Order?.Reference,
    };

    private static PlanRow ToRow(int tenantKey, BillingPlan plan) => new()
    {
        TenantKey = tenantKey,
        Key = plan.Key,
        Id = plan.Id.Value,
        Name = plan.Name,
        SubscriptionId = plan.SubscriptionId,
        ResourceGroup = plan.ResourceGroup,
        Region = plan.Region,
        PriceMicros = plan.Price.MicrosPerCredit,
        PlannedPrices = plan.PlannedPrices,
        IsEnabled = plan.IsEnabled,
        Budget = plan.Budget,
        DeletedAt = plan.DeletedAt,
        Version = plan.Version,
    };
}
