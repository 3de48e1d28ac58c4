import { randomBytes } from "node:crypto";
import type { StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { presign } from "../harness/presign.ts";
import { bodyOf, collect } from "./bytes.ts";
import type { Traveller } from "./traveller.ts";

/** How an owner opens objects to everybody. */
type Way = "a container ACL" | "a bucket policy" | "a canned ACL";

/** Where everybody reads what was opened: by the address of S3, or of Swift where there is no S3 without a signature. */
export type Opening = Readonly<Partial<Record<Way, "s3" | "swift">>>;

/** What an owner opens is read by everybody, with a plain GET, until it is closed again. What a server cannot open stays closed. */
export function publicRead(on: () => Traveller, opening: Opening): void {
  const name = `alice-journey-public-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  beforeAll(async () => {
    account = await on().account("s3");
    await account.createBucket(name);
    await account.bucket(name).put("open + é", bodyOf("for everybody"));
  });
  afterAll(async () => {
    for (const item of await collect(account.bucket(name).list()))
      if (item.kind === "object") await account.bucket(name).remove(item.key);
    await account.removeBucket(name);
  });

  const send = (way: Way, isOpen: boolean): Promise<Response> =>
    way === "a container ACL"
      ? bySwift(on(), name, isOpen ? ".r:*" : "")
      : way === "a bucket policy"
        ? setPolicy(on(), name, isOpen)
        : setAcl(on(), `${name}/open%20%2B%20%C3%A9`, isOpen ? "public-read" : "private");

  const ways = Object.entries(opening) as [Way, "s3" | "swift"][];
  test.for(ways)("opened by %s: read without credentials; closed: not any more", async ([way, via]) => {
    const address = `${await baseOf(on(), via)}/${name}/open%20%2B%20%C3%A9`;
    const read = async (): Promise<string> => (await fetch(address)).text();
    const status = async (): Promise<number> => (await fetch(address)).status;
    expect(await status()).toBeGreaterThanOrEqual(401);
    expect((await send(way, true)).status).toBeLessThan(300);
    await expect.poll(read, { timeout: 60_000 }).toBe("for everybody");
    expect((await send(way, false)).status).toBeLessThan(300);
    await expect.poll(status, { timeout: 60_000 }).toBeGreaterThanOrEqual(401);
  });

  const others = (["a bucket policy", "a canned ACL"] as const).filter((way) => opening[way] === undefined);
  test.for(others)("%s, which this server does not have: refused, and nothing is open", async (way) => {
    expect((await send(way, true)).status).toBe(501);
    const address = `${await baseOf(on(), "s3")}/${name}/open%20%2B%20%C3%A9`;
    expect((await fetch(address)).status).toBeGreaterThanOrEqual(400);
  });
}

async function baseOf({ session }: Traveller, via: "s3" | "swift"): Promise<string> {
  const { s3Url = "", storageUrl = "" } = await session.endpoint();
  return via === "s3" ? s3Url : storageUrl;
}

async function bySwift(on: Traveller, name: string, readers: string): Promise<Response> {
  const { token } = await on.session.access();
  const headers = { "x-auth-token": token.reveal(), "x-container-read": readers };
  return fetch(`${await baseOf(on, "swift")}/${name}`, { method: "POST", headers });
}

async function setPolicy(on: Traveller, name: string, isOpen: boolean): Promise<Response> {
  const Resource = [`arn:aws:s3:::${name}/*`];
  const Statement = [{ Effect: "Allow", Principal: { AWS: ["*"] }, Action: ["s3:GetObject"], Resource }];
  const policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return signed(on, isOpen ? "PUT" : "DELETE", `${name}?policy=`, { ...(isOpen && { body: policy }) });
}

const setAcl = (on: Traveller, path: string, acl: string): Promise<Response> =>
  signed(on, "PUT", `${path}?acl=`, { headers: { "x-amz-acl": acl } });

/** A request of the owner's, signed by other code than the client's. */
async function signed(
  on: Traveller,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Response> {
  const { accessKeyId, secretAccessKey, sessionToken } = await on.session.credentials();
  const token = sessionToken === undefined ? "" : `&X-Amz-Security-Token=${encodeURIComponent(sessionToken.reveal())}`;
  const url = `${await baseOf(on, "s3")}/${path}${token}`;
  const address = presign({ method, url, headers, accessKeyId, secretAccessKey: secretAccessKey.reveal() });
  return fetch(address, { method, headers, ...(body !== undefined && { body }) });
}
