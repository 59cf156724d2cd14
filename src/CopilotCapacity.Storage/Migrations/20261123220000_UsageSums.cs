using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>Adds usage up by days and months. The model does not know of it.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261123220000_UsageSums")]
    public class UsageSums : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(UsageSumsSchema.CreateSqlite);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(UsageSumsSchema.DropSqlite);
    }
}
