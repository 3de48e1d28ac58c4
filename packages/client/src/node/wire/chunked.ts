import { malformed, maxHeadBytes } from "./head.ts";

/** Takes chunks apart as they arrive. */
export interface Chunked {
  /** Hands data on; resolves to how many of the bytes belong to this body. */
  take(bytes: Buffer, onData: (data: Buffer) => void): number;
  readonly isComplete: boolean;
}

type State = "size" | "data" | "data-end" | "trailer" | "complete";

const [cr, lf] = [13, 10];

/** @see RFC 9112, section 7.1; extensions and trailers are read and dropped */
export function chunked(): Chunked {
  let state: State = "size";
  let line = "";
  let left = 0;
  let trailerBytes = 0;

  function endLine(): void {
    if (state === "size") {
      const size = /^([\da-f]{1,12})[\t ]*(?:;[\t\u0020-\u007e\u0080-\u00ff]*)?$/i.exec(line)?.[1];
      if (size === undefined) throw malformed("INVALID_CHUNK_SIZE");
      left = Number.parseInt(size, 16);
      state = left === 0 ? "trailer" : "data";
    } else if (state === "data-end") {
      if (line !== "") throw malformed("STRICT");
      state = "size";
    } else if (line === "") state = "complete";
    line = "";
  }

  /** Up to the end of a line; how far it came. */
  function readLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(lf, from);
    const to = end < 0 ? bytes.byteLength : end + 1;
    line += bytes.toString("latin1", from, to);
    trailerBytes += state === "trailer" ? to - from : 0;
    if (line.length > maxHeadBytes || trailerBytes > maxHeadBytes) throw malformed("HEADER_OVERFLOW");
    if (end < 0) return to;
    if (line.charCodeAt(line.length - 2) !== cr) throw malformed("CR_EXPECTED");
    line = line.slice(0, -2);
    endLine();
    return to;
  }

  return {
    get isComplete() {
      return state === "complete";
    },
    take(bytes, onData) {
      let at = 0;
      while (at < bytes.byteLength && state !== "complete") {
        if (state !== "data") {
          at = readLine(bytes, at);
          continue;
        }
        const data = bytes.subarray(at, at + left);
        onData(data);
        at += data.byteLength;
        left -= data.byteLength;
        if (left === 0) state = "data-end";
      }
      return at;
    },
  };
}
