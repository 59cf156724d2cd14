namespace CopilotCapacity.Domain.Tenancy;

/// <summary>The type of a Power Platform environment. Only production and sandbox may be on a billing plan.</summary>
public enum EnvironmentType
{
    /// <summary>Carries an organisation's real work.</summary>
    Production,

    /// <summary>For building and testing.</summary>
    Sandbox,

    /// <summary>Ends by itself after its trial.</summary>
    Trial,

    /// <summary>One maker's own.</summary>
    Developer,

    /// <summary>The one every tenant has.</summary>
    Default,

    /// <summary>Dataverse for Teams.</summary>
    Teams,
}

/// <summary>A kind of Dynamics 365 application that can be linked to an environment.</summary>
public enum ApplicationKind
{
    /// <summary>Dynamics 365 Sales.</summary>
    Sales,

    /// <summary>Dynamics 365 Customer Service.</summary>
    CustomerService,

    /// <summary>Dynamics 365 Business Central.</summary>
    BusinessCentral,

    /// <summary>Dynamics 365 Finance.</summary>
    Finance,

    /// <summary>Dynamics 365 Supply Chain Management.</summary>
    SupplyChain,

    /// <summary>Dynamics 365 Field Service.</summary>
    FieldService,

    /// <summary>Dynamics 365 Contact Center.</summary>
    ContactCenter,

    /// <summary>Any other application.</summary>
    Other,
}
