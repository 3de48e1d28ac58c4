import { dirname } from "node:path";
import type { Cloud } from "../harness/cloud.ts";
import { mustRun } from "../harness/run.ts";
import { pythonClient } from "./tools.ts";

/** A PATH with the Python clients in front, for programs that start one another. */
export const clientsPath = (): string => `${dirname(pythonClient("openstack"))}:/usr/bin:/bin`;

type Variables = Readonly<Record<string, string>>;

/** The `OS_*` variables that openstackclient reads, as the how-to exports them. @param token Default: the first person's */
export async function openstackEnv(cloud: Cloud, env: Variables, token?: string): Promise<Variables> {
  return {
    ...env,
    OS_AUTH_URL: cloud.authUrl,
    OS_AUTH_TYPE: "v3oidcaccesstoken",
    OS_PROTOCOL: cloud.protocol,
    OS_IDENTITY_PROVIDER: cloud.identityProvider,
    OS_ACCESS_TOKEN: token ?? (await cloud.token()),
    OS_PROJECT_ID: cloud.projectId,
  };
}

/** What `openstack ... -f json` prints. */
export async function openstackJson<T>(command: readonly string[], env: Variables): Promise<T> {
  const { stdout } = await mustRun([pythonClient("openstack"), ...command, "-f", "json"], { env });
  return JSON.parse(stdout) as T;
}
