import { Secret } from "@fedbucket/client";
import { startSandbox } from "@fedbucket/sandbox";
import { type StsCloud, stsJourney } from "./sts-journey.ts";
import { traveller } from "./traveller.ts";

/** The embedded cloud's second store. */
async function start(): Promise<StsCloud> {
  const sandbox = await startSandbox();
  const { issuer, clientId, passphrase, minio } = sandbox;
  const { accessKeyId, secretAccessKey } = minio.consoleKey("alice");
  const cloud = {
    settings: { sts: minio.url, roleArn: minio.roleArn, issuer, clientId },
    person: { username: "alice", passphrase },
    consoleKey: { accessKeyId, secretAccessKey: new Secret(secretAccessKey) },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
  // Whoever has no bucket may not list any, as at the hub's.
  await using settler = traveller(cloud);
  await settler.session.importKeys(cloud.consoleKey);
  await (await settler.session.account()).createBucket("alice-home");
  return cloud;
}

stsJourney("sandbox-minio", start);
