import { signIn } from "../demo/browser.ts";
import type { PersonAtSandbox } from "../harness/person.ts";
import { standIn } from "../harness/stand-in.ts";
import { type Breakage, type Breakages, connecting, withToken } from "./breakage.ts";

/** The sandbox's second store as one that fedbucket does not know, by the client of this name. */
const hub = ({ sandbox: { minio, issuer } }: PersonAtSandbox, clientId: string): string =>
  `connect hub --sts ${minio.url} --issuer ${issuer} --client-id ${clientId} --trust-host ${new URL(minio.url).host}`;

/** Somebody signs in wherever they are told to, with no browser at hand. */
const atHub = (clientId: string, username: string): Breakage => ({
  arrange: async (person) => ({
    words: `${hub(person, clientId)} --no-browser`,
    onStderr(text) {
      const link = /https?:\/\/\S*user_code=\S+/.exec(text)?.[0];
      if (link !== undefined) void signIn(link, { username, passphrase: person.sandbox.passphrase });
    },
  }),
});

/** Some web server, in the place of a store that lends keys. */
const noStore: Breakage = {
  async arrange({ sandbox }) {
    const web = await standIn({});
    const { host } = new URL(web.origin);
    return {
      words: `connect hub --sts ${web.origin} --issuer ${sandbox.issuer} --trust-host ${host}`,
      env: { OIDC_ACCESS_TOKEN: await sandbox.token() },
      undo: () => void web[Symbol.asyncDispose](),
    };
  },
};

export const site: Breakages<"keystone" | "sts" | "project" | "endpoint"> = {
  SITE_CHECK_FAILED: { words: "site check http://127.0.0.1:9/v3" },
  KEYSTONE_WRONG_ADDRESS: connecting("keystone: a proxy answers"),
  KEYSTONE_UNKNOWN_PROVIDER: connecting("keystone: unknown provider"),
  KEYSTONE_REFUSES_TOKEN: {
    ...withToken("keystone projects --profile sandbox"), // connect would ask to sign in for another
    fault: "keystone: refuses the token",
  },
  KEYSTONE_MAPPING_REFUSES: connecting("keystone: mapping refuses"),
  KEYSTONE_WRONG_PROTOCOL: connecting("keystone: unknown protocol"),
  KEYSTONE_NO_PROJECTS: connecting("keystone: no projects"),
  KEYSTONE_TROUBLE: connecting("keystone: overloaded"),
  KEYSTONE_FAILED: connecting("keystone: calls it a bad request"),
  NO_KEYSTONE: withToken("keystone projects --profile sandbox-minio"),

  STS_REFUSES_CLIENT: atHub("oidc-agent", "alice"),
  STS_NEEDS_ID_TOKEN: withToken("connect sandbox-minio"),
  STS_NO_POLICY: atHub("minio", "dmitri"),
  STS_NOT_THERE: noStore,
  STS_FAILED: { ...withToken("connect sandbox-minio"), fault: "sts: refuses in a way of its own" },

  PROJECT_AMBIGUOUS: connecting("keystone: two projects"),
  PROJECT_NO_ROLE: connecting("keystone: no role in the project"),
  PROJECT_NOT_MINE: withToken("connect sandbox --project vo.other.eu"),

  ENDPOINT_MISSING: connecting("catalog: no object store"),
  ENDPOINT_AMBIGUOUS: connecting("catalog: object stores of two regions"),
  ENDPOINT_NOT_S3: connecting("store: Swift only"),
  ENDPOINT_WITHOUT_S3: connecting("catalog: an address of no known form"),
};
