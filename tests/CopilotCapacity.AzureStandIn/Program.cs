namespace CopilotCapacity.AzureStandIn;

/// <summary>By hand: an Azure and a Power Platform on this machine, at an address of one's choice.</summary>
internal static class ByHand
{
    public static async Task Main(string[] args)
    {
        await using var services = await StandIn.StartAsync(args.FirstOrDefault() ?? "http://127.0.0.1:5199");
        Sample.Fill(services.State);
        Console.WriteLine($"""
            Azure and Power Platform are at {services.Address}. Start the portal with
              Azure__Enabled=true Azure__ManagementAddress={services.Address} Azure__Tenant={Sample.Tenant}
              PowerPlatform__Enabled=true PowerPlatform__Address={services.Address} PowerPlatform__Tenant={Sample.Tenant}
              IDENTITY_ENDPOINT={services.Address}identity/token IDENTITY_HEADER=stand-in
            """);
        await services.RunAsync();
    }
}
