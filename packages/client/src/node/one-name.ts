import { randomBytes } from "node:crypto";
import { lstat, opendir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { caseTwinOf } from "./file-names.ts";
import { temporaryPrefix } from "./write-file.ts";

/** Folders whose names are remembered. */
const rememberedFolders = 8;
/** Names of a folder that are asked whether the disk tells them from others. */
const asked = 100;

/**
 * Names below a folder of a disk that may take two of them for one: `A` and `a` on most disks of macOS and Windows, on
 * exFAT and on network drives. The first one there has its name; another has one that {@link caseTwinOf} makes.
 */
export interface NamesOnDisk {
  /** Whether names are told apart here. Undefined until somebody found out. */
  readonly areExact: boolean | undefined;
  /** Finds out by a name that is there; where there is none, by one that is made for it, if that may be. */
  learn(options: { readonly mayWrite: boolean }): Promise<void>;
  /** Somebody has seen a name that {@link caseTwinOf} made. */
  twinSeen(): void;
  /** What something of this name is called in a folder, or would be. */
  find(folder: string, name: string): Promise<string>;
  /** The same, kept from others that come before it is on disk. */
  take(folder: string, name: string): Promise<string>;
  /** It is on disk, or will not be. */
  giveBack(folder: string, name: string): void;
  /** Something was removed. */
  forget(): void;
}

export function namesOnDisk(root: string): NamesOnDisk {
  const taken = new Map<string, string>();
  const listings = new Map<string, ReadonlySet<string>>();
  let areExact: boolean | undefined;
  let learning: Promise<boolean | undefined> | undefined;
  let deciding: Promise<unknown> = Promise.resolve();

  const placeOf = (folder: string, name: string): string => join(folder, folded(name));

  async function hasExactly(folder: string, name: string): Promise<boolean> {
    if (listings.get(folder)?.has(name) === true) return true;
    const found = await readdir(folder).catch(() => []);
    const names = new Set([...found, ...found.map((each) => each.normalize("NFC"))]);
    if (listings.size >= rememberedFolders) listings.clear();
    listings.set(folder, names);
    return names.has(name);
  }

  async function find(folder: string, name: string): Promise<string> {
    if (areExact !== false) return name;
    const twin = caseTwinOf(name);
    if (await isThere(join(folder, name))) return (await hasExactly(folder, name)) ? name : twin;
    return (await isThere(join(folder, twin))) ? twin : name;
  }

  async function decide(folder: string, name: string): Promise<string> {
    const place = placeOf(folder, name);
    const holder = taken.get(place);
    if (holder !== undefined && holder !== name) return caseTwinOf(name);
    const chosen = await find(folder, name);
    if (chosen === name) taken.set(place, name);
    return chosen;
  }

  return {
    get areExact() {
      return areExact;
    },

    async learn({ mayWrite }) {
      if (areExact !== undefined) return;
      const found = await (mayWrite ? tellsApart(root, true) : (learning ??= tellsApart(root, false)));
      areExact ??= found;
    },

    twinSeen: () => void (areExact = false),

    find,

    async take(folder, name) {
      if (areExact !== false) return name;
      // One after the other: what is decided for one name depends on whether the other one is there or on its way.
      const decision = deciding.then(async () => await decide(folder, name));
      deciding = decision.catch(() => {});
      return await decision;
    },

    giveBack(folder, name) {
      const place = placeOf(folder, name);
      if (taken.get(place) === name) taken.delete(place);
    },

    forget: () => listings.clear(),
  };
}

/** What disks take for the same; more than any one does, which costs no more than an odd name. */
const folded = (name: string): string => name.normalize("NFC").toUpperCase().toLowerCase();

/** Undefined where nothing tells: no name with letters is there, and none may be made. */
async function tellsApart(folder: string, mayWrite: boolean): Promise<boolean | undefined> {
  for await (const name of someNames(folder)) {
    const verdict = await tellsApartBy(folder, name);
    if (verdict !== undefined) return verdict;
  }
  if (!mayWrite) return undefined;
  const name = `${temporaryPrefix}${randomBytes(6).toString("hex")}`;
  await writeFile(join(folder, name), "", { flag: "wx" });
  try {
    return await tellsApartBy(folder, name);
  } finally {
    await rm(join(folder, name), { force: true });
  }
}

async function* someNames(folder: string): AsyncGenerator<string> {
  const entries = await opendir(folder).catch(() => undefined);
  let left = asked;
  if (entries === undefined) return;
  for await (const { name } of entries) {
    if (left-- === 0) return;
    yield name;
  }
}

/** Undefined for a name without letters, and for one that is gone. Inode numbers tell nothing: FUSE gives one a name. */
async function tellsApartBy(folder: string, name: string): Promise<boolean | undefined> {
  const other = swapped(name);
  if (other === name || !(await isThere(join(folder, name)))) return undefined;
  return !(await isThere(join(folder, other))) || (await readdir(folder)).includes(other);
}

const isThere = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) !== undefined;

const swapped = (name: string): string =>
  name.replace(/[a-z]+|[A-Z]+/g, (letters) => (/^[a-z]/.test(letters) ? letters.toUpperCase() : letters.toLowerCase()));
