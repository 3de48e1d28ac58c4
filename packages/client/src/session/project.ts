import type { Project } from "../keystone/projects.ts";
import { nearest } from "../sites/suggest.ts";
import { type Chain, connectCommand, isAsked } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import type { Profile } from "./profile.ts";

/** Keystone makes ids of 32 hex digits. */
const isProjectId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/**
 * The project to work in: the one asked for, else the one used before, else the only one; with several, the profile's
 * own or whichever the person chooses. `list` is called only when it must be.
 *
 * @throws Failure `PROJECT_NOT_MINE`, `PROJECT_AMBIGUOUS`
 */
export async function chooseProject(
  chain: Chain,
  list: () => Promise<Project[]>,
): Promise<{ readonly id: string; readonly name: string }> {
  const { profile, state, asking } = chain;
  const asked = profile.project;
  const before = state.project;
  if (before !== undefined && isAsked(profile, before)) return before;
  if (asked !== undefined && isProjectId(asked)) return { id: asked, name: asked };
  const mine = await list();
  if (asked !== undefined) {
    const found = mine.find(({ id, name }) => name === asked || id === asked);
    if (found !== undefined) return found;
    throw notMine(profile, asked, mine);
  }
  const preferred = mine.length === 1 ? mine[0] : mine.find(({ id }) => id === profile.preferredProjectId);
  if (preferred !== undefined) return preferred;
  if (asking.chooseProject !== undefined) return asking.chooseProject(mine);
  throw chainFailure("PROJECT_AMBIGUOUS", `you have ${mine.length} projects at ${profile.site}; name one of them`, {
    cure: projectCommands(profile, mine),
  });
}

/** What to say when the project that was named is none of the person's. */
export function notMine(profile: Profile, asked: string, mine: readonly Project[]): Error {
  const meant = nearest(
    asked,
    mine.map(({ name }) => name),
  );
  return chainFailure("PROJECT_NOT_MINE", `you have no project ${asked} at ${profile.site}`, {
    cure: [...(meant === undefined ? [] : [`Did you mean ${meant}?`]), ...projectCommands(profile, mine)],
  });
}

const projectCommands = (profile: Profile, mine: readonly Project[]): string[] =>
  mine.map(({ id, name }) => `${connectCommand(profile, ` --project ${name}`)}    # ${id}`);
