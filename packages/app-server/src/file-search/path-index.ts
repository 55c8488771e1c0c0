/** Some of the files below a root, ready to be searched: relative paths, one after the other, each ended by a NUL byte. */
export interface PathBlock {
  readonly bytes: Uint8Array;
  /** The same with small letters for capital ones. */
  readonly lower: Uint8Array;
  /** Where each path begins; one more than there are paths, the last being the end. */
  readonly starts: Uint32Array;
  /** What characters each path has, as `characterBit` says. */
  readonly masks: Int32Array;
}

/** The bit of paths that are not ASCII; they have all others too. */
const NOT_ASCII = 1 << 31;

/** Each small letter has a bit of its own, digits and the rest share theirs. */
export function characterBit(code: number): number {
  if (code > 127) return NOT_ASCII;
  if (code >= 97 && code <= 122) return 1 << (code - 97);
  if (code >= 65 && code <= 90) return 1 << (code - 65);
  if (code >= 48 && code <= 57) return 1 << 26;
  return 1 << (27 + (code % 4));
}

const BITS = Int32Array.from({ length: 256 }, (_, code) => characterBit(code));
const LOWER = Uint8Array.from({ length: 256 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));

export function isAscii(mask: number): boolean {
  return (mask & NOT_ASCII) === 0;
}

/** Makes blocks of a listing while it comes, in pieces that may end anywhere. */
export interface PathIndexer {
  add(piece: Uint8Array): void;
  /** A last path without its NUL was cut off and does not count. */
  finish(): void;
}

/**
 * About a thousand paths. One growing array for all of them would be copied again and again, and could only be searched
 * once it is whole.
 */
const BLOCK_BYTES = 48 * 1024;

export function createPathIndexer(onBlock: (block: PathBlock) => void): PathIndexer {
  let pieces: Uint8Array[] = [];
  let length = 0;

  const give = (): void => {
    const bytes = Buffer.concat(pieces, length);
    const end = bytes.lastIndexOf(0) + 1;
    pieces = end === length ? [] : [bytes.subarray(end)];
    length -= end;
    if (end > 0) onBlock(indexBlock(bytes.subarray(0, end)));
  };
  return {
    add(piece) {
      pieces.push(piece);
      length += piece.length;
      if (length >= BLOCK_BYTES) give();
    },
    finish: give,
  };
}

function indexBlock(bytes: Uint8Array): PathBlock {
  const lower = new Uint8Array(bytes.length);
  const starts = [0];
  const masks: number[] = [];
  scan(bytes, { lower, starts, masks });
  return { bytes, lower, starts: new Uint32Array(starts), masks: new Int32Array(masks) };
}

/** Nothing but its loop: V8 compiles it within the first block, and throws that away when more comes behind. */
function scan(
  bytes: Uint8Array,
  { lower, starts, masks }: { readonly lower: Uint8Array; readonly starts: number[]; readonly masks: number[] },
): void {
  let mask = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0) {
      lower[at] = LOWER[byte] ?? 0;
      mask |= BITS[byte] ?? 0;
      continue;
    }
    starts.push(at + 1);
    masks.push(isAscii(mask) ? mask : -1);
    mask = 0;
  }
}
