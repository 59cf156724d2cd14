using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Hosting.Http;

namespace CopilotCapacity.Portal.Features.Permissions;

/// <summary>What one source, switch or cap had to say.</summary>
public sealed record ExplanationDto(string Source, Credits? Left, string Text);

/// <summary>Why a permission was refused, and what would help.</summary>
public sealed record PermissionProblemDto : ProblemDto
{
    /// <summary>The quota of the environment; null when there is none to speak of.</summary>
    public required QuotaDto? Quota { get; init; }

    /// <summary>What can be done about it.</summary>
    public required IReadOnlyList<QuotaActionDto> Actions { get; init; }

    /// <summary>Which source had what left, and which switch, budget or cap said no.</summary>
    public required IReadOnlyList<ExplanationDto> Explanation { get; init; }
}

/// <summary>Tells refusals of permissions with all that explains them.</summary>
internal static class PermissionProblem
{
    public static IResult Of(HttpContext http, Refusal refusal)
    {
        if (refusal.Kind != RefusalKind.Refused)
        {
            return Problems.From(refusal);
        }

        var tenant = http.Caller().Tenant!.Value;
        var reading = refusal.Environment is { } environment ? Read(http, tenant, environment) : null;
        var problem = Problems.DtoOf(refusal);
        return Problems.Send(new PermissionProblemDto
        {
            Status = problem.Status,
            Title = problem.Title,
            Code = problem.Code,
            Detail = problem.Detail,
            Quota = reading is null ? null : ToDto(http, tenant, reading),
            Actions = reading is null ? QuotaWords.ToLink(tenant) : QuotaWords.WaysOut(tenant, reading),
            Explanation = [.. refusal.Explanation.Select(part => new ExplanationDto(part.Source, part.Left, part.Text))],
        });
    }

    /// <summary>The quota after a permission, as it is on disk.</summary>
    public static QuotaDto? QuotaOf(HttpContext http, TenantId tenant, Guid subject) =>
        http.RequestServices.GetRequiredService<QuotaBoard>().FindEnvironment(tenant, subject) is { } environment
        && Read(http, tenant, environment) is { } reading
            ? ToDto(http, tenant, reading)
            : null;

    private static QuotaReading? Read(HttpContext http, TenantId tenant, EnvironmentId environment) =>
        http.RequestServices.GetRequiredService<QuotaBoard>().TryRead(tenant, environment, out var reading) ? reading : null;

    private static QuotaDto ToDto(HttpContext http, TenantId tenant, QuotaReading reading) =>
        QuotaDto.From(
            tenant,
            reading,
            http.RequestServices.GetRequiredService<QuotaForecast>(),
            http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
}
