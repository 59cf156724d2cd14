using System.Globalization;
using System.Text;
using System.Text.Json;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>A change of status as it is sent: written once, however many hear of it.</summary>
internal sealed class TailChange(TenantId tenant, QuotaReading reading)
{
    private readonly Lazy<byte[]> _frame = new(() => ServerSentEvents.Quota(reading.Sequence, QuotaDto.AsItWas(tenant, reading)));

    public QuotaReading Reading => reading;

    /// <summary>The event on the wire.</summary>
    public byte[] Frame => _frame.Value;
}

/// <summary>The form of server-sent events.</summary>
internal static class ServerSentEvents
{
    /// <summary>Says how long to wait before coming back, in milliseconds.</summary>
    public static readonly byte[] Retry = "retry: 3000\n\n"u8.ToArray();

    /// <summary>A comment, which keeps proxies from closing a quiet stream, and shows the server that somebody is still there.</summary>
    public static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    /// <summary>A quota document under the number of a change of status.</summary>
    public static byte[] Quota(long id, QuotaDto quota)
    {
        // JSON is written without line breaks, so it is one data line.
        var data = JsonSerializer.SerializeToUtf8Bytes(quota, ApiJson.Options);
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: quota\ndata: "));
        return [.. head, .. data, (byte)'\n', (byte)'\n'];
    }
}
