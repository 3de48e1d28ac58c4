// Moving data beside the peers: npm run bench:transfer [-- [--quick] [--rounds N] [--minutes M] [--json] [--write] [WORK...]]
// `--write` puts the tables into docs/benchmarks.md. More peers are found in the folders that FEDBUCKET_BENCH_PATH names.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkout } from "../../e2e/harness/cloud.ts";
import { Interruption } from "./interruption.ts";
import { page, sum, summary } from "./report.ts";
import { faraway, minioServer, sandboxServer, type Server, sink } from "./servers.ts";
import { bigObject, listing, type Measured, type Scale, smallObjects, unchanged } from "./works.ts";

const { values, positionals } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    minutes: { type: "string", default: "20" },
    rounds: { type: "string" },
    write: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

const MiB = 1024 ** 2;
/** That many races share the time, about: each has at least one round, and no further one when its share is used up. */
const races = 22;
const most = Number(values.rounds ?? (values.quick ? 1 : 5));
const rounds = { most, budgetMs: (Number(values.minutes) * 60_000) / races };
const full: Scale = { rounds, files: 5_000, bigBytes: 1024 * MiB, unchanged: 100_000 };
const quick: Scale = { rounds, files: 500, bigBytes: 128 * MiB, unchanged: 5_000 };
const scale = values.quick ? quick : full;
/** A line of 50 ms makes everything slow, so there is less of it. */
const farScale: Scale = { ...scale, files: scale.files / 10, bigBytes: 64 * MiB };

const floors = {
  small: { rclone: 1.2, "AWS CLI": 5 },
  big: { rclone: 1 },
  unchanged: { rclone: 2 },
  list: { rclone: 3 },
  far: { rclone: 1 },
};

type Work = () => Promise<readonly Measured[]>;
const works: Readonly<Record<string, Work>> = {
  small: () =>
    on([sandboxServer, minioServer, () => sink({ tls: false })], (at) => smallObjects(at, scale, floors.small)),
  big: () =>
    on([sandboxServer, minioServer, () => sink({ tls: false }), () => sink({ tls: true })], (at) =>
      bigObject(at, scale, floors.big),
    ),
  unchanged: () => on([sandboxServer], (at) => unchanged(at, scale, floors.unchanged)),
  list: () =>
    on([() => sink({ tls: false })], async (at) => [
      ...(await listing(at, 10_000, scale, {})),
      ...(await listing(at, values.quick ? 100_000 : 1_000_000, scale, floors.list)),
    ]),
  far: () =>
    on([() => sink({ tls: false })], async (near) => {
      await using far = await faraway(near);
      return [...(await smallObjects(far, farScale, floors.far)), ...(await bigObject(far, farScale, floors.far))];
    }),
};

/** On each server that can be had, one after the other. */
async function on(
  servers: readonly (() => Promise<Server | undefined>)[],
  measure: (server: Server) => Promise<readonly Measured[]>,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const start of servers) {
    await using server = await start();
    if (server === undefined) continue;
    const found = await measure(server);
    if (!values.json) for (const each of found) console.log(summary(each));
    measured.push(...found);
  }
  return measured;
}

async function all(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => works[name] === undefined);
  if (unknown !== undefined) throw new Error(`no work "${unknown}"; there are: ${Object.keys(works).join(", ")}`);
  const measured: Measured[] = [];
  for (const name of names) measured.push(...((await works[name]?.()) ?? []));
  console.log(values.json ? JSON.stringify(measured) : sum(measured));
  if (values.write) await writeFile(join(checkout, "docs/benchmarks.md"), page(measured));
}

try {
  await all(positionals.length === 0 ? Object.keys(works) : positionals);
} catch (error) {
  if (!(error instanceof Interruption)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
