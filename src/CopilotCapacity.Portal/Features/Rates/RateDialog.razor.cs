using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage.Queries;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>Sets a tenant's own rate for a feature, from now or from a day on.</summary>
public sealed partial class RateDialog
{
    private decimal? _typed;
    private string? _from;
    private bool _isSaving;
    private string? _refusal;

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required RateView Rate { get; set; }

    /// <summary>Saves the rate; gives null, or the sentence that says why not.</summary>
    [Parameter, EditorRequired]
    public required Func<Credits, DateTimeOffset?, Task<string?>> Save { get; set; }

    private Credits? Typed => _typed is >= 0 && Credits.TryFrom(_typed.Value, out var credits) && credits <= TenantLedger.LargestRate ? credits : null;

    private string? Problem => _typed is null || Typed is not null
        ? null
        : $"A rate is 0 to {Formats.Credits(TenantLedger.LargestRate)} credits, with at most three decimals.";

    private DateTimeOffset? From => DateOnly.TryParseExact(_from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
        : null;

    protected override void OnInitialized() => _typed = Rate.CreditsPerUnit.Value;

    private static Credits Hundred(Credits rate) => new(rate.Thousandths * 100);

    private void Type(decimal? credits) => (_typed, _refusal) = (credits, null);

    private void TypeFrom(string? day) => (_from, _refusal) = (day, null);

    private void TakePublished() => Type(Rate.Published.CreditsPerUnit.Value);

    private void Cancel() => Dialog.Cancel();

    private async Task SaveAsync()
    {
        if (Typed is not { } credits || _isSaving)
        {
            return;
        }

        _isSaving = true;
        _refusal = await Save(credits, From);
        _isSaving = false;
        if (_refusal is null)
        {
            Dialog.Close(DialogResult.Ok(credits));
        }
    }
}
