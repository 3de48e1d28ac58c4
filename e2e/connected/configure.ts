import { expect } from "vitest";
import type { Stage } from "./stage.ts";

/** Runs `fedbucket configure`, which must succeed, and returns what it said. */
export async function configure(stage: Stage, tool: string, ...options: readonly string[]): Promise<string> {
  const { code, stderr } = await stage.fedbucket(["configure", tool, ...options]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stderr;
}

/** Puts a tool's settings into a file that has others, lets it be tried, and takes them out again. */
export async function configured(
  stage: Stage,
  tool: string,
  { file, own }: { readonly file: string; readonly own: string },
  work: () => Promise<void>,
): Promise<void> {
  await stage.write(file, own);
  await configure(stage, tool);
  const written = (await stage.read(file)) ?? "";
  expect(written).not.toBe(own);
  expect(written.length).toBeGreaterThan(own.length);
  expect(written).not.toContain(await secretKey(stage));
  await configure(stage, tool);
  expect(await stage.read(file)).toBe(written);
  await work();
  await configure(stage, tool, "--undo");
  expect(await stage.read(file)).toBe(own);
}

export async function secretKey(stage: Stage): Promise<string> {
  const state = (await stage.read("fedbucket/state/profiles/sandbox.json")) ?? "";
  const secret = /"secretAccessKey": \{\s*"secret": "([^"]+)"/.exec(state)?.[1] ?? "";
  expect(secret).not.toBe("");
  return secret;
}

/** rclone borrows by the remote that `configure` writes, also after it has rewritten its file itself. */
export async function rcloneBorrows(stage: Stage, rclone: string): Promise<void> {
  const place = { file: ".config/rclone/rclone.conf", own: "# my remotes\n[mine]\ntype = local\n\n" };
  await configured(stage, "rclone", place, async () => {
    expect(await stage.program([rclone, "lsd", "sandbox:"])).toContain("input-data");
    await stage.program([rclone, "config", "create", "another", "local"]);
    expect(await stage.program([rclone, "lsd", "sandbox:"])).toContain("input-data");
    await stage.program([rclone, "config", "delete", "another"]);
  });
}
