import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { findLeaks, type Leak, piecesOf } from "@fedbucket/client";
import { fedbucketPaths, textFiles } from "@fedbucket/client/node";
import type { Context } from "../context.ts";

export interface Place {
  readonly file: string;
  /** `cell 3`; empty for files that are no notebooks. */
  readonly where: string;
  readonly line: number;
}

/** A secret and everywhere it lies. */
export interface Found {
  readonly leak: Leak;
  readonly places: readonly Place[];
}

/** Every secret at and below the paths, each once. Where none is named: this folder and `~/.aws`. */
export async function collect(context: Context, typed: readonly string[]): Promise<Found[]> {
  const found: { leak: Leak; places: Place[] }[] = [];
  const seen = new Set<string>();
  const ours = fedbucketPaths(context.env);
  for (const path of typed.length > 0 ? typed : usualPlaces(context)) {
    for await (const { path: file, text } of textFiles(resolve(context.cwd, path), [ours.state], path)) {
      context.signal.throwIfAborted();
      if (seen.has(file)) continue;
      seen.add(file);
      for (const { leak, place } of leaksOf(shownPath(context, file), text)) add(found, leak, place);
    }
  }
  return found;
}

function usualPlaces({ cwd, env }: Context): string[] {
  const aws = join(env["HOME"] ?? env["USERPROFILE"] ?? homedir(), ".aws");
  return existsSync(aws) ? [cwd, aws] : [cwd];
}

function leaksOf(file: string, text: string): { leak: Leak; place: Place }[] {
  return piecesOf(file, text).flatMap(({ where, text }) =>
    findLeaks(text).map(({ leak, line }) => ({ leak, place: { file, where, line } })),
  );
}

function add(found: { leak: Leak; places: Place[] }[], leak: Leak, place: Place): void {
  const same = found.find((other) => other.leak.kind === leak.kind && other.leak.secret.equals(leak.secret));
  if (same === undefined) return void found.push({ leak, places: [place] });
  if (!same.places.some((other) => JSON.stringify(other) === JSON.stringify(place))) same.places.push(place);
  // One place may tell the access key that another leaves out.
  if (same.leak.kind === "s3-keys" && same.leak.accessKeyId === undefined) same.leak = leak;
}

/** Relative where it lies below this folder. */
function shownPath({ cwd }: Context, file: string): string {
  const path = relative(cwd, file);
  return path.startsWith("..") || path === "" ? file : path;
}
