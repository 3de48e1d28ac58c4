import { expect } from "vitest";
import { pythonClient } from "../../clients/tools.ts";
import { signInAtKeystone } from "../../harness/keystone.ts";
import { applicationCredential } from "../application-credential.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

/** `swift` with a Keystone token and the storage URL, as Swift's clients take them. */
const swiftOf =
  ({ run, plainEnv, keystoneToken, cloud }: Stage) =>
  (...words: string[]): Promise<string> =>
    run([pythonClient("swift"), ...words], {
      ...plainEnv,
      OS_AUTH_TOKEN: keystoneToken,
      OS_STORAGE_URL: cloud.storageUrl,
    });

const lines = (text: string): string[] => text.trim().split("\n").sort();

judge("swiftclient", {
  projects: async (stage) => {
    expect(await swiftOf(stage)("capabilities")).toMatch(/bulk_delete[\s\S]*slo[\s\S]*tempurl/);
  },

  applicationCredential: async (stage) => {
    const { env } = await applicationCredential(stage, "swift");
    expect(await stage.run([pythonClient("swift"), "--auth-version", "3", "list"], env)).toContain("input-data");
    expect(await stage.run([pythonClient("swift"), "--auth-version", "3", "auth"], env)).toContain(
      `OS_STORAGE_URL=${stage.cloud.storageUrl}`,
    );
  },

  list: async (stage) => {
    expect(lines(await swiftOf(stage)("list"))).toEqual(["WG1", "input-data", "test-gey", "test-slv", "tmp"]);
    expect(await swiftOf(stage)("list", "--lh")).toMatch(/ WG1\n/);
  },

  bucket: async (stage) => {
    const swift = swiftOf(stage);
    await swift("post", "swift-made", "--header", "X-Container-Meta-Course: eScience");
    expect(await swift("stat", "swift-made")).toMatch(/Meta Course: eScience/);
    await swift("delete", "swift-made");
    expect(await swift("list")).not.toContain("swift-made");
  },

  object: async (stage) => {
    const swift = swiftOf(stage);
    await stage.write("small.txt", "from swift\n");
    await swift("upload", "tmp", "small.txt");
    expect(await swift("stat", "tmp", "small.txt")).toMatch(/Content Length: 11/);
    await swift("download", "tmp", "small.txt", "--output", "back.txt");
    expect(await stage.read("back.txt")).toBe("from swift\n");
    await swift("delete", "tmp", "small.txt");
    expect(await swift("list", "tmp")).toBe("");
  },

  names: async (stage) => {
    const swift = swiftOf(stage);
    await stage.write("small.txt", "named\n");
    for (const name of ["dir/small é.txt", "a b+c%20d?e#f", "日本/語"]) {
      await swift("upload", "WG1", "small.txt", "--object-name", name);
      expect(await swift("download", "WG1", name, "--output", "-")).toBe("named\n");
      expect(await swift("list", "WG1", "--prefix", name)).toBe(`${name}\n`);
      await swift("delete", "WG1", name);
    }
  },

  metadata: async (stage) => {
    const swift = swiftOf(stage);
    await stage.write("m.txt", "m");
    await swift("upload", "tmp", "m.txt", "--header", "X-Object-Meta-Station: Brest", "--header", "Content-Type: a/b");
    expect(await swift("stat", "tmp", "m.txt")).toMatch(/Content Type: a\/b[\s\S]*Meta Station: Brest/);
    await swift("post", "tmp", "m.txt", "--meta", "Station:Roscoff");
    expect(await swift("stat", "tmp", "m.txt")).toMatch(/Meta Station: Roscoff/);
    await swift("post", "--meta", "Team:ocean");
    expect(await swift("stat")).toMatch(/Meta Team: ocean/);
  },

  ranges: async (stage) => {
    const swift = swiftOf(stage);
    await stage.write("r.txt", "hello");
    await swift("upload", "tmp", "r.txt");
    expect(
      await swift("download", "tmp", "r.txt", "--header", "Range: bytes=1-3", "--ignore-checksum", "-o", "-"),
    ).toBe("ell");
  },

  pages: async (stage) => {
    const swift = swiftOf(stage);
    for (const name of ["a/1", "a/2", "b"]) await stage.write(`pages/${name}`, "");
    await swift("upload", "test-gey", "pages", "--object-name", "");
    expect(lines(await swift("list", "test-gey", "--delimiter", "/"))).toEqual(["a/", "b"]);
    expect(lines(await swift("list", "test-gey", "--prefix", "a/"))).toEqual(["a/1", "a/2"]);
  },

  copy: async (stage) => {
    const swift = swiftOf(stage);
    await stage.write("from", "copied");
    await swift("upload", "tmp", "from", "--header", "X-Object-Meta-K: v");
    await swift("copy", "tmp", "from", "--destination", "/WG1/to", "--meta", "L:w");
    expect(await swift("stat", "WG1", "to")).toMatch(
      /Content Length: 6[\s\S]*Meta (K: v[\s\S]*Meta L: w|L: w[\s\S]*Meta K: v)/,
    );
  },

  staticLarge: async (stage) => {
    const swift = swiftOf(stage);
    await uploadsInSegments(stage, "--use-slo");
    expect(await swift("stat", "swift-large", "large.bin")).toMatch(
      /Content Length: 5000000\n[\s\S]*Static-Large-Object: True/,
    );
    expect(lines(await swift("list", "swift-large_segments"))).toHaveLength(5);
    await swift("delete", "swift-large", "large.bin");
    expect(await swift("list", "swift-large_segments")).toBe("");
    await swift("delete", "swift-large");
  },

  dynamicLarge: async (stage) => {
    const swift = swiftOf(stage);
    await uploadsInSegments(stage, "--use-dlo");
    expect(await swift("stat", "swift-large", "large.bin")).toMatch(
      /Content Length: 5000000\n[\s\S]*Manifest: swift-large_segments/,
    );
    expect(lines(await swift("list", "swift-large_segments"))).toHaveLength(5);
    await swift("delete", "swift-large", "large.bin");
    expect(await swift("list", "swift-large_segments")).toBe("");
  },

  folder: async (stage) => {
    const swift = swiftOf(stage);
    for (const name of ["a b/é", "two"]) await stage.write(`tree/${name}`, name);
    await swift("upload", "test-slv", "tree");
    const written = await swift("stat", "test-slv", "tree/two");
    await swift("upload", "test-slv", "tree", "--changed");
    const timestamp = /X-Timestamp: \S+/.exec(written)?.[0] ?? "none";
    expect(await swift("stat", "test-slv", "tree/two")).toContain(timestamp);
    await swift("download", "test-slv", "--output-dir", "down");
    await stage.run(["/usr/bin/diff", "-r", "tree", "down/tree"]);
  },

  removeMany: async (stage) => {
    const swift = swiftOf(stage);
    for (let n = 0; n < 20; n += 1) await stage.write(`many/${n}`, "");
    await swift("upload", "swift-many", "many");
    expect(lines(await swift("delete", "swift-many", "--prefix", "many/1"))).toHaveLength(11);
    expect(lines(await swift("list", "swift-many"))).toHaveLength(9);
    await swift("delete", "swift-many");
    expect(await swift("list")).not.toContain("swift-many");
  },

  link: async (stage) => {
    const swift = swiftOf(stage);
    await stage.write("linked é.txt", "for who has the link");
    await swift("upload", "tmp", "linked é.txt");
    await swift("post", "--meta", "Temp-URL-Key:secret");
    const { origin, pathname } = new URL(stage.cloud.storageUrl);
    const link = origin + (await swift("tempurl", "GET", "3600", `${pathname}/tmp/linked é.txt`, "secret")).trim();
    expect(await (await fetch(link)).text()).toBe("for who has the link");
    expect((await fetch(link, { method: "PUT" })).status).toBe(403);
  },

  publicRead: async (stage) => {
    const swift = swiftOf(stage);
    await stage.write("open.txt", "for all");
    await swift("upload", "swift-open", "open.txt");
    const read = async (path: string): Promise<string | number> => {
      const answer = await fetch(`${stage.cloud.storageUrl}/swift-open${path}`);
      return answer.ok ? await answer.text() : answer.status;
    };
    expect(await read("/open.txt")).toBe(401);
    await swift("post", "swift-open", "--read-acl", ".r:*,.rlistings");
    expect(await read("/open.txt")).toBe("for all");
    expect(await read("")).toBe("open.txt\n");
    expect(await swift("stat", "swift-open")).toMatch(/Read ACL: \.r:\*,\.rlistings/);
    await swift("post", "swift-open", "--read-acl", "");
    expect(await read("/open.txt")).toBe(401);
  },

  access: async (stage) => {
    const swift = swiftOf(stage);
    const { cloud, plainEnv } = stage;
    await stage.write("shared.txt", "for a colleague");
    await swift("upload", "swift-shared", "shared.txt");
    const project = "25f5aa2c69e140e1be947381b9c119bc";
    const bruno = { ...cloud, projectId: project, token: () => cloud.token("bruno") };
    const theirs = {
      ...plainEnv,
      OS_AUTH_TOKEN: (await signInAtKeystone(bruno)).token,
      OS_STORAGE_URL: `${cloud.storageUrl}/AUTH_${cloud.projectId}`,
    };
    const download = [pythonClient("swift"), "download", "swift-shared", "shared.txt", "--output", "-"];
    expect(await stage.refused(download, theirs)).toContain("403");
    await swift("post", "swift-shared", "--read-acl", project);
    expect(await stage.run(download, theirs)).toBe("for a colleague");
    const upload = [pythonClient("swift"), "upload", "swift-shared", "shared.txt", "--object-name", "theirs"];
    expect(await stage.refused(upload, theirs)).toContain("403");
    await swift("post", "swift-shared", "--write-acl", project);
    await stage.run(upload, theirs);
  },
});

async function uploadsInSegments(stage: Stage, kind: string): Promise<void> {
  const swift = swiftOf(stage);
  await stage.run(["/bin/sh", "-c", "head -c 5000000 /dev/urandom > large.bin"]);
  await swift("upload", "swift-large", "large.bin", "--segment-size", "1000000", kind);
  await swift("download", "swift-large", "large.bin", "--output", "back.bin");
  await stage.run(["/usr/bin/cmp", "large.bin", "back.bin"]);
}
