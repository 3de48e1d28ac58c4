import type { FailureCode } from "./failures.ts";

/** What each failure means and what to do about it, in one line of Markdown: `docs/troubleshooting.md` is made of it. */
export const failureGuide: Readonly<Record<FailureCode, string>> = {
  CLOCK_SKEW:
    "this machine's clock is more than 5 minutes off. fedbucket goes by the servers' clocks, `aws` and `boto3` do not: `sudo timedatectl set-ntp true`",
  LINK_TOO_SLOW:
    "`doctor` waited some seconds for this link and then went on: try later, or set `HTTPS_PROXY` behind a proxy",
  PROFILE_UNKNOWN: "no such profile; the ones there are get listed: `fedbucket connect pangeo`",
  PROFILE_BAD_NAME: "a name that cannot be one: letters, digits, dots, hyphens, and not `default`",
  PROFILE_NOT_CHOSEN: "none was named and none is connected yet: `fedbucket connect pangeo`",
  NOT_CONNECTED: "this profile was never connected on this machine, or was disconnected: `fedbucket connect NAME`",
  SANDBOX_NOT_RUNNING: "`fedbucket sandbox up --detach`",
  SITE_UNKNOWN:
    "a name the registry does not have. Any other site goes by its Keystone address: `--site https://keystone.example.org:5000/v3`",
  SITE_NOT_CHOSEN: "no site was named, or several have the VO: `--site SITE`",
  VO_UNKNOWN: "no known site has a VO of that name. If yours does, name it: `--site SITE --vo VO`",
  SITES_NOT_UPDATED: "none of the three sources answered; the list of before stays: `fedbucket site update`",
  SITE_CHECK_FAILED:
    "`site check` found something wrong; its lines with ✗ say what. Without an account nobody can tell more",
  VO_BAD_NAME: "that cannot be the name of a VO; yours: `fedbucket token list-vos`",
  ISSUER_BAD_ADDRESS: "`--issuer` takes the https address of an OpenID provider, without a name or password in it",
  STS_BAD_ADDRESS: "`--sts` takes the address of a store's S3 API",
  UNTRUSTED_HOST:
    "an access token goes only to shipped sites and to hosts that you confirm: `--trust-host HOST`. Never without encryption",
  PROJECT_FILE_NOT_FOUND: "no project file at that path or address: [project files](project-files.md)",
  PROJECT_FILE_UNSAFE: "a project file is taken from this machine or an https address only",
  PROJECT_FILE_BROKEN: "a project file that cannot be read; the line is named: [project files](project-files.md)",
  PROJECT_FILE_NEWER: "a project file for a newer fedbucket",
  PROJECT_FILE_HAS_SECRET: "somebody put a secret into a project file: it must come out, and be revoked",
  PROJECT_FILE_NAME_TAKEN: "the file's name means another connection of yours: `--name NAME`",
  PROJECT_FILE_EXISTS: "`init` writes over nothing: `--force`",
  TOKEN_MISSING: "not signed in, and nobody can be asked here. Set `OIDC_ACCESS_TOKEN`, or give `--token-file FILE`",
  TOKEN_EMPTY: "there is nothing in it. That usually comes from backticks, which a shell runs as a command",
  TOKEN_MALFORMED: "what was given is no token",
  TOKEN_TRUNCATED: "the beginning of a token: use the copy button, not the mouse",
  TOKEN_IS_S3_KEY:
    "an S3 key. Only Check-in's access token, or a refresh token, is needed; keys are found or made for you",
  TOKEN_IS_KEYSTONE_TOKEN: "a Keystone token. Only Check-in's access token, or a refresh token, is needed",
  TOKEN_IS_ID_TOKEN: "an ID token, which says who you are but opens nothing. The access token is needed",
  TOKEN_NEEDS_CLIENT_ID: "a refresh token works only with the client that got it: `--client-id ID`",
  TOKEN_EXPIRED: "access tokens last an hour: get a new one, or sign in so that they renew themselves",
  TOKEN_NOT_YET_VALID: "look at this machine's clock: `date -u`",
  TOKEN_WRONG_ISSUER: "a token of another Check-in (production, demo, development) than this profile's",
  TOKEN_REFUSED: "revoked or expired: sign in again",
  TOKEN_SOURCE_HANGS:
    "oidc-agent, a hub or a mount did not answer within 5 seconds. Restart it, or do without: `unset OIDC_SOCK`",
  TOKEN_SOURCE_FAILED: "oidc-agent, mytoken or a hub answered with an error, which is shown: `oidc-add egi`",
  RENEWAL_BUSY:
    "another process has been renewing this connection for long (ten minutes, or `FEDBUCKET_WAIT_SECONDS`); try again",
  LOGIN_EXPIRED: "your sign-in was revoked, or ended after a year: `fedbucket connect NAME`",
  LOGIN_NO_DEVICE_GRANT:
    "the issuer does not offer signing in with a code; a token works without ([client ids](decisions/client-ids.md))",
  LOGIN_DENIED: "the sign-in was refused in the browser",
  LOGIN_TIMED_OUT: "nobody signed in before the code expired",
  LOGIN_CLIENT_REFUSED:
    "the issuer does not let this client sign in; a token works without a client ([client ids](decisions/client-ids.md))",
  ISSUER_BROKEN: "what answers at the issuer's address is no OpenID provider: a wrong address, or a proxy in between",
  NOT_IN_VO:
    "Check-in lists you in others, not in this VO: `fedbucket enroll VO`. Approved a moment ago? Sign in again, so that the site sees it",
  NOT_IN_ANY_VO:
    "Check-in does not list you in any VO: `fedbucket enroll VO`. Approved a moment ago? Sign in again, so that the site sees it",
  SUBGROUP_ONLY: "you are in a subgroup which has no project at this site",
  MEMBERSHIP_PENDING:
    "`enroll --wait` came to the end of its time: nobody has let you in so far. The same command goes on looking",
  KEYSTONE_WRONG_ADDRESS:
    "no Keystone version 3 at that address, or a proxy or login page of the network answers in its place",
  KEYSTONE_UNKNOWN_PROVIDER: "the site calls Check-in something else: `--identity-provider NAME`",
  KEYSTONE_REFUSES_TOKEN:
    "the issuer accepts your token and the site does not: tell the site's support, with the request id",
  KEYSTONE_MAPPING_REFUSES:
    "the site knows who you are but maps you to no group. If your membership is new, sign in again",
  KEYSTONE_WRONG_PROTOCOL: "the site calls the protocol something else: `--protocol oidc`, or `openid`",
  KEYSTONE_NO_PROJECTS: "let in, with no project: ask the site's support",
  KEYSTONE_TROUBLE: "the site's own trouble, which passes",
  KEYSTONE_FAILED: "the site refused, in its own words: `fedbucket doctor`",
  NO_KEYSTONE:
    "this store lends keys itself, so there are no projects, no Swift and no list of keys: `fedbucket status`",
  STS_REFUSES_CLIENT:
    "MinIO takes only tokens of a client it was told of; what its operator must set is printed. Until then: `fedbucket keys import`",
  STS_NEEDS_ID_TOKEN:
    "MinIO goes by the ID token, and Check-in's access tokens name no client: `fedbucket login NAME`, or `fedbucket keys import`",
  STS_NO_POLICY: "the store's operator has made no policy for any of your groups: `fedbucket token list-vos`",
  STS_NOT_THERE: "no store that lends keys at that address: it must be the S3 API's, not the console's",
  STS_FAILED: "the store refused to lend keys, in its own words: `fedbucket doctor`",
  PROJECT_AMBIGUOUS: "you have several; they are printed as commands: `--project NAME`",
  PROJECT_NO_ROLE: "the site lists the project as yours and gives you no role in it: ask its support",
  PROJECT_NOT_MINE:
    "not yours, or gone after a site moved; the projects you do have are printed as commands: `--project NAME`",
  ENDPOINT_MISSING: "the catalog names no object store for this project; another project may have one",
  ENDPOINT_AMBIGUOUS: "the catalog names several object stores: `--region REGION`",
  ENDPOINT_NOT_S3:
    "what answers there is not S3: the site has Swift alone, or a proxy is in between: `fedbucket ls --via swift`",
  ENDPOINT_WITHOUT_S3: "no S3 address can be told from the catalog, only Swift's: `fedbucket ls --via swift`",
  KEYS_BAD_NAME: "that is no access key; yours: `fedbucket keys list`",
  KEYS_NONE: "there are none on this machine: `fedbucket connect NAME`",
  KEYS_DELETED: "somebody deleted them at the site; others are found or made: `fedbucket connect NAME`",
  KEYS_OTHER_PROJECT:
    "the profile was changed to another project since: keys of that one are found or made: `fedbucket connect NAME`",
  KEYS_NOT_FOUND: "no such keys: `fedbucket keys list`",
  KEYS_FORBIDDEN: "the site's policy forbids it",
  KEYS_REFUSED:
    "Keystone lists your keys and the store refuses them. After a long pause it may take 10 minutes to see you; if it stays so, the site's operator has something to mend: `KEYS_NOT_CHECKED`",
  KEYS_MEMBERSHIP_NOT_KEPT:
    "the site forgets the group membership of federated users with each login, and so their keys: its operator must set `authorization_ttl` on the identity provider",
  KEYS_NOT_CHECKED:
    "Keystone does not check signatures for the store: after an upgrade, its operator must give the store a user with the role `service`, and Keystone 30 wants `ec2credential` among `[auth] methods`",
  KEYS_IMPORT_REFUSED:
    "the store refuses the access key that was handed over, or its secret is another one: make another, or connect for keys of your own",
  KEYS_BAD_IMPORT:
    "`keys import` takes an access key of the project and its secret, or the JSON file that MinIO's console offers",
  STORE_BUSY: "the store's own trouble, which passes",
  BUCKET_NOT_THERE: "no bucket of that name, in any project; yours: `fedbucket ls`",
  BUCKET_DENIED:
    "nothing at all is allowed there: it is another project's, or a policy refuses you. Its owner can let in your project, whose id is printed",
  BUCKET_PREFIX_RULE:
    "stores that lend keys themselves often allow only buckets whose names begin with your user name and a hyphen: `fedbucket mb s3://USERNAME-NAME`",
  BUCKET_LIST_DENIED: "objects can be read by name, and not listed: name them in full",
  BUCKET_GET_DENIED:
    "the bucket can be listed and this object not read: it may belong to another project, which wrote it",
  BUCKET_WRITE_DENIED: "the bucket can be read, and not written or not cleared: its owner can change that",
  BUCKET_PUBLIC_BUT_SIGNED_REFUSED:
    "everybody may read, and your keys are refused: read without signing, `aws s3 ls --no-sign-request`, `anon=True` in s3fs",
  BUCKET_QUOTA: "a quota or the store is full: remove something, or ask the site for more",
  TOOLS_SHADOWED: "a variable in the environment wins over the profile: the `unset` to type is printed",
  TOOLS_COMMAND_GONE:
    "the profile runs a fedbucket that is gone or another one: `fedbucket connect NAME` writes it anew",
  SECRETS_FOUND:
    "`scan` found secrets in files that still open something, or may: end them with `fedbucket scan PATH --revoke`, then take them out",
  SECRETS_NOT_CONFIRMED: "nobody can be asked here whether to revoke: `--yes`",
  TOOL_FILE_NOT_OURS:
    "a tool's file has something of yours under the connection's name, which stays: give the connection another name",
  TOOL_FILE_ENCRYPTED: "rclone's file is encrypted, so nothing can be added: `fedbucket run -- rclone lsd NAME:`",
  TOOL_FILE_NOT_EDITABLE: "`clouds.yaml` is written in braces, which are left alone: `fedbucket run -- openstack ...`",
  AWS_PROFILE_NOT_OURS:
    "a section of that name in `~/.aws/config` or `~/.aws/credentials` is yours: give the connection another name, or if it is a leftover: `--move-leftovers`",
  AWS_CONFIG_BROKEN:
    "no AWS tool can read `~/.aws/config` or `~/.aws/credentials` as it is; it is left alone, and the line is named",
  AWS_DEFAULT_NOT_OURS: "`--default` would take the place of a default of your own, which stays",
};
