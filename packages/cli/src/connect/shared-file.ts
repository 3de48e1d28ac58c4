import type { ProjectFile } from "@fedbucket/client";
import { anonymousHttp } from "../anonymous-http.ts";
import type { Context } from "../context.ts";
import { readProjectFile } from "../project-file/read.ts";
import { refuseTakenName, showProjectFile } from "../project-file/take.ts";
import type { ConnectOptions } from "./connect.ts";
import { nameFor } from "./name.ts";

/** What a project file asks for, under a name that stands for nothing else here. */
export async function takeProjectFile(
  context: Context,
  typed: string,
  options: ConnectOptions,
): Promise<Required<ProjectFile>> {
  const file = await readProjectFile(context, typed, () => anonymousHttp(context, options));
  showProjectFile(context, typed, file);
  const name = options.name ?? file.name ?? (await nameFor(context, file.settings));
  await refuseTakenName(context, name, file.settings, typed);
  return { name, settings: file.settings };
}
