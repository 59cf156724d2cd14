using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage;

/// <summary>A person who may sign in.</summary>
public sealed class PortalUser : IdentityUser<Guid>
{
    /// <summary>How the person is shown.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>True for a portal administrator, who sees every tenant.</summary>
    public bool IsPortalAdministrator { get; set; }
}

/// <summary>The database. One context per operation, from the factory.</summary>
public sealed class PortalDbContext(DbContextOptions<PortalDbContext> options)
    : IdentityUserContext<PortalUser, Guid>(options)
{
#pragma warning disable CS1591 // Sets are named for their rows.
    public DbSet<TenantRow> Tenants => Set<TenantRow>();

    public DbSet<EnvironmentRow> Environments => Set<EnvironmentRow>();

    public DbSet<ApplicationRow> Applications => Set<ApplicationRow>();

    public DbSet<GrantRow> Grants => Set<GrantRow>();

    public DbSet<PlanRow> Plans => Set<PlanRow>();

    public DbSet<RateOverrideRow> RateOverrides => Set<RateOverrideRow>();

    public DbSet<ReallocationRow> Reallocations => Set<ReallocationRow>();

    public DbSet<JournalRow> Journal => Set<JournalRow>();

    public DbSet<AnswerRow> Answers => Set<AnswerRow>();

    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();

    public DbSet<GrantMonthRow> GrantMonths => Set<GrantMonthRow>();

    public DbSet<EnvironmentMonthRow> EnvironmentMonths => Set<EnvironmentMonthRow>();

    public DbSet<PlanMonthRow> PlanMonths => Set<PlanMonthRow>();

    public DbSet<UsageHourRow> UsageHours => Set<UsageHourRow>();

    public DbSet<UsageDayRow> UsageDays => Set<UsageDayRow>();

    public DbSet<PlanDayRow> PlanDays => Set<PlanDayRow>();

    public DbSet<LabelRow> Labels => Set<LabelRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<MembershipRow> Memberships => Set<MembershipRow>();

    public DbSet<InvitationRow> Invitations => Set<InvitationRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<SyncRunRow> SyncRuns => Set<SyncRunRow>();

    public DbSet<SyncStepRow> SyncSteps => Set<SyncStepRow>();

    public DbSet<SyncReadingRow> SyncReadings => Set<SyncReadingRow>();

    public DbSet<SyncDifferenceRow> SyncDifferences => Set<SyncDifferenceRow>();

    public DbSet<SyncSettingsRow> SyncSettings => Set<SyncSettingsRow>();

    public DbSet<AzureCostRow> AzureCosts => Set<AzureCostRow>();

    public DbSet<ChannelRow> Channels => Set<ChannelRow>();

    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();

    public DbSet<DeliveryAttemptRow> DeliveryAttempts => Set<DeliveryAttemptRow>();
#pragma warning restore CS1591

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Configurations.UtcTicksConverter>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(PortalDbContext).Assembly);
    }
}
