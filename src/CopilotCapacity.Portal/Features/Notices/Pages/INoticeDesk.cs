using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Quota;

namespace CopilotCapacity.Portal.Features.Notices.Pages;

/// <summary>An environment as the page of its in-app notice shows it.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="EnvironmentName">The environment's name.</param>
/// <param name="Quota">Its quota.</param>
/// <param name="AllowedOrigins">Whose pages may show the notice.</param>
/// <param name="MayTry">Whether whoever looks may try an AI action, which costs a credit.</param>
/// <param name="MayRehearse">Whether they may use all up and add credits, as in a rehearsal or the demo.</param>
public sealed record NoticeView(
    string TenantName, string EnvironmentName, QuotaDto Quota, IReadOnlyList<string> AllowedOrigins, bool MayTry, bool MayRehearse);

/// <summary>What became of an AI action.</summary>
/// <param name="IsGranted">Whether it ran.</param>
/// <param name="Code">The answer's code, as a client of <c>/consume</c> gets it.</param>
/// <param name="Text">What happened, in a sentence.</param>
/// <param name="Explanation">What each source, switch or cap had to say.</param>
/// <param name="Actions">What would help.</param>
public sealed record ActionOutcome(
    bool IsGranted, string Code, string Text, IReadOnlyList<string> Explanation, IReadOnlyList<QuotaActionDto> Actions)
{
    /// <summary>An outcome that is only a sentence.</summary>
    public static ActionOutcome Refused(string text) => new(false, "", text, [], []);
}

/// <summary>What the page of the in-app notice reads and does.</summary>
public interface INoticeDesk
{
    /// <summary>The environment; null when there is none for whoever asks.</summary>
    Task<NoticeView?> ReadAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken);

    /// <summary>Asks for an AI action that costs one credit, by the same way as <c>/consume</c>.</summary>
    Task<ActionOutcome> TryActionAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken);

    /// <summary>Uses up all the environment can reach; gives null, or the sentence that says why not.</summary>
    Task<string?> UseUpAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken);

    /// <summary>Adds credits that the environment can reach; gives null, or the sentence that says why not.</summary>
    Task<string?> AddCreditsAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken);
}
