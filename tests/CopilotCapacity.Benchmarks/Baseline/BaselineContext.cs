using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Benchmarks.Baseline;

/// <summary>The ledger's tables as a program without a meter would map them.</summary>
internal sealed class BaselineContext(DbContextOptions<BaselineContext> options) : DbContext(options)
{
    public DbSet<TenantPosition> Tenants => Set<TenantPosition>();

    public DbSet<UsageRow> Usage => Set<UsageRow>();

    public DbSet<GrantMonthRow> GrantMonths => Set<GrantMonthRow>();

    public DbSet<EnvironmentMonthRow> EnvironmentMonths => Set<EnvironmentMonthRow>();

    public DbSet<UsageHourRow> Hours => Set<UsageHourRow>();

    public DbSet<UsageDayRow> Days => Set<UsageDayRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TenantPosition>().ToTable("tenants").HasKey(row => row.Key);
        modelBuilder.Entity<UsageRow>().ToTable("usage_events").HasKey(row => new { row.TenantKey, row.Sequence });
        modelBuilder.Entity<GrantMonthRow>().ToTable("grant_months").HasKey(row => new { row.TenantKey, row.Period, row.GrantKey });
        modelBuilder.Entity<EnvironmentMonthRow>().ToTable("environment_months")
            .HasKey(row => new { row.TenantKey, row.Period, row.EnvironmentKey });
        modelBuilder.Entity<UsageHourRow>().ToTable("baseline_hours").HasKey(row => new
        {
            row.TenantKey,
            row.Hour,
            row.EnvironmentKey,
            row.Feature,
            row.Agent,
            row.Product,
            row.Channel,
            row.User,
            row.Model,
            row.Tool,
            row.CostCenter,
        });
        modelBuilder.Entity<UsageDayRow>().ToTable("usage_days").HasKey(row => new { row.TenantKey, row.Day, row.EnvironmentKey });
    }
}

/// <summary>Where a tenant's ledger is.</summary>
internal sealed class TenantPosition
{
    public int Key { get; set; }

    public long Sequence { get; set; }
}

/// <summary>A row of <c>usage_events</c>.</summary>
internal sealed class UsageRow
{
    public int TenantKey { get; set; }

    public long Sequence { get; set; }

    public long Time { get; set; }

    public long RecordedAt { get; set; }

    public int Period { get; set; }

    public int EnvironmentKey { get; set; }

    public int Source { get; set; }

    public required string EventId { get; set; }

    public required byte[] ContentHash { get; set; }

    public int Feature { get; set; }

    public long Quantity { get; set; }

    public long Rate { get; set; }

    public string? Items { get; set; }

    public int Agent { get; set; }

    public int AgentName { get; set; }

    public int User { get; set; }

    public int Product { get; set; }

    public int Channel { get; set; }

    public int Model { get; set; }

    public int Tool { get; set; }

    public int KnowledgeSource { get; set; }

    public int CostCenter { get; set; }

    public int TriggeredBy { get; set; }

    public bool CopilotLicensed { get; set; }

    public long NonBilled { get; set; }

    public int NonBilledReason { get; set; }

    public long Allocation { get; set; }

    public long Pool { get; set; }

    public long PayAsYouGo { get; set; }

    public long Unfunded { get; set; }

    public long CostMicros { get; set; }

    public int? PlanKey { get; set; }

    public long PriceMicros { get; set; }

    public string? Grants { get; set; }

    public int Kind { get; set; }
}
