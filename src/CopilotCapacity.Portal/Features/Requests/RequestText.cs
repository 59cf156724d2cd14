using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Requests;

/// <summary>The words about requests.</summary>
public static class RequestText
{
    /// <summary>What is asked for: <c>5,000 credits more for Sales – Europe</c>.</summary>
    public static string What(RequestView view) => view.More is { } money
        ? $"{Formats.Money(money)} more for the budget of {view.Subject.Name}"
        : $"{Formats.Credits(view.Request.Credits ?? default)} credits more for {view.Subject.Name}";

    /// <summary>What granting it would do, from what stands now.</summary>
    public static string Effect(RequestView view) => view switch
    {
        { Subject.Version: null } => "It is gone: this can only be declined.",
        { Subject.Now: { } now, Request.Credits: { } more } => $"Allocation now {Formats.Credits(now)}, then {Formats.Credits(now + more)} credits.",
        { Subject.NowMoney: { } budget, More: { } money } => $"Budget now {Formats.Money(budget)}, then {Formats.Money(budget + money)}.",
        _ => "It has no budget any more.",
    };

    /// <summary>What became of it.</summary>
    public static string Outcome(RequestView view) => view.Request.State switch
    {
        RequestState.Approved => $"granted by {view.Request.DecidedByName}",
        RequestState.Declined => $"declined by {view.Request.DecidedByName}",
        RequestState.Withdrawn => "withdrawn",
        _ => "waits for an answer",
    };
}
