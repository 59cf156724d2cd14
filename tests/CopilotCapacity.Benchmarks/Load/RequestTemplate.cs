using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CopilotCapacity.Benchmarks.Load;

/// <summary>
/// The bytes of one request, headers included. Places for ids are overwritten with new numbers before each sending, so that
/// the generator spends next to nothing on making events.
/// </summary>
internal sealed class RequestTemplate
{
    private const int IdDigits = 16;
    private const string IdPlace = "################";

    private readonly byte[] _bytes;
    private readonly List<int> _idPlaces = [];

    private RequestTemplate(byte[] bytes)
    {
        _bytes = bytes;
        var place = Encoding.ASCII.GetBytes(IdPlace);
        for (var at = bytes.AsSpan().IndexOf(place); at >= 0;)
        {
            _idPlaces.Add(at);
            var next = bytes.AsSpan(at + IdDigits).IndexOf(place);
            at = next < 0 ? -1 : at + IdDigits + next;
        }
    }

    /// <summary>How many events one sending carries.</summary>
    public int Events => Math.Max(1, _idPlaces.Count);

    public static RequestTemplate Get(string path, string key) => new(Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n"));

    public static RequestTemplate Post(string path, string key, string contentType, string body) => new(Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: {contentType}\r\n"
        + $"Content-Length: {body.Length}\r\n\r\n{body}"));

    /// <summary>A batch of facts that happen now.</summary>
    public static RequestTemplate Batch(Organisation organisation, Random random, string key, int events)
    {
        var items = Enumerable.Range(0, events).Select(_ => Event(organisation.Next(random)));
        return Post("/api/v1/events", key, "application/cloudevents-batch+json", $"[{string.Join(',', items)}]");
    }

    /// <summary>One event as CloudEvents JSON, with a place for its id.</summary>
    public static string Event(Use use)
    {
        var time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return $$$"""
            {"specversion":"1.0","id":"evt-{{{IdPlace}}}","source":"/benchmark/gateway","type":"copilot.{{{use.Feature}}}","subject":"{{{use.Environment}}}","time":"{{{time}}}","datacontenttype":"application/json","data":{"quantity":1,"agent":{"id":"{{{use.Agent}}}","name":"Agent"},"user":{"id":"{{{use.User}}}","copilotLicensed":false},"trigger":"interactive","channel":"{{{use.Channel}}}","product":"{{{use.Product}}}"}}
            """;
    }

    /// <summary>The bytes to send, with new ids.</summary>
    public ReadOnlyMemory<byte> Next(ref long id)
    {
        foreach (var place in _idPlaces)
        {
            Utf8Formatter.TryFormat(Interlocked.Increment(ref id), _bytes.AsSpan(place, IdDigits), out _, new System.Buffers.StandardFormat('D', IdDigits));
        }

        return _bytes;
    }
}
