const special = /[.+^$(){}|\\/]/;

/**
 * A shell pattern as the source of a regular expression: `*` and `?` stop at slashes, `**` does not, `[a-z]` and `[!a-z]`
 * are sets, a backslash takes the next character literally.
 *
 * @see rsync(1), "PATTERN MATCHING RULES"
 */
export function globSource(pattern: string): string {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    const set = char === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
    if (char === "*") {
      const isDouble = pattern[at + 1] === "*";
      source += isDouble ? ".*" : "[^/]*";
      while (pattern[at + 1] === "*") at++;
    } else if (char === "?") source += "[^/]";
    else if (set !== null) {
      const [whole, not = "", members = ""] = set;
      source += `${not === "" ? "" : "(?!/)"}[${not === "" ? "" : "^"}${members.replaceAll("\\", "\\\\").replaceAll("]", "\\]").replaceAll("[", "\\[")}]`;
      at += whole.length - 1;
    } else if (char === "\\" && at + 1 < pattern.length) source += quote(pattern[++at] ?? "");
    else source += quote(char);
  }
  return source;
}

const quote = (char: string): string => (special.test(char) || /[*?[\]]/.test(char) ? `\\${char}` : char);

/** Whether a name stands for itself only. */
export const isGlob = (text: string): boolean => /[*?[]/.test(text);

/** The folder below which everything lies that a pattern can match, with its slash; and what is left of the pattern. */
export function splitGlob(pattern: string): { readonly base: string; readonly rest: string } {
  const first = pattern.search(/[*?[]/);
  if (first < 0) return { base: pattern, rest: "" };
  const slash = pattern.lastIndexOf("/", first) + 1;
  return { base: pattern.slice(0, slash), rest: pattern.slice(slash) };
}

export function globRegExp(pattern: string): RegExp {
  return new RegExp(`^${globSource(pattern)}$`, "su");
}
