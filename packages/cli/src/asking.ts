import type { Asking } from "@fedbucket/client";
import type { Context } from "./context.ts";

export interface SignInOptions {
  /** Open the page in a browser here, when there is one. Default true. */
  readonly browser?: boolean;
  /** Code and PKCE in a browser of this machine, rather than a code for whatever device has one. */
  readonly loopback?: boolean;
}

/** What a person can be asked here. Signing in is loaded when it comes to that. */
export function askingFor(context: Context, options: SignInOptions = {}): Asking {
  const { prompt } = context;
  return {
    signIn: async (chain) => (await import("./sign-in.ts")).signIn(context, chain, options),
    ...(prompt === undefined
      ? {}
      : {
          onUnusable: ({ message }) => void context.stderr.write(`note: ${message}\n`),
          chooseProject: (projects) =>
            prompt.choose(
              "Which project?",
              projects.map((project) => ({ value: project, label: project.name, hint: project.id })),
            ),
        }),
  };
}
