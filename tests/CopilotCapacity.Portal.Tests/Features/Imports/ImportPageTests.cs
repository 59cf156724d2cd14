using Bunit;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Imports;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Imports;

public sealed class ImportPageTests : MudTestContext
{
    private static readonly ImportPreview s_preview = new(
        3,
        [new(2, "Alpha", true, "Production · europe"), new(3, "Beta", false, "100 → 400 credits")],
        [new("Beta", QuotaStatus.Depleted, QuotaStatus.Available)],
        [],
        ["colour"],
        null);

    private readonly FakeDesk _desk = new();

    public ImportPageTests() => Services.AddSingleton<IImportDesk>(_desk);

    [Fact]
    public void File_IsChecked_ThenImported_ThenCanBeTakenBack()
    {
        var page = Open();
        Choose(page);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=import-change]").Count));
        Assert.Contains("1\u00a0row adds something, 1\u00a0row changes something, 1\u00a0row agrees", page.Find("[data-testid=import-sum]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Passed over: colour.", page.Markup, StringComparison.Ordinal);
        Assert.Equal(0, _desk.Applied);

        Button(page, "all or none").Click();
        page.WaitForAssertion(() => Assert.Contains("Look at it", page.Markup, StringComparison.Ordinal));
        Assert.Equal(1, _desk.Applied);
        Assert.DoesNotContain("all or none", page.Markup, StringComparison.Ordinal);

        Button(page, "Undo").Click();
        page.WaitForAssertion(() => Assert.True(_desk.IsUndone));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=import-change]")));
    }

    [Fact]
    public async Task DoubleClick_ImportsOnce()
    {
        var page = Open();
        Choose(page);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=import-change]")));
        _desk.Working = new TaskCompletionSource();
        var click = page.FindComponents<MudButton>().Single(button => button.Markup.Contains("all or none", StringComparison.Ordinal)).Instance.OnClick;

        // The second one was on its way before the button could be drawn as disabled.
        var clicks = page.InvokeAsync(() => Task.WhenAll(click.InvokeAsync(), click.InvokeAsync()));
        _desk.Working.SetResult();
        await clicks;

        page.WaitForAssertion(() => Assert.Contains("Look at it", page.Markup, StringComparison.Ordinal));
        Assert.Equal(1, _desk.Applied);
    }

    [Fact]
    public void Errors_AreListed_AndNothingCanBeImported()
    {
        _desk.Outcome = new ImportOutcome(s_preview with { Errors = [new(7, "region", "Something must stand here."), new(null, null, "Too much.")] }, null);
        var page = Open();
        Choose(page);

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=import-error]").Count));
        Assert.Contains("7", page.Find("[data-testid=import-error]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("all or none", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatCannotBeRead_SaysWhy()
    {
        _desk.Outcome = new ImportOutcome(null, "The file is empty.");
        var page = Open();
        Choose(page);

        page.WaitForAssertion(() => Assert.Contains("The file is empty.", page.Find(".refusal").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void File_ThatIsTooLarge_IsNotRead()
    {
        var page = Open();
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(new byte[(5 * 1024 * 1024) + 1], "big.csv"));

        page.WaitForAssertion(() => Assert.Contains("larger than 5 MB", page.Find(".refusal").TextContent, StringComparison.Ordinal));
        Assert.Equal(0, _desk.Checked);
    }

    [Fact]
    public async Task Check_ShowsHowFarItIs_AndCanBeCancelled()
    {
        _desk.Checking = new TaskCompletionSource();
        var page = Open();

        // Choosing a file waits until it was worked through.
        var choosing = Task.Run(() => Choose(page));
        page.WaitForAssertion(() => Assert.Contains("200 of 480", page.Find("[role=status]").TextContent, StringComparison.Ordinal));

        await page.InvokeAsync(() => Button(page, "Cancel").Click());

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("progress")));
        Assert.Empty(page.FindAll("[data-testid=import-change]"));
        await choosing;
    }

    [Fact]
    public void Change_Meanwhile_IsSaid_AndTheFileIsToBeCheckedAgain()
    {
        var page = Open();
        Choose(page);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=import-change]")));
        _desk.Refusal = "Something was changed; check the file again.";

        Button(page, "all or none").Click();

        page.WaitForAssertion(() => Assert.Contains("check the file again", page.Find(".refusal").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[data-testid=import-change]"));
    }

    [Fact]
    public void Address_SaysWhatIsImported()
    {
        Services.GetRequiredService<Bunit.TestDoubles.BunitNavigationManager>().NavigateTo("/tenants/x/import?of=grants");
        var page = Open();

        Assert.Equal("Grants", page.Find("[aria-current=page]").TextContent.Trim());
        Assert.EndsWith("/import/grants.csv", page.FindAll("a").First(link => link.TextContent.Contains("template", StringComparison.Ordinal)).GetAttribute("href"), StringComparison.Ordinal);
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ImportPage> page, string text) =>
        page.FindAll("button").First(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    private static void Choose(IRenderedComponent<ImportPage> page) =>
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("name\nAlpha\n", "sheet.csv"));

    private IRenderedComponent<ImportPage> Open() => Render<ImportPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));

    private sealed class FakeDesk : IImportDesk
    {
        public ImportOutcome Outcome { get; set; } = new(s_preview, null);

        public string? Refusal { get; set; }

        public TaskCompletionSource? Checking { get; set; }

        public TaskCompletionSource? Working { get; set; }

        public int Checked { get; private set; }

        public int Applied { get; private set; }

        public bool IsUndone { get; private set; }

        public IReadOnlyList<ImportColumn> ColumnsOf(ImportKind kind) => [new("name", true, "Its name.")];

        public Task<string?> NameAsync(TenantId tenant, CancellationToken cancellationToken) => Task.FromResult<string?>("Contoso");

        public async Task<ImportOutcome> CheckAsync(TenantId tenant, ImportKind kind, byte[] file, IProgress<(int Done, int Rows)> progress, CancellationToken cancellationToken)
        {
            Checked++;
            if (Checking is { } checking)
            {
                progress.Report((200, 480));
                await checking.Task.WaitAsync(cancellationToken);
            }

            return Outcome;
        }

        public async Task<ImportOutcome> ApplyAsync(TenantId tenant, ImportKind kind, byte[] file, ImportPreview seen, string? reason)
        {
            Applied++;
            await (Working?.Task ?? Task.CompletedTask);
            return Refusal is null ? new ImportOutcome(seen with { Undo = new ReallocationId(Guid.NewGuid()) }, null) : new ImportOutcome(null, Refusal);
        }

        public Task<string?> UndoAsync(TenantId tenant, ReallocationId id, CancellationToken cancellationToken)
        {
            IsUndone = true;
            return Task.FromResult<string?>(null);
        }
    }
}
