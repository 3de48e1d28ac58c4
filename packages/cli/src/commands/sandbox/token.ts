import { Failure } from "@fedbucket/client";
import { fedbucketPaths } from "@fedbucket/client/node";
import { Command } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { askControl } from "../../sandbox/control.ts";
import { mustBeRunning } from "../../sandbox/running.ts";

export function command(context: Context): Command {
  return new Command("token")
    .description("Prints a fresh access token of one of the sandbox's people, as its token portal would.")
    .argument("[person]", "who; default: the first, a member of the VO")
    .addOption(jsonOption())
    .action((person: string | undefined, { json }: { json?: boolean }) => token(context, person, json === true));
}

async function token(context: Context, person: string | undefined, json: boolean): Promise<void> {
  const published = await mustBeRunning(fedbucketPaths(context.env).state);
  const name = person ?? published.people[0]?.name ?? "";
  const { status, text } = await askControl(published, "POST", "token", name);
  if (status === 404) {
    throw new Failure("PERSON_UNKNOWN", "not-found", text, { cure: ["fedbucket sandbox status"] });
  }
  if (status !== 200) throw new Error(`the sandbox answered ${status}`);
  context.stdout.write(json ? `${JSON.stringify({ person: name, accessToken: text })}\n` : `${text}\n`);
}
