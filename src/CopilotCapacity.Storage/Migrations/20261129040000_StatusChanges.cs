using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>Keeps changes of status, whose pages may show notices, and what clients do while the portal cannot be reached.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261129040000_StatusChanges")]
    public class StatusChanges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(StatusChangesSchema.CreateSqlite);
            migrationBuilder.AddColumn<string>("AllowedOrigins", "tenants", "TEXT", nullable: false, defaultValue: "");
            migrationBuilder.AddColumn<long>("UnreachableLimit", "environments", "INTEGER", nullable: true, defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(StatusChangesSchema.DropSqlite);
            migrationBuilder.Sql("""
                ALTER TABLE tenants DROP COLUMN "AllowedOrigins";
                ALTER TABLE environments DROP COLUMN "UnreachableLimit";
                """);
        }
    }
}
