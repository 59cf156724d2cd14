using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>Prices of billing plans that are to come.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261129021000_PlannedPrices")]
    public class PlannedPrices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.AddColumn<string>("PlannedPrices", "billing_plans", "TEXT", nullable: false, defaultValue: "[]");

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""ALTER TABLE billing_plans DROP COLUMN "PlannedPrices";""");
    }
}
