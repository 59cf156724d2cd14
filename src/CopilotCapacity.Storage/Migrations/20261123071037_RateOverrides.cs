using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CopilotCapacity.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RateOverrides : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "rate_overrides",
                columns: table => new
                {
                    TenantKey = table.Column<int>(type: "INTEGER", nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Feature = table.Column<int>(type: "INTEGER", nullable: false),
                    CreditsPerUnit = table.Column<long>(type: "INTEGER", nullable: false),
                    EffectiveAt = table.Column<long>(type: "INTEGER", nullable: false),
                    SetAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rate_overrides", x => new { x.TenantKey, x.Sequence });
                    table.ForeignKey(
                        name: "FK_rate_overrides_tenants_TenantKey",
                        column: x => x.TenantKey,
                        principalTable: "tenants",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "reallocations",
                columns: table => new
                {
                    TenantKey = table.Column<int>(type: "INTEGER", nullable: false),
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Undoes = table.Column<Guid>(type: "TEXT", nullable: true),
                    Changes = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reallocations", x => new { x.TenantKey, x.Id });
                    table.ForeignKey(
                        name: "FK_reallocations_tenants_TenantKey",
                        column: x => x.TenantKey,
                        principalTable: "tenants",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Restrict);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rate_overrides");

            migrationBuilder.DropTable(
                name: "reallocations");
        }
    }
}
