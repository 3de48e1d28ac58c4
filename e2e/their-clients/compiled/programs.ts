import { type GoProgram, goProgram } from "../../peers/go-program.ts";

interface Compiled extends GoProgram {
  /** Why it is not built here, and so not run. */
  readonly notRun?: string;
}

/** Clients that no other registry has at that age, at the newest version that the Go module proxy has. */
export const compiled: Readonly<Record<"mc" | "rclone", Compiled>> = {
  mc: goProgram("github.com/minio/mc", "v0.0.0-20250313080218-cf909e1063a9"),
  rclone: {
    ...goProgram("github.com/rclone/rclone", "v1.76.0"),
    ...(process.env["CI"] && { notRun: "CI takes Debian's package rather than compile it" }),
  },
};

/** @throws Error naming what is missing */
export function compiledClient(name: keyof typeof compiled): string {
  const { file, isBuilt } = compiled[name];
  if (isBuilt()) return file;
  throw new Error(`the client ${file} is missing: npm run test:peers builds it`);
}
