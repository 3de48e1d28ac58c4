import { dirname } from "node:path";
import type { Cloud } from "../harness/cloud.ts";
import type { Home } from "../harness/home.ts";
import { mustRun } from "../harness/run.ts";
import { pythonClient } from "./tools.ts";

/** A PATH with the Python clients in front, for programs that start one another. */
export const clientsPath = (): string => `${dirname(pythonClient("openstack"))}:/usr/bin:/bin`;

/** The `OS_*` variables that openstackclient reads, as the how-to exports them. */
export async function openstackEnv(cloud: Cloud, home: Home): Promise<Record<string, string>> {
  return {
    ...home.env,
    OS_AUTH_URL: cloud.authUrl,
    OS_AUTH_TYPE: "v3oidcaccesstoken",
    OS_PROTOCOL: cloud.protocol,
    OS_IDENTITY_PROVIDER: cloud.identityProvider,
    OS_ACCESS_TOKEN: await cloud.token(),
    OS_PROJECT_ID: cloud.projectId,
  };
}

/** What `openstack ... -f json` prints. */
export async function openstackJson<T>(command: readonly string[], env: Record<string, string>): Promise<T> {
  const { stdout } = await mustRun([pythonClient("openstack"), ...command, "-f", "json"], { env });
  return JSON.parse(stdout) as T;
}

/** Keys as the how-to makes them, in the variables that every S3 tool reads. */
export async function s3Env(cloud: Cloud, home: Home): Promise<Record<string, string>> {
  const env = await openstackEnv(cloud, home);
  const keys = await openstackJson<{ access: string; secret: string }>(["ec2", "credentials", "create"], env);
  return {
    ...home.env,
    AWS_ACCESS_KEY_ID: keys.access,
    AWS_SECRET_ACCESS_KEY: keys.secret,
    AWS_DEFAULT_REGION: "us-east-1",
  };
}
