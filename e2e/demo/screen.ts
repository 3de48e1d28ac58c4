import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

const { stdout } = process;
const plain = !stdout.isTTY || process.env["NO_COLOR"] !== undefined || process.env["TERM"] === "dumb";
const paint = (style: Style, text: string): string =>
  plain ? text : styleText(style, text, { validateStream: false });
const print = (line = ""): void => void stdout.write(`${line}\n`);

/** What the story is told with: the same words on a terminal and in a log, colours only on the former. */
export const screen = {
  title(text: string): void {
    print(`\n${paint("bold", text)}`);
  },
  chapter(number: number, text: string): void {
    print(`\n${paint(["bold", "cyan"], String(number))}  ${paint("bold", text)}\n`);
  },
  /** A sentence of the storyteller's. */
  say(text: string): void {
    print(`   ${text}`);
  },
  /** A command line as the person would type it. */
  typed(command: string): void {
    print(`   ${paint("green", "$")} ${paint("bold", command)}`);
  },
  /** A line that a program printed. */
  shown(line: string): void {
    print(`   ${paint("dim", "│")} ${line}`.trimEnd());
  },
  /** What was just proven. */
  proven(text: string): void {
    print(`   ${paint("green", "✓")} ${text}`);
  },
  took(ms: number): void {
    print(`   ${paint("dim", `└ ${seconds(ms)}`)}`);
  },
  space(): void {
    print();
  },
};

export const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
