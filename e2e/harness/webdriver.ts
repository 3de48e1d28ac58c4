import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** WebDriver's own names of keys. @see W3C WebDriver, section 17.4.2 */
export const keys = { tab: "\uE004", enter: "\uE007", space: "\uE00D", shift: "\uE008" } as const;

/** A real browser with a profile of its own, driven as a person would: by what is to be seen, by clicks and keys. */
export interface Chromium extends AsyncDisposable {
  open(url: string): Promise<void>;
  url(): Promise<string>;
  /** A key, or text, to whatever has the focus. */
  type(text: string): Promise<void>;
  click(selector: string): Promise<void>;
  /** Runs a function's body in the page. */
  look<T>(script: string): Promise<T>;
  /** A command of the DevTools protocol. */
  devtools(command: string, parameters: Readonly<Record<string, unknown>>): Promise<void>;
  /** What the page's console complained about since the last call. */
  complaints(): Promise<readonly string[]>;
  /** The whole page as PNG. */
  picture(): Promise<Buffer>;
}

/** Flags for a machine where nobody sits, perhaps as root. Nothing is asked of the network but the pages. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Debian's Chromium by its own driver. */
export async function chromium(): Promise<Chromium> {
  const folder = await mkdtemp(join(tmpdir(), "fedbucket-chromium-"));
  const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
  const base = `http://127.0.0.1:${await portOf(driver)}`;
  const { sessionId } = await ask<{ sessionId: string }>("POST", `${base}/session`, {
    capabilities: {
      alwaysMatch: {
        "goog:chromeOptions": { args: [...flags, `--user-data-dir=${folder}`] },
        "goog:loggingPrefs": { browser: "ALL" },
      },
    },
  });
  const session = `${base}/session/${sessionId}`;
  const end = async (): Promise<void> => {
    await ask("DELETE", session).catch(() => undefined);
    const ended = new Promise((resolve) => driver.once("exit", resolve));
    if (driver.kill()) await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...pageAt(session), [Symbol.asyncDispose]: end };
}

function pageAt(session: string): Omit<Chromium, typeof Symbol.asyncDispose> {
  const post = <T>(path: string, body: unknown): Promise<T> => ask<T>("POST", `${session}/${path}`, body);
  const element = async (using: string, value: string): Promise<string> =>
    Object.values(await post<Record<string, string>>("element", { using, value }))[0] ?? "";
  const devtools = <T>(cmd: string, params: Readonly<Record<string, unknown>>): Promise<T> =>
    post<T>("goog/cdp/execute", { cmd, params });
  return {
    open: (url) => post("url", { url }),
    url: () => ask("GET", `${session}/url`),
    async type(text) {
      const actions = Array.from(text).flatMap((value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]);
      await post("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
    },
    click: async (selector) => post(`element/${await element("css selector", selector)}/click`, {}),
    look: (script) => post("execute/sync", { script, args: [] }),
    devtools: (command, parameters) => devtools(command, parameters),
    async complaints() {
      const entries = await post<readonly { level: string; message: string }[]>("se/log", { type: "browser" });
      return entries.filter(({ level }) => level !== "INFO").map(({ message }) => message);
    },
    async picture() {
      const { data } = await devtools<{ data: string }>("Page.captureScreenshot", { captureBeyondViewport: true });
      return Buffer.from(data, "base64");
    },
  };
}

/** Resolves once the driver says where it listens; rejects, with what is missing, when it does not start. */
function portOf(driver: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = "";
    driver.once("error", (cause) =>
      reject(new Error("no chromedriver here: apt-get install chromium chromium-driver", { cause })),
    );
    driver.once("exit", (code) => reject(new Error(`chromedriver ended with ${code}: ${words}`)));
    driver.stdout?.on("data", (chunk: Buffer) => {
      words += chunk.toString();
      const port = /started successfully on port (\d+)/.exec(words)?.[1];
      if (port !== undefined) resolve(port);
    });
  });
}

async function ask<T>(method: string, url: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const { value } = (await answer.json()) as { value: T & { message?: string } };
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.message ?? answer.status}`);
  return value;
}
