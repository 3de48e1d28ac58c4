/** What the metadata of a Zarr array says about its chunks. */
export interface ZarrArray {
  /** Key of the array below the store's root, with a slash at its end; empty for a store that is one array. */
  readonly path: string;
  /** Chunks (of version 3: shards, where it has them) along each dimension. */
  readonly grid: readonly number[];
  /** In front of the indices: `c/` or nothing. */
  readonly lead: string;
  readonly separator: "." | "/";
}

/** Documents that are no chunks. */
export const metadataNames: ReadonlySet<string> = new Set([".zarray", ".zattrs", ".zgroup", ".zmetadata", "zarr.json"]);

/** The array a metadata document describes; undefined for groups. Throws TypeError for what is neither. */
export function readArray(key: string, text: string): ZarrArray | undefined {
  const path = key.slice(0, key.lastIndexOf("/") + 1);
  const document = JSON.parse(text) as unknown;
  if (!isRecord(document)) throw new TypeError(`${key} holds no metadata`);
  return key.endsWith(".zarray") ? readVersion2(path, document) : readVersion3(path, document);
}

/** @see Zarr storage specification, version 2, "Arrays" */
function readVersion2(path: string, { shape, chunks, dimension_separator }: Document): ZarrArray {
  return { path, grid: gridOf(shape, chunks), lead: "", separator: dimension_separator === "/" ? "/" : "." };
}

/** @see Zarr core specification, version 3, "Chunk grids" and "Chunk key encoding" */
function readVersion3(
  path: string,
  { node_type, shape, chunk_grid, chunk_key_encoding }: Document,
): ZarrArray | undefined {
  if (node_type !== "array") return undefined;
  const encoding = isRecord(chunk_key_encoding) ? chunk_key_encoding : {};
  const isVersion2 = encoding["name"] === "v2";
  const separator = isRecord(encoding["configuration"]) ? encoding["configuration"]["separator"] : undefined;
  const grid = isRecord(chunk_grid) && isRecord(chunk_grid["configuration"]) ? chunk_grid["configuration"] : {};
  return {
    path,
    grid: gridOf(shape, grid["chunk_shape"]),
    lead: isVersion2 ? "" : "c",
    separator: (separator ?? (isVersion2 ? "." : "/")) === "." ? "." : "/",
  };
}

function gridOf(shape: unknown, chunks: unknown): readonly number[] {
  if (!isSizes(shape) || !isSizes(chunks) || shape.length !== chunks.length)
    throw new TypeError("the shape and the chunks of an array do not fit together");
  return shape.map((size, at) => Math.ceil(size / Math.max(1, chunks[at] ?? 1)));
}

/** How many chunks an array has when none is left out. */
export const chunksIn = ({ grid }: ZarrArray): number => grid.reduce((product, size) => product * size, 1);

/** The number of a chunk, counted along the last dimension first; undefined for what is no chunk of this array. */
export function chunkNumber({ grid, lead, separator }: ZarrArray, name: string): number | undefined {
  const start = lead === "" ? "" : grid.length === 0 ? lead : lead + separator;
  if (!name.startsWith(start)) return undefined;
  const indices = name.slice(start.length);
  if (grid.length === 0) return indices === (lead === "" ? "0" : "") ? 0 : undefined;
  const parts = indices.split(separator);
  if (parts.length !== grid.length) return undefined;
  let number = 0;
  for (const [at, size] of grid.entries()) {
    const part = parts[at] ?? "";
    const index = Number(part);
    if (!/^(0|[1-9]\d*)$/.test(part) || index >= size) return undefined;
    number = number * size + index;
  }
  return number;
}

/** The inverse of {@link chunkNumber}. */
export function chunkName({ grid, lead, separator }: ZarrArray, number: number): string {
  const indices: number[] = [];
  let rest = number;
  for (const size of grid.toReversed()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  if (grid.length === 0) return lead === "" ? "0" : lead;
  return (lead === "" ? "" : lead + separator) + indices.join(separator);
}

type Document = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
