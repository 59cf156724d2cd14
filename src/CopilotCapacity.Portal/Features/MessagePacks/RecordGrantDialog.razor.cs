using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>Records an order of packs or another grant; a renewal begins with what it renews.</summary>
public sealed partial class RecordGrantDialog
{
    // One for each time the dialog is open, so that a second click records nothing twice.
    private readonly GrantId _id = new(Guid.NewGuid());
    private GrantKind _kind;
    private int? _packs = 1;
    private decimal? _credits;
    private bool _isMonthly;
    private string? _order;
    private string? _from;
    private string? _until;
    private string? _reason;
    private string? _refusal;
    private bool _isSaving;

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    /// <summary>The tenant's time.</summary>
    [Parameter, EditorRequired]
    public required DateTimeOffset AsOf { get; set; }

    /// <summary>The grant to renew; null for a new one.</summary>
    [Parameter]
    public GrantView? Renewed { get; set; }

    /// <summary>Records it, with why; gives null, or the sentence that says why not.</summary>
    [Parameter, EditorRequired]
    public required Func<NewGrant, string?, Task<string?>> Save { get; set; }

    private Credits? Amount => _kind == GrantKind.MessagePack
        ? _packs is > 0 and <= PackOrder.PacksMost ? new Credits(PackOrder.PublishedCredits.Thousandths * _packs.Value) : null
        : _credits is > 0 && Credits.TryFrom(_credits.Value, out var credits) ? credits : null;

    // The new one begins where the old one ends, and is as long.
    protected override void OnInitialized()
    {
        if (Renewed is not { } renewed)
        {
            return;
        }

        _packs = renewed.Packs ?? 1;
        if (renewed.EndsAt is { } end)
        {
            var from = end > AsOf ? end : AsOf;
            (_from, _until) = (TextOf(from), TextOf(from + (end - renewed.EffectiveAt)));
        }
    }

    private static string TextOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : null;

    private async Task SaveAsync()
    {
        // A click may wait in the queue while the first one works.
        if (_isSaving || Amount is not { } amount)
        {
            return;
        }

        _isSaving = true;
        var isPack = _kind == GrantKind.MessagePack;
        var from = DayOf(_from);
        var grant = new NewGrant
        {
            Id = _id,
            Kind = _kind,
            Amount = amount,

            // A day that is today has begun already.
            EffectiveAt = from <= AsOf ? null : from,
            ExpiresAt = DayOf(_until),
            Recurrence = isPack || _isMonthly ? Recurrence.Monthly : Recurrence.None,
            Order = isPack ? new PackOrder(_packs!.Value, PackOrder.PublishedCredits, PackOrder.PublishedMicros, string.IsNullOrWhiteSpace(_order) ? null : _order.Trim()) : null,
        };
        _refusal = await Save(grant, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim());
        _isSaving = false;
        if (_refusal is null)
        {
            Dialog.Close(DialogResult.Ok(true));
        }
    }
}
