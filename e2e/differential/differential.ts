import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, peerCloud, sandboxCloud } from "../journey/clouds.ts";
import { differences, type Differences } from "./compare.ts";
import { gaps } from "./gaps.ts";
import type { Protocol, Request, Server } from "./request.ts";
import { type Side, side } from "./side.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Why a difference stays. */
    readonly reason?: string;
  }
}

/** Sends the requests, in their order, to the sandbox and to the real server; a difference is listed with its reason or fails. */
export function differential(protocol: Protocol, server: Server, requests: readonly Request[]): void {
  const sides: Side[] = [];
  const found = new Map<string, Differences>();
  const listed = gaps.filter((gap) => gap.protocol === protocol && (gap.server ?? server) === server);
  beforeAll(async () => {
    const bucket = `differential-${randomBytes(4).toString("hex")}`;
    const open = async (cloud: Cloud): Promise<Side> => {
      const opened = await side(cloud, protocol, bucket);
      sides.push(opened);
      return opened;
    };
    const [sandbox, real] = [await open(await sandboxCloud()), await open(await peerCloud(server))];
    for (const request of requests) {
      const [ours, theirs] = [await sandbox.ask(request), await real.ask(request)];
      found.set(request.step, differences([sandbox, ours], [real, theirs]));
    }
  });
  afterAll(async () => {
    for (const side of sides) await side[Symbol.asyncDispose]();
  });

  test.for(requests)("$step", ({ step }) => {
    const isListed = (field: string): boolean =>
      listed.some((gap) => gap.field === field && (gap.steps?.includes(step) ?? true));
    const unlisted = Object.entries(found.get(step) ?? { "not run": undefined }).filter(([field]) => !isListed(field));
    expect(Object.fromEntries(unlisted)).toEqual({});
  });

  describe("a difference that stays", () => {
    for (const { field, steps, reason } of listed) {
      const where = steps === undefined ? "" : ` of ${steps.join(", ")}`;
      test(`${field}${where}`, { meta: { reason } }, () => {
        const shows = requests.map(({ step }) => step).filter((step) => field in (found.get(step) ?? {}));
        expect(shows.length, "the difference is gone: take it off the list").toBeGreaterThan(0);
        expect(shows).toEqual(expect.arrayContaining([...(steps ?? [])]));
      });
    }
  });
}
