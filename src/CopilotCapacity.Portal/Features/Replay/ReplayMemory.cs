using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>A run that began "now": what is needed to send the very same events again.</summary>
/// <param name="Start">The time the first request was moved to.</param>
/// <param name="Divisor">What the spacing was divided by.</param>
/// <param name="Source">The sender its events name.</param>
public sealed record RememberedRun(DateTimeOffset Start, double Divisor, string Source);

/// <summary>
/// Remembers when runs from "now" began, one small file each in a folder of the user. Time is part of an event's identity,
/// so without it the same command would send other events the second time.
/// </summary>
public sealed class ReplayMemory(string folder)
{
    /// <summary>Where the run of a trace is remembered. The key is not part of it: it may be renewed between two runs.</summary>
    public string FileFor(TraceFacts trace, ReplayOptions options)
    {
        var text = $"{options.Url.AbsoluteUri}\n{options.Environment:D}\n{trace.Fingerprint}\n{options.Source}";
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32] + ".json");
    }

    /// <summary>The run remembered in the file, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static RememberedRun? Load(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            var run = JsonSerializer.Deserialize(File.ReadAllBytes(file), ReplayJson.Default.RememberedRun);
            return run is { Divisor: > 0, Source: not null }
                ? run
                : throw new InvalidDataException(Damaged(file));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(Damaged(file), exception);
        }
    }

    /// <summary>Remembers the run in one step, so that a crash leaves the old file or the new one.</summary>
    public void Save(string file, RememberedRun run)
    {
        Directory.CreateDirectory(folder);
        var draft = file + ".new";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(run, ReplayJson.Default.RememberedRun));
        File.Move(draft, file, overwrite: true);
    }

    private static string Damaged(string file) => $"The start remembered in {file} cannot be read. Remove the file, or give --again or --from TIME.";
}
