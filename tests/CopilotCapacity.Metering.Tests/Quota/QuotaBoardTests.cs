using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Metering.Tests.Quota;

public sealed class QuotaBoardTests
{
    [Fact]
    public async Task Board_SaysOfEveryEnvironmentWhatTheLedgerSays_WhateverHappens()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        await meter.ChangeAsync<int>(ledger => ledger.AddEnvironment(2).Key);
        await meter.ChangeAsync<int>(ledger => ledger.AddEnvironment(3, drawFromTenantPool: false).Key);
        var random = new Random(20261129);
        for (var step = 0; step < 150; step++)
        {
            var environment = Make.Environment(random.Next(3) + 1);
            switch (random.Next(6))
            {
                case 0:
                    await meter.ChangeAsync<int>(ledger => ledger.SetAllocation(environment, Credits.Of(random.Next(30)), random.Next(2) == 0, true, null) is { Refusal: { } refusal } ? refusal : 0);
                    break;
                case 1:
                    await meter.ChangeAsync<int>(ledger => ledger.AddGrant(Make.NewGrant(random.Next(1, 50), step + 10)) is { Refusal: { } refusal } ? refusal : 0);
                    break;
                case 2:
                    await meter.ChangeAsync<int>(ledger => ledger.SetWhenUnreachable(environment, UnreachableRule.Of(random.Next(3) switch { 0 => null, 1 => Credits.Zero, _ => Credits.Of(step + 1) }), null) is { Refusal: { } refusal } ? refusal : 0);
                    break;
                default:
                    await meter.RecordAsync(Make.Usage($"{step}", random.Next(1, 20_000), environment: Array.IndexOf([Make.Environment(1), Make.Environment(2), Make.Environment(3)], environment) + 1));
                    break;
            }

            var expected = (await meter.ChangeAsync<List<QuotaReading>>(ledger => ledger.Environments.Select(item => QuotaReading.Of(ledger, item)).ToList())).Value!;
            foreach (var reading in expected)
            {
                Assert.True(meter.Board.TryRead(Make.Tenant(), reading.Environment, out var shown));
                Assert.Equal(reading, shown);
            }
        }
    }

    [Fact]
    public async Task Touched_AreThoseWithUsesOrSettingsOfTheirOwn_AndWhoseStatusChanged()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        await meter.ChangeAsync<int>(ledger => ledger.AddEnvironment(2).Key);
        var all = meter.Board.ReadTouched(Make.Tenant(), -1)!;
        var sequence = all[0].Sequence;

        await meter.RecordAsync(Make.Usage("1", 10_000));
        var own = meter.Board.ReadTouched(Make.Tenant(), sequence)!;
        await meter.RecordAsync(Make.Usage("2", 90_000));
        var both = meter.Board.ReadTouched(Make.Tenant(), own[0].Sequence)!;

        Assert.Equal(2, all.Count);
        Assert.Equal(Make.Environment(1), Assert.Single(own).Environment);
        Assert.Equal(2, both.Count(reading => reading.Status == QuotaStatus.Depleted));
        Assert.Empty(meter.Board.ReadTouched(Make.Tenant(), both[0].Sequence)!);
        Assert.Null(meter.Board.ReadTouched(Make.Tenant(9), -1));
    }

    [Fact]
    public async Task Feed_SaysWhetherThereIsMoreThanFigures()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var told = new List<LedgerCommitted>();
        using var subscription = meter.Feed.Subscribe(Make.Tenant(), told.Add);

        await meter.RecordAsync(Make.Usage("1", 10_000));
        await meter.RecordAsync(Make.Usage("2", 70_000));
        await meter.RecordAsync(Make.Usage("3", 1_000));

        Assert.Equal([false, true, false], told.Select(commit => commit.HasNews));
    }
}
