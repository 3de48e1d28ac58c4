import type { Step } from "@fedbucket/client";
import type { Context } from "../context.ts";
import { stepLine } from "../steps.ts";
import { makeConnection } from "./make.ts";
import { prepareConnect } from "./prepare.ts";
import { makeReady } from "./ready.ts";

export interface ConnectOptions {
  readonly name?: string;
  readonly site?: string;
  readonly sts?: string;
  readonly roleArn?: string;
  readonly vo?: string;
  readonly project?: string;
  readonly region?: string;
  readonly browser: boolean;
  readonly store: boolean;
  readonly membershipRenewAfter?: string;
  readonly tokenFile?: string;
  readonly clientId?: string;
  readonly issuer?: string;
  readonly identityProvider?: string;
  readonly protocol?: string;
  readonly trustHost?: readonly string[];
  readonly default?: boolean;
  readonly moveLeftovers?: boolean;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly caBundle?: string;
}

/** Of a `connect` with nothing but a name. */
export const usualOptions: ConnectOptions = { browser: true, store: true };

/** Makes the whole chain and sets up the tools of this machine. */
export async function connect(
  context: Context,
  typedName: string | undefined,
  options: ConnectOptions = usualOptions,
): Promise<void> {
  const ready = makeReady(context);
  const onStep = (step: Step): void => {
    context.stderr.write(stepLine(step));
    ready.next(); // with each link but the last, another request leaves
  };
  await makeConnection(context, await prepareConnect(context, typedName, options, onStep), options, ready);
}
