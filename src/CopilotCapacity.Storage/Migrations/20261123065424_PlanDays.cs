using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <inheritdoc />
    public partial class PlanDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "DeletedAt",
                table: "billing_plans",
                type: "INTEGER",
                nullable: true);
            migrationBuilder.Sql(PlanDaysSchema.CreateSqlite);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(PlanDaysSchema.DropSqlite);
            migrationBuilder.DropColumn(
                name: "DeletedAt",
                table: "billing_plans");
        }
    }
}
