using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>Finds what waits for an application to be linked without looking at what was booked. The model does not know of it.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261123212000_KeptUsesWaiting")]
    public class KeptUsesWaiting : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(KeptUsesSchema.CreateSqlite);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(KeptUsesSchema.DropSqlite);
    }
}
