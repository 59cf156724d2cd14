using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>
/// Alerts about grants: those that end soon, and credits that were lost. They are told in the step that makes them true, not
/// when a change of several steps is concluded, so that a replay tells the same.
/// </content>
public sealed partial class TenantLedger
{
    // Grants whose end was told and is still to come.
    private readonly List<Grant> _expiring = [];

    // An empty grant is looked at again only where it may have got credits by itself: as it begins, and when a month does.
    private void ConcludeGrants(DateTimeOffset at)
    {
        var hasTurned = at == Open.Period.Start;
        TellExpiring(_grants.Values.Where(
            grant => hasTurned || grant.EffectiveAt == at || grant.EndsSoonFrom(WarningHorizonDays) == at));
        ResolveExpiring();
    }

    /// <summary>Tells of the grants among these that end soon and have something left: one alert, once for each.</summary>
    private void TellExpiring(IEnumerable<Grant> grants)
    {
        var months = grants
            .Where(grant => !grant.Watch.IsTold && grant.CountsAt(Now) && grant.EndsSoonFrom(WarningHorizonDays) <= Now)
            .Select(Open.Find)
            .OfType<GrantMonth>()
            .Where(month => month.Remaining.IsPositive)
            .OrderBy(month => month.Grant.Key)
            .ToList();
        if (months.Count == 0)
        {
            return;
        }

        var alert = Raise(AlertText.OfExpiring(months, WarningHorizonDays), []);
        foreach (var grant in months.Select(month => month.Grant))
        {
            (grant.Watch.IsTold, grant.Watch.OpenAlert) = (true, alert);
            Changes.TouchWatch(grant);
            NoteExpiring(grant);
        }
    }

    private void NoteExpiring(Grant grant)
    {
        _expiring.Add(grant);
        Opened(grant.Watch.OpenAlert);
    }

    // Nothing is left to be lost of a grant that has ended or is used up; what is held may still come back.
    private void ResolveExpiring()
    {
        for (var index = _expiring.Count - 1; index >= 0; index--)
        {
            var grant = _expiring[index];
            var month = Open.Find(grant);
            if (grant.CountsAt(Now) && month is not null && (month.Remaining + month.Held).IsPositive)
            {
                continue;
            }

            _expiring.RemoveAt(index);
            LeaveAlert(grant.Watch.OpenAlert);
            grant.Watch.OpenAlert = 0;
            Changes.TouchWatch(grant);
        }
    }

    // What lapsed at a month's turn; late facts may still burn it.
    private void RaiseWasted(MonthBook closed)
    {
        var lost = LostOf(closed.Grants.Select(month => new LostCredits(month.Grant, month.Remaining)));
        if (lost.Count > 0)
        {
            Raise(AlertText.OfLapsed(closed.Period, lost, closed.Period.End + _limits.LateWindow), []);
        }
    }

    // What expired within a month; nothing burns it any more.
    private void RaiseWasted(IEnumerable<LostCredits> expired)
    {
        var lost = LostOf(expired);
        if (lost.Count > 0)
        {
            Raise(AlertText.OfExpired(lost), []);
        }
    }

    private static List<LostCredits> LostOf(IEnumerable<LostCredits> all) =>
        [.. all.Where(lost => lost.Credits.IsPositive).OrderBy(lost => lost.Grant.Key)];

    // When it is to be told that a grant ends soon, as far as that is still to come. One that begins later is looked at then.
    private DateTimeOffset? SoonBoundaryOf(Grant grant) =>
        grant.EndsSoonFrom(WarningHorizonDays) is { } soon && soon > Now && soon > grant.EffectiveAt && !grant.Watch.IsTold ? soon : null;
}
