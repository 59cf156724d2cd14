using CopilotCapacity.Faults.Load;
using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Cases;

/// <summary>A database with tenants in it, made once and copied for every world: a start of the portal takes seconds.</summary>
internal sealed class Template
{
    private static readonly Lazy<Task<Template>> s_made = new(CreateAsync);

    private readonly string _folder = Directory.CreateTempSubdirectory("copilotcapacity-template-").FullName;

    private Template() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);

    /// <summary>What usage is sent for. The first is poor, the second is rich; both are sent the same ids.</summary>
    public List<TestTenant> Tenants { get; } = [];

    /// <summary>The tenant whose clock the tests move.</summary>
    public TestTenant Rehearsal { get; private set; } = null!;

    private string Database => Path.Combine(_folder, "portal.db");

    public static Task<Template> MadeAsync() => s_made.Value;

    public void CopyTo(string database)
    {
        foreach (var ending in new[] { "", "-wal" })
        {
            File.Copy(Database + ending, database + ending);
        }
    }

    private static async Task<Template> CreateAsync()
    {
        var template = new Template();
        using var portal = await PortalProcess.StartAsync(Programs.Normal, template.Database);
        template.Tenants.Add(await TestTenant.CreateAsync(portal.Address, "Adatum", 2_000));
        template.Tenants.Add(await TestTenant.CreateAsync(portal.Address, "Contoso", 50_000_000));
        template.Rehearsal = await TestTenant.CreateAsync(
            portal.Address, "Rehearsal", Cases.Rehearsal.MonthlyCredits, Cases.Rehearsal.Start);
        await portal.KillAsync();
        return template;
    }
}
