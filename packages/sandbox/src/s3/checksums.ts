import type { Checksum } from "../storage/storage.ts";
import { headerOf } from "./body/checksum.ts";
import { element } from "./xml.ts";

/** An additional checksum as answers give it back; nothing where there is none. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [headerOf(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": typeOf(checksum) };
}

/** `<ChecksumCRC32>`, as documents have it. */
export function checksumElement(checksum: Checksum | undefined): string {
  return checksum === undefined ? "" : element(elementOf(checksum), checksum.value);
}

export function elementOf({ algorithm }: Pick<Checksum, "algorithm">): string {
  return `Checksum${algorithm.toUpperCase()}`;
}

/** `<ChecksumType>` */
export function typeElement(checksum: Checksum | undefined): string {
  return checksum === undefined ? "" : element("ChecksumType", typeOf(checksum));
}

function typeOf({ value }: Checksum): "COMPOSITE" | "FULL_OBJECT" {
  return isComposite(value) ? "COMPOSITE" : "FULL_OBJECT";
}

/** Whether a value is a checksum of parts' checksums. */
export function isComposite(value: string): boolean {
  return value.includes("-");
}
