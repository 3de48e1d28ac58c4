import { createHash, createHmac } from "node:crypto";
import { minioAt } from "./addresses.ts";
import { password } from "./places.ts";

/** Creates or replaces a policy, as `mc admin policy create` does. False while the server is still loading its users. */
export async function addPolicy(name: string, policy: object): Promise<boolean> {
  const url = new URL(`${minioAt.endpoint}/minio/admin/v3/add-canned-policy?name=${encodeURIComponent(name)}`);
  const body = JSON.stringify(policy);
  const response = await fetch(url, { method: "PUT", headers: signedHeaders("PUT", url, body), body });
  if (response.status === 503) return false;
  if (!response.ok) throw new Error(`MinIO: policy ${name}: ${response.status} ${await response.text()}`);
  return true;
}

/** Signature V4 of the administrator. The query must be encoded and in order already. */
function signedHeaders(method: string, url: URL, body: string): Record<string, string> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const headers = { host: url.host, "x-amz-content-sha256": sha256(body), "x-amz-date": time };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([header, value]) => `${header}:${value}\n`);
  const request = [method, url.pathname, url.search.slice(1), lines.join(""), names, sha256(body)].join("\n");
  const scope = [time.slice(0, 8), minioAt.region, "s3", "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(request)].join("\n");
  const key = scope.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${password("minio-admin")}`);
  const credential = `Credential=admin/${scope.join("/")}`;
  const signature = hmac(key, toSign).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return { "x-amz-content-sha256": headers["x-amz-content-sha256"], "x-amz-date": time, authorization };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
