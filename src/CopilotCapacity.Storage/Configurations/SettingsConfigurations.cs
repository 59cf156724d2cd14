using System.Text.Json;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CopilotCapacity.Storage.Configurations;

internal sealed class TenantConfiguration : IEntityTypeConfiguration<TenantRow>
{
    public void Configure(EntityTypeBuilder<TenantRow> builder)
    {
        builder.ToTable("tenants");
        builder.HasKey(row => row.Key);
        builder.Property(row => row.Key).ValueGeneratedNever();
        builder.HasIndex(row => row.Id).IsUnique();
        builder.HasIndex(row => row.NextBoundary);
    }
}

internal sealed class EnvironmentConfiguration : IEntityTypeConfiguration<EnvironmentRow>
{
    public void Configure(EntityTypeBuilder<EnvironmentRow> builder)
    {
        builder.ToTable("environments");
        builder.HasKey(row => new { row.TenantKey, row.Key });
        builder.HasIndex(row => new { row.TenantKey, row.Id }).IsUnique();
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ApplicationConfiguration : IEntityTypeConfiguration<ApplicationRow>
{
    public void Configure(EntityTypeBuilder<ApplicationRow> builder)
    {
        builder.ToTable("applications");
        builder.HasKey(row => new { row.TenantKey, row.Id });
        builder.HasOne<EnvironmentRow>().WithMany()
            .HasForeignKey(row => new { row.TenantKey, row.EnvironmentKey }).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class GrantConfiguration : IEntityTypeConfiguration<GrantRow>
{
    public void Configure(EntityTypeBuilder<GrantRow> builder)
    {
        builder.ToTable("grants");
        builder.HasKey(row => new { row.TenantKey, row.Key });
        builder.HasIndex(row => new { row.TenantKey, row.Id }).IsUnique();
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PlanConfiguration : IEntityTypeConfiguration<PlanRow>
{
    public void Configure(EntityTypeBuilder<PlanRow> builder)
    {
        builder.ToTable("billing_plans");
        builder.HasKey(row => new { row.TenantKey, row.Key });
        builder.HasIndex(row => new { row.TenantKey, row.Id }).IsUnique();
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
        builder.Property(row => row.Budget).HasConversion(
            budget => JsonSerializer.Serialize(budget, JournalJson.Options),
            json => JsonSerializer.Deserialize<Budget>(json, JournalJson.Options));
        builder.Property(row => row.PlannedPrices).HasConversion(
            prices => JsonSerializer.Serialize(prices, JournalJson.Options),
            json => JsonSerializer.Deserialize<PlannedPrice[]>(json, JournalJson.Options)!,
            new ValueComparer<IReadOnlyList<PlannedPrice>>((left, right) => left!.SequenceEqual(right!), prices => prices.Aggregate(0, HashCode.Combine), prices => prices.ToArray()));
    }
}

internal sealed class JournalConfiguration : IEntityTypeConfiguration<JournalRow>
{
    public void Configure(EntityTypeBuilder<JournalRow> builder)
    {
        builder.ToTable("journal");
        builder.HasKey(row => new { row.TenantKey, row.Sequence });
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class AnswerConfiguration : IEntityTypeConfiguration<AnswerRow>
{
    public void Configure(EntityTypeBuilder<AnswerRow> builder)
    {
        builder.ToTable("answers");
        builder.HasKey(row => new { row.Tenant, row.Key });
    }
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKeyRow>
{
    public void Configure(EntityTypeBuilder<ApiKeyRow> builder)
    {
        builder.ToTable("api_keys");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.Prefix).IsUnique();
        builder.HasIndex(row => row.Tenant);
    }
}
