using System.Text.Json;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CopilotCapacity.Storage.Configurations;

internal sealed class MembershipConfiguration : IEntityTypeConfiguration<MembershipRow>
{
    public void Configure(EntityTypeBuilder<MembershipRow> builder)
    {
        builder.ToTable("memberships");
        builder.HasKey(row => new { row.TenantKey, row.UserId });
        builder.HasIndex(row => row.UserId);
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(row => row.Environments).HasConversion(Ids.Converter, Ids.Comparer);
    }
}

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<InvitationRow>
{
    public void Configure(EntityTypeBuilder<InvitationRow> builder)
    {
        builder.ToTable("invitations");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.TokenHash).IsUnique();

        // It works once: of two who accept it at the same time, one fails.
        builder.Property(row => row.AcceptedAt).IsConcurrencyToken();
        builder.HasIndex(row => row.TenantKey);
        builder.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantKey).OnDelete(DeleteBehavior.Restrict);
        builder.Property(row => row.Environments).HasConversion(Ids.Converter, Ids.Comparer);
    }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<SessionRow>
{
    public void Configure(EntityTypeBuilder<SessionRow> builder)
    {
        builder.ToTable("sessions");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.KeyHash).IsUnique();
        builder.HasIndex(row => row.UserId);
        builder.HasIndex(row => row.ExpiresAt);
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>A short list of ids in one column.</summary>
internal static class Ids
{
    public static ValueConverter<IReadOnlyList<Guid>, string> Converter { get; } = new(
        ids => JsonSerializer.Serialize(ids, JsonSerializerOptions.Default),
        text => JsonSerializer.Deserialize<Guid[]>(text, JsonSerializerOptions.Default)!);

    public static ValueComparer<IReadOnlyList<Guid>> Comparer { get; } = new(
        (left, right) => left!.SequenceEqual(right!),
        ids => ids.Aggregate(0, HashCode.Combine),
        ids => ids.ToArray());
}
