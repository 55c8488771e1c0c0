/** What git has noted about a file of its index, when the file and the index were the same. */
export interface IndexedFile {
  /** The blob, 40 hexadecimal digits. */
  readonly blobId: string;
  readonly sizeBytes: number;
  /** Milliseconds with what nanoseconds a double can hold, as `fs.Stats` has them. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** The lower 32 bits. */
  readonly ino: number;
}

/** Files by their path from the root of the work tree, with `/`. */
export type GitIndex = ReadonlyMap<string, IndexedFile>;

const SIGNATURE = 0x44495243; // DIRC
const HEADER_BYTES = 12;
/** Up to and with the flags. */
const ENTRY_BYTES = 62;
const EXTENDED = 0x4000;
const STAGE_MASK = 0x3000;
const ASSUME_VALID = 0x8000;
const REGULAR_FILE = 0b1000;

/**
 * Reads an index of git, versions 2 to 4, of a repository with SHA-1 ids. Entries that promise nothing about the file
 * (conflicts, `assume-unchanged`, links, submodules) are left out. Null for anything else.
 * Source: the format documentation of git, `gitformat-index`.
 */
export function parseGitIndex(bytes: Buffer): GitIndex | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(0) !== SIGNATURE) return null;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return null;
  try {
    return parseEntries(bytes, version);
  } catch (error) {
    if (error instanceof RangeError) return null; // cut short, or not what its header says
    throw error;
  }
}

function parseEntries(bytes: Buffer, version: number): GitIndex {
  const files = new Map<string, IndexedFile>();
  let at = HEADER_BYTES;
  let path = "";
  for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) {
    const flags = bytes.readUInt16BE(at + 60);
    const nameAt = at + ENTRY_BYTES + ((flags & EXTENDED) === 0 ? 0 : 2);
    const name = version === 4 ? compressedName(bytes, nameAt, path) : plainName(bytes, nameAt);
    ({ path } = name);
    const isFile = bytes.readUInt32BE(at + 24) >>> 12 === REGULAR_FILE;
    if (isFile && (flags & (STAGE_MASK | ASSUME_VALID)) === 0) files.set(path, entryAt(bytes, at));
    // Older versions fill up to a multiple of eight with at least one zero.
    at = version === 4 ? name.end : at + ((name.end - 1 - at + 8) & ~7);
  }
  return files;
}

function entryAt(bytes: Buffer, at: number): IndexedFile {
  const time = (from: number): number => bytes.readUInt32BE(from) * 1000 + bytes.readUInt32BE(from + 4) / 1e6;
  return {
    ctimeMs: time(at),
    mtimeMs: time(at + 8),
    ino: bytes.readUInt32BE(at + 20),
    sizeBytes: bytes.readUInt32BE(at + 36),
    blobId: bytes.toString("hex", at + 40, at + 60),
  };
}

/** A path and the place behind the zero that ends it. */
interface Name {
  readonly path: string;
  readonly end: number;
}

function plainName(bytes: Buffer, at: number): Name {
  const end = zeroAt(bytes, at);
  return { path: bytes.toString("utf8", at, end), end: end + 1 };
}

/** Version 4 says how many bytes of the path before are to be taken away, and what comes in their place. */
function compressedName(bytes: Buffer, at: number, before: string): Name {
  let byte = bytes.readUInt8(at);
  let drop = byte & 0x7f;
  let from = at + 1;
  while ((byte & 0x80) !== 0) {
    byte = bytes.readUInt8(from);
    drop = ((drop + 1) << 7) | (byte & 0x7f);
    from += 1;
  }
  const end = zeroAt(bytes, from);
  const kept = Buffer.from(before);
  return {
    path: Buffer.concat([kept.subarray(0, kept.length - drop), bytes.subarray(from, end)]).toString("utf8"),
    end: end + 1,
  };
}

function zeroAt(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(0, from);
  if (at === -1) throw new RangeError("a path without an end");
  return at;
}
