import { existsSync } from "node:fs";
import { fedbucket, startCloud } from "../e2e/harness/cloud.ts";
import { makeHome } from "../e2e/harness/home.ts";
import { executable } from "../e2e/packaging/places.ts";
import { medians, runProcess } from "./measure.ts";
import { ms, type Row } from "./report.ts";

/** What every command pays, and what every tool that asks for credentials pays. */
export async function startUp(): Promise<Row[]> {
  await using home = await makeHome();
  await using cloud = await startCloud({ env: home.env, args: ["--memory"] });
  const { env } = home;
  runProcess([...fedbucket, "connect", "sandbox"], { ...env, OIDC_ACCESS_TOKEN: await cloud.token() });
  const hasExecutable = existsSync(executable);
  const times = await medians({
    node: { run: () => runProcess([process.execPath, "-e", "0"], env) },
    version: { run: () => runProcess([...fedbucket, "--version"], env) },
    credentials: { run: () => runProcess([...fedbucket, "credentials"], env) },
    executable: { run: () => (hasExecutable ? runProcess([executable, "--version"], env) : NaN) },
  });
  const row = (name: string, time: number, [of, base]: readonly [string, number], atMost: number): Row => ({
    name: `${name}, of ${of}`,
    value: time / base,
    unit: "x",
    target: { atMost },
    detail: `${ms(time)}; ${of} ${ms(base)}`,
  });
  const node = ["node -e 0", times.node] as const;
  const rows = [
    row("fedbucket --version", times.version, node, 1.6),
    row("fedbucket credentials from cache", times.credentials, node, 2),
  ];
  if (!hasExecutable) return rows; // npm run test:packaging makes it
  return [...rows, row("the executable's --version", times.executable, ["the bundle's", times.version], 1.6)];
}
