import { tokenShape } from "../oidc/token-shape.ts";
import { Secret } from "../secret.ts";
import type { FoundLeak, Leak } from "./leak.ts";

/** Keys that stand further apart than this are not taken for a pair. */
const mostLinesApart = 10;

/** Between a name and its value: `=`, `:`, the bar of a table, or the blank of `aws configure set NAME VALUE`. */
const between = String.raw`["'\]]*(?:\s*[:=|]\s*|\s+)["'\x60]?`;

const named = (names: string, value: string): RegExp =>
  new RegExp(String.raw`(?<![A-Za-z0-9])(${names})${between}(${value})(?![A-Za-z0-9/+=_-])`, "gi");

/** Whatever stands before it: `MY_ACCESS_KEY`, but not `SECRET_ACCESS_KEY`. */
const accessKeys = named(
  String.raw`(?<!_)(?!\w{0,40}secret)(?:\w{0,30}?(?:access_key_id|accesskeyid|access_key|accesskey)|access|key_id|key)`,
  "[0-9a-f]{32}|[A-Z0-9]{16,32}",
);
const secretKeys = named(
  "aws_secret_access_key|secret_access_key|secretaccesskey|secret_key|secretkey|secret",
  String.raw`[0-9a-f]{32}|[A-Za-z0-9/+]{32,64}`,
);
const passwords = named("OS_PASSWORD|OS_APPLICATION_CREDENTIAL_SECRET", String.raw`[^\s"'\x60$<>{}]{8,200}`);

/** Those that are no JWTs have nothing but their name to be known by. */
const refreshTokens = named("[a-z_]*refresh_token", String.raw`(?!eyJ)[\w-]{24,200}`);

/** A line of what `openstack ec2 credentials list` prints: access, secret, project, user. */
const listedKeys = /\|\s*([0-9a-f]{32})\s*\|\s*([0-9a-f]{32})\s*\|\s*[0-9a-f]{32}\s*\|/g;

const jwts = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g;
const keystoneTokens = /(?<![\w-])gAAAAA[\w-]{60,}={0,2}/g;

interface Hit {
  readonly line: number;
  readonly values: readonly string[];
}

/** The secrets in a text. What only looks like one (a placeholder, an example of somebody's documentation) is passed over. */
export function findLeaks(text: string): FoundLeak[] {
  return [...findTokens(text), ...findKeys(text), ...findPasswords(text)];
}

function findTokens(text: string): FoundLeak[] {
  const shaped = hits(text, jwts).flatMap(({ line, values: [value = ""] }) => {
    const shape = tokenShape(value);
    return shape.kind === "access-token" || shape.kind === "refresh-token"
      ? [{ line, leak: { kind: shape.kind, secret: shape.token, claims: shape.claims } as const }]
      : [];
  });
  const keystone = hits(text, keystoneTokens).map(({ line, values: [value = ""] }) => ({
    line,
    leak: { kind: "keystone-token", secret: new Secret(value) } as const,
  }));
  const opaque = hits(text, refreshTokens)
    .filter(({ values }) => isReal(values[2]))
    .map(({ line, values }) => ({
      line,
      leak: { kind: "refresh-token", secret: new Secret(values[2] ?? ""), claims: {} } as const,
    }));
  return [...shaped, ...keystone, ...opaque];
}

function findKeys(text: string): FoundLeak[] {
  const listed = hits(text, listedKeys).map(({ line, values: [, access = "", secret = ""] }) => ({
    line,
    leak: keys(secret, access),
  }));
  const ids = hits(text, accessKeys).filter(({ values }) => isReal(values[2]));
  const secrets = hits(text, secretKeys).filter(({ values }) => isReal(values[2]));
  const paired = secrets.map(({ line, values }) => ({
    line,
    leak: keys(values[2] ?? "", nearest(line, ids)?.values[2]),
  }));
  return [...listed, ...paired];
}

function findPasswords(text: string): FoundLeak[] {
  return hits(text, passwords)
    .filter(({ values }) => isReal(values[2]))
    .map(({ line, values: [, variable = "", value = ""] }) => ({
      line,
      leak: { kind: "keystone-secret", secret: new Secret(value), variable: variable.toUpperCase() },
    }));
}

const keys = (secret: string, accessKeyId: string | undefined): Leak => ({
  kind: "s3-keys",
  secret: new Secret(secret),
  ...(accessKeyId === undefined ? {} : { accessKeyId }),
});

function nearest(line: number, candidates: readonly Hit[]): Hit | undefined {
  const near = candidates.filter((hit) => Math.abs(hit.line - line) <= mostLinesApart);
  return near.sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line))[0];
}

/** Amazon's examples say so; placeholders repeat a few characters. */
const isReal = (value = ""): boolean => !/example/i.test(value) && new Set(value).size >= 8;

function hits(text: string, pattern: RegExp): Hit[] {
  let [at, line] = [0, 1];
  return [...text.matchAll(pattern)].map((match) => {
    for (; at < match.index; at++) if (text.charCodeAt(at) === 10) line++;
    return { line, values: [...match] };
  });
}
