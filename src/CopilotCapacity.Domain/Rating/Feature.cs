namespace CopilotCapacity.Domain.Rating;

/// <summary>What uses credits: the feature codes of the rate card. The number is stored; never change one.</summary>
public enum Feature
{
    /// <summary>Several features in one event (<c>copilot.usage</c>).</summary>
    Compound = 0,

    /// <summary>A scripted answer.</summary>
    ClassicAnswer = 1,

    /// <summary>An answer written by a model.</summary>
    GenerativeAnswer = 2,

    /// <summary>A trigger, a reasoning step, a topic transition or computer use.</summary>
    AgentAction = 3,

    /// <summary>Grounding in the tenant's graph, per message.</summary>
    TenantGraphGrounding = 4,

    /// <summary>Actions of an agent flow.</summary>
    AgentFlowActions = 5,

    /// <summary>Text and generative AI tools with a basic model, in tokens.</summary>
    AiToolBasic = 6,

    /// <summary>Text and generative AI tools with a standard model, in tokens.</summary>
    AiToolStandard = 7,

    /// <summary>Text and generative AI tools with a reasoning model, in tokens.</summary>
    AiToolPremium = 8,

    /// <summary>Content processing tools, in pages.</summary>
    ContentProcessing = 9,

    /// <summary>Scripted voice, in minutes.</summary>
    VoiceClassic = 10,

    /// <summary>Generative voice, in minutes.</summary>
    VoiceGenerative = 11,

    /// <summary>Premium generative voice, in minutes.</summary>
    VoicePremium = 12,

    /// <summary>Credits, for sources that rate for themselves.</summary>
    Credits = 13,
}

/// <summary>What the quantity of a feature counts.</summary>
public enum FeatureUnit
{
    /// <summary>Single uses: answers, messages.</summary>
    Use,

    /// <summary>Actions of a flow.</summary>
    Action,

    /// <summary>Tokens, charged per started thousand.</summary>
    Token,

    /// <summary>Pages or images.</summary>
    Page,

    /// <summary>Minutes, with at most three decimals.</summary>
    Minute,

    /// <summary>Credits themselves, with at most three decimals.</summary>
    Credit,
}
