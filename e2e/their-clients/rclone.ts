import { expect } from "vitest";
import { applicationCredential } from "./application-credential.ts";
import type { Work } from "./judge.ts";
import type { Stage } from "./stage.ts";

const byS3 = ({ cloud }: Stage): string =>
  `[cloud]\ntype = s3\nprovider = Ceph\nenv_auth = true\nendpoint = ${cloud.s3Endpoint}\n`;
const bySwift = (): string => "[cloud]\ntype = swift\nenv_auth = true\n";

/** What rclone does by either protocol: its remote is called "cloud". */
function of(stage: Stage, program: string, config: string, env: Readonly<Record<string, string>>) {
  const rclone = async (...words: string[]): Promise<string> => {
    await stage.write("rclone.conf", config);
    return stage.run([program, "--config=rclone.conf", ...words], env);
  };
  return { rclone, lines: async (...words: string[]) => (await rclone(...words)).trim().split("\n").sort() };
}

type Rclone = (stage: Stage) => ReturnType<typeof of>;

/** By S3, with keys in the environment. */
export const rcloneByS3 = (program: () => string): Work => ({
  ...shared((stage) => of(stage, program(), byS3(stage), stage.env), "--s3-upload-cutoff=5M", "--s3-chunk-size=5M"),

  link: async (stage) => {
    const { rclone } = of(stage, program(), byS3(stage), stage.env);
    await stage.write("linked é", "for who has the link");
    await rclone("copy", "linked é", "cloud:tmp");
    const link = (await rclone("link", "cloud:tmp/linked é", "--expire", "1h")).trim();
    expect(await (await fetch(link)).text()).toBe("for who has the link");
  },

  uploads: async (stage) => {
    const { rclone } = of(stage, program(), byS3(stage), stage.env);
    expect(JSON.parse(await rclone("backend", "list-multipart-uploads", "cloud:tmp"))).toEqual({ tmp: [] });
    await rclone("cleanup", "cloud:tmp");
  },

  publicRead: async (stage) => {
    const { rclone } = of(stage, program(), byS3(stage), stage.env);
    await stage.write("open", "for all");
    await rclone("copy", "open", "cloud:tmp", "--s3-acl", "public-read");
    expect(await (await fetch(`${stage.cloud.s3Endpoint}/tmp/open`)).text()).toBe("for all");
  },
});

/** By Swift, with a Keystone token and the storage URL in the environment. */
export const rcloneBySwift = (program: () => string): Work => ({
  ...shared(swiftOf(program), "--swift-chunk-size=3M"),

  applicationCredential: async (stage) => {
    const { env } = await applicationCredential(stage, "rclone");
    const { rclone } = of(stage, program(), bySwift(), env);
    expect(await rclone("lsd", "cloud:")).toContain("input-data");
  },

  dynamicLarge: async (stage) => {
    const { rclone, lines } = swiftOf(program)(stage);
    await stage.run(["/bin/sh", "-c", "head -c 7000000 /dev/urandom > large.bin"]);
    await rclone("copy", "large.bin", "cloud:WG1", "--swift-chunk-size=3M");
    await rclone("copyto", "cloud:WG1/large.bin", "back.bin");
    await stage.run(["/usr/bin/cmp", "large.bin", "back.bin"]);
    expect(await lines("lsf", "-R", "--files-only", "cloud:WG1_segments")).toHaveLength(3);
  },
});

const swiftOf =
  (program: () => string): Rclone =>
  (stage) =>
    of(stage, program(), bySwift(), {
      ...stage.plainEnv,
      OS_AUTH_TOKEN: stage.keystoneToken,
      OS_STORAGE_URL: stage.cloud.storageUrl,
    });

const shared = (rcloneOf: Rclone, ...inParts: string[]): Work => ({
  list: async (stage) => {
    const { lines } = rcloneOf(stage);
    expect(await lines("lsf", "cloud:")).toEqual(["WG1/", "input-data/", "test-gey/", "test-slv/", "tmp/"]);
  },

  bucket: async (stage) => {
    const { rclone } = rcloneOf(stage);
    await rclone("mkdir", "cloud:rclone-made");
    expect(await rclone("lsd", "cloud:")).toContain("rclone-made");
    await rclone("rmdir", "cloud:rclone-made");
    expect(await rclone("lsd", "cloud:")).not.toContain("rclone-made");
  },

  object: async (stage) => {
    const { rclone } = rcloneOf(stage);
    await stage.write("small", "from rclone\n");
    await rclone("copy", "small", "cloud:tmp");
    expect(await rclone("lsl", "cloud:tmp/small")).toMatch(/^ +12 \d{4}-\d\d-\d\d .* small\n$/);
    expect(await rclone("cat", "cloud:tmp/small")).toBe("from rclone\n");
    await rclone("deletefile", "cloud:tmp/small");
    expect(await rclone("lsf", "cloud:tmp")).toBe("");
  },

  names: async (stage) => {
    const { rclone, lines } = rcloneOf(stage);
    const names = ["a b/é", "a+b%20c&d=e?f#g", "empty", "日本/語"];
    for (const name of names) await stage.write(`named/${name}`, name === "empty" ? "" : name);
    await rclone("copy", "named", "cloud:test-gey");
    expect(await lines("lsf", "-R", "--files-only", "cloud:test-gey")).toEqual(names.toSorted());
    for (const name of names) expect(await rclone("cat", `cloud:test-gey/${name}`)).toBe(name === "empty" ? "" : name);
  },

  metadata: async (stage) => {
    const { rclone } = rcloneOf(stage);
    await stage.write("page.html", "<p>");
    await stage.run(["/usr/bin/touch", "-d", "2001-02-03T04:05:06Z", "page.html"]);
    await rclone("copy", "page.html", "cloud:tmp");
    const [found] = JSON.parse(await rclone("lsjson", "cloud:tmp/page.html")) as {
      MimeType: string;
      ModTime: string;
    }[];
    expect(found?.MimeType).toMatch(/^text\/html/);
    expect(new Date(found?.ModTime ?? "").toISOString()).toBe("2001-02-03T04:05:06.000Z");
  },

  ranges: async (stage) => {
    const { rclone } = rcloneOf(stage);
    await stage.write("r", "hello");
    await rclone("copy", "r", "cloud:tmp");
    expect(await rclone("cat", "--offset", "1", "--count", "3", "cloud:tmp/r")).toBe("ell");
  },

  copy: async (stage) => {
    const { rclone, lines } = rcloneOf(stage);
    await stage.write("from", "copied");
    await rclone("copy", "from", "cloud:tmp");
    await rclone("copyto", "cloud:tmp/from", "cloud:input-data/to");
    await rclone("moveto", "cloud:input-data/to", "cloud:input-data/moved");
    expect(await lines("lsf", "cloud:input-data")).toEqual(["moved"]);
    expect(await rclone("cat", "cloud:input-data/moved")).toBe("copied");
  },

  parts: async (stage) => {
    const { rclone } = rcloneOf(stage);
    await stage.run(["/bin/sh", "-c", "mkdir -p big && head -c 12000000 /dev/urandom > 'big/é.bin'"]);
    await rclone("copy", "big", "cloud:input-data/big", ...inParts);
    await rclone("check", "--download", "big", "cloud:input-data/big");
  },

  folder: async (stage) => {
    const { rclone } = rcloneOf(stage);
    for (const name of ["a b/é", "two"]) await stage.write(`tree/${name}`, name);
    await rclone("sync", "tree", "cloud:test-slv/tree");
    await rclone("check", "tree", "cloud:test-slv/tree");
    await rclone("sync", "tree", "cloud:test-slv/tree", "-v", "--log-file=again.log");
    expect(await stage.read("again.log")).toContain("There was nothing to transfer");
    await rclone("copy", "cloud:test-slv/tree", "down");
    await stage.run(["/usr/bin/diff", "-r", "tree", "down"]);
  },

  removeMany: async (stage) => {
    const { rclone } = rcloneOf(stage);
    for (let n = 0; n < 20; n += 1) await stage.write(`many/${n}`, "");
    await rclone("copy", "many", "cloud:rclone-many");
    await rclone("purge", "cloud:rclone-many");
    expect(await rclone("lsf", "cloud:")).not.toContain("rclone-many");
  },
});
