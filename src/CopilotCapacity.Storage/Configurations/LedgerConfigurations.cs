using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CopilotCapacity.Storage.Configurations;

// These tables are made by hand-written SQL (see the migration "LedgerTables"); here they are only mapped for reading.

internal sealed class GrantMonthConfiguration : IEntityTypeConfiguration<GrantMonthRow>
{
    public void Configure(EntityTypeBuilder<GrantMonthRow> builder)
    {
        builder.ToTable("grant_months", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Period, row.GrantKey });
    }
}

internal sealed class EnvironmentMonthConfiguration : IEntityTypeConfiguration<EnvironmentMonthRow>
{
    public void Configure(EntityTypeBuilder<EnvironmentMonthRow> builder)
    {
        builder.ToTable("environment_months", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Period, row.EnvironmentKey });
    }
}

internal sealed class PlanMonthConfiguration : IEntityTypeConfiguration<PlanMonthRow>
{
    public void Configure(EntityTypeBuilder<PlanMonthRow> builder)
    {
        builder.ToTable("plan_months", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.PlanKey, row.Period });
    }
}

internal sealed class UsageHourConfiguration : IEntityTypeConfiguration<UsageHourRow>
{
    public void Configure(EntityTypeBuilder<UsageHourRow> builder)
    {
        builder.ToTable("usage_hours", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Hour, row.Number });
    }
}

internal sealed class UsageDayConfiguration : IEntityTypeConfiguration<UsageDayRow>
{
    public void Configure(EntityTypeBuilder<UsageDayRow> builder)
    {
        builder.ToTable("usage_days", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Day, row.EnvironmentKey });
    }
}

internal sealed class PlanDayConfiguration : IEntityTypeConfiguration<PlanDayRow>
{
    public void Configure(EntityTypeBuilder<PlanDayRow> builder)
    {
        builder.ToTable("plan_days", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.PlanKey, row.Day });
    }
}

internal sealed class LabelConfiguration : IEntityTypeConfiguration<LabelRow>
{
    public void Configure(EntityTypeBuilder<LabelRow> builder)
    {
        builder.ToTable("labels", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Key });
    }
}
