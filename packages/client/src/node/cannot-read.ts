import { Failure } from "../failure.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "you may not read it",
  EPERM: "you may not read it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file",
  ELOOP: "its links lead in a circle",
  EIO: "the disk has a fault",
};

export function cannotRead(path: string, error: unknown): Failure {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ENOENT")
    return new Failure("FILE_NOT_FOUND", "not-found", `there is no file ${path}`, {
      cause: error,
      cure: ["See what is there: ls -l"],
    });
  return new Failure("CANNOT_READ", "failed", `${path} cannot be read: ${reasons[code] ?? (code || String(error))}`, {
    cause: error,
    cure: [`Look at its permissions: ls -l ${path}`],
  });
}
