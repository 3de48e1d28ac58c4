import { builtinProfiles, type ProfileSettings } from "@fedbucket/client";
import type { Context } from "../context.ts";
import { profileName } from "../session.ts";

/** Without a name: the built-in profile that means the same, else the VO's or site's own name, else the last one. */
export async function nameFor(context: Context, { site, sts, vo }: ProfileSettings): Promise<string> {
  if (site === undefined && vo === undefined && sts === undefined) {
    const choices = Object.keys(builtinProfiles).map((name) => ({ value: name, label: name }));
    return profileName(context, undefined).catch((error: unknown) => {
      if (context.prompt === undefined) throw error;
      return context.prompt.choose("Connect to which cloud?", choices);
    });
  }
  const same = Object.entries(builtinProfiles).find(
    ([, builtin]) =>
      builtin.sts === sts && (site === undefined || builtin.site === site) && (vo === undefined || builtin.vo === vo),
  );
  const given = (sts === undefined ? vo : undefined) ?? URL.parse(sts ?? site ?? "")?.hostname ?? site ?? "";
  return same?.[0] ?? given.replace(/[^\w.-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
}
