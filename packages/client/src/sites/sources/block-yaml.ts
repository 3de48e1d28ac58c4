/** A value of a YAML file; scalars stay text, so `010` is not 8 and `no` is not false. */
export type YamlValue = string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

interface Line {
  readonly indent: number;
  readonly text: string;
}

/**
 * Reads the part of YAML in which EGI's site files are written: nested mappings and lists in block style, plain and
 * quoted scalars, `[a, b]` on one line, comments.
 *
 * @throws SyntaxError for anything else (anchors, tags, block scalars, tabs), rather than misread it.
 */
export function parseBlockYaml(text: string): YamlValue {
  const lines = text.split(/\r?\n/).flatMap(toLine);
  const [value, end] = parseNode(lines, 0, lines[0]?.indent ?? 0);
  if (end < lines.length) throw new SyntaxError(`unexpected "${lines[end]?.text}"`);
  return value;
}

function toLine(raw: string): Line[] {
  const bare = withoutComment(raw).trimEnd();
  if (bare === "" || bare === "---" || bare === "...") return [];
  const text = bare.trimStart();
  if (bare.slice(0, bare.length - text.length).includes("\t")) throw new SyntaxError("a tab where blanks belong");
  return [{ indent: bare.length - text.length, text }];
}

/** A `#` begins a comment at the start of a line or after a blank, but not inside quotes. */
function withoutComment(line: string): string {
  const match = /^(?:[^"'#]|"(?:\\.|[^"\\])*"|'[^']*'|(?<=\S)[#"'])*/.exec(line);
  return match?.[0] ?? line;
}

function parseNode(lines: readonly Line[], at: number, indent: number): [YamlValue, number] {
  const text = lines[at]?.text ?? "";
  return text === "-" || text.startsWith("- ") ? parseList(lines, at, indent) : parseMapping(lines, at, indent);
}

function parseList(lines: readonly Line[], start: number, indent: number): [YamlValue, number] {
  const items: YamlValue[] = [];
  let at = start;
  for (let line = lines[at]; line?.indent === indent && /^-( |$)/.test(line.text); line = lines[at]) {
    const rest = line.text.slice(1).trimStart();
    const deeper = indent + line.text.length - rest.length;
    if (rest !== "" && !isPair(rest)) {
      items.push(scalar(rest));
      at++;
      continue;
    }
    // `- key: value` opens a mapping whose other keys stand under this one.
    const inner = rest === "" ? lines.slice(at + 1) : [{ indent: deeper, text: rest }, ...lines.slice(at + 1)];
    const [value, used] = parseNode(inner, 0, inner[0]?.indent ?? 0);
    items.push(value);
    at += rest === "" ? used + 1 : used;
  }
  return [items, at];
}

function parseMapping(lines: readonly Line[], start: number, indent: number): [YamlValue, number] {
  const pairs: [string, YamlValue][] = [];
  let at = start;
  for (let line = lines[at]; line?.indent === indent && isPair(line.text); line = lines[at]) {
    const [, key = "", rest = ""] = pair.exec(line.text) ?? [];
    const below = lines[at + 1];
    at++;
    if (rest !== "") pairs.push([unquoted(key), scalar(rest)]);
    else if (
      below !== undefined &&
      (below.indent > indent || (below.indent === indent && below.text.startsWith("-")))
    ) {
      const [value, end] = parseNode(lines, at, below.indent);
      pairs.push([unquoted(key), value]);
      at = end;
    } else pairs.push([unquoted(key), ""]);
  }
  if (pairs.length === 0) throw new SyntaxError(`no "key: value" in "${lines[start]?.text ?? ""}"`);
  return [Object.fromEntries(pairs), at];
}

const pair = /^("(?:\\.|[^"\\])*"|'[^']*'|[^\s"'[{&*!|>%@`-][^:]*?)\s*:(?:\s+(.*))?$/;

const isPair = (text: string): boolean => pair.test(text);

function scalar(text: string): YamlValue {
  const list = /^\[(.*)\]$/.exec(text)?.[1];
  if (list !== undefined) return list.trim() === "" ? [] : list.split(",").map((item) => unquoted(item.trim()));
  if (/^[[{&*!|>%@`]/.test(text)) throw new SyntaxError(`"${text.slice(0, 40)}" is more than is read here`);
  return unquoted(text);
}

function unquoted(text: string): string {
  if (/^".*"$/.test(text)) return text.slice(1, -1).replace(/\\(.)/g, "$1");
  return /^'.*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
}
