/** How long another process that works on the same profile is waited for; undefined: as long as usual. */
export function waitMsIn(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const seconds = Number(env["FEDBUCKET_WAIT_SECONDS"] || Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds * 1000;
}
