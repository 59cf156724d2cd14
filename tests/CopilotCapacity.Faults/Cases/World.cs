using CopilotCapacity.Faults.Checks;
using CopilotCapacity.Faults.Load;
using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Cases;

/// <summary>One database, the tenants in it, and the clients that outlive the portal.</summary>
public sealed class World : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("copilotcapacity-faults-").FullName;
    private readonly string _program;
    private readonly Dictionary<string, string> _settings;

    private World(string program, SeededBug bug, Template template)
    {
        _program = program;

        // Told to every build: the usual one must not listen.
        _settings = new(StringComparer.Ordinal) { ["SEEDED_BUG"] = bug is SeededBug.None ? "" : bug.ToString() };
        if (bug is not SeededBug.None)
        {
            // A slow machine must see the mistake too before the process ends.
            _settings["FAILPOINT_LINGER"] = "5000";
        }

        Database = Path.Combine(_folder, "portal.db");
        Tenants = template.Tenants;
        Clock = new Rehearsal(template.Rehearsal);
        template.CopyTo(Database);
    }

    /// <summary>The database's file.</summary>
    public string Database { get; }

    /// <summary>The tenants usage is sent for.</summary>
    public IReadOnlyList<TestTenant> Tenants { get; }

    /// <summary>A tenant whose months turn when the test wants it.</summary>
    public Rehearsal Clock { get; }

    /// <summary>Who sends.</summary>
    public List<Sender> Senders { get; } = [];

    /// <summary>Who reads; one for each tenant.</summary>
    public List<QuotaWatch> Watches { get; } = [];

    /// <summary>How long each start took.</summary>
    public List<TimeSpan> ReadyTimes { get; } = [];

    // What clients saw that is wrong whatever happened to the process.
    private IEnumerable<string> Complaints =>
        Senders.SelectMany(sender => sender.Complaints).Concat(Watches.SelectMany(watch => watch.Complaints));

    /// <summary>A folder in the world's own.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>A new database with tenants in it.</summary>
    public static async Task<World> CreateAsync(string program, int seed, SeededBug bug)
    {
        var template = await Template.MadeAsync();
        var world = new World(program, bug, template);
        foreach (var tenant in world.Tenants)
        {
            world.Watches.Add(new QuotaWatch(tenant));
            world.Senders.Add(new Sender(tenant, "c0", seed + world.Senders.Count));
            world.Senders.Add(new Sender(tenant, "c1", seed + world.Senders.Count));
        }

        return world;
    }

    /// <summary>Starts the portal on the database, with settings of this start only.</summary>
    public async Task<PortalProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(_settings, StringComparer.Ordinal);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var portal = await PortalProcess.StartAsync(_program, Database, all);
        ReadyTimes.Add(portal.ReadyAfter);
        return portal;
    }

    /// <summary>Sends and reads until the end that is given has come; it is told the task that ends with the first acknowledged batch.</summary>
    public async Task LoadAsync(PortalProcess portal, Func<Task, Task> endAfter)
    {
        await Task.WhenAll(Watches.Select(watch => Quietly(() => watch.ReadOnceAsync(portal.Address))));
        using var stop = new CancellationTokenSource();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Senders.Select(sender => sender.RunAsync(portal.Address, () => first.TrySetResult(), stop.Token))
            .Concat(Watches.Select(watch => watch.RunAsync(portal.Address, stop.Token)))
            .ToList();
        await endAfter(first.Task);
        await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    /// <summary>
    /// Loads the portal and ends it at a random moment: usually a while after the first batch went through, since the first
    /// requests of a process are slow, and sometimes before that.
    /// </summary>
    public Task LoadAndEndAsync(PortalProcess portal, Random random, Func<Task> end)
    {
        var isEarly = random.Next(5) == 0;
        var delay = random.Next(500);
        return LoadAsync(portal, async first =>
        {
            if (!isEarly)
            {
                await Task.WhenAny(first, portal.Ended, Task.Delay(TimeSpan.FromSeconds(30)));
            }

            await Task.Delay(delay);
            await end();
        });
    }

    /// <summary>
    /// Looks into the file as it was left, then delivers what is open, asks the portal, ends it, and looks again. The first look
    /// comes before anything is sent once more: a repeat would bring back what was lost.
    /// </summary>
    public async Task<Findings> SettleAsync()
    {
        using (var left = LedgerFile.OpenCopy(Database, Folder("copy")))
        {
            var found = Oracle.Check(left, Tenants, Senders, isDrained: false);
            if (!found.IsClean)
            {
                found.Others.AddRange(Complaints);
                return found;
            }
        }

        var wrong = new List<string>();
        using (var portal = await StartAsync())
        {
            await Task.WhenAll(Watches.Select(watch => watch.ReadOnceAsync(portal.Address)));
            await Task.WhenAll(Senders.Select(sender => sender.DrainAsync(portal.Address)));
            await Clock.MoveAsync(portal.Address);
            foreach (var tenant in Tenants)
            {
                wrong.AddRange(await ApiOracle.CheckAsync(portal.Address, tenant, Senders));
            }

            await portal.KillAsync();
        }

        using var file = LedgerFile.Open(Database);
        var findings = Oracle.Check(file, Tenants, Senders, isDrained: true);
        Clock.Check(file, findings);
        findings.Others.AddRange(wrong);
        findings.Others.AddRange(Complaints);
        return findings;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task Quietly(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (HttpRequestException)
        {
            // The portal went away; that is what these tests are about.
        }
    }
}
