using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Overview;

public sealed class OverviewViewTests
{
    private static readonly OverviewEnvironment[] s_environments =
    [
        Overviews.Environment(1, "Beta", allocation: 100, used: 10),
        Overviews.Environment(2, "Alpha", allocation: 300, used: 10, plan: "Ops"),
        Overviews.Depleted(3, "Gamma"),
        Overviews.Environment(4, "Delta", QuotaStatus.Low, allocation: 200, used: 190),
    ];

    [Fact]
    public void Default_IsWorstFirst() => Assert.Equal(["Gamma", "Delta", "Alpha", "Beta"], Names(OverviewView.Parse(null, null, null, null)));

    [Theory]
    [InlineData("name", "Alpha", "Gamma")]
    [InlineData("-name", "Gamma", "Alpha")]
    [InlineData("left", "Gamma", "Alpha")]
    [InlineData("-allocated", "Gamma", "Beta")]
    public void Sort_ComesFromTheAddress(string sort, string first, string last)
    {
        var names = Names(OverviewView.Parse(null, null, sort, null));

        Assert.Equal((first, last), (names[0], names[^1]));
    }

    [Theory]
    [InlineData("ALPHA", null, "Alpha")]
    [InlineData("ops", null, "Alpha")]
    [InlineData(null, "low", "Delta")]
    public void Filter_FindsByNamePlanAndStatus(string? text, string? status, string expected) =>
        Assert.Equal([expected], Names(OverviewView.Parse(text, status, null, null)));

    [Theory]
    [InlineData("sandbox", null, null, "Beta")]
    [InlineData(null, "NorthEurope", null, "Alpha")]
    [InlineData(null, null, " cc-9 ", "Gamma")]
    [InlineData("nonsense", "", " ", "Alpha Beta Delta Gamma")]
    [InlineData("1", null, null, "Alpha Beta Delta Gamma")]
    [InlineData("sandbox", "northeurope", null, "")]
    public void Place_FiltersByTypeRegionAndCostCentre_TogetherWithTheRest(string? type, string? region, string? costCenter, string expected)
    {
        OverviewEnvironment[] environments =
        [
            s_environments[0] with { Type = EnvironmentType.Sandbox },
            s_environments[1] with { Region = "northeurope" },
            s_environments[2] with { CostCenter = "CC-9" },
            s_environments[3] with { CostCenter = null },
        ];

        var view = OverviewView.Parse(null, null, "name", null).Of(type, region, costCenter);

        Assert.Equal(expected, string.Join(' ', view.Apply(environments).Rows.Select(e => e.Name)));
        Assert.Equal(expected.Length < 20, view.IsFiltered);
    }

    [Fact]
    public void Place_IsSortedByTypeThenRegionThenCostCentre()
    {
        OverviewEnvironment[] environments =
        [
            Overviews.Environment(1, "D") with { Type = EnvironmentType.Sandbox },
            Overviews.Environment(2, "C") with { CostCenter = "Z" },
            Overviews.Environment(3, "B") with { CostCenter = "A" },
            Overviews.Environment(4, "A") with { Region = "eastus", CostCenter = "Z" },
        ];

        Assert.Equal("A B C D", string.Join(' ', OverviewView.Parse(null, null, "place", null).Apply(environments).Rows.Select(e => e.Name)));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("nonsense")]
    [InlineData("-")]
    public void WhatCannotBeRead_IsTheDefault(string text)
    {
        var view = OverviewView.Parse(null, text, text, -3);

        Assert.Equal(new OverviewView(), view);
    }

    [Fact]
    public void Pages_HoldTwentyFive_AndTheLastIsReachedFromBeyond()
    {
        var many = Enumerable.Range(1, 60).Select(i => Overviews.Environment(i, $"E{i:00}")).ToList();

        var rows = OverviewView.Parse(null, null, null, 99).Apply(many);

        Assert.Equal((10, 60, 3, 3), (rows.Rows.Count, rows.Matches, rows.Page, rows.Pages));
    }

    [Fact]
    public void PressingAHeader_SortsByIt_ThenTurnsRound()
    {
        var view = new OverviewView();

        Assert.Equal("name", view.SortAfterPressing(EnvironmentColumn.Name));
        Assert.Equal("-name", (view with { Sort = EnvironmentColumn.Name }).SortAfterPressing(EnvironmentColumn.Name));
        Assert.Null((view with { IsDescending = true }).SortAfterPressing(EnvironmentColumn.Status));
        Assert.Equal("ascending", view.AriaSort(EnvironmentColumn.Status));
    }

    private static List<string> Names(OverviewView view) => [.. view.Apply(s_environments).Rows.Select(e => e.Name)];
}
