using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Notices.Pages;

/// <summary>The in-app notice of an environment as its users see it, beside an AI action that is really asked for.</summary>
public sealed partial class NoticePage
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromMilliseconds(250);

    private static readonly (string Code, string Name)[] s_languages =
        [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"), ("ja", "日本語")];

    private (Guid Tenant, Guid Environment)? _asked;
    private ActionOutcome? _outcome;
    private QuotaStatus? _before;
    private bool _isBack;
    private bool _isBusy;

    [Parameter]
    public Guid TenantId { get; set; }

    [Parameter]
    public Guid EnvironmentId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [SupplyParameterFromQuery(Name = "lang")]
    private string? LanguageText { get; set; }

    [SupplyParameterFromQuery(Name = "as")]
    private string? AudienceText { get; set; }

    [SupplyParameterFromQuery(Name = "look")]
    private string? LookText { get; set; }

    [SupplyParameterFromQuery(Name = "rtl")]
    private string? RightToLeftText { get; set; }

    [Inject]
    private INoticeDesk Desk { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

    private EnvironmentId Id => new(EnvironmentId);

    private string Language => Array.Exists(s_languages, language => string.Equals(language.Code, LanguageText, StringComparison.Ordinal)) ? LanguageText! : "en";

    private string Audience => AudienceText is "admins" ? "admins" : "users";

    private string Look => LookText is "dark" ? "dark" : "light";

    private bool IsRightToLeft => RightToLeftText is "1";

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (RendererInfo.IsInteractive && _asked != (TenantId, EnvironmentId))
        {
            _asked = (TenantId, EnvironmentId);
            (_outcome, _before, _isBack) = (null, null, false);
            Follow(Tenant, s_refreshInterval);
            Forget();
            await RefreshAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            // The element of the customer's page; the browser loads it once however often it is asked.
            await Script.InvokeAsync<IJSObjectReference>("import", "/banner.js");
        }
    }

    protected override Task<NoticeView?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(Tenant, Id, cancellationToken);

    protected override void OnRead(NoticeView view)
    {
        // What was refused may be asked again the moment there is something to pay with.
        _isBack = view.Quota.Status != QuotaStatus.Depleted && (_isBack || (_before == QuotaStatus.Depleted && _outcome is { IsGranted: false }));
        _before = view.Quota.Status;
    }

    private void Choose(string what, string? value, string? usual) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameter(what, string.Equals(value, usual, StringComparison.Ordinal) ? null : value), replace: true);

    private async Task TryAsync()
    {
        // A click may wait in the queue while the first one works.
        if (!_isBusy)
        {
            (_isBusy, _isBack) = (true, false);
            _outcome = await AskAsync(() => Desk.TryActionAsync(Tenant, Id, CancellationToken.None), ActionOutcome.Refused);
            _isBusy = false;
        }
    }

    private async Task RehearseAsync(Func<TenantId, EnvironmentId, CancellationToken, Task<string?>> step, string done)
    {
        if (!_isBusy)
        {
            _isBusy = true;
            var refusal = await AskAsync(() => step(Tenant, Id, CancellationToken.None));
            _isBusy = false;
            Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
            await RefreshAsync();
        }
    }
}
