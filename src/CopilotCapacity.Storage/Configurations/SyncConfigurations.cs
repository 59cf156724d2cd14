using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CopilotCapacity.Storage.Configurations;

// The tables are written by hand in SyncSchema, as those of the ledger are.
internal sealed class SyncConfigurations :
    IEntityTypeConfiguration<SyncRunRow>,
    IEntityTypeConfiguration<SyncStepRow>,
    IEntityTypeConfiguration<SyncReadingRow>,
    IEntityTypeConfiguration<SyncDifferenceRow>,
    IEntityTypeConfiguration<SyncSettingsRow>,
    IEntityTypeConfiguration<AzureCostRow>
{
    public void Configure(EntityTypeBuilder<SyncRunRow> builder)
    {
        builder.ToTable("sync_runs", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Number });
    }

    public void Configure(EntityTypeBuilder<SyncStepRow> builder)
    {
        builder.ToTable("sync_steps", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Run, row.Number });
    }

    public void Configure(EntityTypeBuilder<SyncReadingRow> builder)
    {
        builder.ToTable("sync_readings", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Service, row.Step });
    }

    public void Configure(EntityTypeBuilder<SyncDifferenceRow> builder)
    {
        builder.ToTable("sync_differences", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.Service, row.Key });

        // Of two who decide about it at the same time, one is told so.
        builder.Property(row => row.State).IsConcurrencyToken();
    }

    public void Configure(EntityTypeBuilder<SyncSettingsRow> builder)
    {
        builder.ToTable("sync_settings", table => table.ExcludeFromMigrations());
        builder.HasKey(row => row.TenantKey);
        builder.Property(row => row.TenantKey).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<AzureCostRow> builder)
    {
        builder.ToTable("azure_costs", table => table.ExcludeFromMigrations());
        builder.HasKey(row => new { row.TenantKey, row.PlanKey, row.Day });
    }
}
