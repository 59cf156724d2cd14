using System.Text.Json;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CopilotCapacity.Storage.Configurations;

internal sealed class ChannelConfiguration : IEntityTypeConfiguration<ChannelRow>
{
    public void Configure(EntityTypeBuilder<ChannelRow> builder)
    {
        builder.ToTable("channels");
        builder.HasKey(row => new { row.TenantKey, row.Id });
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
        builder.Property(row => row.Environments).HasConversion(Ids.Converter, Ids.Comparer);
        builder.Property(row => row.Recipients).HasConversion(Lists<string>.Converter, Lists<string>.Comparer);
        builder.Property(row => row.Kinds).HasConversion(Lists<AlertKind>.Converter, Lists<AlertKind>.Comparer);

        // Of two who change it at the same time, one fails.
        builder.Property(row => row.Version).IsConcurrencyToken();
    }
}

internal sealed class DeliveryConfiguration : IEntityTypeConfiguration<DeliveryRow>
{
    public void Configure(EntityTypeBuilder<DeliveryRow> builder)
    {
        builder.ToTable("deliveries");
        builder.HasKey(row => new { row.TenantKey, row.Number });
        builder.Property(row => row.Number).ValueGeneratedNever();
        builder.HasIndex(row => new { row.TenantKey, row.Id }).IsUnique();

        // What is told once for an alert is never made a second time, whatever runs at the same time.
        builder.HasIndex(row => new { row.TenantKey, row.ChannelId, row.MessageId }).IsUnique();
        builder.HasIndex(row => new { row.State, row.DueAt });
        builder.HasIndex(row => row.EndedAt);
        builder.HasOne<ChannelRow>().WithMany().HasForeignKey(row => new { row.TenantKey, row.ChannelId }).OnDelete(DeleteBehavior.Restrict);

        // Whoever no longer holds it does not say what came of it.
        builder.Property(row => row.LeaseOwner).IsConcurrencyToken();
    }
}

internal sealed class DeliveryAttemptConfiguration : IEntityTypeConfiguration<DeliveryAttemptRow>
{
    public void Configure(EntityTypeBuilder<DeliveryAttemptRow> builder)
    {
        builder.ToTable("delivery_attempts");
        builder.HasKey(row => new { row.TenantKey, row.Delivery, row.Attempt });
        builder.HasOne<DeliveryRow>().WithMany().HasForeignKey(row => new { row.TenantKey, row.Delivery }).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>A short list in one column.</summary>
internal static class Lists<T>
{
    public static ValueConverter<IReadOnlyList<T>, string> Converter { get; } = new(
        list => JsonSerializer.Serialize(list, JsonSerializerOptions.Default),
        text => JsonSerializer.Deserialize<T[]>(text, JsonSerializerOptions.Default)!);

    public static ValueComparer<IReadOnlyList<T>> Comparer { get; } = new(
        (left, right) => left!.SequenceEqual(right!),
        list => list.Aggregate(0, (hash, item) => HashCode.Combine(hash, item)),
        list => list.ToArray());
}
