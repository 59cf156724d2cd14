using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CopilotCapacity.Storage.Configurations;

internal sealed class RateOverrideConfiguration : IEntityTypeConfiguration<RateOverrideRow>
{
    public void Configure(EntityTypeBuilder<RateOverrideRow> builder)
    {
        builder.ToTable("rate_overrides");
        builder.HasKey(row => new { row.TenantKey, row.Sequence });
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ReallocationConfiguration : IEntityTypeConfiguration<ReallocationRow>
{
    public void Configure(EntityTypeBuilder<ReallocationRow> builder)
    {
        builder.ToTable("reallocations");
        builder.HasKey(row => new { row.TenantKey, row.Id });
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);

        // Rows are written once, so that no two versions of the changes are ever compared.
        builder.Property(row => row.Changes).HasConversion(
            changes => JsonSerializer.Serialize(changes, JournalJson.Options),
            json => JsonSerializer.Deserialize<List<AllocationChange>>(json, JournalJson.Options)!,
            new ValueComparer<IReadOnlyList<AllocationChange>>(favorStructuralComparisons: false));
    }
}
