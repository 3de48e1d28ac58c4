import { parseJson } from "../body.ts";

/** A stretch of text that people see as one thing. */
export interface Piece {
  /** `cell 3`, `output of cell 3`; empty for a whole file. */
  readonly where: string;
  readonly text: string;
}

/**
 * What a file holds, as people see it: a Jupyter notebook's cells and their outputs, anything else as it is. Without
 * this a notebook's lines would be counted in JSON.
 *
 * @see Jupyter notebook format 4, "Cell types"
 */
export function piecesOf(name: string, text: string): Piece[] {
  const notebook = name.endsWith(".ipynb") ? asRecord(parseJson(text)) : {};
  const cells = notebook["cells"];
  if (!Array.isArray(cells)) return [{ where: "", text }];
  return cells.flatMap((value: unknown, at) => {
    const cell = asRecord(value);
    const outputs: unknown[] = Array.isArray(cell["outputs"]) ? cell["outputs"] : [];
    return [
      { where: `cell ${at + 1}`, text: linesOf(cell["source"]) },
      ...outputs.map((output) => ({ where: `output of cell ${at + 1}`, text: textsIn(output).join("\n") })),
    ];
  });
}

/** Lines come as one text or as a list. */
const linesOf = (value: unknown): string =>
  [value]
    .flat()
    .filter((line) => typeof line === "string")
    .join("");

/** What an output shows: a stream, an error, or an object in several forms. */
function textsIn(output: unknown): string[] {
  const { text, traceback, data } = asRecord(output);
  const forms = Object.values(asRecord(data)).map((form) => (isText(form) ? linesOf(form) : JSON.stringify(form)));
  return [linesOf(text), linesOf(traceback), ...forms].filter((shown) => shown !== "");
}

const isText = (form: unknown): boolean =>
  typeof form === "string" || (Array.isArray(form) && form.every((line) => typeof line === "string"));

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
