import { join } from "node:path";
import { fedbucket } from "../e2e/harness/cloud.ts";
import { deviceTokens } from "../e2e/harness/device-tokens.ts";
import { type Home, makeHome } from "../e2e/harness/home.ts";
import { signInAtKeystone } from "../e2e/harness/keystone.ts";
import { peerAddresses, peerCloud } from "../e2e/journey/clouds.ts";
import { howto, rawRequests } from "./connect.ts";
import { type Contestant, medians, runProcess } from "./measure.ts";
import type { Peers } from "./peers.ts";
import { ms, type Row } from "./report.ts";

/** `connect` with a token in hand at the Keystone and Swift of `npm run peers -- up`, beside the how-to and bare requests. */
export async function realKeystone({ openstack, aws }: Peers): Promise<Row[]> {
  if (openstack === undefined || aws === undefined)
    throw new Error("openstack and aws are missing: npm run test:clients");
  await using home = await makeHome();
  const { settings, person } = await peerCloud("swift");
  const { keystone, swift } = peerAddresses();
  const { access_token: token } = await deviceTokens(settings, person);
  const cloud = { ...keystone, s3Endpoint: swift?.s3Endpoint ?? "", token: () => Promise.resolve(token) };
  const { deleteKeys, createKey } = await signInAtKeystone(cloud);
  const region = settings.region ?? "";
  const line = ["--site", keystone.authUrl, "--issuer", settings.issuer ?? "", "--region", region];
  const trust = ["--trust-host", new URL(keystone.authUrl).host, "--trust-host", new URL(settings.issuer ?? "").host];
  const times = await medians({
    raw: rawRequests(cloud, home, token, deleteKeys, createKey),
    ours: freshConnect(home, [...line, ...trust], token, deleteKeys),
    howto: { prepare: deleteKeys, run: () => howto(cloud, home, token, { openstack, aws }, region) },
  });
  const detail = `connect ${ms(times.ours)}; node's start and the same requests bare ${ms(times.raw)}; the how-to ${ms(times.howto)}`;
  return [
    {
      name: "real Keystone: connect, beyond bare requests",
      value: times.ours - times.raw,
      unit: "ms",
      target: { atMost: 100 },
      detail,
    },
    {
      name: "real Keystone: the how-to's commands, of connect",
      value: times.howto / times.ours,
      unit: "x",
      target: { atLeast: 12 },
      detail,
    },
  ];
}

/** A home for each run, in which nothing is remembered. */
function freshConnect(home: Home, line: readonly string[], token: string, deleteKeys: () => Promise<void>): Contestant {
  let run = 0;
  return {
    async prepare() {
      run += 1;
      await deleteKeys();
    },
    run() {
      const folder = join(home.folder, `run-${run}`);
      const own = { HOME: folder, FEDBUCKET_HOME: join(folder, "fedbucket"), OIDC_ACCESS_TOKEN: token };
      runProcess([...fedbucket, "connect", "real", ...line], { ...home.env, ...own });
    },
  };
}
