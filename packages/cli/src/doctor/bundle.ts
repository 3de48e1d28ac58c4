import { resolve } from "node:path";
import type { Profile, ProfileState, TraceEntry } from "@fedbucket/client";
import { writeFileAtomically } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { hideSecrets } from "../hide-secrets.ts";
import { version } from "../version.ts";
import { asJson, type AnyFinding } from "./findings.ts";

export interface Report {
  readonly profile: Profile;
  readonly state: ProfileState;
  readonly findings: readonly AnyFinding[];
  readonly warnings: readonly string[];
  readonly requests: readonly TraceEntry[];
}

/** Variables that matter to the chain; their names are told and never their values. */
const interesting =
  /^(AWS_|OS_|OIDC_|FEDCLOUD_|FEDBUCKET_|JUPYTERHUB_|BEARER_TOKEN|SECRETS_|XDG_)|^(https?|no)_proxy$/i;

/** Writes what a site's support needs to know, and nothing that opens anything. */
export async function writeBundle(context: Context, file: string, report: Report): Promise<string> {
  const path = resolve(context.cwd, file);
  // Secrets print as [secret] by themselves; what servers or people put into words is looked through as well.
  const text = hideSecrets(JSON.stringify(contents(context, report), undefined, 2));
  await writeFileAtomically(path, `${text}\n`, { mode: 0o600, enforceMode: true });
  return path;
}

function contents(context: Context, { profile, state, findings, warnings, requests }: Report): unknown {
  const { login, federated, project, endpoint, keys } = state;
  return {
    at: context.now().toISOString(),
    fedbucket: version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    profile,
    links: findings.map(asJson),
    warnings,
    remembered: {
      login: login && { source: login.source, expiresAt: login.expiresAt, renewable: login.refreshToken !== undefined },
      federated: federated && {
        userId: federated.userId,
        loggedInAt: federated.loggedInAt,
        protocol: federated.protocol,
      },
      project,
      endpoint,
      keys: keys && { projectId: keys.projectId, provenAt: keys.provenAt },
      lapsedAfterSeconds: state.lapsedAfterSeconds,
    },
    requests: requests.map((entry) => ({ ...entry, ms: Math.round(entry.ms) })),
    environment: Object.keys(context.env)
      .filter((name) => interesting.test(name))
      .sort(),
  };
}
