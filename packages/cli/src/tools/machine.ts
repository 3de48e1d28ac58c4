import { homedir } from "node:os";
import type { Context } from "../context.ts";
import type { Machine } from "./tool.ts";

export const machineOf = ({ env, cwd }: Context): Machine => ({
  env,
  cwd,
  home: env["HOME"] ?? env["USERPROFILE"] ?? homedir(),
});
