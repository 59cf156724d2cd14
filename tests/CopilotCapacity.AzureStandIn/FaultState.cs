namespace CopilotCapacity.AzureStandIn;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>429 with Retry-After.</summary>
    Throttle,

    /// <summary>500.</summary>
    Fail,

    /// <summary>The answer comes late.</summary>
    Slow,

    /// <summary>The answer is no JSON.</summary>
    Malformed,

    /// <summary>All tokens end.</summary>
    ExpireTokens,

    /// <summary>The connection is cut.</summary>
    Cut,

    /// <summary>What is asked is done, and then the connection is cut.</summary>
    CutAfter,

    /// <summary>A write is answered as done, and nothing is done.</summary>
    LoseWrite,
}

/// <summary>Faults to come: each for so many requests whose path contains a text.</summary>
public sealed class FaultState(TokenState tokens)
{
    private readonly List<Fault> _faults = [];

    /// <summary>The requests that came, method and path.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Orders a fault.</summary>
    public void Order(FaultKind kind, string path, int times, TimeSpan? length = null, string? method = null)
    {
        lock (_faults)
        {
            _faults.Add(new Fault(kind, path, length ?? TimeSpan.FromSeconds(1), method) { Left = times });
        }
    }

    /// <summary>Takes back what was ordered and did not happen yet.</summary>
    public void Clear()
    {
        lock (_faults)
        {
            _faults.Clear();
        }
    }

    internal async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        if (Take(http) is not { } fault)
        {
            await next(http);
            return;
        }

        switch (fault.Kind)
        {
            case FaultKind.Throttle:
                http.Response.Headers.RetryAfter = ((int)fault.Length.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
                await Answers.ProblemAsync(http, StatusCodes.Status429TooManyRequests, "TooManyRequests", "Too many requests.");
                break;
            case FaultKind.Fail:
                await Answers.ProblemAsync(http, StatusCodes.Status500InternalServerError, "InternalServerError", "Something went wrong.");
                break;
            case FaultKind.Slow:
                await Task.Delay(fault.Length, http.RequestAborted);
                await next(http);
                break;
            case FaultKind.Malformed:
                await http.Response.WriteAsync("<html>not what was asked for</html>");
                break;
            case FaultKind.Cut:
                http.Abort();
                break;
            case FaultKind.CutAfter:
                http.Response.Body = Stream.Null;
                await next(http);
                http.Abort();
                break;
            case FaultKind.LoseWrite:
                await http.Response.WriteAsJsonAsync(new { statusCode = 200, isErrorResult = false });
                break;
            default:
                // The request is refused like any other without a valid token.
                tokens.ExpireAll();
                await next(http);
                break;
        }
    }

    private Fault? Take(HttpContext http)
    {
        lock (_faults)
        {
            Requests.Add($"{http.Request.Method} {http.Request.Path}");
            var fault = _faults.Find(candidate => candidate.Left > 0
                && http.Request.Path.Value!.Contains(candidate.Path, StringComparison.OrdinalIgnoreCase) && (candidate.Method is null || HttpMethods.Equals(candidate.Method, http.Request.Method)));
            if (fault is not null)
            {
                fault.Left--;
            }

            return fault;
        }
    }

    private sealed record Fault(FaultKind Kind, string Path, TimeSpan Length, string? Method)
    {
        public int Left { get; set; }
    }
}
