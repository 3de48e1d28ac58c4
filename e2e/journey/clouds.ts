import { existsSync, readFileSync } from "node:fs";
import type { ProfileSettings } from "@fedbucket/client";
import { startSandbox } from "@fedbucket/sandbox";
import { checkinDetails } from "../peers/checkin.ts";
import { addressFile, type Addresses } from "../peers/publish.ts";

/** Where somebody goes, and who it is. */
export interface Who {
  /** What they would type to connect. */
  readonly settings: ProfileSettings;
  readonly person: { readonly username: string; readonly passphrase: string };
}

export interface Cloud extends Who, AsyncDisposable {}

/** Not the one whose session makes the journey: who loses keys, or leaves with them, loses all of their own. */
export const carlaAt = ({ settings, person }: Who): Who => ({
  settings: { ...settings, ...(settings.sts === undefined && { project: "vo.pangeo.eu" }) },
  person: { ...person, username: "carla" },
});

/** The embedded cloud, on ports and in a memory of its own. */
export async function sandboxCloud(): Promise<Cloud> {
  const sandbox = await startSandbox();
  const { issuer, authUrl, clientId, passphrase, people } = sandbox;
  return {
    settings: { site: authUrl, issuer, clientId, vo: sandbox.vo },
    person: { username: people[0]?.username ?? "", passphrase },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** Where the peers are, as `npm run peers -- up` left it. */
export function peerAddresses(): Addresses {
  if (!existsSync(addressFile)) throw new Error("the peers are not up: npm run peers -- up");
  return JSON.parse(readFileSync(addressFile, "utf8")) as Addresses;
}

/** A store whose people the sandbox's Check-in signs in: behind the real Keystone, or MinIO, which needs none. */
export function peerCloud(name: "swift" | "rgw" | "minio" | "swiftPypi" | "swiftOutdated"): Promise<Cloud> {
  const { issuer, keystone: ours, keystonePypi, ...stores } = peerAddresses();
  const keystone = name === "swiftPypi" || name === "swiftOutdated" ? (keystonePypi ?? ours) : ours;
  const store = stores[name];
  if (store === undefined) throw new Error(`${name} is not up: npm run peers -- up ${name}`);
  const place =
    "roleArn" in store
      ? { sts: store.endpoint, roleArn: store.roleArn, region: store.region }
      : { site: keystone.authUrl, ...("s3Endpoint" in store && { region: store.region }) };
  return Promise.resolve({
    settings: { ...place, issuer, clientId: "fedbucket" },
    person: { username: "alice", passphrase: checkinDetails().passphrase },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}
