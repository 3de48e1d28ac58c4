import { Failure, visible } from "@fedbucket/client";

/** Where data is: in a store, in a file, or at the other end of a pipe. */
export type Address = RemoteAddress | { readonly kind: "file"; readonly path: string } | { readonly kind: "pipe" };

export interface RemoteAddress {
  readonly kind: "remote";
  /** Absent in `s3://…`, which means the default profile. */
  readonly profile?: string;
  /** Absent in `s3://` and `profile:`, which mean the account. */
  readonly bucket?: string;
  /** As typed: `..`, empty parts and a leading slash are ordinary parts of a key. */
  readonly key: string;
}

export interface BucketAddress extends RemoteAddress {
  readonly bucket: string;
}

/**
 * Reads `s3://bucket/key`, `profile:bucket/key`, `-` or a path. A single letter in front of a colon is a drive of
 * Windows, so profiles have two characters or more; `./name:with-colon` is always a path.
 *
 * @throws Failure `BAD_ADDRESS`
 */
export function parseAddress(text: string): Address {
  if (text === "-") return { kind: "pipe" };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  const match =
    scheme === "s3" ? /^()s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(text) : /^([\w][\w.-]+):([^/]*)(?:\/(.*))?$/s.exec(text);
  if (scheme !== undefined && scheme !== "s3") throw badScheme(scheme, text);
  if (match === null) return { kind: "file", path: text };
  const [, profile = "", bucket = "", key = ""] = match;
  if (profile.toLowerCase() === "s3") throw badAddress(text, `s3://${text.slice(3)}`);
  if (bucket === "" && key !== "")
    throw badAddress(text, scheme === "s3" ? "s3://bucket/key" : `${profile}:bucket/key`);
  return {
    kind: "remote",
    ...(profile === "" ? {} : { profile }),
    ...(bucket === "" ? {} : { bucket }),
    key,
  };
}

/** An address in a store, for commands that know no other. */
export function parseRemote(text: string): RemoteAddress {
  const address = parseAddress(text);
  if (address.kind !== "remote")
    throw badAddress(text, `s3://${text === "-" ? "bucket/key" : text.replace(/^[./]+/, "")}`);
  return address;
}

/** The address of a bucket alone. */
export function parseBucket(text: string): BucketAddress {
  const address = parseRemote(text);
  const { bucket, key } = address;
  if (bucket === undefined) throw badAddress(text, "s3://bucket");
  if (key !== "") throw badAddress(text, formatAddress({ ...address, key: "" }), "names an object, not a bucket");
  return { ...address, bucket };
}

/** The address of an object. */
export function parseObject(text: string): BucketAddress {
  const address = parseRemote(text);
  const { bucket, key } = address;
  if (bucket === undefined || key === "")
    throw badAddress(text, formatAddress({ ...address, bucket: bucket ?? "bucket", key: "name" }), "names no object");
  return { ...address, bucket };
}

/** As typed, with control characters made visible. */
export function formatAddress({ profile, bucket = "", key }: RemoteAddress): string {
  const place = key === "" ? bucket : `${bucket}/${key}`;
  return visible(profile === undefined ? `s3://${place}` : `${profile}:${place}`);
}

function badAddress(text: string, better: string, why = "is not an address in a store"): Failure {
  return new Failure("BAD_ADDRESS", "usage", `${visible(text)} ${why}`, {
    cure: [`Write it like this: ${visible(better)}`],
  });
}

function badScheme(scheme: string, text: string): Failure {
  const better = text.replace(/^[^/]*\/\//, "s3://");
  const cure =
    scheme === "swift"
      ? `Write s3:// for Swift too, and choose the protocol: ${visible(better)} --via swift`
      : "Objects are s3://bucket/key or profile:bucket/key, files are paths.";
  return new Failure("BAD_ADDRESS", "usage", `${scheme}:// is not an address fedbucket knows`, { cure: [cure] });
}
