import type { Session } from "@fedbucket/client";
import { Command, Option } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { openSession } from "../session.ts";
import { openstackNames, openstackVariables } from "../variables/openstack.ts";
import { evalLine, setLine, type Shell, shellOf, shells, unsetLine } from "../variables/shell.ts";
import { keyNames, keyVariables, type Place, placeOf, storeVariables } from "../variables/store.ts";

interface EnvOptions extends CommonOptions {
  readonly shell?: Shell;
  readonly unset?: boolean;
}

export function command(context: Context): Command {
  const shell = shellOf(context.env);
  return withCommonOptions(new Command("env"))
    .description(
      `Prints OS_* and AWS_* variables for your shell: ${evalLine(shell, "fedbucket env")}. They hold secrets and are not renewed; fedbucket run lends keys without either.`,
    )
    .addOption(new Option("--shell <shell>", "whose language to print").choices(shells).default(shell))
    .option("--unset", "print what takes the variables back")
    .action((options: EnvOptions) => run(context, options));
}

async function run(context: Context, options: EnvOptions): Promise<void> {
  const { shell = "bash" } = options;
  if (options.unset === true)
    return void context.stdout.write(everyName.map((name) => unsetLine(shell, name)).join(""));
  const session = await openSession(context, options);
  const variables = { ...(await openstackVariables(session)), ...(await s3Variables(session)) };
  const lines = [
    ...inTheWay.filter((name) => context.env[name] !== undefined).map((name) => unsetLine(shell, name)),
    ...Object.entries(variables).map(([name, value]) => setLine(shell, name, value)),
  ];
  context.stdout.write(options.json === true ? `${JSON.stringify(variables)}\n` : lines.join(""));
}

/** Leftovers that would be mixed with what is printed: a session token, say, with keys that have none. */
const inTheWay: readonly string[] =
  "AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION OS_CLOUD OS_AUTH_TOKEN".split(
    " ",
  );

/** None where the store speaks only Swift. */
async function s3Variables(session: Session): Promise<Record<string, string>> {
  const endpoint = await session.endpoint();
  if (endpoint.s3Url === undefined) return {};
  const place = placeOf(session.profile, endpoint);
  return { ...keyVariables(place, await session.credentials()), ...storeVariables(place) };
}

const anyPlace: Place = { profile: "any", s3Url: "http://localhost", region: "" };

const everyName: readonly string[] = [...openstackNames, ...keyNames, ...Object.keys(storeVariables(anyPlace))];
