using CopilotCapacity.AzureStandIn;

// By hand: an Azure on this machine, with one subscription.
await using var azure = await StandIn.StartAsync(args.FirstOrDefault() ?? "http://127.0.0.1:5199");
azure.State.Subscriptions["1a2b3c4d-0000-0000-0000-000000000001"] = new SubscriptionState { Name = "Contoso pay-as-you-go", ResourceGroups = { ["rg-copilot"] = "westeurope" } };
Console.WriteLine($"Azure is at {azure.Address}; set IDENTITY_ENDPOINT={azure.Address}identity/token and IDENTITY_HEADER=stand-in.");
await azure.RunAsync();
