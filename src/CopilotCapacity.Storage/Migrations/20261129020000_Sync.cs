using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>Runs of the sync, what they read, and what differs. The model names the tables; they are written by hand.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261129020000_Sync")]
    public class Sync : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SyncSchema.CreateSqlite);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SyncSchema.DropSqlite);
    }
}
