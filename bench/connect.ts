import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fedbucket, startCloud } from "../e2e/harness/cloud.ts";
import { type Home, makeHome } from "../e2e/harness/home.ts";
import { type KeystoneAt, signInAtKeystone } from "../e2e/harness/keystone.ts";
import { presign } from "../e2e/harness/presign.ts";
import { type Contestant, medians, runProcess } from "./measure.ts";
import type { Peers } from "./peers.ts";
import { ms, type Row } from "./report.ts";

/**
 * `connect` with a token in hand, empty caches and no keys, beside the how-to and beside bare requests. What was compiled
 * of the bundle is kept beside it from the first round on, as Python keeps its own of the how-to's clients.
 */
export async function connect({ openstack, aws }: Peers): Promise<Row[]> {
  await using home = await makeHome();
  await using cloud = await startCloud({ env: home.env, args: ["--memory"] });
  const token = await cloud.token();
  const { deleteKeys, createKey } = await signInAtKeystone(cloud);
  const times = await medians({
    raw: rawRequests(cloud, home, token, deleteKeys, createKey),
    ours: freshConnect(home, token, deleteKeys),
    howto: {
      prepare: deleteKeys,
      run: () => (openstack && aws ? howto(cloud, home, token, { openstack, aws }) : NaN),
    },
  });
  const floor: Row = {
    name: "connect, of node and its six requests bare",
    value: times.ours / times.raw,
    unit: "x",
    target: { atMost: 1.5 },
    detail: `${ms(times.ours)}; node's start and the same requests by node:http alone ${ms(times.raw)}`,
  };
  if (openstack === undefined || aws === undefined) return [floor];
  const beside: Row = {
    name: "the how-to's six commands, of connect",
    value: times.howto / times.ours,
    unit: "x",
    target: { atLeast: 30 },
    detail: `token issue, ec2 credentials list, create, list, aws configure set twice: ${ms(times.howto)}; connect ${ms(times.ours)}`,
  };
  return [floor, beside];
}

/** A home for each run: nothing is cached there but where the sandbox is. */
function freshConnect(home: Home, token: string, deleteKeys: () => Promise<void>): Contestant {
  let run = 0;
  const fedbucketHome = (): string => join(home.folder, `run-${run}`, "fedbucket");
  return {
    async prepare() {
      run += 1;
      await deleteKeys();
      await mkdir(join(fedbucketHome(), "state"), { recursive: true, mode: 0o700 });
      const published = "state/sandbox.json";
      await copyFile(join(home.env["FEDBUCKET_HOME"] ?? "", published), join(fedbucketHome(), published));
    },
    run() {
      const own = { HOME: join(home.folder, `run-${run}`), FEDBUCKET_HOME: fedbucketHome(), OIDC_ACCESS_TOKEN: token };
      runProcess([...fedbucket, "connect", "sandbox"], { ...home.env, ...own });
    },
  };
}

/** Six requests by node:http. */
export function rawRequests(
  cloud: KeystoneAt & { readonly s3Endpoint: string },
  home: Home,
  accessToken: string,
  deleteKeys: () => Promise<void>,
  createKey: () => Promise<{ access: string; secret: string }>,
): Contestant {
  let input = "";
  return {
    async prepare() {
      await deleteKeys();
      const { access, secret } = await createKey();
      const url = `${cloud.s3Endpoint}/`;
      const listBuckets = presign({ method: "GET", url, accessKeyId: access, secretAccessKey: secret });
      const { authUrl, projectId, identityProvider, protocol } = cloud;
      const federation = `/OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth`;
      input = JSON.stringify({ authUrl, federation, accessToken, projectId, listBuckets });
    },
    run: () =>
      runProcess([process.execPath, join(import.meta.dirname, "raw-connect.cjs")], { ...home.env, RAW_CONNECT: input }),
  };
}

/** The how-to's six commands. */
export function howto(
  cloud: KeystoneAt,
  home: Home,
  token: string,
  { openstack, aws }: { openstack: string; aws: string },
  region = "",
): void {
  const env = {
    ...home.env,
    OS_AUTH_URL: cloud.authUrl,
    OS_AUTH_TYPE: "v3oidcaccesstoken",
    OS_PROTOCOL: cloud.protocol,
    OS_IDENTITY_PROVIDER: cloud.identityProvider,
    OS_ACCESS_TOKEN: token,
    OS_PROJECT_ID: cloud.projectId,
    ...(region !== "" && { OS_REGION_NAME: region }),
  };
  runProcess([openstack, "token", "issue", "-c", "id", "-f", "value"], env);
  for (const verb of ["list", "create", "list"]) runProcess([openstack, "ec2", "credentials", verb], env);
  runProcess([aws, "configure", "set", "aws_access_key_id", "0".repeat(32)], env);
  runProcess([aws, "configure", "set", "aws_secret_access_key", "0".repeat(32)], env);
}
