using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>The time zone in which a tenant's people are shown times of day.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261124023000_DisplayZone")]
    public class DisplayZone : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.AddColumn<string>("DisplayZone", "tenants", "TEXT", nullable: false, defaultValue: "UTC");

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""ALTER TABLE tenants DROP COLUMN "DisplayZone";""");
    }
}
