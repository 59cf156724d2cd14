using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Hosting.Security;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Tests.Features.Access;

public sealed class AccessRulesTests
{
    private static readonly TenantId s_here = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId s_elsewhere = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly EnvironmentId s_own = new(new Guid(3, 0, 0, new byte[8]));
    private static readonly EnvironmentId s_other = new(new Guid(4, 0, 0, new byte[8]));

    // Reader, environment administrator, tenant administrator, each for the whole tenant.
    private static readonly Dictionary<Operation, (bool Reader, bool Environment, bool Tenant)> s_table = new()
    {
        [Operation.RecordUsage] = (false, false, false),
        [Operation.ReadQuota] = (true, true, true),
        [Operation.ReadTenant] = (true, true, true),
        [Operation.ReadAudit] = (true, false, true),
        [Operation.ChangeEnvironment] = (false, false, true),
        [Operation.ChangeCapacity] = (false, false, true),
        [Operation.ManageMembers] = (false, false, true),
        [Operation.ManageKeys] = (false, false, true),
        [Operation.ChangeTenant] = (false, false, true),
        [Operation.AdministerPortal] = (false, false, false),
    };

    public static TheoryData<string> Operations => [.. Enum.GetNames<Operation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Person_MayWhatTheRoleSays_AndOnlyInTheirTenant(string name)
    {
        var operation = Enum.Parse<Operation>(name);
        var (reader, environment, tenant) = s_table[operation];

        Assert.Equal(reader, AccessRules.May(Somebody(TenantRole.Reader), operation, s_here));
        Assert.Equal(environment, AccessRules.May(Somebody(TenantRole.EnvironmentAdministrator), operation, s_here));
        Assert.Equal(tenant, AccessRules.May(Somebody(TenantRole.TenantAdministrator), operation, s_here));
        Assert.All(Enum.GetValues<TenantRole>(), role => Assert.False(AccessRules.May(Somebody(role), operation, s_elsewhere)));
        Assert.True(AccessRules.May(Administrator(), operation, s_elsewhere));
        Assert.NotEmpty(AccessRules.WhyNot(operation));
    }

    [Fact]
    public void EnvironmentAdministrator_SeesAndChangesTheirEnvironmentsAlone()
    {
        var person = Somebody(TenantRole.EnvironmentAdministrator);

        Assert.True(AccessRules.Sees(person, s_here, s_own));
        Assert.False(AccessRules.Sees(person, s_here, s_other));
        Assert.True(AccessRules.May(person, Operation.ChangeEnvironment, s_here, s_own));
        Assert.False(AccessRules.May(person, Operation.ChangeEnvironment, s_here, s_other));
        Assert.False(AccessRules.May(person, Operation.ReadTenant, s_here, s_other));
        Assert.False(AccessRules.May(person, Operation.ChangeCapacity, s_here, s_own));
        Assert.False(AccessRules.Sees(person, s_elsewhere, s_own));
    }

    [Fact]
    public void Portal_IsAdministeredByItsAdministratorsAlone()
    {
        Assert.True(AccessRules.May(Administrator(), Operation.AdministerPortal));
        Assert.All(
            Enum.GetValues<TenantRole>(), role => Assert.All(Enum.GetValues<Operation>(), operation => Assert.False(AccessRules.May(Somebody(role), operation))));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Key_MayWhatItsScopesSay_AndOnlyInItsTenant(string name)
    {
        var operation = Enum.Parse<Operation>(name);
        foreach (var scope in Enum.GetValues<ApiScopes>().Where(scope => scope != ApiScopes.None))
        {
            var isRight = scope == AccessRules.ScopeOf(operation);
            Assert.Equal(isRight, AccessRules.May(Key(s_here, scope), operation, s_here));
            Assert.False(AccessRules.May(Key(s_here, scope), operation, s_elsewhere));
            Assert.Equal(isRight || scope == ApiScopes.PortalAdmin, AccessRules.May(Key(null, scope), operation, s_elsewhere));
        }
    }

    [Fact]
    public void KeyOfATenant_NeverAdministersThePortal() =>
        Assert.False(AccessRules.May(Key(s_here, ApiScopes.PortalAdmin), Operation.AdministerPortal));

    private static Person Somebody(TenantRole role) => new(Guid.NewGuid(), "Lee", false, new Dictionary<TenantId, PersonRole>
    {
        [s_here] = new(role, role == TenantRole.EnvironmentAdministrator ? new HashSet<EnvironmentId> { s_own } : new HashSet<EnvironmentId>()),
    });

    private static Person Administrator() => new(Guid.NewGuid(), "Amira", true, new Dictionary<TenantId, PersonRole>());

    private static ApiCaller Key(TenantId? tenant, ApiScopes scopes) => new(Guid.NewGuid(), "key", tenant, scopes, new RateLimits(Options.Create(new SecurityOptions())).ShareOf(Guid.NewGuid(), tenant));
}
