using System.Globalization;
using System.Text.Json;
using CopilotCapacity.Faults.Checks;
using CopilotCapacity.Faults.Load;
using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Cases;

/// <summary>Many clients ask at once for far more than a tenant has: what they are granted is never more than that.</summary>
public static class OverspendCase
{
    private const int Askers = 32;
    private const decimal Capacity = 200;

    /// <summary>Runs it, each round with a new tenant. It ends at the first round in which something was found.</summary>
    public static async Task<Report> RunAsync(int rounds, int seed, string? program = null, SeededBug bug = SeededBug.None)
    {
        var report = new Report("many permissions at once", seed);
        using var world = await World.CreateAsync(program ?? Programs.Normal, seed, bug);
        using var portal = await world.StartAsync();
        while (report.Rounds < rounds && report.Findings.Count == 0)
        {
            var tenant = await TestTenant.CreateAsync(portal.Address, $"Round {report.Rounds}", Capacity);
            var askers = Enumerable.Range(0, Askers).Select(number => new Asker(tenant, number, seed + (report.Rounds * Askers) + number)).ToList();
            await Task.WhenAll(askers.Select(asker => asker.RunAsync(portal.Address)));
            report.Add(await CheckAsync(portal.Address, tenant, askers));
            report.Sent += askers.Sum(asker => asker.Asked);
            report.Rounds++;
        }

        await portal.KillAsync();
        report.Add(world);
        return report;
    }

    private static async Task<Findings> CheckAsync(Uri portal, TestTenant tenant, List<Asker> askers)
    {
        var findings = new Findings();
        findings.Others.AddRange(askers.SelectMany(asker => asker.Complaints));
        var granted = askers.Sum(asker => asker.Granted);
        if (granted > Capacity)
        {
            findings.Others.Insert(0, Say($"{granted} credits were granted of {Capacity}."));
        }

        if (askers.TrueForAll(asker => asker.Refused == 0))
        {
            findings.Others.Add("Nothing was refused, so too little was asked for.");
        }

        using var client = TestTenant.ClientOf(portal, tenant.Key);
        using var capacity = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/tenants/{tenant.Id}/capacity"));
        var used = capacity.RootElement.GetProperty("consumed").GetDecimal() + capacity.RootElement.GetProperty("held").GetDecimal();
        if (used != granted)
        {
            findings.Others.Add(Say($"{granted} credits were granted, and {used} are consumed or held."));
        }

        return findings;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
