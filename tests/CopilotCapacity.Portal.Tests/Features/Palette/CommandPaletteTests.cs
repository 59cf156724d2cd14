using Bunit;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Palette;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Palette;

public sealed class CommandPaletteTests : MudTestContext
{
    private static readonly TenantChoice s_contoso = new(Overviews.Tenant, "Contoso", false, MayManage: true, MayReadAudit: true);
    private static readonly TenantChoice s_fabrikam = new(new TenantId(Guid.NewGuid()), "Fabrikam", true);

    private readonly FakeReader _reader = new();

    public CommandPaletteTests() => Services.AddSingleton<IPaletteReader>(_reader);

    [Fact]
    public void Words_FindPagesActionsAndTenants()
    {
        var palette = Open();
        Assert.Contains("Overview", Titles(palette)[0], StringComparison.Ordinal);

        Type(palette, "impo allo");
        Assert.Equal(["Import allocations"], Titles(palette));
        Type(palette, "fab");
        palette.WaitForAssertion(() => Assert.Equal(["Fabrikam"], Titles(palette)));
        Assert.EndsWith($"/tenants/{s_fabrikam.Id.Value}/overview", palette.Find("[role=option]").GetAttribute("href"), StringComparison.Ordinal);
        Type(palette, "zzz");
        palette.WaitForAssertion(() => Assert.Contains("Nothing is named so", palette.Markup, StringComparison.Ordinal));
        Assert.Equal("false", palette.Find("input").GetAttribute("aria-expanded"));
    }

    [Fact]
    public void Environments_FollowWhatIsKnown()
    {
        _reader.Found = [new PaletteItem("Settlement – Prod", "Environment", "/tenants/x/environments/y", "Contoso")];
        var palette = Open();

        Type(palette, "sett");

        palette.WaitForAssertion(() => Assert.Equal(["Settings", "Settlement – Prod"], Titles(palette)));
        Assert.Equal("true", palette.FindAll("[role=option]")[0].GetAttribute("aria-selected"));
    }

    [Fact]
    public void Readers_AreOfferedNoChanges()
    {
        var palette = Open(new TenantMenu([s_contoso with { MayManage = false, MayReadAudit = false }], false));

        Type(palette, "");

        Assert.DoesNotContain("Record an order of message packs", Titles(palette), StringComparer.Ordinal);
        Assert.DoesNotContain("Audit", Titles(palette), StringComparer.Ordinal);
        Type(palette, "portal");
        Assert.Empty(Titles(palette));
    }

    [Fact]
    public async Task Answers_ToWhatWasTypedBefore_ArePassedOver()
    {
        var slow = _reader.Waiting = new TaskCompletionSource();
        var palette = Open();
        _reader.Found = [new PaletteItem("Old", "Environment", "/old")];
        var before = palette.InvokeAsync(() => palette.Find("input").Input("ol"));
        _reader.Waiting = null;
        _reader.Found = [new PaletteItem("New", "Environment", "/new")];
        Type(palette, "new");
        palette.WaitForAssertion(() => Assert.Equal(["New"], Titles(palette)));

        slow.SetResult();
        await before;

        palette.WaitForAssertion(() => Assert.Equal(["New"], Titles(palette)));
    }

    [Fact]
    public void Database_ThatFails_IsSaid_AndPagesAreStillFound()
    {
        _reader.Fails = true;
        var palette = Open();

        Type(palette, "usage");

        palette.WaitForAssertion(() => Assert.Contains("could not be looked up", palette.Markup, StringComparison.Ordinal));
        Assert.Equal(["Usage"], Titles(palette));
    }

    private static void Type(IRenderedComponent<CommandPalette> palette, string text) => palette.Find("input").Input(text);

    private static List<string> Titles(IRenderedComponent<CommandPalette> palette) => [.. palette.FindAll(".palette-title").Select(title => title.TextContent)];

    private IRenderedComponent<CommandPalette> Open(TenantMenu? menu = null) =>
        Render<CommandPalette>(p => p.Add(c => c.Menu, menu ?? new TenantMenu([s_contoso, s_fabrikam], true)).Add(c => c.Tenant, Overviews.Tenant));

    private sealed class FakeReader : IPaletteReader
    {
        public IReadOnlyList<PaletteItem> Found { get; set; } = [];

        public TaskCompletionSource? Waiting { get; set; }

        public bool Fails { get; set; }

        public async Task<IReadOnlyList<PaletteItem>> FindAsync(string text, TenantId? current, CancellationToken cancellationToken)
        {
            var found = Found;
            await (Waiting?.Task ?? Task.CompletedTask);
            return Fails ? throw new InvalidOperationException("The database is gone.") : found;
        }
    }
}
