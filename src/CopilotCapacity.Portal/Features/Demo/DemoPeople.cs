using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Demo;

/// <summary>Gives the demo tenant members. They have no way to sign in: they are there to be looked at.</summary>
internal static class DemoPeople
{
    private static readonly (string Name, TenantRole Role, string? Environment)[] s_people =
    [
        ("Jordan Diaz", TenantRole.TenantAdministrator, null),
        ("Kim Asante", TenantRole.Reader, null),
        ("Lee Park", TenantRole.EnvironmentAdministrator, "Contact Center – Prod"),
    ];

    public static async Task SeedAsync(PortalDbContext context, AuditLog audit, DateTimeOffset now)
    {
        var tenant = await context.Tenants.Where(row => row.Id == DemoOrganisation.TenantId).Select(row => row.Key).SingleAsync();
        var entries = new List<(int TenantKey, AuditEntry Entry)>();
        foreach (var (name, role, environment) in s_people)
        {
            var email = name.Replace(' ', '.').ToLowerInvariant() + "@contoso.example";
            var person = new PortalUser
            {
                Id = Guid.NewGuid(),
                UserName = email,
                NormalizedUserName = email.ToUpperInvariant(),
                Email = email,
                NormalizedEmail = email.ToUpperInvariant(),
                DisplayName = name,
                SecurityStamp = Guid.NewGuid().ToString(),
            };
            var environments = await context.Environments.Where(row => row.TenantKey == tenant && row.Name == environment).Select(row => row.Id).ToListAsync();
            context.Users.Add(person);
            context.Memberships.Add(new MembershipRow { TenantKey = tenant, UserId = person.Id, Role = role, Environments = environments, Since = now });
            entries.Add((tenant, new AuditEntry(now, Actor.System, "member.joined", new AuditObject("person", person.Id.ToString()), null, MemberValues.Of(role, environments.Count))));
        }

        await audit.SaveAsync(context, entries, CancellationToken.None);
    }
}
