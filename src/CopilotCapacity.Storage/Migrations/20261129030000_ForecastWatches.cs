using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <summary>Remembers what was told of forecasts. The model does not know of it.</summary>
    [DbContext(typeof(PortalDbContext))]
    [Migration("20261129030000_ForecastWatches")]
    public class ForecastWatches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(ForecastWatchesSchema.CreateSqlite);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(ForecastWatchesSchema.DropSqlite);
    }
}
