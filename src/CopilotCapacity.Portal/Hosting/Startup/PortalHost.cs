using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Anomalies;
using CopilotCapacity.Portal.Features.Channels;
using CopilotCapacity.Portal.Features.Demo;
using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Features.SignIn;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Sqlite;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>Builds and runs the portal.</summary>
internal static class PortalHost
{
    /// <summary>Runs until it is stopped. What an operator has to put right ends it with one sentence and exit code 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            SafeVersions.Check(Environment.Version);
            var app = Build(args);
            await app.SeedDemoAsync();
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static WebApplication Build(string[] args)
    {
        // Settings and static files lie beside the program, so that it runs from any working directory.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);

        // It would write whole addresses, in which clients of the hub send their keys.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPortalOptions();
        builder.Services.AddSecurity();
        builder.Services.AddStorage();
        builder.Services.AddMetering();
        builder.Services.AddPeople();
        builder.Services.AddOrganisation(builder.Configuration);
        builder.Services.AddApi();
        builder.Services.AddNotices();
        builder.Services.AddPages();
        builder.Services.AddAnomalies();
        builder.Services.AddChannels();
        builder.Services.AddDemo();

        var app = builder.Build();

        // First of all, since other parts keep their files beside the database.
        app.Services.GetRequiredService<SqliteDatabase>().Prepare();
        app.UsePortalPipeline();
        app.MapOperations();
        app.MapPeople();
        app.MapAccount();
        app.MapInvitations();
        app.MapOrganisation();
        app.MapApi();
        app.MapAlertHub();
        app.MapPages();
        return app;
    }
}
