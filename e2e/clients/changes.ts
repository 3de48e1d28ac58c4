import { createHash } from "node:crypto";
import type { Cloud } from "../harness/cloud.ts";
import { presign } from "../harness/presign.ts";

/** One change to one key, and what the key holds once the change is acknowledged. */
export interface Change {
  /** SHA-256 of the object; undefined: there is none. */
  readonly digest: string | undefined;
  /** Rejects with a TypeError, fetch's word for a connection that broke. */
  readonly send: () => Promise<void>;
}

export interface Access {
  readonly cloud: () => Cloud;
  readonly token: string;
  readonly key: { readonly access: string; readonly secret: string };
}

/** Bytes of the objects written: in the index, at its edge, and in files of their own. */
const sizes = [0, 10, 5000, 131_072, 131_073, 700_000, 3_000_000];

export const pick = (count: number): number => Math.floor(Math.random() * count);
export const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const randomBody = (seed: string): Buffer => Buffer.alloc(sizes[pick(sizes.length)] ?? 0, `${seed} `);

/** Puts and deletes by Swift, copies and multipart uploads by S3, in container `tmp`. Keys need no encoding. */
export function changesWith({ cloud, token, key: { access, secret } }: Access) {
  const swift = async (key: string, method: "PUT" | "DELETE", body?: Buffer): Promise<void> => {
    const headers = { "x-auth-token": token };
    await finished(`${cloud().storageUrl}/tmp/${key}`, { method, headers, ...(body && { body }) });
  };
  const s3 = (method: "PUT" | "POST", key: string, query: string, more: RequestInit = {}): Promise<string> => {
    const url = `${cloud().s3Endpoint}/tmp/${key}${query}`;
    const headers = more.headers as Record<string, string> | undefined;
    const signed = { method, url, accessKeyId: access, secretAccessKey: secret, ...(headers && { headers }) };
    return finished(presign(signed), { method, ...more });
  };
  return {
    put(key: string, seed: string): Change {
      const body = randomBody(seed);
      return { digest: digestOf(body), send: () => swift(key, "PUT", body) };
    },
    remove: (key: string): Change => ({ digest: undefined, send: () => swift(key, "DELETE") }),
    /** `digest` is what the source holds. */
    copy: (key: string, from: string, digest: string): Change => ({
      digest,
      async send() {
        await s3("PUT", key, "", { headers: { "x-amz-copy-source": `/tmp/${from}` } });
      },
    }),
    multipart(key: string, seed: string): Change {
      const body = randomBody(seed);
      return {
        digest: digestOf(body),
        async send() {
          const started = await s3("POST", key, "?uploads=");
          const id = encodeURIComponent(/<UploadId>(.*?)</.exec(started)?.[1] ?? "");
          await s3("PUT", key, `?partNumber=1&uploadId=${id}`, { body });
          const etag = createHash("md5").update(body).digest("hex");
          const part = `<Part><PartNumber>1</PartNumber><ETag>"${etag}"</ETag></Part>`;
          await s3("POST", key, `?uploadId=${id}`, {
            body: `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`,
          });
        },
      };
    },
  };
}

/** The answer's text. A key that is not there to be deleted is as good as deleted. */
async function finished(url: string, init: RequestInit): Promise<string> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (answer.ok || (init.method === "DELETE" && answer.status === 404)) return text;
  throw new Error(`${init.method} ${url.split("?", 1)[0]}: ${answer.status} ${text}`);
}
