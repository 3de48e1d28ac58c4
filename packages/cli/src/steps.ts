/** One link of the chain as it is made: `✓ Keystone   CESNET-MCCG2, until 15:04 UTC   31 ms`. */
export function stepLine({ link, detail, ms }: { link: string; detail: string; ms: number }): string {
  return `✓ ${link.padEnd(9)} ${detail}   ${Math.round(ms)} ms\n`;
}
