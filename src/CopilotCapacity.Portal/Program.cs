using CopilotCapacity.Portal.Components;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});
builder.WebHost.UseStaticWebAssets();
builder.Services.AddPortalComponents();

var app = builder.Build();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapPortalComponents();
await app.RunAsync();

/// <summary>The entry point; public so that tests can host the real program.</summary>
public partial class Program;
