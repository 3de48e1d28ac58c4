import type { ServiceRequest } from "../../http/service.ts";
import type { SigV4Claim } from "./claim.ts";

/**
 * The canonical request of Signature Version 4 in S3's variant: the path is encoded once and not normalised.
 * Header values are strings of bytes, as Node reads them, so it is to be hashed as latin1.
 * @see AWS General Reference, "Create a signed AWS API request", step 1
 */
export function canonicalRequest(request: ServiceRequest, claim: SigV4Claim): string {
  return [
    request.method,
    recode(request.path, true) || "/",
    canonicalQuery(request.rawQuery),
    ...claim.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name])}`),
    "",
    claim.signedHeaders.join(";"),
    claim.payloadHash,
  ].join("\n");
}

function canonicalValue(value: string | undefined): string {
  return (value ?? "").trim().replaceAll(/ {2,}/g, " ");
}

function canonicalQuery(rawQuery: string): string {
  if (rawQuery === "") return "";
  return rawQuery
    .split("&")
    .filter((pair) => pair !== "" && !pair.startsWith("X-Amz-Signature="))
    .map(canonicalPair)
    .sort(byNameThenValue)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function canonicalPair(pair: string): [string, string] {
  const text = pair.replaceAll("+", "%20");
  const equals = text.indexOf("=");
  if (equals === -1) return [recode(text, false), ""];
  return [recode(text.slice(0, equals), false), recode(text.slice(equals + 1), false)];
}

function byNameThenValue(a: [string, string], b: [string, string]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  if (a[1] === b[1]) return 0;
  return a[1] < b[1] ? -1 : 1;
}

const PLAIN = /^[\w\-.~]*$/;
const PLAIN_PATH = /^[\w\-.~/]*$/;

/** Decodes and encodes again, since clients differ in what they leave bare (`~`, `'`, `(`) and in the case of hex. */
function recode(text: string, isPath: boolean): string {
  if ((isPath ? PLAIN_PATH : PLAIN).test(text)) return text;
  const bytes = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return bytes.replaceAll(isPath ? /[^\w\-.~/]/g : /[^\w\-.~]/g, encodeByte);
}

function encodeByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
