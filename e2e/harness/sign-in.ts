import { signIn } from "../demo/browser.ts";
import type { PersonAtSandbox } from "./person.ts";

/** Signs the first person in wherever a command says to: give it what is written to stderr. */
export function followLinks(person: PersonAtSandbox): { onStderr: (text: string) => void; done: () => Promise<void> } {
  let page: Promise<unknown> = Promise.resolve();
  return {
    onStderr(text) {
      const link = /https?:\/\/\S*(user_code|code_challenge)=\S+/.exec(text)?.[0];
      const { passphrase, people } = person.sandbox;
      if (link !== undefined) page = signIn(link, { username: people[0]?.username ?? "", passphrase });
    },
    done: async () => void (await page),
  };
}

/** `fedbucket connect sandbox` with a login that renews itself. */
export async function connectByDevice(person: PersonAtSandbox, options = ""): Promise<void> {
  const { onStderr, done } = followLinks(person);
  const { code, stderr } = await person.run(`connect sandbox ${options}`, { onStderr });
  await done();
  if (code !== 0) throw new Error(stderr);
}
