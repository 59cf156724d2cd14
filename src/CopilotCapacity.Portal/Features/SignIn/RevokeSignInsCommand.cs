using System.CommandLine;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Portal.Hosting.Startup;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>The command line of <c>revoke-sign-ins</c>.</summary>
internal static class RevokeSignInsCommand
{
    private const string Description =
        """
        Revokes all keys that cookies and forms are sealed with: everybody has to sign in again. For when the files beside the
        database, or a backup of them, may have fallen into other hands.

        A portal that runs goes on with the old keys until it is started again.
        """;

    public static Command Create()
    {
        var command = new Command("revoke-sign-ins", Description);
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddPortalOptions();
            builder.Services.AddSecurity();
            builder.Services.AddStorage();
            builder.Services.AddPeople();
            using var services = builder.Services.BuildServiceProvider();
            var database = services.GetRequiredService<SqliteDatabase>();
            if (!File.Exists(database.File))
            {
                throw new DatabaseUnusableException($"There is no database {database.File}.");
            }

            services.GetRequiredService<IKeyManager>().RevokeAllKeys(DateTimeOffset.UtcNow, "revoke-sign-ins");
            Console.WriteLine("All sign-ins are revoked. Start the portal again, so that it takes new keys.");
            return 0;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
        {
            Console.Error.WriteLine(sentence);
            return 1;
        }
    }
}
