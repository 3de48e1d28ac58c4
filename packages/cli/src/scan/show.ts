import { afterwards, type Ended, type Leak, mask, type Verdict, visible } from "@fedbucket/client";
import type { Found, Place } from "./collect.ts";

/** A secret, what is known of it, and what was done about it. */
export interface Judged extends Found {
  readonly verdict: Verdict;
  readonly ended?: Ended;
}

const titles = {
  "access-token": "access token",
  "refresh-token": "refresh token",
  "keystone-token": "Keystone token",
  "s3-keys": "S3 keys",
  "keystone-secret": "Keystone secret",
} as const satisfies Record<Leak["kind"], string>;

/** Enough to know which one is meant; never the secret. */
export function nameOf(leak: Leak): string {
  const id = leak.kind === "s3-keys" && leak.accessKeyId !== undefined ? ` ${mask(leak.accessKeyId)}` : "";
  return titles[leak.kind] + id;
}

export function placeOf({ file, where, line }: Place): string {
  return `${visible(file)}${where === "" ? "" : `, ${where}`}, line ${line}`;
}

/** The lines that people read about one secret. */
export function describe({ leak, places, verdict, ended }: Judged): string {
  const { state, detail, expiresAt } = verdict;
  const until = state !== "dead" && expiresAt !== undefined ? `, until ${expiresAt.toISOString().slice(0, 16)}Z` : "";
  const lines = [
    `${nameOf(leak)}: ${state} (${detail}${until})`,
    ...places.map((place) => `    in ${placeOf(place)}`),
    ...(state === "dead" ? [] : [`    ${afterwards[leak.kind].words}`]),
    ...(ended === undefined ? [] : ["done" in ended ? `    ${ended.done} now` : `    not ended: ${ended.why}`]),
  ];
  return `${lines.join("\n")}\n`;
}

export function asJson({ leak, places, verdict, ended }: Judged): unknown {
  const { state, detail, expiresAt } = verdict;
  return {
    kind: leak.kind,
    ...(leak.kind === "s3-keys" && leak.accessKeyId !== undefined ? { accessKey: mask(leak.accessKeyId) } : {}),
    places: places.map(({ file, where, line }) => ({ file, ...(where === "" ? {} : { where }), line })),
    state,
    detail,
    expiresAt,
    afterwards: afterwards[leak.kind],
    ...(ended === undefined ? {} : "done" in ended ? { ended: ended.done } : { notEnded: ended.why }),
  };
}
