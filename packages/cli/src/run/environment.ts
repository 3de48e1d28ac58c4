import type { Secret } from "@fedbucket/client";
import { type Place, storeVariables } from "../variables/store.ts";
import type { PrivateFiles } from "./private-files.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of the AWS tools that choose neither credentials nor a store; every other one is ours while a program runs. */
export const harmless: RegExp =
  /^AWS_(CA_BUNDLE|PAGER|MAX_ATTEMPTS|RETRY_MODE|DEFAULT_OUTPUT|DATA_PATH|CLI_\w+|STS_REGIONAL_ENDPOINTS)$/;

/** What would choose other keys or another store than ours. @see botocore/credentials.py, `create_credential_resolver` */
const winsOverUs = (name: string): boolean =>
  (name.startsWith("AWS_") && !harmless.test(name)) || name === "S3_ENDPOINT_URL" || name === "BOTO_CONFIG";

/** `OS_CACERT` says whom to trust, the other whence clouds are read; neither chooses one. */
const choosesCloud = (name: string): boolean =>
  name.startsWith("OS_") && name !== "OS_CACERT" && name !== "OS_CLIENT_CONFIG_FILE";

export interface Loan {
  readonly place: Place;
  /** Of the endpoint that lends the keys. */
  readonly url: string;
  readonly token: Secret;
  readonly files: PrivateFiles;
  /** Empty when OpenStack's clients cannot be served; the person's own then stay. */
  readonly openstack: Readonly<Record<string, string>>;
}

/** The environment of a program that borrows: no key in it, and nothing that wins over the endpoint. */
export function borrowersEnvironment(own: Environment, loan: Loan): Record<string, string> {
  const { openstack } = loan;
  const servesOpenstack = Object.keys(openstack).length > 0;
  const kept = Object.entries(own).filter(
    ([name, value]) => value !== undefined && !winsOverUs(name) && !(servesOpenstack && choosesCloud(name)),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...loanVariables(loan), ...openstack };
}

function loanVariables({ place, url, token, files }: Loan): Record<string, string> {
  return {
    ...storeVariables(place),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token.reveal(),
    AWS_CONFIG_FILE: files.config,
    AWS_SHARED_CREDENTIALS_FILE: files.nothing,
    // Leftover keys in ~/.boto would win, too; and GDAL looks for ~/.aws/credentials in its own way.
    BOTO_CONFIG: files.nothing,
    CPL_AWS_CREDENTIALS_FILE: files.nothing,
    ...mcVariables(place, url),
    ...rcloneVariables(place),
    FEDBUCKET_PROFILE: place.profile,
  };
}

/** `mc ls PROFILE/`. With an STS endpoint named, mc asks it as other tools ask the container endpoint. */
function mcVariables({ profile, s3Url }: Place, url: string): Record<string, string> {
  return { [`MC_HOST_${profile}`]: s3Url, [`MC_STS_ENDPOINT_${profile}`]: url };
}

/** `rclone ls PROFILE:bucket`, whatever the person's rclone.conf says. It looks for the remote's name in capitals and else as it is. */
function rcloneVariables({ profile, s3Url, region }: Place): Record<string, string> {
  const remote = `RCLONE_CONFIG_${profile.toUpperCase()}`;
  return {
    [`${remote}_TYPE`]: "s3",
    [`${remote}_PROVIDER`]: "Ceph",
    [`${remote}_ENV_AUTH`]: "true",
    [`${remote}_ENDPOINT`]: s3Url,
    [`${remote}_REGION`]: region,
  };
}
