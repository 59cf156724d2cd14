using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Sqlite;
using CopilotCapacity.Storage.Verification;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Storage;

/// <summary>Wires the database.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the database named by <c>ConnectionStrings:Portal</c>, the ledger's store and the queries.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SqliteDatabase(
            provider.GetRequiredService<IConfiguration>().GetConnectionString("Portal") ?? "Data Source=data/portal.db"));
        services.AddDbContextFactory<PortalDbContext>((provider, options) =>
            provider.GetRequiredService<SqliteDatabase>().Configure(options));
        services.AddSingleton<AuditLog>();
        services.AddSingleton(provider => new AuditHeads(
            provider.GetRequiredService<SqliteDatabase>(),
            provider.GetRequiredService<IDbContextFactory<PortalDbContext>>(),
            provider.GetRequiredService<IConfiguration>()["Audit:HeadFile"]));
        services.AddHostedService<AuditExport>();
        services.AddSingleton(provider => new LedgerCopies(
            provider.GetRequiredService<IDbContextFactory<PortalDbContext>>(),
            provider.GetRequiredService<IOptions<MeteringOptions>>().Value.Limits,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LedgerVerifier(
            provider.GetRequiredService<IDbContextFactory<PortalDbContext>>(),
            provider.GetRequiredService<IOptions<MeteringOptions>>().Value.Limits));
#if FAILPOINTS
        services.AddSingleton<SqliteLedgerStore>();
        services.AddSingleton<ILedgerStore, FaultyLedgerStore>();
#else
        services.AddSingleton<ILedgerStore, SqliteLedgerStore>();
#endif
        return services;
    }
}
