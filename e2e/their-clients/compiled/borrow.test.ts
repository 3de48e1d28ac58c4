import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configure, rcloneBorrows, secretKey } from "../../connected/configure.ts";
import { openStage, type Stage } from "../../connected/stage.ts";
import { fedbucket } from "../../harness/cloud.ts";
import { personAtSandbox } from "../../harness/person.ts";
import { mustRun } from "../../harness/run.ts";
import { followLinks } from "../../harness/sign-in.ts";
import { by } from "../judge.ts";
import { compiled, compiledClient } from "./programs.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

if (compiled.rclone.notRun === undefined) {
  describe("rclone (newest)", () => {
    const title = "borrows by the remote of configure rclone, also after it has rewritten its file";
    test(title, by("rclone, S3 (newest)", "borrow"), () => rcloneBorrows(stage, compiledClient("rclone")));

    test("takes the token that run lends, by Swift", by("rclone, Swift (newest)", "borrow"), async () => {
      const { code, stdout } = await stage.fedbucket([
        "run",
        "--",
        compiledClient("rclone"),
        "lsd",
        ":swift,env_auth:",
      ]);
      expect(code).toBe(0);
      expect(stdout).toContain("input-data");
    });

    test("borrows under run at a store that lends keys itself", by("rclone, S3 (newest)", "borrow"), async () => {
      await using person = await lentKeys();
      expect(await person.lent(compiledClient("rclone"), "lsd", "sandbox-minio:")).toContain("alice-lent");
    });
  });
}

describe("mc", () => {
  const mc = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await stage.fedbucket(["run", "--", compiledClient("mc"), ...words]);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };

  test("configure mc writes nothing, and says what to type", async () => {
    expect(await configure(stage, "mc")).toContain("fedbucket run -- mc ls sandbox/");
    expect(await stage.read(".mc/config.json")).toBeUndefined();
    expect(await configure(stage, "mc", "--undo")).toContain("nothing to take back");
  });

  test("borrows under run by the alias that configure names, and writes down no key", by("mc", "borrow"), async () => {
    expect(await mc("ls", "sandbox/")).toContain("input-data");
    await stage.write("borrowed", "bytes");
    await mc("cp", "borrowed", "sandbox/tmp/");
    expect(await mc("cat", "sandbox/tmp/borrowed")).toBe("bytes");
    expect(await stage.read(".mc/config.json")).not.toContain(await secretKey(stage));
  });

  test("takes the keys of env as that alias", by("mc", "borrow"), async () => {
    const { stdout } = await stage.fedbucket(["env"]);
    const script = `${stdout}\nexec ${compiledClient("mc")} ls sandbox/`;
    expect(await stage.program(["/bin/sh", "-c", script])).toContain("input-data");
  });

  test("borrows under run at a store that lends keys itself", by("mc", "borrow"), async () => {
    await using person = await lentKeys();
    expect(await person.lent(compiledClient("mc"), "ls", "sandbox-minio/")).toContain("alice-lent");
  });
});

/** Somebody who is connected to the sandbox's second store, and has the bucket "alice-lent" there. */
async function lentKeys(): Promise<AsyncDisposable & { lent: (...command: string[]) => Promise<string> }> {
  const person = await personAtSandbox();
  const { onStderr, done } = followLinks(person);
  await person.run("connect sandbox-minio", { onStderr });
  await done();
  await person.run("mb s3://alice-lent");
  const env = { PATH: "/usr/bin:/bin", HOME: person.home, FEDBUCKET_HOME: join(person.home, "fedbucket") };
  return {
    lent: async (...command) =>
      (await mustRun([...fedbucket, "run", "--", ...command], { env, cwd: person.home })).stdout,
    [Symbol.asyncDispose]: () => person[Symbol.asyncDispose](),
  };
}
