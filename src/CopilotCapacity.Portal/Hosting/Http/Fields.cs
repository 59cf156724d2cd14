namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>Collects what is wrong with the fields of a request, so that all of it is told at once.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>The problem, or null when all fields hold.</summary>
    public IResult? Problem => _errors.Count == 0 ? null : Problems.Invalid(_errors);

    /// <summary>Notes a fault unless the field holds.</summary>
    public Fields Require(bool holds, string field, string sentence)
    {
        if (!holds)
        {
            _errors.TryAdd(field, [sentence]);
        }

        return this;
    }

    /// <summary>Notes a fault unless the text is there and not too long.</summary>
    public Fields Text(string? value, string field, int lengthMax = 200) => Require(
        !string.IsNullOrWhiteSpace(value) && value.Length <= lengthMax, field, $"A text of 1 to {lengthMax} characters is needed.");

    /// <summary>Notes a fault when the text is too long.</summary>
    public Fields OptionalText(string? value, string field, int lengthMax = 200) => Require(
        value is null || value.Length <= lengthMax, field, $"At most {lengthMax} characters.");
}
