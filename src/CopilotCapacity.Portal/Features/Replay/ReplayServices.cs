using Spectre.Console;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>What the verb takes from the machine it runs on.</summary>
public sealed record ReplayServices
{
    public required IAnsiConsole Console { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Makes the handler that requests go through; the verb disposes it.</summary>
    public required Func<HttpMessageHandler> CreateHandler { get; init; }

    /// <summary>Where runs from "now" are remembered.</summary>
    public required string MemoryFolder { get; init; }

    /// <summary>The screen, clock, network and user folder of this process.</summary>
    public static ReplayServices OfThisProcess() => new()
    {
        Console = AnsiConsole.Console,
        Time = TimeProvider.System,
        // A redirect would carry the key to another address.
        CreateHandler = () => new SocketsHttpHandler { AllowAutoRedirect = false },
        MemoryFolder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "CopilotCapacity",
            "replay"),
    };
}
