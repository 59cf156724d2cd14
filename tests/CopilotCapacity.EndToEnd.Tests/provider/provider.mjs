// An OpenID provider for tests. Whoever names themselves is believed; the password is not looked at.
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: "portal", client_secret: "a-secret-of-the-test-provider", redirect_uris: [redirect] }],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
  cookies: { keys: ["only for tests"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, name: `${id} of Fabrikam`, email: "admin@contoso.example" })
  })
});
provider.listen(port, () => console.log("ready"));
