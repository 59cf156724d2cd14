namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>Cases of other metering systems, each through the public API. A case's translation knows its kind, never its id.</summary>
public sealed class PeerScenarioTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    public static TheoryData<string> Ids => [.. PeerCase.All.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task PeerScenario_Holds(string id)
    {
        var scenario = new PeerCase(PeerCase.All[id]);
        await (scenario.Kind switch
        {
            "grant_burndown" => BurndownCases.BurndownAsync(fixture, scenario),
            "snapshot_resume" => BurndownCases.ResumeAsync(fixture, scenario),
            "invariant_under_race" => BurndownCases.RaceAsync(fixture, scenario),
            "draw" => DrawCases.DrawAsync(fixture, scenario),
            "ordering_doc" => DrawCases.OrderAsync(fixture, scenario),
            "hold_settle" => HoldCases.SettleAsync(fixture, scenario),
            "ledger_hold" => HoldCases.PendingAsync(fixture, scenario),
            "error" => HoldCases.ErrorAsync(fixture, scenario),
            "threshold_crossing" => NoticeCases.ThresholdsAsync(fixture, scenario),
            "concurrency_alert" => NoticeCases.BurstAsync(fixture, scenario),
            "limit_notice" => NoticeCases.LimitAsync(fixture, scenario),
            "threshold_scope" => NoticeCases.ScopeAsync(fixture, scenario),
            "payg_cap" => PayAsYouGoCases.CapAsync(fixture, scenario),
            "prepaid_then_payg" => PayAsYouGoCases.PrepaidFirstAsync(fixture, scenario),
            "settlement_mode" => PayAsYouGoCases.ModeAsync(fixture, scenario),
            "rollover_pct" => RolloverCases.PercentAsync(fixture, scenario),
            "rollover_multi" => RolloverCases.CyclesAsync(fixture, scenario),
            "rollover_burn" => RolloverCases.BurnAsync(fixture, scenario),
            "rollover_mixed" => RolloverCases.MixedAsync(fixture, scenario),
            "idempotency_batch" => BatchCases.BatchAsync(fixture, scenario),
            "rate_card" => RateCases.CardAsync(fixture, scenario),
            "licence_offset" => RateCases.LicencesAsync(fixture, scenario),
            "licence_offset_mix" => RateCases.MixAsync(fixture, scenario),
            _ => throw new InvalidOperationException($"Nobody knows how to translate '{scenario.Kind}'."),
        });
        scenario.AssertAllChecked();
    }
}
