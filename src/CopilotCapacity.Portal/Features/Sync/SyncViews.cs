using System.Text.Json;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>Makes views of rows.</summary>
internal static class SyncViews
{
    public static SyncDifferenceView Of(SyncDifferenceRow row, string serviceName) => new()
    {
        Service = row.Service,
        ServiceName = serviceName,
        Key = row.Key,
        ObjectKind = row.ObjectKind,
        ObjectId = row.ObjectId,
        Title = row.Title,
        Fields = JsonSerializer.Deserialize<List<SyncFieldView>>(row.Fields, JsonSerializerOptions.Web)!,
        Note = row.Note,
        CanAdopt = row.CanAdopt,
        CanPush = row.CanPush,
        State = row.State,
        FoundAt = row.FoundAt,
        SettledAt = row.SettledAt,
        Reviewed = SyncActs.ReviewedOf(row.Here, row.There),
    };
}
