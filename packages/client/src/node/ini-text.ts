/**
 * The text of `~/.aws/config` in parts, each with every one of its bytes: joined again, they are the file.
 * A section's trailing blank and comment lines belong to the gap after it, since they usually speak of what follows.
 */
export interface IniSection {
  /** What stands between the brackets, blanks made single: `profile pangeo`. Empty for what precedes the first section. */
  readonly name: string;
  /** The header line. Empty where `name` is. */
  readonly header: string;
  readonly body: readonly string[];
  readonly gap: readonly string[];
}

/** Lines keep their line ends. */
export function parseIni(text: string): IniSection[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const starts = lines.flatMap((line, at) => (headerName(line) === undefined ? [] : [at]));
  const first = starts[0] ?? lines.length;
  const before = first === 0 ? [] : [{ name: "", header: "", body: lines.slice(0, first), gap: [] }];
  const sections = starts.map((start, at) => {
    const content = lines.slice(start + 1, starts[at + 1] ?? lines.length);
    const lastSetting = content.findLastIndex((line) => !isGap(line) || isMarker(line));
    return {
      name: headerName(lines[start] ?? "") ?? "",
      header: lines[start] ?? "",
      body: content.slice(0, lastSetting + 1),
      gap: content.slice(lastSetting + 1),
    };
  });
  return [...before, ...sections];
}

export const formatIni = (sections: readonly IniSection[]): string =>
  sections.map(({ header, body, gap }) => header + body.join("") + gap.join("")).join("");

export interface IniSetting {
  /** Lower case. Empty for comments at the end. */
  readonly key: string;
  /** With the comments before it and the nested settings, which are indented, after it. */
  readonly lines: readonly string[];
}

export function settingsOf(body: readonly string[]): IniSetting[] {
  const settings: { key: string; lines: string[] }[] = [];
  let comments: string[] = [];
  for (const line of body) {
    const key = /^([^\s#;=:[][^=:]*?)\s*[=:]/.exec(line)?.[1];
    const current = settings.at(-1);
    if (key !== undefined) {
      settings.push({ key: key.toLowerCase(), lines: [...comments, line] });
      comments = [];
    } else if (isGap(line) || current === undefined) comments.push(line);
    else current.lines.push(...comments.splice(0), line);
  }
  return comments.length === 0 ? settings : [...settings, { key: "", lines: comments }];
}

/**
 * The number of the first line that no AWS tool could read the file with; undefined when there is none.
 *
 * @see Python's configparser, which botocore reads it with
 */
export function findBrokenLine(text: string): number | undefined {
  let [inSection, inSetting] = [false, false];
  for (const [at, line] of text.split("\n").entries()) {
    if (isGap(line) || (inSetting && /^\s/.test(line))) continue;
    const isHeader = headerName(line) !== undefined;
    if (!isHeader && !(inSection && /^\s*[^\s=:[][^=:]*[=:]/.test(line))) return at + 1;
    [inSection, inSetting] = [true, !isHeader];
  }
  return undefined;
}

/** Which line of a section we wrote starts with this, followed by the profile's name. */
export const markerPrefix = "# fedbucket wrote this section for profile ";

export const isMarker = (line: string): boolean => line.startsWith(markerPrefix);

const headerName = (line: string): string | undefined => /^\[\s*(.+?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, " ");

const isGap = (line: string): boolean => /^\s*([#;].*)?$/.test(line.trimEnd());
