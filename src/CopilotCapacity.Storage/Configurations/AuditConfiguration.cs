using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CopilotCapacity.Storage.Configurations;

internal sealed class AuditConfiguration : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("audit", table =>
        {
            table.HasTrigger("audit_keeps_rows");
            table.HasTrigger("audit_keeps_all");
        });
        builder.HasKey(row => new { row.TenantKey, row.Number });
        builder.HasIndex(row => new { row.TenantKey, row.ObjectKind, row.ObjectId, row.Number });
    }
}
