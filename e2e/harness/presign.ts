import { createHash, createHmac } from "node:crypto";

export interface PresignInput {
  readonly method: string;
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Lower-case names; they must be sent as they are signed. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Signature Version 4 in the query, for a day and region `us-east-1`; the judges share no signer with those judged. */
export function presign({ method, url, accessKeyId, secretAccessKey, headers = {} }: PresignInput): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const { host, pathname, searchParams } = new URL(url);
  const signed = Object.entries({ ...headers, host }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const query = [
    ...searchParams,
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", `${accessKeyId}/${scope}`],
    ["X-Amz-Date", time],
    ["X-Amz-Expires", "86400"],
    ["X-Amz-SignedHeaders", names],
  ]
    .map(([name = "", value = ""]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = `${method}\n${pathname}\n${query}\n${lines}\n${names}\nUNSIGNED-PAYLOAD`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
  const key = [time.slice(0, 8), "us-east-1", "s3", "aws4_request"].reduce<string | Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  return `${url.split("?", 1)[0]}?${query}&X-Amz-Signature=${signature}`;
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
