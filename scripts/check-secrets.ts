// Fails when a file outside the list below turns a Secret into text.
import { globSync, readFileSync } from "node:fs";

/** Every place where a secret becomes bytes, and why. */
const mayReveal: Record<string, string> = {
  "packages/client/src/secret.ts": "defines it",
  "packages/client/src/node/headers.ts": "writes headers",
  "packages/client/src/node/crypto.ts": "derives the signing key",
  "packages/client/src/s3/sign.ts": "a session token is part of what is signed, and of a presigned URL",
  "packages/client/src/body.ts": "writes bodies",
  "packages/client/src/node/state.ts": "writes the state file, which only its owner can read",
  "packages/cli/src/lend.ts": "prints keys to the tool that asks for them",
  "packages/cli/src/run/endpoint.ts": "hands keys to a program that has the endpoint's token",
  "packages/cli/src/run/environment.ts": "hands a program the endpoint's token",
  "packages/cli/src/variables/openstack.ts": "makes variables for a shell or a program",
  "packages/cli/src/variables/store.ts": "makes variables for a shell",
  "packages/cli/src/commands/keystone/token.ts": "prints a Keystone token",
  "packages/cli/src/commands/token/issue.ts": "prints an access token",
  "packages/cli/src/keys-output.ts": "prints secret keys after --show-secrets",
};

const offenders = globSync("packages/*/src/**/*.ts").filter(
  (file) => !(file in mayReveal) && readFileSync(file, "utf8").includes(".reveal()"),
);
for (const file of offenders)
  console.error(
    `${file}: calls .reveal(); hand the Secret on, or add the file to scripts/check-secrets.ts with the reason`,
  );
const stale = Object.keys(mayReveal).filter(
  (file) => file !== "packages/client/src/secret.ts" && !readFileSync(file, "utf8").includes(".reveal()"),
);
for (const file of stale)
  console.error(`${file}: no longer calls .reveal(); take it off the list in scripts/check-secrets.ts`);
if (offenders.length + stale.length > 0) process.exitCode = 1;
