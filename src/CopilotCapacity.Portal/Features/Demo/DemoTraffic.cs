using Bogus;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Hosting.Startup;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Demo;

internal static class DemoExtensions
{
    /// <summary>Adds the demo tenant's live traffic; it does nothing unless the settings ask for it.</summary>
    public static void AddDemo(this IServiceCollection services) => services.AddHostedService<DemoTraffic>();

    /// <summary>Seeds the demo tenant when the settings ask for it and the database has no tenant at all.</summary>
    public static async Task SeedDemoAsync(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<DemoOptions>>().Value;
        if (!options.Enabled)
        {
            return;
        }

        await using var context = await app.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        if (await context.Tenants.AnyAsync())
        {
            return;
        }

        var time = app.Services.GetRequiredService<TimeProvider>();
        var begun = time.GetTimestamp();
        var seeder = new DemoSeeder(app.Services.GetRequiredService<SqliteDatabase>(), time.GetUtcNow(), options.Months);
        var events = await seeder.SeedAsync(app.Services.GetRequiredService<ILoggerFactory>());
        await DemoPeople.SeedAsync(context, app.Services.GetRequiredService<AuditLog>(), time.GetUtcNow());
        Console.WriteLine(
            $"Demo tenant {DemoOrganisation.Name}: {options.Months} months, {events:N0} events, {time.GetElapsedTime(begun).TotalSeconds:0.0} s");
    }
}

/// <summary>Lets the demo tenant's use go on, an event or a few every other second.</summary>
internal sealed class DemoTraffic(
    Meter meter,
    IDbContextFactory<PortalDbContext> contexts,
    IOptions<DemoOptions> options,
    TimeProvider time,
    ILogger<DemoTraffic> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var tenant = new TenantId(DemoOrganisation.TenantId);
        await using var context = await contexts.CreateDbContextAsync(stoppingToken);
        var hasDemo = await context.Tenants.AnyAsync(row => row.Id == tenant.Value, stoppingToken);
        if (!options.Value.Enabled || !options.Value.Traffic || !hasDemo)
        {
            return;
        }

        var organisation = DemoOrganisation.Create();

        // Each run makes up other use than the one before, since what it sends has to be new.
        var random = new Randomizer((int)(time.GetUtcNow().UtcTicks % int.MaxValue));
        var usage = new DemoUsage(organisation, random);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Int(900, 2_600)), time, stoppingToken);
            var environment = organisation.Environments[random.Int(0, organisation.Environments.Count - 1)];
            try
            {
                await meter.RecordAsync(tenant, [usage.At(environment, time.GetUtcNow(), dailyCredits: 60)]);
            }
            catch (MeterBusyException exception)
            {
                DemoLog.TrafficPaused(logger, exception);
            }
        }
    }
}

internal static partial class DemoLog
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "The meter is busy; the demo's traffic pauses")]
    public static partial void TrafficPaused(ILogger logger, Exception exception);
}
