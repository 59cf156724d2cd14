using System.Text.Json.Nodes;
using CopilotCapacity.Metering;

namespace CopilotCapacity.Storage.Audit;

/// <summary>What a change was made to.</summary>
/// <param name="Kind">Such as <c>environment</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is called; null where only its id names it, as with people.</param>
public sealed record AuditObject(string Kind, string Id, string? Name = null);

/// <summary>A change to be kept on the audit trail.</summary>
/// <param name="At">When, in real time.</param>
/// <param name="Actor">Who, from where and why.</param>
/// <param name="Action">What was done, such as <c>allocation.set</c>.</param>
/// <param name="Of">To what.</param>
/// <param name="Old">What stood there before; null where nothing was.</param>
/// <param name="New">What stands there now; null where nothing is.</param>
/// <param name="Sequence">The ledger sequence number; null for a change that is not of the ledger.</param>
public sealed record AuditEntry(
    DateTimeOffset At,
    Actor Actor,
    string Action,
    AuditObject Of,
    JsonObject? Old = null,
    JsonObject? New = null,
    long? Sequence = null);
