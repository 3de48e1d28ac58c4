/** Offsets of a 64-bit little-endian ELF file, `Elf64_Ehdr` and `Elf64_Shdr` of the System V ABI. */
const fileHeader = { sectionTable: 40, sectionCount: 60, namesAt: 62, length: 64 };
const sectionHeader = { name: 0, flags: 8, offset: 24, size: 32, link: 40, info: 44, length: 64 };
const allocated = 2n;

/** True for the 64-bit little-endian ELF files that {@link stripElf} reads. */
export function isElf(bytes: Buffer): boolean {
  return bytes.subarray(0, 6).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]));
}

/**
 * Drops what is never loaded: debug information and the symbol table of the linker, 17 of Node's 121 MiB. The dynamic symbols
 * and everything mapped stay where they are. Does what `strip` does, for every processor and without binutils.
 */
export function stripElf(file: Buffer): Buffer {
  const table = Number(file.readBigUInt64LE(fileHeader.sectionTable));
  const count = file.readUInt16LE(fileHeader.sectionCount);
  const sections = Array.from({ length: count }, (_, at) =>
    Buffer.from(file.subarray(table + at * sectionHeader.length, table + (at + 1) * sectionHeader.length)),
  );
  const isAllocated = (section: Buffer): boolean => (section.readBigUInt64LE(sectionHeader.flags) & allocated) !== 0n;
  const kept = sections.filter((section, at) => at === 0 || isAllocated(section));
  if (kept.some((section, at) => section !== sections[at])) throw new Error("a loaded section follows one that is not");
  const names = sections[file.readUInt16LE(fileHeader.namesAt)];
  if (names === undefined) throw new Error("the file names no section");
  return assemble(file.subarray(0, loadedLength(file)), kept, names, bytesOf(file, names));
}

function bytesOf(file: Buffer, section: Buffer): Buffer {
  const offset = Number(section.readBigUInt64LE(sectionHeader.offset));
  return file.subarray(offset, offset + Number(section.readBigUInt64LE(sectionHeader.size)));
}

/** Where the last byte of any program header's segment ends. */
function loadedLength(file: Buffer): number {
  const table = Number(file.readBigUInt64LE(32));
  const ends = Array.from({ length: file.readUInt16LE(56) }, (_, at) => {
    const header = table + at * file.readUInt16LE(54);
    return Number(file.readBigUInt64LE(header + 8) + file.readBigUInt64LE(header + 32));
  });
  return Math.max(...ends);
}

/** The loaded bytes, the section names, then the table of the kept sections with the names' own as the last. */
function assemble(loaded: Buffer, kept: readonly Buffer[], names: Buffer, nameBytes: Buffer): Buffer {
  const padding = Buffer.alloc((8 - ((loaded.length + nameBytes.length) % 8)) % 8);
  const namesHeader = Buffer.from(names);
  namesHeader.writeBigUInt64LE(BigInt(loaded.length), sectionHeader.offset);
  const result = Buffer.concat([loaded, nameBytes, padding, ...kept, namesHeader]);
  const table = loaded.length + nameBytes.length + padding.length;
  result.writeBigUInt64LE(BigInt(table), fileHeader.sectionTable);
  result.writeUInt16LE(kept.length + 1, fileHeader.sectionCount);
  result.writeUInt16LE(kept.length, fileHeader.namesAt);
  return result;
}
