using CsCheck;

namespace CopilotCapacity.Domain.Tests.Laws;

internal enum StepKind
{
    AddEnvironment,
    Describe,
    AddGrant,
    EndGrant,
    Allocate,
    Move,
    Use,
    Permit,
    Reserve,
    Settle,
    Release,
    Reverse,
    Advance,
    SetBudget,
    JoinPlan,
    LeavePlan,
    ChangePlan,
    SetCap,
    DeleteCap,
    SetAgent,
    SetThreshold,
    Retire,
}

/// <summary>A step of a history. Its numbers are turned into amounts and instants by the state it meets, to hit the edges.</summary>
internal readonly record struct Step(StepKind Kind, int Who, int Edge, long Amount, int When, int Names, int Flags)
{
    /// <summary>Steps of all kinds.</summary>
    public static Gen<Step> Any { get; } = Of(
        Gen.Frequency(
            (2, Gen.Const(StepKind.AddEnvironment)),
            (1, Gen.Const(StepKind.Describe)),
            (4, Gen.Const(StepKind.AddGrant)),
            (1, Gen.Const(StepKind.EndGrant)),
            (5, Gen.Const(StepKind.Allocate)),
            (2, Gen.Const(StepKind.Move)),
            (9, Gen.Const(StepKind.Use)),
            (5, Gen.Const(StepKind.Permit)),
            (6, Gen.Const(StepKind.Reserve)),
            (5, Gen.Const(StepKind.Settle)),
            (2, Gen.Const(StepKind.Release)),
            (3, Gen.Const(StepKind.Reverse)),
            (6, Gen.Const(StepKind.Advance)),
            (3, Gen.Const(StepKind.SetBudget)),
            (3, Gen.Const(StepKind.JoinPlan)),
            (1, Gen.Const(StepKind.LeavePlan)),
            (1, Gen.Const(StepKind.ChangePlan)),
            (3, Gen.Const(StepKind.SetCap)),
            (1, Gen.Const(StepKind.DeleteCap)),
            (1, Gen.Const(StepKind.SetAgent)),
            (1, Gen.Const(StepKind.SetThreshold)),
            (1, Gen.Const(StepKind.Retire))));

    /// <summary>Steps that add no capacity and give none back.</summary>
    public static Gen<Step> Spending { get; } = Of(
        Gen.OneOf(Gen.Const(StepKind.Use), Gen.Const(StepKind.Permit), Gen.Const(StepKind.Reserve), Gen.Const(StepKind.AddEnvironment)));

    public bool Has(int flag) => (Flags & (1 << flag)) != 0;

    private static Gen<Step> Of(Gen<StepKind> kinds) => Gen.Select(
        kinds,
        Gen.Int[1, 3],
        Gen.Int[0, 11],
        Gen.Long[0, 400],
        Gen.Int[0, 11],
        Gen.Int[0, 17],
        Gen.Int[0, 63],
        (kind, who, edge, amount, when, names, flags) => new Step(kind, who, edge, amount, when, names, flags));
}
