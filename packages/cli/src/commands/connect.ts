import type { Connected, Step } from "@fedbucket/client";
import { Command, Option } from "commander";
import { prepareConnect } from "../connect/prepare.ts";
import { printConnected } from "../connect/report.ts";
import { setUpTools } from "../connect/tools.ts";
import type { Context } from "../context.ts";
import { caBundleOption, debugOption, jsonOption } from "../options.ts";
import { stepLine } from "../steps.ts";

export interface ConnectOptions {
  readonly site?: string;
  readonly vo?: string;
  readonly project?: string;
  readonly region?: string;
  readonly browser: boolean;
  readonly tokenFile?: string;
  readonly clientId?: string;
  readonly issuer?: string;
  readonly identityProvider?: string;
  readonly protocol?: string;
  readonly trustHost: string[];
  readonly default?: boolean;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly caBundle?: string;
}

export function command(context: Context): Command {
  return new Command("connect")
    .argument("[profile]", "pangeo, pangeo-swift, pangeo-escience, sandbox, or a name of your own with --site or --vo")
    .description(
      "Makes the whole chain: sign in, find the project, get keys, set up the tools of this machine. Safe to repeat.",
    )
    .option("--site <site>", "name of a site, or its Keystone address")
    .option("--vo <vo>", "virtual organisation, for example vo.pangeo.eu")
    .option("--project <project>", "name or id, when you have several")
    .option("--region <region>", "the site's region, when it has several object stores")
    .option("--no-browser", "print addresses without opening them")
    .option("--token-file <file>", "read an access or refresh token from a file; - is standard input")
    .option("--client-id <id>", "the OpenID client to sign in with (FEDBUCKET_CLIENT_ID)")
    .option("--issuer <url>", "the OpenID provider (default: EGI Check-in)")
    .option("--identity-provider <name>", "what the site calls that provider (default: egi.eu)")
    .addOption(new Option("--protocol <name>", "what the site calls the protocol (default: openid, then oidc)"))
    .option("--trust-host <host>", "let your access token go to this host", (host, all: string[]) => [...all, host], [])
    .option("--default", "lend the credentials to the [default] AWS profile, or fail when you have your own")
    .option("--no-default", "leave the [default] AWS profile alone")
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action((profile: string | undefined, options: ConnectOptions) => run(context, profile, options));
}

async function run(context: Context, typedName: string | undefined, options: ConnectOptions): Promise<void> {
  const onStep = (step: Step): void => void context.stderr.write(stepLine(step));
  const prepared = await prepareConnect(context, typedName, options, onStep);
  const connected: Connected = await prepared.opened.session.connect();
  const tools = await setUpTools(context, prepared, connected, options.default);
  context.stderr.write(stepLine({ link: "Tools", detail: tools.detail, ms: tools.ms }));
  await printConnected(context, prepared, connected, tools.written, options.json === true);
}
