import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fedbucket } from "../harness/cloud.ts";
import { mustRun } from "../harness/run.ts";
import { startSlurm } from "./slurm.ts";
import { traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

test("a Slurm array shares a sync: each object once, and again when some tasks are run again", async () => {
  await using me = await traveller();
  await using slurm = await startSlurm();
  await writeTree(me.at("data"), smallFiles(200));
  await writeFile(me.at("job.sh"), await jobOf("docs/transfer.md", me.home));
  const env = { ...slurm.env, HOME: me.home, FEDBUCKET_HOME: me.at("fedbucket") };
  me.forgetRequests();
  const submit = async (array: string): Promise<void> =>
    void (await mustRun(["sbatch", "--wait", `--array=${array}`, `--chdir=${me.home}`, me.at("job.sh")], { env }));
  await submit("0-7");
  const puts = me.requests.filter((request) => request.startsWith("PUT /moved/run/"));
  expect(puts).toHaveLength(200);
  expect(new Set(puts).size).toBe(200);
  await submit("0-7");
  expect(me.requests.filter((request) => request.startsWith("PUT /moved/run/"))).toHaveLength(200);
  await me.go("sync s3://moved/run back");
  expect(await readTree(me.at("back"))).toEqual(await readTree(me.at("data")));
});

/** The job file of the manual, with this test's own addresses and the command as it was built. */
async function jobOf(manual: string, home: string): Promise<string> {
  const text = await readFile(manual, "utf8");
  const [, job = ""] = /```bash\n(#!\/bin\/bash\n#SBATCH[^`]*)```/.exec(text) ?? [];
  expect(job).toContain("--shard auto");
  return job
    .replace("/scratch/run", `${home}/data`)
    .replace("s3://my-bucket/run", "s3://moved/run")
    .replace("fedbucket sync", `${fedbucket.join(" ")} sync`);
}
