/**
 * A name from a server as it may be shown on a terminal: control characters, and characters that turn the direction of
 * writing, become `\xHH` or `\u{…}`. Printable text is unchanged.
 */
export function visible(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]|\p{Cs}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
