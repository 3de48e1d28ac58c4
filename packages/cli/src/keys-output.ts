import type { Session } from "@fedbucket/client";

/** A pair of keys as it is printed. */
export interface ShownKeys {
  readonly accessKeyId: string;
  /** Only after `--show-secrets`. */
  readonly secretAccessKey?: string;
  readonly projectId: string;
  /** Made by fedbucket for this profile, on this machine. */
  readonly madeHere: boolean;
  /** The pair that tools get. */
  readonly inUse: boolean;
}

/** The person's keys at the site, secrets left out unless asked for. */
export async function shownKeys(session: Session, showSecrets: boolean): Promise<ShownKeys[]> {
  const { all, ours } = await session.keys();
  const current = (await session.state()).keys?.accessKeyId;
  return all.map(({ accessKeyId, secretAccessKey, projectId }) => ({
    accessKeyId,
    ...(showSecrets ? { secretAccessKey: secretAccessKey.reveal() } : {}),
    projectId,
    madeHere: ours.includes(accessKeyId),
    inUse: accessKeyId === current,
  }));
}
