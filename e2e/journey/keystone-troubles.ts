import { expect, test } from "vitest";
import { tcpProxy } from "../harness/tcp-proxy.ts";
import type { Peer } from "../peers/peer.ts";
import { signalService, stopService } from "../peers/service.ts";
import { carlaAt, type Who } from "./clouds.ts";
import { deleteAllKeys, keysOf } from "./keys-elsewhere.ts";
import { traveller, type Traveller, type TravellerOptions } from "./traveller.ts";

/** What goes wrong at Keystone while somebody connects: nothing is half done, and the next attempt ends it. */
export function keystoneTroubles(keystone: Peer, at: () => Who): void {
  const [service = ""] = keystone.services.slice(-1);
  test.for([
    ["login", "OS-FEDERATION", 2], // by who asks for the projects, and who asks for the keys
    ["choice of a project", "/auth/tokens", 1],
  ] as const)(
    "a token that is over right after the %s: others are asked for, keys are made once",
    async ([, after, refusals]) => {
      await deleteAllKeys(carlaAt(at()));
      await using on = await signedIn(at(), { meanwhile: once(after, (answer) => end(answer, at())) });
      const { requests, value } = await on.counted(() => on.session.connect());
      expect(requests.filter((request) => / 40[14]$/.test(request))).toHaveLength(refusals);
      expect(requests.at(-1)).toBe("GET / 200");
      expect(await keysOf(carlaAt(at()))).toEqual([value.keys.accessKeyId]);
    },
  );

  test("an access token that is over before Keystone sees it: the login is renewed", async () => {
    await using on = await signedIn(at());
    await revokeAtIssuer(on);
    const { requests } = await on.counted(() => on.session.connect());
    expect(requests.map((request) => request.replace(/.*\/auth (\d+)$/, "$1"))).toEqual(
      expect.arrayContaining(["401", "201"]),
    );
  });

  test("reloaded between two links: nobody notices", async () => {
    const reload = once("OS-FEDERATION", () => signalService(service, "SIGUSR1"));
    await using on = await signedIn(at(), { meanwhile: reload });
    await on.session.connect();
    expect(await keysOf(carlaAt(at()))).toHaveLength(1);
  });

  test("stopped between two links: says so, and once it is up again the same command ends it", async () => {
    await deleteAllKeys(carlaAt(at()));
    await using on = await signedIn(at(), { meanwhile: once("OS-FEDERATION", () => stopService(service)) });
    try {
      await expect(on.session.connect()).rejects.toMatchObject({ code: "CONNECTION_REFUSED", kind: "later" });
    } finally {
      await keystone.up();
    }
    const { keys } = await on.session.connect();
    expect(await keysOf(carlaAt(at()))).toEqual([keys.accessKeyId]);
  });

  test("slow: waited for, and asked no more than otherwise; silent: doctor says where", async () => {
    const { settings, person } = carlaAt(at());
    await using proxy = await tcpProxy(new URL(settings.site ?? "").origin);
    await using on = await signedIn({ settings: { ...settings, site: `${proxy.origin}/v3` }, person });
    proxy.pace({ latencyMs: 300 });
    const { requests } = await on.counted(() => on.session.connect());
    expect(requests).toHaveLength(5);
    proxy.pace({ latencyMs: 60_000 });
    const findings = await on.session.examine(() => {});
    expect(findings.find(({ link }) => link === "Keystone")).toMatchObject({ problem: { code: "LINK_TOO_SLOW" } });
  });
}

async function signedIn(who: Who, options?: TravellerOptions): Promise<Traveller> {
  const on = traveller(carlaAt(who), options);
  await on.session.signIn();
  return on;
}

type Meanwhile = NonNullable<TravellerOptions["meanwhile"]>;
type Answer = Parameters<Meanwhile>[1];

/** After the first answer to a request for an address with this in it. */
function once(part: string, work: (answer: Answer) => void | Promise<void>): Meanwhile {
  let done = false;
  return async ({ url }, answer) => {
    if (done || !url.includes(part)) return;
    done = true;
    await work(answer);
  };
}

/** A token that was revoked gets the answers of one that expired, once no process of Keystone's has it cached. */
async function end({ headers }: Answer, { settings }: Who): Promise<void> {
  const token = headers["x-subject-token"] ?? "";
  const own = { "x-auth-token": token, "x-subject-token": token };
  const ask = async (method: string, path: string): Promise<number> =>
    (await fetch(`${settings.site}${path}`, { method, headers: own })).status;
  expect(await ask("DELETE", "/auth/tokens")).toBe(204);
  for (let refusals = 0; refusals < 5;) refusals = (await ask("GET", "/auth/projects")) === 401 ? refusals + 1 : 0;
}

async function revokeAtIssuer({ session }: Traveller): Promise<void> {
  const { token } = await session.accessToken();
  const { issuer, clientId = "" } = session.profile;
  const { revocation_endpoint } = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as {
    revocation_endpoint: string;
  };
  const body = new URLSearchParams({ token: token.reveal(), client_id: clientId });
  expect((await fetch(revocation_endpoint, { method: "POST", body })).status).toBe(200);
}
