import * as zarr from "zarrita";

/** A sea surface temperature, 1 degree apart, in degrees Celsius. */
const shape = [180, 360] as const;
const chunkShape = [90, 120];

/** Objects of a Zarr store by their keys, for example `zarr.json` and `c/0/1`. */
export type Objects = Map<string, Uint8Array>;

/** Makes a Zarr v3 array with zarrita and returns what it wrote, object by object. */
export async function makeArray(): Promise<Objects> {
  const objects: Objects = new Map();
  const array = await zarr.create(storeOf(objects), {
    shape: [...shape],
    chunkShape,
    dtype: "float32",
    fillValue: 0,
    codecs: [{ name: "bytes", configuration: { endian: "little" } }],
    dimensionNames: ["lat", "lon"],
    attributes: { long_name: "sea surface temperature", units: "degree_Celsius" },
  });
  await zarr.set(array, null, { data: temperatures(), shape: [...shape], stride: [shape[1], 1] });
  return objects;
}

/** Opens the array from bytes that came from elsewhere, as a reader would, and returns its mean. */
export async function meanOf(objects: Objects): Promise<number> {
  const array = await zarr.open.v3(storeOf(objects), { kind: "array" });
  const { data } = await zarr.get(array);
  const values = data as Float32Array;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function storeOf(objects: Objects): zarr.Readable & zarr.AsyncMutable {
  return {
    get: (key) => Promise.resolve(objects.get(key.slice(1))),
    set: (key, value) => Promise.resolve(void objects.set(key.slice(1), value)),
  };
}

/** Warm at the equator, cold at the poles, with waves along the parallels. */
function temperatures(): Float32Array {
  const [rows, columns] = shape;
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [lat, lon] = [Math.floor(at / columns) - 89.5, at % columns];
    return 28 * Math.cos((lat * Math.PI) / 180) ** 2 + Math.sin((lon * Math.PI) / 45);
  });
}
