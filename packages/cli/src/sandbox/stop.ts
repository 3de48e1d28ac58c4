import { Failure } from "@fedbucket/client";
import { isAlive } from "@fedbucket/client/node";
import { askControl } from "./control.ts";
import type { Published } from "./running.ts";

const patienceMs = 15_000;

/**
 * Asks the sandbox to stop and waits until its process is gone.
 *
 * @throws Failure `SANDBOX_STUCK` after 15 s.
 */
export async function stopSandbox(published: Published): Promise<void> {
  await askControl(published, "POST", "stop");
  for (const began = Date.now(); isAlive(published.pid);) {
    if (Date.now() - began > patienceMs) {
      throw new Failure("SANDBOX_STUCK", "failed", `the sandbox (process ${published.pid}) does not stop`, {
        cure: [`kill -9 ${published.pid}`],
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
