import { visible } from "../visible.ts";
import { StoreError } from "./error.ts";

/** The most that S3, Swift and RGW take for a key. */
const longestKeyBytes = 1024;
/** Bytes of UTF-8 for one unit of a string. */
const mostUtf8 = 3;

/** @throws StoreError `STORE_BAD_NAME` for names that would address something else, or nothing. */
export function checkBucketName(name: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("/") || !name.isWellFormed())
    throw badName(`"${visible(name)}" cannot be the name of a bucket`);
}

/** @throws StoreError `STORE_BAD_NAME` */
export function checkKey(key: string): void {
  if (key === "") throw badName("the name of an object is missing");
  if (!key.isWellFormed()) throw badName(`"${visible(key)}" is not valid Unicode`);
  if (key.length * mostUtf8 <= longestKeyBytes) return;
  const bytes = new TextEncoder().encode(key).byteLength;
  if (bytes > longestKeyBytes)
    throw badName(
      `the name is too long: ${bytes} bytes, where ${longestKeyBytes} are allowed: ${visible(key.slice(0, 40))}…`,
    );
}

export function badName(message: string): StoreError {
  return new StoreError("STORE_BAD_NAME", message);
}
