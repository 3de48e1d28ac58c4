import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place } from "../variables/store.ts";

/** Files without a secret that stand in for the person's own, as long as the program runs. */
export interface PrivateFiles extends AsyncDisposable {
  /** For `AWS_CONFIG_FILE`: where the store is, and no key. */
  readonly config: string;
  /** An empty file, for tools that look for keys in one. */
  readonly nothing: string;
}

export async function writePrivateFiles(place: Place): Promise<PrivateFiles> {
  const folder = await mkdtemp(join(tmpdir(), "fedbucket-run-")); // 0700
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    config: await write("config", awsConfig(place)),
    nothing: await write("nothing", ""),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** By its name the profile works as well, for programs that choose it: both find their keys at the endpoint. */
export function awsConfig({ profile, s3Url, region }: Place): string {
  const settings = `region = ${region}
services = ${profile}
request_checksum_calculation = when_required
response_checksum_validation = when_required
s3 =
    addressing_style = path
`;
  return `[default]
${settings}[profile ${profile}]
${settings}[services ${profile}]
s3 =
  endpoint_url = ${s3Url}
`;
}
