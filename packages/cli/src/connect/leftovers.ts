import { mask } from "@fedbucket/client";
import { type AwsLeftover, findAwsLeftovers, leftoversFile, moveAwsLeftovers } from "@fedbucket/client/node";
import type { Context } from "../context.ts";

/**
 * Moves keys of before out of the AWS files, where they would win over borrowed ones, if the person agrees.
 *
 * @param consent What was typed. Undefined: ask where somebody can answer, else say what there is and how to agree.
 */
export async function moveLeftovers(
  context: Context,
  sections: readonly string[],
  consent: boolean | undefined,
): Promise<void> {
  const leftovers = consent === false ? [] : await findAwsLeftovers(context.env, sections);
  if (leftovers.length === 0) return;
  const say = (line: string): void => void context.stderr.write(`${line}\n`);
  for (const leftover of leftovers) say(`note: ${inWords(leftover)} would win over the keys that fedbucket lends`);
  const agreed = consent ?? (await context.prompt?.confirm("Move them aside? They are kept in a file beside it."));
  if (agreed === undefined) say("  To move them aside, into a file beside it: add --move-leftovers");
  if (agreed !== true) return;
  await moveAwsLeftovers(leftovers);
  for (const file of new Set(leftovers.map((leftover) => leftover.file)))
    say(`They are in ${leftoversFile(file)} now.`);
}

const inWords = ({ file, section, accessKeyId }: AwsLeftover): string =>
  `the key${accessKeyId === undefined ? "" : ` ${mask(accessKeyId)}`} in [${section}] of ${file}`;
