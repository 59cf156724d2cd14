using System.CommandLine;
using CopilotCapacity.Portal.Features.Replay;
using CopilotCapacity.Portal.Features.SignIn;
using CopilotCapacity.Portal.Features.Verify;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>The program's verbs for operators. Without a verb it is the portal.</summary>
internal static class Verbs
{
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("CopilotCapacity Portal. Without a verb it starts the portal.");
        root.Add(ReplayCommand.Create(ReplayServices.OfThisProcess()));
        root.Add(VerifyCommand.Create());
        root.Add(RevokeSignInsCommand.Create());
        return root.Parse(args).InvokeAsync();
    }
}
