using CopilotCapacity.Portal.Features.Members;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.People;

/// <summary>Who has an account of the portal. What is looked for stands in the address.</summary>
public sealed partial class PeoplePage : IDisposable
{
    private const string NotSaved = "The change could not be saved. Look at the list before you try again.";

    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private readonly CancellationTokenSource _disposal = new();
    private PortalPeopleView? _people;
    private string? _shown;
    private bool _hasFailed;
    private IDialogReference? _dialog;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [Inject]
    private IPeopleDesk Desk { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ILogger<PeoplePage> Logger { get; set; } = default!;

    public void Dispose()
    {
        _dialog?.Close();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (RendererInfo.IsInteractive && !string.Equals(_shown, Search ?? "", StringComparison.Ordinal))
        {
            _shown = Search ?? "";
            await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            _people = await Desk.ReadAsync(Search?.Trim(), _disposal.Token);
            _hasFailed = false;
            if (_people is null)
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
            PeopleLog.Failed(Logger, exception);
            _hasFailed = true;
        }
    }

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

    private async Task<InvitationOutcome> InviteAsync(string email, WantedRole wanted)
    {
        try
        {
            return await Desk.InviteAsync(email, CancellationToken.None);
        }
        catch (Exception exception)
        {
            PeopleLog.Failed(Logger, exception);
            return new InvitationOutcome(null, NotSaved);
        }
    }

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
        string? refusal;
        try
        {
            refusal = await change();
        }
        catch (Exception exception)
        {
            PeopleLog.Failed(Logger, exception);
            refusal = NotSaved;
        }

        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }
}

/// <summary>The log messages of the people's page.</summary>
internal static partial class PeopleLog
{
    [LoggerMessage(EventId = 3511, Level = LogLevel.Error, Message = "The people of the portal could not be read or changed")]
    public static partial void Failed(ILogger logger, Exception exception);
}
