using CopilotCapacity.Domain.Ledger;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>The numbers of a use's texts, each looked up once however many rows name it.</summary>
internal readonly record struct UseLabels(
    int Source,
    int Agent,
    int AgentName,
    int User,
    int Product,
    int Channel,
    int Model,
    int Tool,
    int KnowledgeSource,
    int CostCenter,
    int Trigger)
{
    /// <summary>Those of a posting; a use without a cost centre belongs to its environment's.</summary>
    public static UseLabels Of(Posting posting, Labels labels)
    {
        var usage = posting.Usage;
        return new UseLabels(
            labels.KeyOf(usage.Source),
            labels.KeyOf(usage.AgentId),
            labels.KeyOf(usage.AgentName),
            labels.KeyOf(usage.UserId),
            labels.KeyOf(usage.Product),
            labels.KeyOf(usage.Channel),
            labels.KeyOf(usage.Model),
            labels.KeyOf(usage.Tool),
            labels.KeyOf(usage.KnowledgeSource),
            labels.KeyOf(usage.CostCenter ?? posting.Environment.CostCenter),
            labels.KeyOf(usage.Trigger));
    }

    /// <summary>Those of a posting that was read back, whose cost centre is already the one it was booked to.</summary>
    public static UseLabels OfRecorded(Posting posting, Labels labels) =>
        Of(posting, labels) with { CostCenter = labels.KeyOf(posting.Usage.CostCenter) };
}
