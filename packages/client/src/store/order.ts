/**
 * Compares by UTF-8 bytes, as object stores list. JavaScript compares UTF-16 units, which puts characters beyond
 * U+FFFF before those from U+E000 on.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other units, without changing their order. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Two sorted lists as one. */
export function* merge<A, B>(
  left: readonly A[],
  right: readonly B[],
  compare: (a: A, b: B) => number,
): Generator<A | B> {
  let at = 0;
  for (const item of left) {
    for (let next = right[at]; next !== undefined && compare(item, next) > 0; next = right[at]) {
      yield next;
      at++;
    }
    yield item;
  }
  yield* right.slice(at);
}
