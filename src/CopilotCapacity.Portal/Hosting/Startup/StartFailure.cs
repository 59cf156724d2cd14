using System.Text.Json;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>Turns the mistakes an operator can put right into one sentence.</summary>
internal static class StartFailure
{
    /// <summary>The sentence, or null when the failure is a defect whose stack trace is wanted.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        InvalidDataException or FormatException when exception.GetBaseException() is JsonException json =>
            $"A settings file cannot be read: {OneLine(exception.Message)} {OneLine(json.Message)}",
        DatabaseUnusableException or UnsafeVersionException => OneLine(exception.Message),
        OptionsValidationException options => string.Join(' ', options.Failures),
        IOException when exception.InnerException is AddressInUseException =>
            $"The portal cannot listen: {OneLine(exception.Message)} Another program uses the port; set Urls to a free one.",
        _ => null,
    };

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
