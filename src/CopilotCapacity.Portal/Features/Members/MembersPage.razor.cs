using CopilotCapacity.Domain.Tenancy;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Members;

/// <summary>Who belongs to a tenant, and as what.</summary>
public sealed partial class MembersPage : IDisposable
{
    private const string NotSaved = "The change could not be saved. Look at the list before you try again.";

    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private readonly CancellationTokenSource _disposal = new();
    private TenantId? _tenant;
    private TenantMembers? _members;
    private bool _hasFailed;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [Inject]
    private IMemberDesk Desk { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ILogger<MembersPage> Logger { get; set; } = default!;

    public void Dispose()
    {
        _dialog?.Close();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        var tenant = new TenantId(TenantId);
        if (RendererInfo.IsInteractive && _tenant != tenant)
        {
            (_tenant, _members, _hasFailed) = (tenant, null, false);
            await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            _members = await Desk.ReadAsync(new TenantId(TenantId), _disposal.Token);
            _hasFailed = false;
            if (_members is null)
            {
                Navigation.NotFound();
            }
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            MemberLog.Failed(Logger, exception, TenantId);
            _hasFailed = true;
        }
    }

    private Task InviteAsync() => OpenAsync(new DialogParameters<MemberDialog>
    {
        { d => d.Environments, _members!.Environments },
        { d => d.BaseUri, Navigation.BaseUri },
        { d => d.Invite, InviteAsync },
    });

    private Task ChangeAsync(MemberView member) => OpenAsync(new DialogParameters<MemberDialog>
    {
        { d => d.Environments, _members!.Environments },
        { d => d.Member, member },
        { d => d.Change, (wanted, reason) => AskAsync(() => Desk.ChangeAsync(new TenantId(TenantId), member.Id, wanted, reason, CancellationToken.None)) },
    });

    private async Task OpenAsync(DialogParameters<MemberDialog> parameters)
    {
        _dialog = await Dialogs.ShowAsync<MemberDialog>(title: null, parameters, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private async Task<InvitationOutcome> InviteAsync(string email, WantedRole wanted)
    {
        try
        {
            return await Desk.InviteAsync(new TenantId(TenantId), email, wanted, CancellationToken.None);
        }
        catch (Exception exception)
        {
            MemberLog.Failed(Logger, exception, TenantId);
            return new InvitationOutcome(null, NotSaved);
        }
    }

    private async Task RemoveAsync(MemberView member)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Remove {member.Name}?", "They are signed out, and see this tenant no more. What they changed stays on the audit trail.", yesText: "Remove", cancelText: "Cancel");
        if (isSure is true)
        {
            await TellAsync(() => Desk.RemoveAsync(new TenantId(TenantId), member.Id, null, CancellationToken.None), $"{member.Name} was removed.");
        }
    }

    private Task RevokeAsync(InvitationView invitation) => TellAsync(
        () => Desk.RevokeAsync(new TenantId(TenantId), invitation.Id, CancellationToken.None), $"The invitation for {invitation.Email} was taken back.");

    private async Task TellAsync(Func<Task<string?>> change, string done)
    {
        var refusal = await AskAsync(change);
        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }

    private async Task<string?> AskAsync(Func<Task<string?>> change)
    {
        try
        {
            return await change();
        }
        catch (Exception exception)
        {
            MemberLog.Failed(Logger, exception, TenantId);
            return NotSaved;
        }
    }
}

/// <summary>The log messages of the members' page.</summary>
internal static partial class MemberLog
{
    [LoggerMessage(EventId = 3401, Level = LogLevel.Error, Message = "The members of tenant {TenantId} could not be read or changed")]
    public static partial void Failed(ILogger logger, Exception exception, Guid tenantId);
}
