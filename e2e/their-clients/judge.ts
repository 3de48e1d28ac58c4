import { afterAll, beforeAll, describe, type TaskMeta, test } from "vitest";
import type { ClientName } from "./clients.ts";
import { type Operation, operations } from "./operations.ts";
import { openStage, type Stage } from "./stage.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Whose everyday operation a test is, by which it is recorded. */
    readonly client?: ClientName | readonly ClientName[];
    readonly operation?: Operation;
    /** Why the client cannot do it, at real servers neither. */
    readonly cannot?: string;
  }
}

/** For a test of its own that shows an operation, too. */
export const by = (client: ClientName | readonly ClientName[], operation: Operation): { meta: TaskMeta } => ({
  meta: { client, operation },
});

type Run = (stage: Stage) => Promise<void>;

/** What a client does of the everyday operations; the others are left out, above all those it has no words for. */
export type Work = Partial<Readonly<Record<Operation, Run | Limit>>>;

/** Something that a client has words for and cannot do; `run` shows that it still cannot. */
interface Limit {
  readonly cannot: string;
  readonly run: Run;
}

/** Runs them one after the other, on a sandbox of their own. */
export function judge(client: ClientName, work: Work): void {
  describe(client, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage();
    });
    afterAll(() => stage?.[Symbol.asyncDispose]());

    for (const operation of Object.keys(operations) as Operation[]) {
      const entry = work[operation];
      if (entry === undefined) continue;
      const { run, ...limit } = typeof entry === "function" ? { run: entry } : entry;
      test(operations[operation], { meta: { client, operation, ...limit } }, () => run(stage));
    }
  });
}
