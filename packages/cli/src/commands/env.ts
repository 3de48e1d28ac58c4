import type { Session } from "@fedbucket/client";
import { Failure, linkOf } from "@fedbucket/client";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { openSession } from "../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("env"))
    .description('Prints OS_* and AWS_* variables for bash and zsh: eval "$(fedbucket env)". They hold secrets.')
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const variables = { ...(await openstackVariables(session)), ...(await awsVariables(session)) };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  context.stdout.write(options.json === true ? `${JSON.stringify(variables)}\n` : lines.join(""));
}

/** As the how-to has them. Where the access token cannot be renewed, the Keystone token stands in for it. */
async function openstackVariables(session: Session): Promise<Record<string, string>> {
  const { profile } = session;
  const { token: keystoneToken, project } = await session.access();
  const common = {
    OS_AUTH_URL: profile.keystone.url,
    OS_IDENTITY_API_VERSION: "3",
    OS_PROJECT_ID: project.id,
    OS_STORAGE_URL: (await session.endpoint()).storageUrl,
  };
  try {
    const { token } = await session.accessToken();
    const protocol = (await session.state()).federated?.protocol ?? profile.keystone.protocol;
    const { identityProvider } = profile.keystone;
    return {
      ...common,
      OS_AUTH_TYPE: "v3oidcaccesstoken",
      OS_PROTOCOL: protocol,
      OS_IDENTITY_PROVIDER: identityProvider,
      OIDC_ACCESS_TOKEN: token.reveal(),
      OS_ACCESS_TOKEN: token.reveal(),
    };
  } catch (error) {
    if (!(error instanceof Failure) || linkOf(error) !== "token") throw error;
    return { ...common, OS_AUTH_TYPE: "v3token", OS_TOKEN: keystoneToken.reveal() };
  }
}

/** Names differ from tool to tool: boto3 and the AWS CLI, s5cmd, GDAL. */
async function awsVariables(session: Session): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = await session.credentials();
  const { s3Url, region } = await session.endpoint();
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey.reveal() };
  if (s3Url === undefined) return keys;
  const { host, protocol } = new URL(s3Url);
  return {
    ...keys,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: s3Url,
    AWS_ENDPOINT_URL_S3: s3Url,
    AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
    AWS_RESPONSE_CHECKSUM_VALIDATION: "when_required",
    AWS_EC2_METADATA_DISABLED: "true",
    S3_ENDPOINT_URL: s3Url,
    AWS_S3_ENDPOINT: host,
    AWS_HTTPS: protocol === "https:" ? "YES" : "NO",
    AWS_VIRTUAL_HOSTING: "FALSE",
  };
}

/** For a POSIX shell. */
const quote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
