using CopilotCapacity.Domain.Anomaly;

namespace CopilotCapacity.Domain.Tests.Anomaly;

/// <summary>The cause as the dimensions of use tell it.</summary>
public sealed class AnomalyCauseTests
{
    private static readonly UseMix s_before = Mix(168, [.. Enumerable.Range(1, 20).Select(user => new MixPart("gpt-4", "search", "teams", $"u-{user}", 50_000, 42))]);

    [Fact]
    public void NewModelToolOrChannel_IsNamedWithItsShare()
    {
        Assert.Equal(new AnomalyCause(CauseKind.NewModel, "gpt-6", 80), Of(Many("gpt-6", "search", "teams", 80), Many("gpt-4", "search", "teams", 20)));
        Assert.Equal(new AnomalyCause(CauseKind.NewTool, "browser", 60), Of(Many("gpt-4", "browser", "teams", 60), Many("gpt-4", "search", "teams", 40)));
        Assert.Equal(new AnomalyCause(CauseKind.NewChannel, "web", 100), Of(Many("gpt-4", "search", "web", 10)));
    }

    [Fact]
    public void NewModelWithLittleUse_IsNotTheCause() =>
        Assert.Equal(CauseKind.MoreUse, Of(Many("gpt-6", "search", "teams", 30), Many("gpt-4", "search", "teams", 70)).Kind);

    [Fact]
    public void OneUserManyTimesAnHour_IsALoop()
    {
        var cause = Of([new MixPart("gpt-4", "search", "teams", "u-3", 900_000, 900)], Many("gpt-4", "search", "teams", 10));
        Assert.Equal((CauseKind.Loop, "u-3"), (cause.Kind, cause.What));
        Assert.InRange(cause.PerHour, 890, 910);
    }

    [Fact]
    public void NobodyNamedManyTimesAnHour_IsALoop_ButNotWhereItAlwaysIs()
    {
        MixPart[] autonomous = [new MixPart("gpt-4", "search", "teams", null, 900_000, 900)];
        Assert.Equal(CauseKind.Loop, Of(autonomous).Kind);
        Assert.Equal(CauseKind.MoreUse, AnomalyCause.Of(Mix(1, autonomous), Mix(168, [new MixPart("gpt-4", "search", "teams", null, 16_800_000, 16_800)])).Kind);
    }

    [Fact]
    public void OneUserNowAndThen_IsOneUser() =>
        Assert.Equal(new AnomalyCause(CauseKind.OneUser, "u-3", 100), Of([new MixPart("gpt-4", "search", "teams", "u-3", 900_000, 20)]));

    [Fact]
    public void AsManyUsesThatCostMore_AreDearer() =>
        Assert.Equal(CauseKind.DearerUse, AnomalyCause.Of(Mix(1, Many("gpt-4", "search", "teams", 10, credits: 9_000)), s_before).Kind);

    [Fact]
    public void NothingKnownBefore_OrNothingAtAll_HasNoSpecialCause()
    {
        Assert.Equal(CauseKind.MoreUse, AnomalyCause.Of(Mix(1, []), Mix(168, [])).Kind);
        Assert.Equal(CauseKind.MoreUse, Of(Many("gpt-4", "search", "teams", 200)).Kind);
    }

    private static AnomalyCause Of(params MixPart[][] parts) => AnomalyCause.Of(Mix(1, [.. parts.SelectMany(part => part)]), s_before);

    private static UseMix Mix(double hours, MixPart[] parts) => new(parts, hours);

    // So many uses by as many users.
    private static MixPart[] Many(string model, string tool, string channel, int uses, long credits = 1_190) =>
        [.. Enumerable.Range(1, uses).Select(user => new MixPart(model, tool, channel, $"u-{user}", credits, 1))];
}
