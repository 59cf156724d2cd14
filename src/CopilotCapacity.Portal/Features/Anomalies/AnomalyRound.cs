using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Anomalies;

/// <summary>
/// Judges the use of a tenant once an hour has ended, and tells or ends what comes of it in one transaction. How calm an anomaly has
/// become is remembered here alone: after a restart it takes three hours again.
/// </summary>
internal sealed class AnomalyRound(IDbContextFactory<PortalDbContext> contexts, Meter meter, TimeProvider time)
{
    private static readonly TimeSpan s_before = TimeSpan.FromDays(7);

    private readonly Dictionary<TenantId, DateTimeOffset> _judged = [];
    private readonly Dictionary<(TenantId Tenant, SeriesKey Series), Calm> _calm = [];

    /// <summary>Judges all tenants, each for the last hour that has ended in its own time.</summary>
    public async Task GoAsync(Action<TenantId, Exception> failed, CancellationToken cancellationToken)
    {
        List<TenantId> tenants;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            tenants = await context.Tenants.OrderBy(row => row.Key).Select(row => new TenantId(row.Id)).ToListAsync(cancellationToken);
        }

        foreach (var tenant in tenants)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await JudgeAsync(tenant);
            }
            catch (Exception exception)
            {
                failed(tenant, exception);
            }
        }
    }

    /// <summary>Judges one tenant; an hour that was judged is not judged again.</summary>
    public async Task JudgeAsync(TenantId tenant)
    {
        var (begins, ends) = await Task.Run(() => Judge(tenant));
        if (begins.Count == 0 && ends.Count == 0)
        {
            return;
        }

        await meter.ChangeAsync<bool>(tenant, Actor.System, ledger =>
        {
            // An environment that was retired meanwhile refuses its own, and no other.
            begins.ForEach(finding => _ = ledger.BeginAnomaly(finding));
            ends.ForEach(series => _ = ledger.EndAnomaly(series));
            return true;
        });
        ends.ForEach(series => _calm.Remove((tenant, series)));
    }

    private (List<AnomalyFinding> Begins, List<SeriesKey> Ends) Judge(TenantId tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return ([], []);
        }

        var until = FloorHour(row.IsRehearsal ? row.Now : time.GetUtcNow());
        if (_judged.GetValueOrDefault(tenant) >= until)
        {
            return ([], []);
        }

        var open = UseSeriesQuery.ReadOpen(snapshot, row).ToHashSet();
        var judged = UseSeriesQuery.Read(snapshot, row, until, open).Select(series => (Series: series, Verdict: AnomalyDetection.Judge(series))).ToList();
        var begins = AnomalyDetection.WithoutEchoes([.. judged.Where(item => item.Verdict.Excess is not null || open.Contains(item.Series.Key))])
            .Where(item => item.Verdict.Excess is not null && !open.Contains(item.Series.Key))
            .Select(item => FindingOf(snapshot, row, item.Series, item.Verdict, until))
            .ToList();
        var paces = judged.ToDictionary(item => item.Series.Key, item => item.Verdict.Pace);
        var ends = open.Where(series => IsOver(tenant, series, paces.GetValueOrDefault(series, HourPace.Quiet))).ToList();
        _judged[tenant] = until;
        return (begins, ends);
    }

    private bool IsOver(TenantId tenant, SeriesKey series, HourPace pace)
    {
        var calm = _calm.GetValueOrDefault((tenant, series)).After(pace);
        _calm[(tenant, series)] = calm;
        return calm.IsOver;
    }

    private static AnomalyFinding FindingOf(ReadSnapshot snapshot, TenantRow row, UseSeries series, SeriesVerdict verdict, DateTimeOffset until)
    {
        var hour = until.AddHours(-1);
        var today = new DateTimeOffset(hour.UtcDateTime.Date, TimeSpan.Zero);
        var from = verdict.Excess == AnomalySpan.Hour ? hour : today;
        var cause = AnomalyCause.Of(
            UseSeriesQuery.ReadMix(snapshot, row, series.Key, from, until),
            UseSeriesQuery.ReadMix(snapshot, row, series.Key, today - s_before, today));
        var name = series.Key.Feature is { } feature ? RateText.NameOf(feature) : series.Name;
        return new AnomalyFinding(series.Key, name, verdict.Excess!.Value, from, new Credits(verdict.Used), new Credits(verdict.Usual), cause);
    }

    private static DateTimeOffset FloorHour(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
