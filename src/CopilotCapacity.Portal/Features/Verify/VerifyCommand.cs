using System.CommandLine;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Hosting.Startup;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Sqlite;
using CopilotCapacity.Storage.Verification;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Verify;

/// <summary>The command line of <c>verify</c>.</summary>
internal static class VerifyCommand
{
    private const string Description =
        """
        Recomputes every tenant's ledger from its journal and names the first difference; then walks all audit trails.

        It reads the database of the settings beside the program, changes nothing, and may run while the portal does.

        Exit codes: 0 all is as the journal says, 1 the database could not be used, 2 there are differences.
        """;

    public static Command Create()
    {
        var command = new Command("verify", Description);
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var services = BuildServices();
            if (!File.Exists(services.GetRequiredService<SqliteDatabase>().File))
            {
                throw new DatabaseUnusableException($"There is no database {services.GetRequiredService<SqliteDatabase>().File}.");
            }

            return VerifyAll(services, cancellationToken) ? 0 : 2;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static ServiceProvider BuildServices()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddPortalOptions();
        builder.Services.AddStorage();
        return builder.Services.BuildServiceProvider();
    }

    private static bool VerifyAll(ServiceProvider services, CancellationToken cancellationToken)
    {
        var verifier = services.GetRequiredService<LedgerVerifier>();
        using var context = services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContext();
        var tenants = context.Tenants.OrderBy(row => row.Name).Select(row => new { row.Key, row.Id, row.Name }).ToList();
        var isOk = true;
        foreach (var tenant in tenants)
        {
            var found = verifier.Verify(new TenantId(tenant.Id), cancellationToken)!;
            isOk &= found.Differences.Count == 0;
            isOk &= VerifyTrail(services, context, tenant.Name, tenant.Key);
            Console.WriteLine(found.Differences.Count == 0
                ? $"{tenant.Name} ({tenant.Id}): as the journal says, up to {found.Sequence}."
                : $"{tenant.Name} ({tenant.Id}): {string.Join(Environment.NewLine, found.Differences)}");
        }

        isOk &= VerifyTrail(services, context, "The portal", AuditRow.Portal);
        Console.WriteLine($"{tenants.Count} tenants verified.");
        return isOk;
    }

    private static bool VerifyTrail(ServiceProvider services, PortalDbContext context, string name, int tenantKey)
    {
        var found = AuditVerifier.Verify(context, tenantKey, services.GetRequiredService<AuditHeads>().Find(tenantKey));
        Console.WriteLine($"{name}: {found.Problem ?? $"audit trail of {found.Entries} entries as it was written, head {found.Head}."}");
        return found.IsOk;
    }
}
