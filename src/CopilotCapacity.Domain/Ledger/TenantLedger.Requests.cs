using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Requests for capacity, and what an approval does.</content>
public sealed partial class TenantLedger
{
    private const int ReasonMost = 500;

    private readonly Dictionary<RequestId, NewRequest> _requests = [];

    /// <summary>The requests that nobody has decided yet.</summary>
    public IReadOnlyCollection<NewRequest> Requests => _requests.Values;

    /// <summary>Asks for capacity.</summary>
    /// <returns>The request's id, or in this order: invalid, not found, <c>already_asked</c>.</returns>
    public Outcome<RequestId> Ask(NewRequest request)
    {
        if (Check(request) is { } refusal)
        {
            return refusal;
        }

        if (_requests.Values.Any(other => other.Environment == request.Environment && other.Plan == request.Plan))
        {
            return Refusal.Conflict("already_asked", "The same is asked for already, and waits for an answer.");
        }

        _requests.Add(request.Id, request);
        Append(new RequestMade(
            request.Id, request.Environment, request.Plan, request.Credits, request.AmountMicros, request.Reason, request.Alert));
        return request.Id;
    }

    /// <summary>Grants a request: does what it asks for, by the rules of that change, and closes it.</summary>
    /// <param name="id">The request.</param>
    /// <param name="expectedVersion">The version of the allocation or plan that the approver saw.</param>
    /// <param name="reason">What the approver says to it; null for nothing.</param>
    public Outcome<RequestId> Approve(RequestId id, int? expectedVersion, string? reason)
    {
        if (!_requests.TryGetValue(id, out var request))
        {
            return Decided();
        }

        var refusal = request.Environment is { } environment
            ? Grow(environment, request.Credits!.Value, expectedVersion)
            : Raise(request.Plan!.Value, request.AmountMicros!.Value, expectedVersion);
        return refusal is null ? Close(id, RequestState.Approved, reason) : refusal;
    }

    /// <summary>Closes a request without doing anything.</summary>
    public Outcome<RequestId> Close(RequestId id, RequestState decision, string? reason)
    {
        if (reason is { Length: > ReasonMost })
        {
            return TooLong("reason");
        }

        if (decision == RequestState.Declined && string.IsNullOrWhiteSpace(reason))
        {
            return Refusal.Invalid("reason", "invalid_request", "Say why, so that whoever asked knows what to do instead.");
        }

        if (!_requests.Remove(id))
        {
            return Decided();
        }

        Append(new RequestDecided(id, decision, reason));
        return id;
    }

    private Refusal? Check(NewRequest request)
    {
        if (request.Reason is { Length: > ReasonMost })
        {
            return TooLong("reason");
        }

        if (request.Environment is { } environment)
        {
            return request.Credits is not { IsPositive: true } credits || credits > Credits.Largest || request.Plan is not null
                ? Refusal.Invalid("credits", "invalid_request", "Ask for more than 0 credits.")
                : Find(environment) is { RetiredAt: null } ? null : Refusal.NotFound("environment");
        }

        return request.AmountMicros is not > 0 || request.Plan is not { } plan
            ? Refusal.Invalid("amount", "invalid_request", "Ask for more than nothing.")
            : Find(plan) switch
            {
                not { DeletedAt: null } => Refusal.NotFound("billing plan"),
                { Budget: null } => Refusal.Conflict("no_budget", "The plan has no budget that could be raised."),
                _ => null,
            };
    }

    private Refusal? Grow(EnvironmentId id, Credits credits, int? expectedVersion) => Find(id) is { RetiredAt: null } environment
        ? SetAllocation(id, environment.Allocation + credits, environment.DrawFromTenantPool, environment.PayAsYouGo, expectedVersion).Refusal
        : Refusal.NotFound("environment");

    private Refusal? Raise(BillingPlanId id, long micros, int? expectedVersion) => Find(id) switch
    {
        not { DeletedAt: null } => Refusal.NotFound("billing plan"),
        { Budget: null } => Refusal.Conflict("no_budget", "The plan has no budget that could be raised."),
        { Budget: { } budget } when budget.AmountMicros > long.MaxValue - micros => Refusal.Invalid("amount", "invalid_request", "That is too much."),
        { Budget: { } budget } => SetBudget(id, budget with { AmountMicros = budget.AmountMicros + micros }, expectedVersion).Refusal,
    };

    private static Refusal Decided() => Refusal.Conflict("already_decided", "There is no such request, or it was decided already.");

    private static Refusal TooLong(string field) => Refusal.Invalid(field, "invalid_request", $"Use at most {ReasonMost} characters.");
}
