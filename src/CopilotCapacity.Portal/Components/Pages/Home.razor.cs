using CopilotCapacity.Portal.Features.Overview;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Components.Pages;

/// <summary>Goes to the first tenant's overview; while prerendering that is a plain redirect.</summary>
public sealed partial class Home : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private bool _isEmpty;
    private bool _hasFailed;

    [Inject]
    private IOverviewReader Reader { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    public void Dispose()
    {
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override Task OnInitializedAsync() => OpenAsync();

    private async Task OpenAsync()
    {
        try
        {
            var tenants = (await Reader.MenuAsync(_disposal.Token)).Tenants;
            _hasFailed = false;
            _isEmpty = tenants.Count == 0;
            if (!_isEmpty)
            {
                Navigation.NavigateTo(PortalUrls.Overview(tenants[0].Id), replace: true);
            }
        }
        catch (OperationCanceledException)
        {
            // The tab was closed.
        }
        catch (Exception)
        {
            _hasFailed = true;
        }
    }
}
