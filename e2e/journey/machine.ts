import type { ProfileSettings } from "@fedbucket/client";
import { signIn } from "../demo/browser.ts";
import { fedbucket } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { mustRun, type Ran, type RunOptions } from "../harness/run.ts";
import type { Cloud } from "./clouds.ts";

/** A machine of a person's, where they type commands. */
export interface Machine extends AsyncDisposable {
  readonly home: Home;
  /** Runs `fedbucket` with these words, which must succeed. */
  fedbucket(words: string, options?: Partial<RunOptions>): Promise<Ran>;
  /** `connect journey`, with a browser in which the person signs in. */
  connect(): Promise<Ran>;
}

/** What a person types of the settings. */
const options = {
  site: "--site",
  sts: "--sts",
  roleArn: "--role-arn",
  vo: "--vo",
  project: "--project",
  region: "--region",
  issuer: "--issuer",
  clientId: "--client-id",
} satisfies Partial<Record<keyof ProfileSettings, string>>;

/** @param path What the person's PATH is. Default: the system's folders only. */
export async function machineAt(
  { settings, person }: Pick<Cloud, "settings" | "person">,
  path?: string,
): Promise<Machine> {
  const home = await makeHome(path);
  const run: Machine["fedbucket"] = (words, given) =>
    mustRun([...fedbucket, ...words.split(" ")], { cwd: home.folder, ...given, env: { ...home.env, ...given?.env } });
  return {
    home,
    fedbucket: run,
    async connect() {
      const typed = Object.entries(options).flatMap(([setting, option]) => {
        const value = settings[setting as keyof typeof options];
        return value === undefined ? [] : [option, value];
      });
      const hosts = [settings.issuer, settings.site ?? settings.sts].map((url) => new URL(url ?? "").host);
      let page: Promise<unknown> = Promise.resolve();
      const connected = await run(
        ["connect", "journey", ...typed, ...hosts.flatMap((host) => ["--trust-host", host])].join(" "),
        {
          onStderr(text) {
            const link = /https?:\/\/\S*user_code=\S+/.exec(text)?.[0];
            if (link !== undefined) page = signIn(link, person);
          },
        },
      );
      await page;
      return connected;
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}
