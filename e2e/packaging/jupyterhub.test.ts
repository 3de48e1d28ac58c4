import { join } from "node:path";
import { expect, test } from "vitest";
import { freePorts } from "../harness/cloud.ts";
import { personAtSandbox } from "../harness/person.ts";
import { callbackOf, startHub } from "./jupyterhub.ts";
import { executable } from "./places.ts";

test("on a hub set up as docs/operators.md says, whoever signed in there need not sign in again", async () => {
  const port = await freePorts();
  const client = { clientId: "our-hub", clientSecret: "a-secret-for-tests", redirectUris: [callbackOf(port)] };
  await using person = await personAtSandbox({ relyingParties: [client] });
  const { issuer, passphrase } = person.sandbox;
  await using hub = await startHub({
    port,
    issuer,
    folder: join(person.home, "hub"),
    client: { id: client.clientId, secret: client.clientSecret },
    env: {
      HOME: person.home,
      FEDBUCKET_HOME: join(person.home, "fedbucket"),
      PATH: `${join(executable, "..")}:/usr/bin:/bin`,
    },
  });
  await using terminal = await hub.terminalOf({ username: "alice", passphrase });
  terminal.type(`${executable} connect sandbox\r`);
  const [said] = await terminal.shows(/Check-in +signed in as [^\r]*|error: [^\r]*/);
  expect(said).toContain("(JupyterHub's auth_state)");
  await terminal.shows(/Connected: these keys can/);
});
