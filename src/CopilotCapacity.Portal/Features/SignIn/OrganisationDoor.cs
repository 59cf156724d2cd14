using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>Lets people in whom their organisation vouches for, as far as the list of tenants says.</summary>
internal sealed class OrganisationDoor(
    IDbContextFactory<PortalDbContext> contexts,
    UserManager<PortalUser> users,
    AuditLog audit,
    IOptions<OrganisationOptions> options,
    TimeProvider time,
    ILogger<OrganisationDoor> logger)
{
    /// <summary>
    /// The person's account, made when they come first, with a role in each tenant the list sends them to. Null when the list does
    /// not let them in: also for those it once did.
    /// </summary>
    public async Task<PortalUser?> AdmitAsync(OrganisationPerson person, string? address, CancellationToken cancellationToken)
    {
        var lines = options.Value.Tenants.Where(line => line.Lets(person)).ToList();
        if (lines.Count == 0)
        {
            OrganisationLog.NotLetIn(logger, person.Issuer);
            return null;
        }

        var user = await users.FindByLoginAsync(person.Issuer, person.Subject) ?? await CreateAsync(person);
        foreach (var line in lines)
        {
            await JoinAsync(user, line, address, cancellationToken);
        }

        return user;
    }

    private async Task<PortalUser> CreateAsync(OrganisationPerson person)
    {
        // A name nobody can type at the other door, the same for the same person.
        var name = "org-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{person.Issuer}\n{person.Subject}")))[..40];
        var user = new PortalUser { UserName = name, Email = person.Email, DisplayName = person.Name };
        Require(await users.CreateAsync(user));
        Require(await users.AddLoginAsync(user, new UserLoginInfo(person.Issuer, person.Subject, options.Value.Name)));
        return user;
    }

    // What an administrator has changed since stays.
    private async Task JoinAsync(PortalUser user, OrganisationTenant line, string? address, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await context.Tenants.Where(row => row.Id == line.Tenant).Select(row => (int?)row.Key).SingleOrDefaultAsync(cancellationToken);
        if (key is not { } tenantKey || await HasBeenMemberAsync(context, tenantKey, user.Id, cancellationToken))
        {
            return;
        }

        context.Memberships.Add(new MembershipRow { TenantKey = tenantKey, UserId = user.Id, Role = line.Role, Since = time.GetUtcNow() });
        var actor = new Actor(ActorKind.Person, user.Id.ToString(), user.DisplayName, address, "signed in with their organisation");
        await audit.SaveAsync(
            context,
            tenantKey,
            new AuditEntry(time.GetUtcNow(), actor, "member.joined", new AuditObject("person", user.Id.ToString()), New: MemberValues.Of(line.Role, 0)),
            cancellationToken);
    }

    // Whoever was removed by hand does not come back by signing in again.
    private static async Task<bool> HasBeenMemberAsync(PortalDbContext context, int tenantKey, Guid user, CancellationToken cancellationToken)
    {
        var id = user.ToString();
        return await context.Memberships.AnyAsync(row => row.TenantKey == tenantKey && row.UserId == user, cancellationToken)
            || await context.Audit.AnyAsync(
                row => row.TenantKey == tenantKey && row.ObjectKind == "person" && row.ObjectId == id && row.Action == "member.removed", cancellationToken);
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(PortalPeople.Sentence(result));
        }
    }
}
