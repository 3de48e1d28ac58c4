import { expect } from "vitest";
import { debianClient, pythonClient } from "../../clients/tools.ts";
import type { ClientName } from "../clients.ts";
import { judge, type Work } from "../judge.ts";
import type { Stage } from "../stage.ts";

const programs: readonly [ClientName, () => string][] = [
  ["AWS CLI v1 (PyPI)", () => pythonClient("aws")],
  ["AWS CLI v2 (Debian)", () => debianClient("aws")],
];
for (const [client, program] of programs) judge(client, workOf(program));

function workOf(program: () => string): Work {
  const of = (stage: Stage) => {
    const command = (words: readonly string[]): string[] => [
      program(),
      "--endpoint-url",
      stage.cloud.s3Endpoint,
      ...words,
    ];
    return {
      aws: (...words: string[]) => stage.run(command(words)),
      refused: (...words: string[]) => stage.refused(command(words)),
      url: (path: string) => `${stage.cloud.s3Endpoint}/${path}`,
    };
  };

  return {
    list: async (stage) => {
      const buckets = (await of(stage).aws("s3", "ls")).trim().split("\n");
      expect(buckets.map((line) => line.split(/\s+/).at(-1))).toEqual([
        "WG1",
        "input-data",
        "test-gey",
        "test-slv",
        "tmp",
      ]);
    },

    bucket: async (stage) => {
      const { aws } = of(stage);
      expect(await aws("s3", "mb", "s3://aws-made")).toBe("make_bucket: aws-made\n");
      expect(await aws("s3", "rb", "s3://aws-made")).toBe("remove_bucket: aws-made\n");
      expect(await aws("s3", "ls")).not.toContain("aws-made");
    },

    object: async (stage) => {
      const { aws } = of(stage);
      await stage.write("up.txt", "°C and ∂T/∂t\n");
      await aws("s3", "cp", "up.txt", "s3://tmp/sst.txt");
      expect(await aws("s3", "ls", "s3://tmp/sst.txt")).toMatch(/ 18 sst\.txt\n$/);
      await aws("s3", "cp", "s3://tmp/sst.txt", "down.txt");
      expect(await stage.read("down.txt")).toBe("°C and ∂T/∂t\n");
      await aws("s3", "rm", "s3://tmp/sst.txt");
      expect(await aws("s3", "ls", "s3://tmp", "--recursive")).toBe("");
    },

    names: async (stage) => {
      const { aws } = of(stage);
      await stage.write("named", "named");
      for (const name of ["a folder/sst é.txt", "a+b%20c&d=e?f#g", "日本/語"]) {
        await aws("s3", "cp", "named", `s3://WG1/${name}`);
        expect(await aws("s3", "cp", `s3://WG1/${name}`, "-")).toBe("named");
        expect(await aws("s3", "ls", `s3://WG1/${name}`)).toContain(name.split("/").at(-1));
      }
    },

    metadata: async (stage) => {
      const { aws } = of(stage);
      await stage.write("m", "m");
      await aws("s3", "cp", "m", "s3://tmp/m", "--content-type", "a/b", "--metadata", "station=Brest");
      const head: unknown = JSON.parse(await aws("s3api", "head-object", "--bucket", "tmp", "--key", "m"));
      expect(head).toMatchObject({ ContentLength: 1, ContentType: "a/b", Metadata: { station: "Brest" } });
    },

    ranges: async (stage) => {
      const { aws } = of(stage);
      await stage.write("r", "hello");
      await aws("s3", "cp", "r", "s3://tmp/r");
      await aws("s3api", "get-object", "--bucket", "tmp", "--key", "r", "--range", "bytes=1-3", "part");
      expect(await stage.read("part")).toBe("ell");
    },

    pages: async (stage) => {
      const { aws } = of(stage);
      for (const name of ["a/1", "a/2", "b"]) await stage.write(`pages/${name}`, "");
      await aws("s3", "sync", "pages", "s3://test-gey");
      expect(await aws("s3", "ls", "s3://test-gey")).toMatch(/^ +PRE a\/\n.* 0 b\n$/);
      const keys = ["--query", "Contents[].Key", "--output", "text"];
      const paged = ["--bucket", "test-gey", "--page-size", "1", ...keys];
      expect((await aws("s3api", "list-objects-v2", ...paged)).split(/\s+/).filter(Boolean)).toEqual([
        "a/1",
        "a/2",
        "b",
      ]);
      expect((await aws("s3api", "list-objects", ...paged)).split(/\s+/).filter(Boolean)).toEqual(["a/1", "a/2", "b"]);
    },

    copy: async (stage) => {
      const { aws } = of(stage);
      await stage.write("from", "copied");
      await aws("s3", "cp", "from", "s3://tmp/from");
      await aws("s3", "cp", "s3://tmp/from", "s3://WG1/to");
      await aws("s3", "mv", "s3://WG1/to", "s3://WG1/moved");
      expect(await aws("s3", "cp", "s3://WG1/moved", "-")).toBe("copied");
      expect(await aws("s3", "ls", "s3://WG1")).not.toMatch(/ to\n/);
    },

    parts: async (stage) => {
      const { aws } = of(stage);
      await stage.run(["/bin/sh", "-c", "head -c 20971520 /dev/urandom > big.bin"]);
      await aws("s3", "cp", "big.bin", "s3://tmp/big.bin");
      const head = JSON.parse(await aws("s3api", "head-object", "--bucket", "tmp", "--key", "big.bin")) as {
        ETag: string;
      };
      expect(head.ETag).toMatch(/-3"$/);
      await aws("s3", "cp", "s3://tmp/big.bin", "back.bin");
      await stage.run(["/usr/bin/cmp", "big.bin", "back.bin"]);
    },

    uploads: async (stage) => {
      const { aws } = of(stage);
      const at = ["--bucket", "test-slv", "--key", "never"];
      const made = JSON.parse(await aws("s3api", "create-multipart-upload", ...at)) as { UploadId: string };
      expect(await aws("s3api", "list-multipart-uploads", "--bucket", "test-slv")).toContain(made.UploadId);
      await aws("s3api", "abort-multipart-upload", ...at, "--upload-id", made.UploadId);
      expect(await aws("s3api", "list-multipart-uploads", "--bucket", "test-slv")).not.toContain(made.UploadId);
    },

    folder: async (stage) => {
      const { aws } = of(stage);
      for (const name of ["a b/é", "two"]) await stage.write(`tree/${name}`, name);
      await aws("s3", "sync", "tree", "s3://input-data/tree");
      expect(await aws("s3", "sync", "tree", "s3://input-data/tree")).toBe("");
      await aws("s3", "sync", "s3://input-data/tree", "down");
      await stage.run(["/usr/bin/diff", "-r", "tree", "down"]);
      await stage.run(["/bin/rm", "tree/two"]);
      expect(await aws("s3", "sync", "--delete", "tree", "s3://input-data/tree")).toBe(
        "delete: s3://input-data/tree/two\n",
      );
    },

    removeMany: async (stage) => {
      const { aws } = of(stage);
      await aws("s3", "mb", "s3://aws-many");
      for (let n = 0; n < 20; n += 1) await stage.write(`many/${n}`, "");
      await aws("s3", "sync", "many", "s3://aws-many");
      const objects = '{"Objects":[{"Key":"1"},{"Key":"2"}]}';
      expect(JSON.parse(await aws("s3api", "delete-objects", "--bucket", "aws-many", "--delete", objects))).toEqual({
        Deleted: [{ Key: "1" }, { Key: "2" }],
      });
      await aws("s3", "rb", "--force", "s3://aws-many");
      expect(await aws("s3", "ls")).not.toContain("aws-many");
    },

    link: async (stage) => {
      const { aws } = of(stage);
      await stage.write("linked", "for who has the link");
      await aws("s3", "cp", "linked", "s3://tmp/linked é");
      const answer = await fetch((await aws("s3", "presign", "s3://tmp/linked é")).trim());
      expect([answer.status, await answer.text()]).toEqual([200, "for who has the link"]);
    },

    publicRead: async (stage) => {
      const { aws, url } = of(stage);
      await stage.write("open", "for all");
      await aws("s3", "mb", "s3://aws-open");
      await aws("s3", "cp", "open", "s3://aws-open/acl", "--acl", "public-read");
      await aws("s3", "cp", "open", "s3://aws-open/data/policy");
      const read = async (key: string): Promise<number> => (await fetch(url(`aws-open/${key}`))).status;
      expect([await read("acl"), await read("data/policy")]).toEqual([200, 403]);
      const policy = {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::aws-open/data/*" },
        ],
      };
      await aws("s3api", "put-bucket-policy", "--bucket", "aws-open", "--policy", JSON.stringify(policy));
      expect(await read("data/policy")).toBe(200);
      await aws("s3api", "delete-bucket-policy", "--bucket", "aws-open");
      expect(await read("data/policy")).toBe(403);
    },

    tags: async (stage) => {
      const { aws } = of(stage);
      await stage.write("t", "t");
      await aws("s3", "cp", "t", "s3://tmp/t");
      const at = ["--bucket", "tmp", "--key", "t"];
      await aws("s3api", "put-object-tagging", ...at, "--tagging", "TagSet=[{Key=a,Value=b}]");
      const tags: unknown = JSON.parse(await aws("s3api", "get-object-tagging", ...at));
      expect(tags).toMatchObject({ TagSet: [{ Key: "a", Value: "b" }] });
    },

    refusals: async (stage) => {
      const { refused } = of(stage);
      expect(await refused("s3", "cp", "s3://tmp/nowhere", "x")).toMatch(/404|Not Found/);
      expect(await refused("s3", "ls", "s3://no-such-bucket-here")).toContain("NoSuchBucket");
      const lifecycle = ["--bucket", "tmp", "--lifecycle-configuration", '{"Rules":[]}'];
      expect(await refused("s3api", "put-bucket-lifecycle-configuration", ...lifecycle)).toContain("NotImplemented");
    },
  };
}
