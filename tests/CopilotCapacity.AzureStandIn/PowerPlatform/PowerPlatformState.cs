namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>What the licensing API knows.</summary>
public sealed class PowerPlatformState
{
    /// <summary>The environments, by their ids.</summary>
    public Dictionary<string, EnvironmentState> Environments { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many packs of 25,000 credits the tenant has; null when it has no entitlement at all.</summary>
    public int? Packs { get; set; }

    /// <summary>What the tenant used of what it has prepaid; null when the service does not say.</summary>
    public decimal? Consumed { get; set; }

    /// <summary>Billing policies, by their ids.</summary>
    public Dictionary<string, PolicyState> Policies { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Limits of agents.</summary>
    public Dictionary<(string Environment, string Resource), ThresholdState> Thresholds { get; } = [];

    /// <summary>What agents used.</summary>
    public List<ConsumptionState> Consumption { get; } = [];

    /// <summary>Whether the caller is a person; the routes of consumption answer no machine.</summary>
    public bool SignedInAsPerson { get; set; } = true;

    /// <summary>Whether lists are bare, as documented, or stand under value, as seen.</summary>
    public bool BareLists { get; set; }

    /// <summary>Another writer: comes once, right before the next write is done.</summary>
    public Action? BeforeNextWrite { get; set; }

    /// <summary>Another writer: comes once, right after the next write was done.</summary>
    public Action? AfterNextWrite { get; set; }

    internal decimal Entitled => 25_000m * (Packs ?? 0);

    internal decimal Allocated => Environments.Values.Sum(environment => environment.Allocations.TryGetValue("MCSMessages", out var found) ? found.Quantity : 0);

    internal void Write(Action write)
    {
        var (before, after) = (BeforeNextWrite, AfterNextWrite);
        (BeforeNextWrite, AfterNextWrite) = (null, null);
        before?.Invoke();
        write();
        after?.Invoke();
    }
}

/// <summary>An environment.</summary>
public sealed class EnvironmentState
{
    /// <summary>Its name.</summary>
    public required string Name { get; set; }

    /// <summary>Its type.</summary>
    public string Type { get; set; } = "Production";

    /// <summary>Its region.</summary>
    public string Location { get; set; } = "europe";

    /// <summary>What it used of what is prepaid; null when the service does not say.</summary>
    public decimal? Consumed { get; set; }

    /// <summary>What it used that is billed.</summary>
    public decimal? PayGo { get; set; }

    /// <summary>What a published rule of its group says of the tenant pool; null when no rule owns that.</summary>
    public bool? GroupRule { get; set; }

    /// <summary>Its allocations, by entitlement.</summary>
    public Dictionary<string, AllocationState> Allocations { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>An allocation.</summary>
/// <param name="Quantity">How much.</param>
/// <param name="AutoAllocated">What of it the service allocated by itself.</param>
/// <param name="Rules">Its rules, by type.</param>
public sealed record AllocationState(decimal Quantity, decimal? AutoAllocated, IReadOnlyDictionary<string, bool> Rules)
{
    /// <summary>An allocation of credits with its switches.</summary>
    public static AllocationState Of(decimal quantity, params (string Rule, bool Enabled)[] rules) =>
        new(quantity, null, rules.ToDictionary(rule => rule.Rule, rule => rule.Enabled, StringComparer.Ordinal));
}

/// <summary>A billing policy.</summary>
public sealed class PolicyState
{
    /// <summary>Its name.</summary>
    public required string Name { get; set; }

    /// <summary>Enabled or Disabled.</summary>
    public string Status { get; set; } = "Enabled";

    /// <summary>Its region.</summary>
    public string Location { get; set; } = "europe";

    /// <summary>Its subscription.</summary>
    public required string Subscription { get; init; }

    /// <summary>Its resource group.</summary>
    public required string ResourceGroup { get; init; }

    /// <summary>How often somebody had it look at the Azure resource anew.</summary>
    public int Refreshed { get; set; }

    /// <summary>Its environments.</summary>
    public HashSet<string> Environments { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>A limit of an agent.</summary>
/// <param name="StopResource">Whether it is off.</param>
/// <param name="Limit">The limit.</param>
/// <param name="StopIfOverCapacity">Whether it is turned off at the limit.</param>
/// <param name="NotifyIfOverCapacity">Whether admins are told.</param>
/// <param name="NotificationThreshold">From how many percent.</param>
/// <param name="IsEnforced">Whether the version it was written with enforces it.</param>
public sealed record ThresholdState(bool StopResource, decimal? Limit, bool StopIfOverCapacity, bool NotifyIfOverCapacity, int NotificationThreshold, bool IsEnforced = true)
{
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedOn { get; init; } = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);
}

/// <summary>What an agent used on a day.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Resource">The agent.</param>
/// <param name="Name">Its name.</param>
/// <param name="Day">The day.</param>
/// <param name="Consumed">How much.</param>
/// <param name="NotBilled">What of it is not billed; null when the row does not say.</param>
/// <param name="Feature">The feature.</param>
public sealed record ConsumptionState(string Environment, string Resource, string Name, DateOnly Day, decimal Consumed, decimal? NotBilled, string Feature = "Generative answer");
