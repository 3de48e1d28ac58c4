/** Memory that is used again: fresh pages cost more than reading a small file into them. */
export interface Buffers {
  /** At least as long as asked for. */
  take(bytes: number): Buffer;
  /** Nobody reads it any more. */
  giveBack(buffer: Buffer): void;
}

const smallest = 4096;
/** Of each size; more than that is left to the garbage collector. */
const kept = 64;
/** In all sizes together. */
const keptBytes = 16 * 1024 ** 2;

/** Memory that other threads can read, too. */
export const sharedMemory = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes));

export const isShared = (bytes: Uint8Array): boolean => bytes.buffer instanceof SharedArrayBuffer;

/** @param allocate Default: memory of this thread, as it is. */
export function reusedBuffers(allocate: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafeSlow(bytes)): Buffers {
  const free = new Map<number, Buffer[]>();
  let bytesFree = 0;
  return {
    take(bytes) {
      const size = Math.max(smallest, 2 ** Math.ceil(Math.log2(Math.max(1, bytes))));
      const buffer = free.get(size)?.pop();
      if (buffer === undefined) return allocate(size);
      bytesFree -= size;
      return buffer;
    },
    giveBack(buffer) {
      const size = buffer.byteLength;
      const others = free.get(size) ?? [];
      if (others.length >= kept || bytesFree + size > keptBytes) return;
      others.push(buffer);
      free.set(size, others);
      bytesFree += size;
    },
  };
}
