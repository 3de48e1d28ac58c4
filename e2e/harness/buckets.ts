import { expect } from "vitest";
import { signInAtKeystone } from "./keystone.ts";
import type { PersonAtSandbox } from "./person.ts";
import { presign } from "./presign.ts";

/** By a plain request of the owner's, who may do that whatever the policy says. */
export async function setPolicy(
  person: PersonAtSandbox,
  bucket: string,
  ...statements: readonly object[]
): Promise<void> {
  const { stdout } = await person.run("credentials --profile sandbox");
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = JSON.parse(stdout) as Record<string, string>;
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  const Statement = statements.map((statement) => ({ Principal: "*", Resource, ...statement }));
  const url = `${person.sandbox.s3Endpoint}/${bucket}?policy`;
  const signed = presign({
    method: "PUT",
    url,
    accessKeyId: accessKeyId ?? "",
    secretAccessKey: secretAccessKey ?? "",
  });
  const { status } = await fetch(signed, { method: "PUT", body: JSON.stringify({ Statement }) });
  expect(status).toBe(204);
}

export const deny = (Action: string): object => ({ Effect: "Deny", Action });
export const everybodyReads: object = { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetObject"] };

/** What everybody may read and the first person's project may not. */
export const allButOne = ({ sandbox }: PersonAtSandbox): readonly object[] => [
  everybodyReads,
  { ...deny("s3:*"), Principal: { AWS: `arn:aws:iam:::user/${sandbox.projectId}` } },
];

/** A bucket of a project that the first person has nothing to do with. */
export async function othersBucket({ sandbox }: PersonAtSandbox, name: string): Promise<void> {
  const projectId = "25f5aa2c69e140e1be947381b9c119bc";
  const { createKey } = await signInAtKeystone({ ...sandbox, projectId, token: () => sandbox.token("bruno") });
  const { access, secret } = await createKey();
  const url = `${sandbox.s3Endpoint}/${name}`;
  const made = await fetch(presign({ method: "PUT", url, accessKeyId: access, secretAccessKey: secret }), {
    method: "PUT",
  });
  expect(made.status).toBe(200);
}

/** The store as one of those that lend keys themselves, under the profile `lends`, with keys that were handed over. */
export async function asLendingStore(person: PersonAtSandbox): Promise<void> {
  const { stdout } = await person.run("credentials --profile sandbox");
  const { AccessKeyId, SecretAccessKey } = JSON.parse(stdout) as Record<string, string>;
  const { s3Endpoint, issuer } = person.sandbox;
  await person.write(
    "fedbucket/config/config.toml",
    `format = 1\ntrusted_hosts = ["${new URL(s3Endpoint).host}"]\n[profiles.lends]\nsts = "${s3Endpoint}"\nissuer = "${issuer}"\n`,
  );
  const imported = await person.run("keys import --profile lends", { stdin: `${AccessKeyId}\n${SecretAccessKey}\n` });
  expect(imported.code).toBe(0);
}
