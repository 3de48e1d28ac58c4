import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonClient } from "../clients/tools.ts";
import { startDask } from "../connected/dask-cluster.ts";
import { runCell } from "../harness/kernel.ts";
import { mustRun } from "../harness/run.ts";
import type { Cloud } from "../journey/clouds.ts";
import { type Machine, machineAt } from "../journey/machine.ts";
import { byWorkers, hereAlone, storesIn, ways } from "./ways.ts";

/** xarray writes a Zarr store and opens it again with nothing but what `connect` wrote, or what Dask's plugin lends. */
export function zarr(name: string, start: () => Promise<Cloud>): void {
  const bucket = `alice-zarr-${randomBytes(4).toString("hex")}`;
  let cloud: Cloud;
  let machine: Machine;
  beforeAll(async () => {
    cloud = await start();
    machine = await machineAt(cloud);
    await machine.connect();
    await machine.fedbucket(`mb s3://${bucket}`);
  });
  afterAll(async () => {
    await machine?.fedbucket(`rm --recursive s3://${bucket}/`);
    await machine?.fedbucket(`rb s3://${bucket}`);
    await machine?.[Symbol.asyncDispose]();
    await cloud?.[Symbol.asyncDispose]();
  });

  /** Nothing on PATH, so that what is found was found through the files. */
  const python = async (...args: readonly string[]): Promise<string> => {
    const { env, folder: cwd } = machine.home;
    const command = [pythonClient("python"), "-W", "ignore", ...args];
    return (await mustRun(command, { env: { ...env, PATH: "" }, cwd, timeoutMs: 500_000 })).stdout;
  };

  const places: Readonly<Record<string, () => Promise<string>>> = {
    "a notebook kernel": () => python("-c", runCell, storesIn(bucket, "kernel") + hereAlone),

    "Dask workers of a notebook kernel": () => {
      const cluster = `
from dask.distributed import Client, LocalCluster
client = Client(LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None))`;
      return python("-c", runCell, storesIn(bucket, "local") + cluster + byWorkers);
    },

    "Dask workers elsewhere, which borrow": async () => {
      await using cluster = await startDask();
      await cluster.addWorker();
      await cluster.addWorker();
      await machine.fedbucket("configure dask");
      const lending = `
from dask.distributed import Client
import fedbucket_dask
client = Client("${cluster.address}")
client.wait_for_workers(2)
fedbucket_dask.lend(client)`;
      return await python("-c", storesIn(bucket, "elsewhere") + lending + byWorkers);
    },
  };

  describe.each(Object.entries(places))(`${name}: in %s`, (_, run) => {
    let outcomes: Record<string, string>;
    beforeAll(async () => {
      const printed = await run();
      outcomes = JSON.parse(/\{.*\}/.exec(printed)?.[0] ?? "{}") as typeof outcomes;
    });

    test.each(ways)("xarray writes and opens a Zarr store by %s", (way) => {
      expect(outcomes[way]).toBe("identical");
    });
  });
}
