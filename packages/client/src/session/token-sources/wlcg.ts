import { chainFailure } from "../failures.ts";
import type { Environment } from "./environment.ts";
import type { TokenSource } from "./source.ts";

export interface WlcgOptions {
  readonly env: Environment;
  /** Effective user id; undefined on systems without one, which have no `bt_u` files. */
  readonly userId: number | undefined;
  /** Undefined when there is no such file, or it is not ours to read. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

/** As C99's `isspace`; JavaScript's `trim` takes more. */
const surroundingSpace = /^[ \f\n\r\t\v]+|[ \f\n\r\t\v]+$/g;

/** RFC 6750, section 2.1: b64token. */
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The bearer token that grid tools share. Empty ones are passed over, an invalid one ends the search.
 *
 * @see WLCG Bearer Token Discovery, https://github.com/WLCG-AuthZ-WG/bearer-token-discovery
 */
export function wlcgSource(options: WlcgOptions): TokenSource {
  return {
    name: "the WLCG bearer token",
    isLocal: true,
    isThere: async () => (await find(options)) !== undefined,
    async read() {
      const found = await find(options);
      if (found === undefined || b64token.test(found.token)) return found?.token;
      throw chainFailure("TOKEN_MALFORMED", `${found.step} is no bearer token`, {
        cure: ["Put a token there, or take away what is there: grid tools stop at it, too."],
      });
    },
  };
}

async function find(options: WlcgOptions): Promise<{ step: string; token: string } | undefined> {
  for (const { step, read } of steps(options)) {
    const token = (await read())?.replace(surroundingSpace, "") ?? "";
    if (token !== "") return { step, token };
  }
  return undefined;
}

function steps({ env, userId, readFile }: WlcgOptions): { step: string; read: () => Promise<string | undefined> }[] {
  const { BEARER_TOKEN: token, BEARER_TOKEN_FILE: named, XDG_RUNTIME_DIR: runtime } = env;
  const files = [
    ...(named ? [named] : []),
    ...(runtime && userId !== undefined ? [`${runtime}/bt_u${userId}`] : []),
    ...(userId === undefined ? [] : [`/tmp/bt_u${userId}`]),
  ];
  return [
    { step: "BEARER_TOKEN", read: async () => token },
    ...files.map((file) => ({ step: `the file ${file}`, read: () => readFile(file) })),
  ];
}
