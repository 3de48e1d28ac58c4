import { fedbucket, startCloud } from "../e2e/harness/cloud.ts";
import { makeHome } from "../e2e/harness/home.ts";
import { mustRun } from "../e2e/harness/run.ts";
import { medians, runProcess } from "./measure.ts";
import { ms, type Row } from "./report.ts";

/** Each round is an average over many processes already. */
const rounds = 3;

/** What staying connected costs: asking whether every link works, and keys for very many processes in the same second. */
export async function connected(processes: number): Promise<Row[]> {
  await using home = await makeHome();
  await using cloud = await startCloud({ env: home.env, args: ["--memory"] });
  const env = { ...home.env, OIDC_ACCESS_TOKEN: await cloud.token() };
  runProcess([...fedbucket, "connect", "sandbox"], env);
  const { doctor } = await medians({ doctor: { run: () => runProcess([...fedbucket, "doctor"], env) } });
  const all = async (command: readonly string[]): Promise<void> => {
    await Promise.all(Array.from({ length: processes }, () => mustRun(command, { env })));
  };
  const times = await medians(
    {
      node: { run: () => all([process.execPath, "-e", "0"]) },
      ours: { run: () => all([...fedbucket, "credentials"]) },
    },
    rounds,
  );
  return [
    {
      name: "doctor, when every link works",
      value: doctor / 1000,
      unit: "s",
      target: { atMost: 1 },
      detail: `the whole process, on the sandbox: ${ms(doctor)}`,
    },
    {
      name: `${processes} fedbucket credentials at once, of node -e 0`,
      value: times.ours / times.node,
      unit: "x",
      target: { atMost: 3 },
      detail: `${ms(times.ours)}; ${processes} node -e 0 at once ${ms(times.node)}; medians of ${rounds} rounds`,
    },
  ];
}
