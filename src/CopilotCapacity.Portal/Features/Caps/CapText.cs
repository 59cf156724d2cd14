using System.Globalization;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Caps;

/// <summary>The words about caps.</summary>
public static class CapText
{
    /// <summary>What a cap limits.</summary>
    public static string ScopeOf(CapView view)
    {
        var parts = new List<string>(4);
        Add("user", view.Cap.Scope.UserId);
        Add("agent", view.Cap.Scope.AgentId);
        Add("cost centre", view.Cap.Scope.CostCenter);
        if (view.Cap.Scope.EnvironmentId is { } id)
        {
            parts.Add(parts.Count == 0 ? $"All of {view.EnvironmentName ?? id.ToString()}" : view.EnvironmentName ?? id.ToString());
        }

        var text = string.Join(" in ", parts);
        return text[..1].ToUpperInvariant() + text[1..];

        void Add(string what, string? name)
        {
            if (name is not null)
            {
                parts.Add($"{what} {name}");
            }
        }
    }

    /// <summary>How long a window is.</summary>
    public static string WindowOf(CapWindow per) => per == CapWindow.Day ? "day" : "month";

    /// <summary>What it allows, and what happens then.</summary>
    public static string LimitOf(CapDto cap) => string.Create(
        CultureInfo.CurrentCulture, $"{Formats.Credits(cap.Credits)} credits a {WindowOf(cap.Per)}, {(cap.HardStop ? "then it stops" : "then it is told")}");

    /// <summary>The word for how full it is.</summary>
    public static string StatusOf(CapStatus status) => status switch
    {
        CapStatus.Over => "Full",
        CapStatus.Nearing => "Nearing",
        _ => "Within",
    };
}
