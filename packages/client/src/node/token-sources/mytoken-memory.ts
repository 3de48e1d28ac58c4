import { join } from "node:path";
import type { MytokenMemory } from "../../session/token-sources/mytoken.ts";
import { writeFileAtomically } from "../atomic-write.ts";
import { readIfThere } from "../state.ts";

/** Rotated mytokens, in files that only their owner can read, named by a digest of the one they came from. */
export function mytokenMemory(stateFolder: string): MytokenMemory {
  const fileOf = (original: string): string => {
    const { createHash } = process.getBuiltinModule("node:crypto");
    return join(stateFolder, "mytokens", createHash("sha256").update(original).digest("hex").slice(0, 16));
  };
  return {
    load: async (original) => (await readIfThere(fileOf(original)))?.trim() || undefined,
    save: (original, rotated) =>
      writeFileAtomically(fileOf(original), `${rotated}\n`, { mode: 0o600, enforceMode: true, folderMode: 0o700 }),
  };
}
