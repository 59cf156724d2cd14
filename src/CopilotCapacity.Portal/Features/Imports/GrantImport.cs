using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.MessagePacks;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>Records message packs and other grants. One that was recorded before is left as it is.</summary>
internal sealed class GrantImport : IImport
{
    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("id", IsNeeded: false, "Of a grant that is recorded already; empty for a new one."),
        new("kind", IsNeeded: true, "messagePack, included or promotional."),
        new("packs", IsNeeded: false, "How many packs, for message packs."),
        new("creditsPerPack", IsNeeded: false, "Credits a month in each pack. Empty: 25000."),
        new("unitPrice", IsNeeded: false, "The price of a pack a month in the tenant’s currency. Empty: 200."),
        new("amount", IsNeeded: false, "Credits, for other grants."),
        new("recurrence", IsNeeded: false, "none or monthly, for other grants. Empty: none."),
        new("effectiveAt", IsNeeded: false, "From when on it counts, such as 2027-01-01 (UTC). Empty: from now on."),
        new("expiresAt", IsNeeded: false, "From when on it no longer counts. Empty: it does not end."),
        new("orderReference", IsNeeded: false, "The number of the order."),
    ];

    public IEnumerable<IReadOnlyList<string?>> Template(TenantLedger ledger) =>
    [
        ["", "messagePack", "2", "25000", "200", "", "", FirstOfYearAfter(ledger.Now), FirstOfYearAfter(ledger.Now.AddYears(1)), "PO-1234"],
    ];

    public void Apply(TenantLedger ledger, CsvSheet sheet, string? reason, ImportFindings findings, Action<int> progress)
    {
        var values = new CsvValues(findings);
        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in sheet.Rows)
        {
            var faults = findings.Errors.Count;
            var id = values.Id(row) ?? NewIdOf(ledger.Id, row, occurrences);
            if (findings.Errors.Count == faults && ledger.Find(new GrantId(id)) is null)
            {
                Record(ledger, row, new GrantId(id), values, findings);
            }

            progress(1);
        }
    }

    // Two lines that say the same are two grants; the same file again is the same two.
    private Guid NewIdOf(TenantId tenant, CsvRow row, Dictionary<string, int> occurrences)
    {
        var what = "grant\n" + string.Join('\n', Columns.Select(column => row[column.Name]));
        var occurrence = occurrences[what] = occurrences.GetValueOrDefault(what) + 1;
        return CsvValues.IdOf(tenant, what, occurrence);
    }

    private void Record(TenantLedger ledger, CsvRow row, GrantId id, CsvValues values, ImportFindings findings)
    {
        var faults = findings.Errors.Count;
        var kind = values.Word<GrantKind>(row, "kind");
        var recurrence = values.Word<Recurrence>(row, "recurrence");
        var from = values.Time(row, "effectiveAt");
        var until = values.Time(row, "expiresAt");
        var reference = values.OptionalText(row, "orderReference");
        var order = kind == GrantKind.MessagePack ? Order(row, reference, values, findings) : null;
        var amount = order is null ? values.Credits(row, "amount") : new Credits(checked(order.CreditsPerPack.Thousandths * order.Packs));
        if (kind is null && row["kind"] is null)
        {
            findings.Fault(row, "kind", "Something must stand here.");
        }

        if (kind is not null and not GrantKind.MessagePack && row["amount"] is null)
        {
            findings.Fault(row, "amount", "Say how many credits.");
        }

        if (findings.Errors.Count > faults)
        {
            return;
        }

        var wanted = new NewGrant
        {
            Id = id,
            Kind = kind!.Value,
            Amount = amount!.Value,
            EffectiveAt = from,
            ExpiresAt = until,
            Recurrence = order is null ? recurrence ?? Recurrence.None : Recurrence.Monthly,
            Order = order,
        };
        if (ledger.AddGrant(wanted).Refusal is { } refusal)
        {
            values.Fault(refusal, row, Columns);
            return;
        }

        findings.Changes.Add(new ImportChange(row.Line, GrantText.KindOf(wanted.Kind), IsNew: true, TextOf(wanted)));
    }

    private static PackOrder? Order(CsvRow row, string? reference, CsvValues values, ImportFindings findings)
    {
        var packs = values.Number(row, "packs");
        var perPack = values.Credits(row, "creditsPerPack") ?? PackOrder.PublishedCredits;
        var price = values.Number(row, "unitPrice");
        var money = new Money(PackOrder.PublishedMicros, CurrencyCode.Usd);
        if (row["packs"] is null || packs is { } number && (number < 1 || number > PackOrder.PacksMost || number != decimal.Truncate(number)))
        {
            findings.Fault(row, "packs", string.Create(CultureInfo.CurrentCulture, $"The number of packs is 1 to {PackOrder.PacksMost:N0}."));
            return null;
        }

        if (!perPack.IsPositive || perPack > PackOrder.CreditsMost)
        {
            findings.Fault(row, "creditsPerPack", "A pack holds more than 0 and at most 1,000,000 credits.");
            return null;
        }

        if (price is { } amount && (amount < 0 || !Money.TryFrom(amount, CurrencyCode.Usd, out money)))
        {
            findings.Fault(row, "unitPrice", "A price is a number such as 200 or 199.90.");
            return null;
        }

        return packs is { } count ? new PackOrder((int)count, perPack, money.Micros, reference) : null;
    }

    private static string TextOf(NewGrant grant)
    {
        var amount = grant.Recurrence == Recurrence.Monthly ? $"{Formats.Credits(grant.Amount)} credits a month" : $"{Formats.Credits(grant.Amount)} credits";
        var order = grant.Order is { } packs ? $"{Formats.Count(packs.Packs, "pack", "packs")}, " : "";
        var from = grant.EffectiveAt is { } begins ? $", from {Day(begins)}" : ", from now on";
        var until = grant.ExpiresAt is { } ends ? $" until {Day(ends)}" : "";
        return order + amount + from + until;
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.CurrentCulture);

    private static string FirstOfYearAfter(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"{now.Year + 1}-01-01");
}
