using CopilotCapacity.Portal.Features.Members;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.People;

/// <summary>Who has an account of the portal. What is looked for stands in the address.</summary>
public sealed partial class PeoplePage
{
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private string? _asked;
    private IDialogReference? _dialog;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [Inject]
    private IPeopleDesk Desk { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    protected override void Dispose(bool isDisposing)
    {
        _dialog?.Close();
        base.Dispose(isDisposing);
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (RendererInfo.IsInteractive && !string.Equals(_asked, Search ?? "", StringComparison.Ordinal))
        {
            _asked = Search ?? "";
            await RefreshAsync();
        }
    }

    protected override Task<PortalPeopleView?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(Search?.Trim(), cancellationToken);

    private void Find(string text) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(text) ? null : text), replace: true);

    private async Task InviteAsync()
    {
        var parameters = new DialogParameters<MemberDialog>
        {
            { d => d.Environments, [] },
            { d => d.IsForPortal, true },
            { d => d.BaseUri, Navigation.BaseUri },
            { d => d.Invite, InviteAsync },
        };
        _dialog = await Dialogs.ShowAsync<MemberDialog>(title: null, parameters, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private Task<InvitationOutcome> InviteAsync(string email, WantedRole wanted) =>
        AskAsync(() => Desk.InviteAsync(email, CancellationToken.None), sentence => new InvitationOutcome(null, sentence));

    private Task SetAdministratorAsync(PersonView person) => person.IsAdministrator
        ? ConfirmAsync(
            $"Take the portal’s administration from {person.Name}?",
            "They are signed out. In their tenants they stay what they are.",
            "Take it away",
            () => Desk.SetAdministratorAsync(person.Id, false, CancellationToken.None),
            $"{person.Name} no longer administers the portal.")
        : ConfirmAsync(
            $"Make {person.Name} an administrator of the portal?",
            "They will see and change everything in every tenant, and manage people.",
            "Make administrator",
            () => Desk.SetAdministratorAsync(person.Id, true, CancellationToken.None),
            $"{person.Name} administers the portal.");

    private Task SignOutAsync(PersonView person) =>
        TellAsync(() => Desk.SignOutAsync(person.Id, CancellationToken.None), $"All sessions of {person.Name} have ended.");

    private Task RemoveAsync(PersonView person) => ConfirmAsync(
        $"Remove the account of {person.Name}?",
        "Their roles, passkeys and sessions go with it, and their name is forgotten. What they changed stays on the audit trails, by a number.",
        "Remove",
        () => Desk.RemoveAsync(person.Id, CancellationToken.None),
        $"The account of {person.Name} was removed.");

    private Task RevokeAsync(InvitationView invitation) => TellAsync(
        () => Desk.RevokeAsync(invitation.Id, CancellationToken.None), $"The invitation for {invitation.Email} was taken back.");

    private async Task ConfirmAsync(string question, string consequence, string yes, Func<Task<string?>> change, string done)
    {
        if (await Dialogs.ShowMessageBoxAsync(question, consequence, yesText: yes, cancelText: "Cancel") is true)
        {
            await TellAsync(change, done);
        }
    }

    private async Task TellAsync(Func<Task<string?>> change, string done)
    {
        var refusal = await AskAsync(change);
        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }
}
