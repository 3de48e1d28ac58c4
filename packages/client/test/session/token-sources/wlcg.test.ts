import { expect, test } from "vitest";
import { wlcgSource } from "../../../src/session/token-sources/wlcg.ts";

const wanted = { issuer: "https://issuer.example", minValidSeconds: 60 };

function discover(env: Record<string, string>, files: Record<string, string> = {}): Promise<string | undefined> {
  return wlcgSource({ env, userId: 1221, readFile: async (path) => files[path] }).read(wanted);
}

const everywhere = { "/run/t": "second", "/run/user/bt_u1221": "third", "/tmp/bt_u1221": "fourth" };
const all = { BEARER_TOKEN: "first", BEARER_TOKEN_FILE: "/run/t", XDG_RUNTIME_DIR: "/run/user" };

test("the steps are taken in their order", async () => {
  expect(await discover(all, everywhere)).toBe("first");
  expect(await discover({ ...all, BEARER_TOKEN: "" }, everywhere)).toBe("second");
  expect(await discover({ XDG_RUNTIME_DIR: "/run/user" }, everywhere)).toBe("third");
  expect(await discover({}, everywhere)).toBe("fourth");
  expect(await discover({})).toBeUndefined();
});

test("white space as C has it is stripped, and what is empty then is passed over", async () => {
  expect(await discover({ BEARER_TOKEN: " \t\v\f\r\n" }, everywhere)).toBe("fourth");
  expect(await discover({ BEARER_TOKEN: "\n a.b-c_d~e+f/g== \v" })).toBe("a.b-c_d~e+f/g==");
});

test("an invalid token ends the search", async () => {
  for (const token of ["two words", "tok\u00A0en", "=a", '"quoted"']) {
    await expect(discover({ BEARER_TOKEN: token }, everywhere)).rejects.toMatchObject({
      code: "TOKEN_MALFORMED",
      message: "BEARER_TOKEN is no bearer token",
    });
  }
});
