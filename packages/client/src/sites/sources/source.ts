import type { Site } from "../registry.ts";

/** What a source had, and what could not be read of it. */
export interface Answer {
  readonly sites: readonly Site[];
  /** One line each. */
  readonly problems: readonly string[];
}

/** The sites among what was read, and why the others are none. */
export function sorted(read: readonly (Site | string)[]): Answer {
  return {
    sites: read.filter((found) => typeof found !== "string"),
    problems: read.filter((found) => typeof found === "string"),
  };
}
