import { expect, test } from "vitest";
import type { Cloud } from "./clouds.ts";
import { machineAt } from "./machine.ts";

/** The chain as somebody types it, on a machine of their own. */
export function typed(at: () => Cloud): void {
  test("connect, status, keys list, doctor, ls: typed, each says what there is", async () => {
    await using machine = await machineAt(at());
    await machine.connect();
    const status = await machine.fedbucket("status --json");
    const { keys } = JSON.parse(status.stdout) as { keys: { accessKeyId: string } };
    expect((await machine.fedbucket("keys list")).stdout).toContain(keys.accessKeyId);
    const doctor = await machine.fedbucket("doctor");
    expect(doctor.stderr.match(/^✓ \w[\w-]*/gm)).toEqual(
      ["Clock", "Check-in", "Membership", "Keystone", "Project", "Endpoint", "Keys", "Store", "Tools"].map(
        (link) => `✓ ${link}`,
      ),
    );
    await machine.fedbucket("ls");
  });
}
