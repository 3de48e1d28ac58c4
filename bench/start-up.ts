import { fedbucket, startCloud } from "../e2e/harness/cloud.ts";
import { makeHome } from "../e2e/harness/home.ts";
import { medians, runProcess } from "./measure.ts";
import { ms, type Row } from "./report.ts";

/** What every command pays, and what every tool that asks for credentials pays. */
export async function startUp(): Promise<Row[]> {
  await using home = await makeHome();
  await using cloud = await startCloud({ env: home.env, args: ["--memory"] });
  const { env } = home;
  runProcess([...fedbucket, "connect", "sandbox"], { ...env, OIDC_ACCESS_TOKEN: await cloud.token() });
  const times = await medians({
    node: { run: () => runProcess([process.execPath, "-e", "0"], env) },
    version: { run: () => runProcess([...fedbucket, "--version"], env) },
    credentials: { run: () => runProcess([...fedbucket, "credentials"], env) },
  });
  const row = (name: string, time: number, atMost: number): Row => ({
    name,
    value: time / times.node,
    unit: "x",
    target: { atMost },
    detail: `${ms(time)}; node -e 0 ${ms(times.node)}`,
  });
  return [
    row("fedbucket --version, of node -e 0", times.version, 1.6),
    row("fedbucket credentials from cache, of node -e 0", times.credentials, 2),
  ];
}
