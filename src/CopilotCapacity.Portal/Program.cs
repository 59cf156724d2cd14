using CopilotCapacity.Portal.Hosting.Startup;

return args is [not ['-', ..], ..]
    ? await Verbs.RunAsync(args)
    : await PortalHost.RunAsync(args);

/// <summary>The entry point; public so that tests can host the real program.</summary>
public partial class Program;
