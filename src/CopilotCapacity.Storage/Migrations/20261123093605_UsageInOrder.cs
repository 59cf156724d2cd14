using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <inheritdoc />
    public partial class UsageInOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(UsageEventsSchema.NumberSqlite);
            migrationBuilder.Sql(UsageHoursSchema.NumberSqlite);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(UsageHoursSchema.UnnumberSqlite);
            migrationBuilder.Sql(UsageEventsSchema.UnnumberSqlite);
        }
    }
}
