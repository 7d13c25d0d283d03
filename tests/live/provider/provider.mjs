// A real OpenID provider for the tests of single sign-on: everybody who comes may say who they are.
// One line of JSON in, with its port and clients; one word out when it listens. Ends with its input.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [home] = process.argv.slice(2);
const { default: Provider } = await import(createRequire(`${home}/`).resolve("oidc-provider"));

const lines = createInterface({ input: process.stdin });
lines.once("line", (line) => {
  const { port, clients } = JSON.parse(line);
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients,
    claims: { openid: ["sub"], profile: ["preferred_username", "name"] },
    cookies: { keys: ["only for tests"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, name: `${id} of the works` }),
    }),
  });
  provider.listen(port, "127.0.0.1", () => process.stdout.write("ready\n"));
});
lines.on("close", () => process.exit(0));
