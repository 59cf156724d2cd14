using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>Adds usage up by days for each tenant as a whole. The model does not know of it.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261129070000_UsageDayTotals")]
    public class UsageDayTotals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(UsageDayTotalsSchema.CreateSqlite);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(UsageDayTotalsSchema.DropSqlite);
    }
}
