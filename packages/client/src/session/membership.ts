import { type Group, groupName } from "../oidc/entitlements.ts";
import type { Person } from "../oidc/userinfo.ts";
import { connectCommand } from "./chain.ts";
import { chainFailure } from "./failures.ts";
import type { Profile } from "./profile.ts";

/** What a refusal left behind, for the failure that explains it. */
interface Evidence {
  readonly cause?: unknown;
  readonly requestId?: string;
}

/** Which membership a person lacks; undefined when the person is a member as far as can be told. */
export function missingMembership(profile: Profile, person: Person, evidence: Evidence = {}): Error | undefined {
  const { vo, name } = profile;
  const options = {
    ...evidence,
    cure: [
      `fedbucket enroll ${vo ?? "VO"} --profile ${name}`,
      `Approved already? Sign in again: fedbucket logout --profile ${name} && ${connectCommand(profile)}`,
    ],
  };
  if (person.groups.length === 0) {
    return chainFailure("NOT_IN_ANY_VO", `${person.name} is not a member of any virtual organisation`, options);
  }
  const inVo = vo === undefined ? person.groups : person.groups.filter((group) => isWithin(group, vo));
  if (inVo.length === 0) {
    const message = `${person.name} is not a member of ${vo}, only of ${namesOf(person.groups)}`;
    return chainFailure("NOT_IN_VO", message, options);
  }
  if (inVo.some(({ subgroups }) => subgroups.length === 0)) return undefined;
  const message = `${person.name} is only in a subgroup (${namesOf(inVo)}), which has no project at ${profile.site}`;
  return chainFailure("SUBGROUP_ONLY", message, options);
}

const namesOf = (groups: readonly Group[]): string => [...new Set(groups.map(groupName))].join(", ");

/** `vo` may be the name of one of the VO's projects (`vo.pangeo.eu-swift`). */
const isWithin = (group: Group, vo: string): boolean => vo === group.vo || vo.startsWith(`${group.vo}-`);
