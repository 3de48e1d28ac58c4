import { openstackEnv, openstackJson } from "../clients/openstack.ts";
import type { Stage } from "./stage.ts";

/** An application credential that openstackclient has made, in the variables that OpenStack's clients sign in with. */
export async function applicationCredential(
  { cloud, plainEnv }: Stage,
  name: string,
): Promise<{ readonly id: string; readonly env: Readonly<Record<string, string>> }> {
  const { id, secret } = await openstackJson<{ id: string; secret: string }>(
    ["application", "credential", "create", name, "--role", "member"],
    await openstackEnv(cloud, plainEnv),
  );
  return {
    id,
    env: {
      ...plainEnv,
      OS_AUTH_URL: cloud.authUrl,
      OS_AUTH_TYPE: "v3applicationcredential",
      OS_APPLICATION_CREDENTIAL_ID: id,
      OS_APPLICATION_CREDENTIAL_SECRET: secret,
    },
  };
}
