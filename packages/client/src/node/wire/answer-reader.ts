import { chunked, type Chunked } from "./chunked.ts";
import { type Head, malformed, maxHeadBytes, parseHead } from "./head.ts";

/** Told in this order, `onBody` any number of times. */
export interface AnswerEvents {
  onHead(head: Head): void;
  /** @param expected So many bytes are still to come, these included; undefined when the head does not say. */
  onBody(data: Buffer, expected: number | undefined): void;
  /** @param surplus So many bytes came behind the answer. */
  onComplete(surplus: number): void;
}

/** Throws errors with the `code` of Node's parser. */
export interface AnswerReader {
  /** The memory may be used again afterwards. */
  take(bytes: Buffer): void;
  /** No more bytes will come. False when that is too early. */
  end(): boolean;
}

const nothing: Buffer = Buffer.alloc(0);

/** Informational answers before the real one. */
const maxInformational = 16;

/**
 * Reads one answer as it arrives.
 *
 * @param isBodiless Whether the request was one whose answer has no body, whatever its head says: HEAD.
 * @see RFC 9112, section 6.3
 */
export function answerReader(isBodiless: boolean, events: AnswerEvents): AnswerReader {
  let state: "head" | "length" | "chunked" | "until-close" | "complete" = "head";
  let pending = nothing;
  let informational = 0;
  let left = 0;
  let chunks: Chunked | undefined;

  function complete(surplus: number): void {
    state = "complete";
    events.onComplete(surplus);
  }

  function takeHead(bytes: Buffer): void {
    const searched = Math.max(0, pending.byteLength - 3);
    const all = pending.byteLength === 0 ? bytes : Buffer.concat([pending, bytes]);
    const end = all.indexOf("\r\n\r\n", searched, "latin1");
    if ((end < 0 ? all.byteLength : end) > maxHeadBytes) throw malformed("HEADER_OVERFLOW");
    if (end < 0) {
      if (hasBareLineEnd(all)) throw malformed("CR_EXPECTED");
      pending = Buffer.from(all);
      return;
    }
    pending = nothing;
    const head = parseHead(all.toString("latin1", 0, end));
    const rest = all.subarray(end + 4);
    if (head.status >= 200) return begin(head, rest);
    if (head.status === 101 || ++informational > maxInformational) throw malformed("INVALID_CONSTANT");
    if (rest.byteLength > 0) takeHead(rest);
  }

  function begin(head: Head, rest: Buffer): void {
    events.onHead(head);
    const { framing, status } = head;
    const isEmpty = isBodiless || status === 204 || status === 304;
    if (isEmpty || (framing.kind === "length" && framing.bytes === 0)) return complete(rest.byteLength);
    state = framing.kind;
    if (framing.kind === "length") left = framing.bytes;
    if (framing.kind === "chunked") chunks = chunked();
    if (rest.byteLength > 0) takeBody(rest);
  }

  function takeBody(bytes: Buffer): void {
    if (chunks !== undefined) {
      const used = chunks.take(bytes, (data) => events.onBody(data, undefined));
      if (chunks.isComplete) complete(bytes.byteLength - used);
    } else if (state === "until-close") events.onBody(bytes, undefined);
    else {
      const data = bytes.subarray(0, left);
      events.onBody(data, left);
      left -= data.byteLength;
      if (left === 0) complete(bytes.byteLength - data.byteLength);
    }
  }

  return {
    take(bytes) {
      if (state === "complete") throw malformed("INVALID_CONSTANT"); // nobody asked for more
      if (state === "head") takeHead(bytes);
      else takeBody(bytes);
    },
    end() {
      if (state === "until-close") complete(0);
      return state === "complete";
    },
  };
}

function hasBareLineEnd(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) if (bytes[at - 1] !== 13) return true;
  return false;
}
