import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { Browser } from "../demo/browser.ts";
import type { PersonAtSandbox } from "../harness/person.ts";
import { type Breakage, type Breakages, after, withToken } from "./breakage.ts";

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: object): string => `${encoded({ alg: "RS256" })}.${encoded(claims)}.${"c2ln".repeat(20)}`;
const inSeconds = (seconds: number): number => Math.round(Date.now() / 1000) + seconds;

/** Handed over on standard input. */
const pasted = (make: (person: PersonAtSandbox) => string | Promise<string>): Breakage => ({
  words: "connect sandbox --token-file -",
  arrange: async (person) => ({ stdin: await make(person) }),
});

/** An oidc-agent that does this when it is asked. */
const agent = (answer: (connection: Socket) => void): Breakage => ({
  words: "token check --profile sandbox",
  sandbox: { deviceGrant: false },
  async arrange({ home }) {
    const socket = join(home, "agent.sock");
    const connections: Socket[] = [];
    const server = createServer((connection) => {
      connections.push(connection);
      connection.on("error", () => undefined); // fedbucket gives up
      answer(connection);
    }).listen(socket);
    await once(server, "listening");
    const undo = (): void => {
      for (const connection of connections) connection.destroy();
      server.close();
    };
    return { env: { OIDC_SOCK: socket }, undo };
  },
});

/** At the page that the command says to open, the person is not let in by this person. */
const denying: Breakage = {
  words: "login sandbox --no-browser",
  arrange: async ({ sandbox }) => ({
    onStderr(text) {
      const link = /https?:\/\/\S*user_code=\S+/.exec(text)?.[0];
      if (link !== undefined)
        void deny(link, { username: sandbox.people[0]?.username ?? "", passphrase: sandbox.passphrase });
    },
  }),
};

async function deny(link: string, person: { username: string; passphrase: string }): Promise<void> {
  const browser = new Browser();
  const page = await browser.submit(await browser.open(link), person);
  await browser.submit(page, { decision: "denied" });
}

export const signingIn: Breakages<"token" | "membership"> = {
  TOKEN_MISSING: { words: "token check --profile sandbox", sandbox: { deviceGrant: false } },
  TOKEN_EMPTY: pasted(() => ""),
  TOKEN_MALFORMED: pasted(() => "not a token"),
  TOKEN_TRUNCATED: pasted(async ({ sandbox }) => (await sandbox.token()).slice(0, 40)),
  TOKEN_IS_S3_KEY: pasted(() => "0123456789abcdef0123456789abcdef"),
  TOKEN_IS_KEYSTONE_TOKEN: pasted(() => `gAAAAA${"x".repeat(180)}`),
  TOKEN_IS_ID_TOKEN: pasted(({ sandbox }) => jwt({ iss: sandbox.issuer, typ: "ID" })),
  TOKEN_NEEDS_CLIENT_ID: {
    words: "token check --profile sandbox",
    env: { OIDC_ACCESS_TOKEN: `opaque${"Zk93qLm1".repeat(8)}` },
  },
  TOKEN_EXPIRED: pasted(({ sandbox }) => jwt({ iss: sandbox.issuer, exp: inSeconds(-60) })),
  TOKEN_NOT_YET_VALID: pasted(({ sandbox }) => jwt({ iss: sandbox.issuer, nbf: inSeconds(999) })),
  TOKEN_WRONG_ISSUER: pasted(() => jwt({ iss: "https://aai-dev.egi.eu/auth/realms/egi" })),
  TOKEN_REFUSED: pasted(({ sandbox }) => jwt({ iss: sandbox.issuer, exp: inSeconds(999), sub: "x" })),
  TOKEN_SOURCE_HANGS: agent(() => undefined),
  TOKEN_SOURCE_FAILED: agent((connection) => connection.end('{"status":"failure","error":"account not loaded"}')),
  RENEWAL_BUSY: {
    connected: true,
    words: "credentials --profile sandbox",
    async arrange(person) {
      const file = "fedbucket/state/profiles/sandbox.json";
      const before = new Date(Date.now() - 600 * 60_000).toISOString();
      const stored = (await person.read(file)) ?? "";
      await person.write(file, stored.replace(/("loggedInAt": ")[^"]+/, `$1${before}`));
      await person.write(`${file}.renewing.lock`, JSON.stringify({ pid: process.pid, host: hostname() }));
      return { env: { FEDBUCKET_WAIT_SECONDS: "1" } };
    },
  },
  LOGIN_EXPIRED: {
    ...after("token issue --profile sandbox", "issuer: refresh token revoked"),
    sandbox: { accessTokenSeconds: 30 },
  },
  LOGIN_NO_DEVICE_GRANT: { words: "login sandbox", sandbox: { deviceGrant: false } },
  LOGIN_DENIED: denying,
  LOGIN_TIMED_OUT: { words: "login sandbox --no-browser", fault: "issuer: the code has expired" },
  LOGIN_CLIENT_REFUSED: { words: "login sandbox --no-browser --client-id nobody" },
  ISSUER_BROKEN: after("token check", "issuer: a proxy answers"),

  NOT_IN_VO: withToken("connect sandbox", "dmitri"),
  NOT_IN_ANY_VO: withToken("connect sandbox", "elena"),
  SUBGROUP_ONLY: withToken("doctor sandbox", "bruno"),
  MEMBERSHIP_PENDING: withToken("enroll vo.pangeo.eu --wait --every 1s --at-most 1s --profile sandbox", "elena"),
};
