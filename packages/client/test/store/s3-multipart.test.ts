import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import type { Http, HttpRequest } from "../../src/http.ts";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { Secret } from "../../src/secret.ts";
import type { Multipart, StoredPart } from "../../src/store/multipart.ts";
import { s3Account } from "../../src/store/s3-account.ts";

const crypto = nodeCrypto();
const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");
const crcOf = (text: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64");
};

interface Sent {
  readonly method: string;
  readonly headers: HttpRequest["headers"];
  readonly text: string;
}
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}
type Server = (sent: Sent) => Answer | undefined;

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Uploads at a server that says what `special` does not. Its answers confirm no CRC. */
function uploadsAt(special: Server): { multipart: Multipart; sent: Sent[] } {
  const sent: Sent[] = [];
  const usual: Server = ({ method, text }) => {
    if (method === "PUT") return { headers: { etag: `"${md5Of(text)}"` } };
    return { text: text === "" ? "<R><UploadId>u</UploadId></R>" : "<R><ETag>whole</ETag></R>" };
  };
  const http: Http = {
    now: () => new Date(),
    async send({ method, headers, body }) {
      let text = "";
      for await (const chunk of body?.open() ?? []) text += String(Buffer.from(chunk));
      const request = { method, headers, text };
      sent.push(request);
      const answer = { ...usual(request), ...special(request) };
      return { status: answer.status ?? 200, headers: answer.headers ?? {}, body: bytes(answer.text ?? "") };
    },
  };
  const credentials = async () => ({ accessKeyId: "a", secretAccessKey: new Secret("s") });
  const endpoint = { url: "https://store.example.org", region: "r" };
  const { multipart } = s3Account({ http, endpoint, credentials, crypto }).bucket("b");
  if (multipart === undefined) throw new Error("S3 has uploads in parts");
  return { multipart, sent };
}

async function uploadAll(multipart: Multipart, texts: readonly string[]): Promise<StoredPart[]> {
  const upload = await multipart.create("k", { wantsCrc: true });
  const parts: StoredPart[] = [];
  for (const text of texts) {
    const digest = async (algorithm: "md5" | "crc32"): Promise<Uint8Array> => {
      const sum = crypto[algorithm]();
      sum.update(Buffer.from(text));
      return await Promise.resolve(sum.digest());
    };
    const body = { bytes: text.length, open: () => bytes(text) };
    parts.push(await multipart.uploadPart(upload, parts.length + 1, body, { digest }));
  }
  return parts;
}

const agrees: Server = ({ headers, text }) => {
  if ("x-amz-checksum-algorithm" in headers) return { headers: { "x-amz-checksum-algorithm": "CRC32" } };
  if (!("x-amz-checksum-crc32" in headers)) return undefined;
  return { headers: { etag: `"${md5Of(text)}"`, "x-amz-checksum-crc32": crcOf(text) } };
};

test("where the server agrees, parts are sent with their CRC32s and no MD5, and named with them in the end", async () => {
  const { multipart, sent } = uploadsAt(agrees);
  const parts = await uploadAll(multipart, ["one", "two"]);
  await multipart.complete({ key: "k", uploadId: "u" }, { parts }).catch(() => {}); // the made up ETag is not that of the parts
  expect(sent[1]?.headers).toMatchObject({ "x-amz-checksum-crc32": crcOf("one") });
  expect(sent[1]?.headers).not.toHaveProperty("content-md5");
  for (const text of ["one", "two"]) expect(sent[3]?.text).toContain(`<ChecksumCRC32>${crcOf(text)}</ChecksumCRC32>`);
});

test("where it does not say so, with their MD5s", async () => {
  const { multipart, sent } = uploadsAt(() => undefined);
  const [part] = await uploadAll(multipart, ["one"]);
  expect(part).toEqual({ partNumber: 1, etag: md5Of("one"), bytes: 3 });
  expect(sent[1]?.headers).toMatchObject({ "content-md5": Buffer.from(md5Of("one"), "hex").toString("base64") });
  expect(sent[1]?.headers).not.toHaveProperty("x-amz-checksum-crc32");
});

test("a server that refuses the wish is asked without it, and not again", async () => {
  const text = "<Error><Code>NotImplemented</Code></Error>";
  const { multipart, sent } = uploadsAt(({ headers }) =>
    "x-amz-checksum-algorithm" in headers
      ? { status: 501, headers: { "content-type": "application/xml" }, text }
      : undefined,
  );
  for (const key of ["one", "two"]) await multipart.create(key, { wantsCrc: true });
  expect(sent.map(({ headers }) => "x-amz-checksum-algorithm" in headers)).toEqual([true, false, false]);
});

test("a part of which the server keeps another CRC32 arrived damaged, whatever its ETag", async () => {
  const { multipart } = uploadsAt((sent) =>
    sent.text === "two"
      ? { headers: { etag: `"${md5Of("two")}"`, "x-amz-checksum-crc32": crcOf("other") } }
      : agrees(sent),
  );
  await expect(uploadAll(multipart, ["one", "two"])).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});

test("a part whose CRC32 is not confirmed is judged by its ETag", async () => {
  const unconfirmed: Server = (sent) => (sent.method === "PUT" ? undefined : agrees(sent));
  expect(await uploadAll(uploadsAt(unconfirmed).multipart, ["one"])).toMatchObject([{ crc32: crcOf("one") }]);
  const damages: Server = (sent) =>
    sent.method === "PUT" ? { headers: { etag: `"${md5Of("other")}"` } } : agrees(sent);
  await expect(uploadAll(uploadsAt(damages).multipart, ["one"])).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});
