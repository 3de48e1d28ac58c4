import { Command, Option } from "commander";
import { connect, type ConnectOptions } from "../connect/connect.ts";
import type { Context } from "../context.ts";
import { caBundleOption, debugOption, jsonOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("connect")
    .argument(
      "[profile]",
      "pangeo, pangeo-swift, pangeo-escience, pangeo-minio, sandbox, sandbox-minio, a name of your own with --site, --sts or --vo, or a project file (./fedbucket.toml, https://...)",
    )
    .option("--name <name>", "what to call the connection of a project file (default: what the file says)")
    .description(
      "Makes the whole chain: sign in, find the project, get keys, set up the tools of this machine. Safe to repeat.",
    )
    .option("--site <site>", "name of a site, or its Keystone address")
    .option("--sts <url>", "address of a store that lends keys itself, MinIO's S3 API; in place of a site")
    .option("--role-arn <arn>", "the role to take at such a store")
    .option("--vo <vo>", "virtual organisation, for example vo.pangeo.eu")
    .option("--project <project>", "name or id, when you have several")
    .option("--region <region>", "the site's region, when it has several object stores")
    .option("--no-browser", "print addresses without opening them")
    .option("--no-store", "keep no refresh token on this machine")
    .option("--token-file <file>", "read an access or refresh token from a file; - is standard input")
    .option("--client-id <id>", "the OpenID client to sign in with (FEDBUCKET_CLIENT_ID)")
    .option("--issuer <url>", "the OpenID provider (default: EGI Check-in)")
    .option("--identity-provider <name>", "what the site calls that provider (default: egi.eu)")
    .addOption(new Option("--protocol <name>", "what the site calls the protocol (default: openid, then oidc)"))
    .option("--membership-renew-after <time>", "log in at the site anew when the last login is older (default: 30m)")
    .option(
      "--trust-host <host>",
      "let your access token go to this host",
      (host, all: readonly string[] | undefined) => [...(all ?? []), host],
    )
    .option("--default", "lend the credentials to the [default] AWS profile, or fail when you have your own")
    .option("--no-default", "leave the [default] AWS profile alone")
    .option(
      "--move-leftovers",
      "move keys that would win over borrowed ones out of the AWS files, into a file beside them",
    )
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action((profile: string | undefined, options: ConnectOptions) => connect(context, profile, options));
}
