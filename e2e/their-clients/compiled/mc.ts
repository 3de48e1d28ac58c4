import { CreateMultipartUploadCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "vitest";
import { deviceTokens } from "../../harness/device-tokens.ts";
import type { Work } from "../judge.ts";
import type { Stage } from "../stage.ts";
import { compiledClient } from "./programs.ts";

/** The variable that makes the cloud the alias "it", as mc's manual says. */
const envOf = ({ plainEnv, keys, cloud }: Stage, { access, secret } = keys): Record<string, string> => ({
  ...plainEnv,
  MC_HOST_it: cloud.s3Endpoint.replace("://", `://${access}:${secret}@`),
});

const of =
  (stage: Stage) =>
  (...words: string[]): Promise<string> =>
    stage.run([compiledClient("mc"), "--no-color", ...words], envOf(stage));

const names = (listing: string): string[] =>
  listing
    .trim()
    .split("\n")
    .filter(Boolean)
    .map(
      (line) =>
        line
          .split("B ")
          .at(-1)
          ?.replace(/^STANDARD /, "") ?? "",
    )
    .sort();

export const mc: Work = {
  list: async (stage) => {
    expect(names(await of(stage)("ls", "it"))).toEqual(["WG1/", "input-data/", "test-gey/", "test-slv/", "tmp/"]);
  },

  bucket: async (stage) => {
    const mc = of(stage);
    await mc("mb", "it/mc-made");
    expect(await mc("stat", "it/mc-made")).toContain("mc-made");
    await mc("rb", "it/mc-made");
    expect(await mc("ls", "it")).not.toContain("mc-made");
  },

  object: async (stage) => {
    const mc = of(stage);
    await stage.write("small", "from mc\n");
    await mc("cp", "small", "it/tmp/");
    expect(await mc("stat", "it/tmp/small")).toMatch(/Size +: 8 B/);
    expect(await mc("cat", "it/tmp/small")).toBe("from mc\n");
    await mc("get", "it/tmp/small", "back");
    expect(await stage.read("back")).toBe("from mc\n");
    await mc("rm", "it/tmp/small");
    expect(await mc("ls", "it/tmp")).toBe("");
  },

  names: async (stage) => {
    const mc = of(stage);
    await stage.write("named", "named");
    const awkward = ["a b/é", "a+b%20c&d=e?f#g", "日本/語"];
    for (const name of awkward) {
      await mc("cp", "named", `it/test-gey/${name}`);
      expect(await mc("cat", `it/test-gey/${name}`)).toBe("named");
    }
    expect((await mc("find", "it/test-gey")).trim().split("\n").sort()).toEqual(
      awkward.map((name) => `it/test-gey/${name}`).sort(),
    );
  },

  metadata: async (stage) => {
    const mc = of(stage);
    await stage.write("m.html", "<p>");
    await mc("cp", "--attr", "station=Brest;Cache-Control=max-age=9", "m.html", "it/tmp/m.html");
    const said = await mc("stat", "it/tmp/m.html");
    expect(said).toMatch(/Cache-Control *: max-age=9/);
    expect(said).toMatch(/Content-Type *: text\/html/);
    expect(said).toMatch(/X-Amz-Meta-Station *: Brest/);
  },

  ranges: async (stage) => {
    const mc = of(stage);
    await stage.write("r", "hello");
    await mc("cp", "r", "it/tmp/r");
    expect(await mc("cat", "--offset", "2", "it/tmp/r")).toBe("llo");
    expect(await mc("head", "--lines", "1", "it/tmp/r")).toContain("hello");
  },

  pages: async (stage) => {
    const mc = of(stage);
    for (const name of ["a/1", "a/2", "b"]) await stage.write(`pages/${name}`, "");
    await mc("cp", "--recursive", "pages/", "it/input-data/");
    expect(names(await mc("ls", "it/input-data"))).toEqual(["a/", "b"]);
    expect(names(await mc("ls", "--recursive", "it/input-data"))).toEqual(["a/1", "a/2", "b"]);
    expect(await mc("du", "it/input-data")).toContain("3 objects");
    expect(await mc("tree", "it/input-data")).toContain("a");
  },

  copy: async (stage) => {
    const mc = of(stage);
    await stage.write("from", "copied");
    await mc("cp", "from", "it/tmp/from");
    await mc("cp", "it/tmp/from", "it/WG1/to");
    await mc("mv", "it/WG1/to", "it/WG1/moved");
    expect(names(await mc("ls", "it/WG1"))).toEqual(["moved"]);
    expect(await mc("cat", "it/WG1/moved")).toBe("copied");
  },

  parts: async (stage) => {
    const mc = of(stage);
    await stage.run(["/bin/sh", "-c", "head -c 40000000 /dev/urandom > big.bin"]);
    await mc("cp", "big.bin", "it/tmp/big.bin");
    expect(await mc("stat", "it/tmp/big.bin")).toMatch(/ETag +: [0-9a-f]{32}-\d/);
    await mc("cp", "it/tmp/big.bin", "back.bin");
    await stage.run(["/usr/bin/cmp", "big.bin", "back.bin"]);
    await stage.run(["/bin/sh", "-c", `"$0" pipe it/tmp/piped < big.bin`, compiledClient("mc")], envOf(stage));
    expect(await mc("stat", "it/tmp/piped")).toMatch(/Size +: 38 MiB/);
  },

  checksums: async (stage) => {
    const mc = of(stage);
    await stage.run(["/bin/sh", "-c", "head -c 40000000 /dev/urandom > summed.bin"]);
    for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
      await mc("cp", "--checksum", algorithm, "summed.bin", `it/tmp/${algorithm}`);
      expect(await mc("stat", `it/tmp/${algorithm}`)).toContain(`Checksum  : ${algorithm}:`);
      await mc("cp", `it/tmp/${algorithm}`, "summed-back.bin");
      await stage.run(["/usr/bin/cmp", "summed.bin", "summed-back.bin"]);
    }
  },

  uploads: async (stage) => {
    const mc = of(stage);
    const s3 = new S3Client({
      endpoint: stage.cloud.s3Endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: stage.keys.access, secretAccessKey: stage.keys.secret },
    });
    await s3.send(new CreateMultipartUploadCommand({ Bucket: "test-slv", Key: "never/ended" }));
    s3.destroy();
    expect(names(await mc("ls", "--incomplete", "it/test-slv"))).toEqual(["never/"]);
    expect(await mc("ls", "--incomplete", "--recursive", "it/test-slv")).toContain("never/ended");
    await mc("rm", "--incomplete", "--recursive", "--force", "it/test-slv");
    expect(await mc("ls", "--incomplete", "it/test-slv")).toBe("");
  },

  folder: async (stage) => {
    const mc = of(stage);
    for (const name of ["a b/é", "two"]) await stage.write(`tree/${name}`, name);
    await mc("mirror", "tree", "it/test-slv/tree");
    expect(await mc("diff", "tree", "it/test-slv/tree")).toBe("");
    expect(await mc("mirror", "tree", "it/test-slv/tree")).not.toContain("two");
    await mc("mirror", "it/test-slv/tree", "down");
    await stage.run(["/usr/bin/diff", "-r", "tree", "down"]);
    await stage.run(["/bin/rm", "tree/two"]);
    await mc("mirror", "--remove", "tree", "it/test-slv/tree");
    expect(names(await mc("ls", "--recursive", "it/test-slv/tree"))).toEqual(["a b/é"]);
  },

  removeMany: async (stage) => {
    const mc = of(stage);
    await mc("mb", "it/mc-many");
    for (let n = 0; n < 20; n += 1) await stage.write(`many/${n}`, "");
    await mc("cp", "--recursive", "many/", "it/mc-many/");
    await mc("rm", "--recursive", "--force", "it/mc-many/1");
    expect(names(await mc("ls", "it/mc-many"))).toHaveLength(9);
    await mc("rb", "--force", "it/mc-many");
    expect(await mc("ls", "it")).not.toContain("mc-many");
  },

  link: async (stage) => {
    const mc = of(stage);
    await stage.write("linked é", "for who has the link");
    await mc("cp", "linked é", "it/tmp/");
    const { share } = JSON.parse(await mc("share", "download", "--expire", "1h", "--json", "it/tmp/linked é")) as {
      share: string;
    };
    expect(await (await fetch(share)).text()).toBe("for who has the link");
  },

  publicRead: async (stage) => {
    const mc = of(stage);
    await stage.write("open", "for all");
    await mc("mb", "it/mc-open");
    await mc("cp", "open", "it/mc-open/data/open");
    const read = async (): Promise<number> => (await fetch(`${stage.cloud.s3Endpoint}/mc-open/data/open`)).status;
    expect(await read()).toBe(403);
    await mc("anonymous", "set", "download", "it/mc-open/data");
    expect(await read()).toBe(200);
    expect(await mc("anonymous", "list", "it/mc-open")).toContain("mc-open/data");
    await mc("anonymous", "set", "none", "it/mc-open/data");
    expect(await read()).toBe(403);
  },

  tags: async (stage) => {
    const mc = of(stage);
    await stage.write("t", "t");
    await mc("cp", "t", "it/tmp/t");
    await mc("tag", "set", "it/tmp/t", "team=ocean&stage=raw");
    expect(await mc("tag", "list", "it/tmp/t")).toMatch(/stage +: raw[\s\S]*team +: ocean/);
    await mc("tag", "remove", "it/tmp/t");
    expect(await mc("stat", "it/tmp/t")).not.toContain("ocean");
  },

  refusals: async (stage) => {
    const refused = (words: readonly string[], keys = stage.keys): Promise<string> =>
      stage.refused([compiledClient("mc"), ...words], envOf(stage, keys));
    expect(await refused(["ls", "it"], { ...stage.keys, secret: "another-secret" })).toMatch(/signature/i);
    expect(await refused(["ls", "it"], { access: "0".repeat(32), secret: "a-secret" })).toContain("does not exist");
    expect(await refused(["ls", "it/no-such-bucket-here"])).toContain("does not exist");
    expect(await refused(["version", "enable", "it/tmp"])).toContain("not implemented");
  },

  sts: {
    cannot: "it sends no access token, which a MinIO that asks userinfo for groups demands; fedbucket run lends to it",
    run: async ({ cloud, plainEnv, write, run }) => {
      const [alice] = cloud.people;
      const { id_token } = await deviceTokens(cloud, { username: alice?.name ?? "", passphrase: cloud.passphrase });
      const env = {
        ...plainEnv,
        MC_HOST_it: cloud.minio.url,
        MC_STS_ENDPOINT_it: cloud.minio.url,
        MC_WEB_IDENTITY_TOKEN_FILE_it: await write("token", id_token),
        MC_ROLE_ARN_it: cloud.minio.roleArn,
      };
      const said = await run(["/bin/sh", "-c", '"$0" --debug ls it 2>&1', compiledClient("mc")], env);
      expect(said).toContain("access_token is mandatory if user_info claim is enabled");
    },
  },
};
