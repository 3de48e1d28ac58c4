import type { Who } from "./clouds.ts";
import { traveller } from "./traveller.ts";

export const hasKeystone = ({ settings }: Who): boolean => settings.sts === undefined;

/** Somebody's keys as the server has them; one that lends keys has none of a person's own. */
export async function keysOf(whose: Who): Promise<readonly string[]> {
  if (!hasKeystone(whose)) return [];
  await using elsewhere = traveller(whose);
  await elsewhere.session.signIn();
  return (await elsewhere.session.keys()).all.map((key) => key.accessKeyId);
}

export async function deleteAllKeys(whose: Who): Promise<void> {
  if (!hasKeystone(whose)) return;
  await using elsewhere = traveller(whose);
  await elsewhere.session.signIn();
  for (const { accessKeyId } of (await elsewhere.session.keys()).all) await elsewhere.session.deleteKeys(accessKeyId);
}
