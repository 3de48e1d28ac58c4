/**
 * Lines of ours in a file of the person's, between two comment lines. What was put in can be taken out again, and every
 * other byte of the file stays.
 */
export interface BlockStyle {
  /** What begins a comment: `#`, `--`. */
  readonly comment: string;
  /** Before each line; default none. */
  readonly indent?: string;
  /** How to take the block out again, for whoever reads the file. */
  readonly undo: string;
}

/** Puts a block in front of the character `at`, which begins a line or is the end of the text. */
export function putBlock(
  text: string,
  at: number,
  name: string,
  lines: readonly string[],
  { comment, indent = "", undo }: BlockStyle,
): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const block = [`${comment} >>> fedbucket ${name}: ${undo}`, ...lines, `${comment} <<< fedbucket ${name}`]
    .map((line) => indent + line)
    .join(newline);
  const before = text.slice(0, at);
  // At the end of a text whose last line does not end, ours does not either: so it is known when taking it out.
  const joined = before === "" || before.endsWith("\n") ? `${block}${newline}` : `${newline}${block}`;
  return before + joined + text.slice(at);
}

/** Takes out the block of this name, or every block of ours. */
export function takeBlocks(text: string, name?: string): string {
  const which = name === undefined ? String.raw`\S+` : name.replace(/[.]/g, "\\.");
  const marker = (arrows: string): string => String.raw`[^\S\n]*\S+ ${arrows} fedbucket `;
  const block = `${marker(">>>")}(${which}): [^\\n]*\\n(?:[^\\n]*\\n)*?${marker("<<<")}\\1[^\\S\\n]*`;
  return text.replace(new RegExp(`^${block}\\n`, "gm"), "").replace(new RegExp(`\\r?\\n${block}$`), "");
}
