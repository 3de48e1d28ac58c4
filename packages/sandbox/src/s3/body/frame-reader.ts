import { S3Error } from "../errors.ts";

/** Longer than any chunk header or trailer line that a client writes. */
const MAX_LINE_BYTES = 8192;
const LF = 0x0a;

/** Cuts a stream into lines and runs of bytes, without copying the bytes. */
export class FrameReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line without CRLF, or undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    let text = "";
    while (await this.#fill()) {
      const end = this.#buffer.indexOf(LF, this.#at);
      const stop = end === -1 ? this.#buffer.length : end + 1;
      text += Buffer.from(this.#buffer.subarray(this.#at, stop)).toString("latin1");
      this.#at = stop;
      if (end !== -1) return text.replace(/\r?\n$/, "");
      if (text.length > MAX_LINE_BYTES) throw new S3Error("InvalidRequest", "A chunk header is too long.");
    }
    return text === "" ? undefined : text;
  }

  /** Between one and `most` bytes; IncompleteBody at the end of the stream. */
  async upTo(most: number): Promise<Uint8Array> {
    if (!(await this.#fill())) throw new S3Error("IncompleteBody");
    const piece = this.#buffer.subarray(this.#at, this.#at + most);
    this.#at += piece.length;
    return piece;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#buffer.length) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#buffer = next.value;
      this.#at = 0;
    }
    return true;
  }
}
