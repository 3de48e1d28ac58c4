import { keystoneOf } from "@fedbucket/client";
import { expect, test } from "vitest";
import { collect } from "./bytes.ts";
import type { Traveller } from "./traveller.ts";

/** Keys that go behind our back, and forgetting everything. */
export function leaving(on: () => Traveller): void {
  test("keys deleted behind our back: the next listing works all the same", async () => {
    const { keys } = await on().session.state();
    await deleteKeyElsewhere(on(), keys?.accessKeyId ?? "");
    const account = await on().session.account("s3");
    const { value, requests } = await on().counted(() => collect(account.listBuckets()));
    expect(value).toBeInstanceOf(Array);
    // RGW takes a deleted key for 301 s more. Else: refused, others looked for and made, proven, and listed with them.
    expect(requests.slice(6)).toEqual([]);
  });

  test("log out: Keystone no longer takes the token there was", async () => {
    const { session } = on();
    const { token } = await session.access();
    const projects = (): Promise<number> => askKeystone(on(), token.reveal());
    expect(await projects()).toBe(200);
    for (const id of (await session.keys()).ours) await session.deleteKeys(id);
    await session.logout();
    expect(await projects()).toBe(401);
  });

  test("forget: nothing is remembered", async () => {
    await on().session.forget();
    const { login, keys, scoped } = await on().session.state();
    expect([login, keys, scoped]).toEqual([undefined, undefined, undefined]);
  });
}

const addressOf = (on: Traveller): string => keystoneOf(on.session.profile).url;

const askKeystone = async (on: Traveller, token: string): Promise<number> =>
  (await fetch(`${addressOf(on)}/auth/projects`, { headers: { "x-auth-token": token } })).status;

/** As `openstack ec2 credentials delete` on another machine, of which this one learns nothing. */
async function deleteKeyElsewhere(on: Traveller, accessKeyId: string): Promise<void> {
  const { token, userId } = await on.session.access();
  const url = `${addressOf(on)}/users/${userId}/credentials/OS-EC2/${accessKeyId}`;
  const answer = await fetch(url, { method: "DELETE", headers: { "x-auth-token": token.reveal() } });
  expect(answer.status).toBe(204);
}
